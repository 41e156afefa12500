"""Forms of journeys."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tropa.analysis.model.plain_yaml import MOST_BYTES
from tropa.customers.listing import Filters, offer
from tropa.journeys.models import Journey, Product, Stage
from tropa.workspace.models import Workspace

MOST_DAYS = 36_525
CAME = "came"
BAD_NUMBER = gettext_lazy("Нужно число, например 30 или 2,5")


class NumberField(forms.FloatField):
    """A number as people write it, with a comma or a point."""

    def __init__(self, **options: Any) -> None:
        options["error_messages"] = {"invalid": BAD_NUMBER, **options.get("error_messages", {})}
        super().__init__(localize=True, widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)

    def prepare_value(self, value: Any) -> Any:
        return int(value) if isinstance(value, float) and value.is_integer() else value


class DaysField(NumberField):
    """Days above 0, or nothing."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not 0 < value <= MOST_DAYS:
            raise forms.ValidationError(_("Нужно число дней больше 0 и не больше 36 525, например 30"))


class PercentField(NumberField):
    """A share, written in percent and kept as a fraction."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not 0 < value <= 100:
            raise forms.ValidationError(_("Нужны проценты больше 0 и не больше 100, например 25"))

    def clean(self, value: Any) -> Any:
        found = super().clean(str(value).replace("%", "").strip() if value else value)
        return None if found is None else found / 100

    def prepare_value(self, value: Any) -> Any:
        return super().prepare_value(round(value * 100, 4)) if isinstance(value, float) else value


class NpsField(NumberField):
    """A score from −100 to 100, or nothing."""

    def validate(self, value: Any) -> None:
        super().validate(value)
        if value is not None and not -100 <= value <= 100:
            raise forms.ValidationError(_("Нужно число от −100 до 100, например 45"))

    def clean(self, value: Any) -> Any:
        return super().clean(value.strip().replace("−", "-").removeprefix("+") if isinstance(value, str) else value)


class NewJourney(forms.Form):
    """What every new journey needs, however its stages come about."""

    name = forms.CharField(label=gettext_lazy("Как назвать путь"), max_length=160)
    product = forms.CharField(
        label=gettext_lazy("Продукт"), max_length=120, widget=forms.TextInput(attrs={"list": "products"}),
        help_text=gettext_lazy("Что покупают на этом пути. У одного продукта может быть несколько путей."),
    )  # fmt: skip
    segment = forms.CharField(
        label=gettext_lazy("Для кого"), max_length=120, required=False,
        help_text=gettext_lazy("Сегмент, если путь описывает не всех: «компании 50–200 человек»."),
    )  # fmt: skip


class NewFromScratch(NewJourney):
    unit = forms.ChoiceField(
        label=gettext_lazy("Кто проходит путь"), choices=Journey.Unit.choices, initial=Journey.Unit.ACCOUNT,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Компания — если сделки одной компании считаются одним путём."),
    )  # fmt: skip


class NewFromFile(NewJourney):
    """name may stay empty: the file has one."""

    file = forms.FileField(
        label=gettext_lazy("Файл пути (YAML)"), widget=forms.FileInput(attrs={"accept": ".yaml,.yml"})
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"].required = False
        self.fields["name"].help_text = _("Пусто — взять название из файла.")
        del self.fields["segment"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(
                _("Файл больше 1 МБ. Описание пути занимает несколько килобайт: проверьте, тот ли это файл.")
            )
        return file


class JourneyForm(NewJourney):
    """The head of a journey. The unit is fixed: another unit is another journey."""

    reopen_days = NumberField(
        label=gettext_lazy("Возврат после потери, дней"), min_value=0, max_value=MOST_DAYS,
        help_text=gettext_lazy("Вернулся за это время — прохождение продолжается, позже — начинается новое."),
    )  # fmt: skip


class StageForm(forms.Form):
    label_ru = forms.CharField(label=gettext_lazy("Название"), max_length=120)
    label_en = forms.CharField(label=gettext_lazy("Название по-английски"), max_length=120, required=False)
    description = forms.CharField(
        label=gettext_lazy("Что здесь происходит с клиентом"), max_length=500, required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    phase = forms.ChoiceField(label=gettext_lazy("Фаза"), choices=Stage.Phase.choices)
    is_won = forms.BooleanField(
        label=gettext_lazy("Клиент выигран, когда пришёл сюда"), required=False,
        help_text=gettext_lazy("Такой этап один: отметка перейдёт с прежнего."),
    )  # fmt: skip
    target_conversion = PercentField(label=gettext_lazy("Цель: идут дальше, %"), required=False)
    target_days = DaysField(label=gettext_lazy("Цель: дней на этапе"), required=False)
    target_drop = PercentField(label=gettext_lazy("Цель: теряем не больше, %"), required=False)
    target_nps = NpsField(label=gettext_lazy("Цель: NPS"), required=False)
    horizon_days = DaysField(
        label=gettext_lazy("Горизонт, дней"),
        help_text=gettext_lazy("Сколько ждать перехода, прежде чем считать, что его не было."),
    )
    inactivity_days = DaysField(
        label=gettext_lazy("Тишина, дней"), required=False,
        help_text=gettext_lazy("Клиент молчит столько — значит, ушёл. Пусто: молчание здесь не потеря."),
    )  # fmt: skip
    loss_weight = NumberField(
        label=gettext_lazy("Вес потери"), min_value=0, max_value=1,
        help_text=gettext_lazy("От 0 до 1: насколько дорого потерять клиента здесь. Дальше по пути не убывает."),
    )  # fmt: skip


class TargetForm(forms.Form):
    """Targets of a stage as the header of a map asks for them; what is not posted stays, an empty one is cleared."""

    stage = forms.CharField(max_length=80)
    conversion = PercentField(
        label=gettext_lazy("Цель: идут дальше, %"), required=False,
        error_messages={"invalid": gettext_lazy("Нужны проценты, например 25")},
    )  # fmt: skip
    days = DaysField(
        label=gettext_lazy("Цель: дней на этапе"), required=False,
        error_messages={"invalid": gettext_lazy("Нужно число дней, например 30")},
    )  # fmt: skip
    drop = PercentField(
        label=gettext_lazy("Цель: теряем не больше, %"), required=False,
        error_messages={"invalid": gettext_lazy("Нужны проценты, например 40")},
    )  # fmt: skip
    nps = NpsField(
        label=gettext_lazy("Цель: NPS"), required=False,
        error_messages={"invalid": gettext_lazy("Нужно число от −100 до 100, например 45")},
    )  # fmt: skip

    def changes(self) -> dict[str, float | None]:
        """What was posted, of a form that holds."""
        return {name: self.cleaned_data[name] for name in ("conversion", "days", "drop", "nps") if name in self.data}


class NewStage(forms.Form):
    label = forms.CharField(label=gettext_lazy("Новый этап"), max_length=120)
    phase = forms.ChoiceField(label=gettext_lazy("Фаза"), choices=Stage.Phase.choices)


class UnitFilters(Filters):
    """The list of who stands on a stage, ended their trip there, or ever came to it (state `came`)."""

    SORTS = {  # noqa: RUF012  # as the base declares it
        "entered": ("entered_us",),
        "active": ("active_us",),
        "visits": ("visits",),
    }
    DEFAULT_SORT = "entered"
    # Who came may have gone on: the moment they came here is not that of the stage they are on now.
    CAME_SORTS = {**SORTS, "entered": ("came_us",)}  # noqa: RUF012

    state = forms.ChoiceField(label=gettext_lazy("Состояние"), required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Кто"), required=False)

    def arrange(self) -> None:
        offer(self, "state", _("Состояние: любое"), [
            ("open", _("сейчас здесь")), (CAME, _("приходили")), ("lost", _("потеряны")),
            ("dropped", _("замолчали")), ("completed", _("завершили путь")),
        ])  # fmt: skip
        offer(self, "kind", _("Все"), [("company", _("компании")), ("unknown", _("неизвестные посетители"))])

    @property
    def came(self) -> bool:
        """Whether the list is of those who ever came, wherever they are now."""
        return bool(self.cleaned_data.get("state") == CAME)

    def order(self) -> list[str]:
        """Columns of `queries.placements`, or of `came.placements`."""
        if not self.came:
            return self._order()
        key = self.sort_key
        columns = self.CAME_SORTS[key.removeprefix("-")]
        return [f"-{column}" if key.startswith("-") else column for column in columns] + ["pk"]


class PathFilters(UnitFilters):
    """The same list over all stages: everybody on it came to some stage."""

    def arrange(self) -> None:
        super().arrange()
        offer(self, "state", _("Состояние: любое"), [
            ("open", _("сейчас на пути")), ("lost", _("потеряны")), ("dropped", _("замолчали")),
            ("completed", _("завершили путь")),
        ])  # fmt: skip


class Publishing(forms.Form):
    note = forms.CharField(
        label=gettext_lazy("Что изменилось"), max_length=300, required=False,
        help_text=gettext_lazy("Одной строкой: по ней версию найдут через полгода."),
    )  # fmt: skip


def taken_products(workspace: Workspace) -> Collection[str]:
    """Names to choose from."""
    return Product.objects.of(workspace).order_by("name").values_list("name", flat=True)
