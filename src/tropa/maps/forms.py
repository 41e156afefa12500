"""Forms of maps and personas."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tropa.customers.domain import folded
from tropa.customers.listing import Filters, offer
from tropa.customers.models import Account
from tropa.customers.queries import find_account
from tropa.journeys.models import Journey
from tropa.journeys.shipped import templates
from tropa.maps import catalogue
from tropa.maps.models import JourneyMap, Persona
from tropa.web import typography
from tropa.workspace.models import Workspace

FROM_TEMPLATE = "template:"


def purpose_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Зачем карта"),
        max_length=300,
        help_text=gettext_lazy("Например: понять, почему замолкают после показа продукта"),
        error_messages={"required": gettext_lazy("Напишите, зачем карта: без цели её никто не откроет второй раз")},
    )


def decision_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Какое решение она поможет принять"),
        max_length=300,
        help_text=gettext_lazy("Например: что менять в онбординге в этом квартале"),
        error_messages={"required": gettext_lazy("Напишите, какое решение вы примете по карте")},
    )


class MapFilters(Filters):
    """Filters of the list of maps."""

    SORTS: ClassVar[dict[str, tuple[str, ...]]] = {
        "name": ("name",),
        "changed": ("changed_at",),
        "reviewed": ("reviewed_at",),
    }
    DEFAULT_SORT = "-changed"
    EQUAL = ("kind", "journey")

    kind = forms.ChoiceField(label=gettext_lazy("Вид карты"), required=False)
    journey = forms.ChoiceField(label=gettext_lazy("Путь"), required=False)
    archived = forms.CharField(required=False, widget=forms.HiddenInput)

    def arrange(self) -> None:
        language = typography.language()
        kinds = [(key, each.label.in_(language)) for key, each in catalogue.map_types().items()]
        offer(self, "kind", _("Вид: все"), kinds)
        rows = Journey.objects.of(self.workspace).filter(maps__isnull=False).distinct()
        offer(self, "journey", _("Путь: все"), [(str(each.pk), each.name) for each in rows])

    def narrowed(self, rows: Any) -> Any:
        words = folded(self.cleaned_data.get("q") or "").split()
        if words:
            # Names are few, and a database without Russian collation does not fold their case.
            named = [(each.pk, folded(f"{each.name} {each.persona or ''} {each.account or ''}")) for each in rows]
            rows = rows.filter(pk__in=[pk for pk, name in named if all(word in name for word in words)])
        self.cleaned_data["q"] = ""
        return super().narrowed(rows)


class AimForm(forms.Form):
    """What a map is called and for."""

    name = forms.CharField(label=gettext_lazy("Название"), max_length=160)
    purpose = purpose_field()
    decision = decision_field()


class SubjectForm(forms.Form):
    """Whom a map is about: one persona, or one account. A new persona is made by its name and position."""

    persona = forms.ChoiceField(label=gettext_lazy("Персона"), required=False)
    persona_name = forms.CharField(label=gettext_lazy("Имя новой персоны"), max_length=80, required=False)
    persona_position = forms.CharField(label=gettext_lazy("Должность"), max_length=120, required=False)
    account = forms.CharField(
        label=gettext_lazy("Компания"),
        max_length=255,
        required=False,
        help_text=gettext_lazy("Название, как в карточке клиента"),
    )

    def __init__(self, workspace: Workspace, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.workspace = workspace
        people = Persona.objects.of(workspace).filter(is_archived=False)
        self.fields["persona"].choices = [  # type: ignore[attr-defined]  # a field of choices
            ("", _("новая персона")),
            *((str(each.pk), str(each)) for each in people),
        ]
        if not people:
            self.fields["persona"].widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if len(self._told("persona")) > 1:
            self.add_error("persona", _("Карта — для одной персоны. Для второй сделайте копию и сравните их"))
        is_person = bool(given.get("persona") or given.get("persona_name"))
        if given.get("persona") and given.get("persona_name"):
            self.add_error("persona_name", _("Выбрана готовая персона. Оставьте её или новое имя, одно из двух"))
        if is_person and given.get("account"):
            self.add_error("account", _("Карта — для одной персоны или для одного клиента. Оставьте что-то одно"))
        if not is_person and not given.get("account"):
            self.add_error(*self._nobody())
        return given

    def clean_account(self) -> Account | None:
        name = str(self.cleaned_data["account"]).strip()
        if not name:
            return None
        found = find_account(self.workspace, name=name)
        if found is None:
            raise forms.ValidationError(_("Компании «%(name)s» нет в списке клиентов") % {"name": name})
        return found

    def _nobody(self) -> tuple[str, str]:
        return "persona_name", _("Назовите персону: самого важного или самого частого клиента. Остальных — потом")

    def _told(self, name: str) -> list[str]:
        every = self.data.getlist(name) if hasattr(self.data, "getlist") else [self.data.get(name, "")]
        return [each for each in every if each]


class NewMap(SubjectForm):
    """Everything that makes a map. journey: the id of one, or `template:<key>` to make one at once."""

    journey = forms.ChoiceField(
        label=gettext_lazy("Путь"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Выберите путь или шаблон этапов")},
    )
    product = forms.CharField(
        label=gettext_lazy("Продукт"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Нужен, если путь делаете из шаблона"),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Вид карты"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Выберите вид карты")},
    )
    name = forms.CharField(
        label=gettext_lazy("Название карты"),
        max_length=160,
        required=False,
        help_text=gettext_lazy("Пустое — назовём по персоне или компании"),
    )
    purpose = purpose_field()
    decision = decision_field()

    def __init__(self, workspace: Workspace, journeys: Iterable[Journey], *args: Any, **kwargs: Any) -> None:
        super().__init__(workspace, *args, **kwargs)
        self.journeys = {str(each.pk): each for each in journeys}
        language = typography.language()
        own = [(key, each.name) for key, each in self.journeys.items()]
        shipped = [(f"{FROM_TEMPLATE}{key}", key) for key in templates()]
        self.fields["journey"].choices = own + shipped  # type: ignore[attr-defined]  # a field of choices
        kinds = [(key, each.label.in_(language)) for key, each in catalogue.map_types().items()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a field of choices

    def clean(self) -> dict[str, Any]:
        given = super().clean()
        from_template = str(given.get("journey", "")).startswith(FROM_TEMPLATE)
        if from_template and not given.get("product"):
            self.add_error("product", _("Назовите продукт: у нового пути он один"))
        type_ = catalogue.map_types().get(given.get("kind", ""))
        if (
            type_ is not None
            and type_.bound_to == "account"
            and not given.get("account")
            and "account" not in self.errors
        ):
            self.add_error("account", _("Карта ключевого клиента — про одну компанию. Назовите её"))
        return given

    def _nobody(self) -> tuple[str, str]:
        type_ = catalogue.map_types().get(self.cleaned_data.get("kind", ""))
        if type_ is not None and type_.bound_to == "account":
            return "account", _("Карта ключевого клиента — про одну компанию. Назовите её")
        return super()._nobody()


class CopyMap(SubjectForm):
    """A copy for somebody else, or as another type. difference: what is other there; a copy that differs in nothing is
    not needed."""

    name = forms.CharField(label=gettext_lazy("Название копии"), max_length=160)
    kind = forms.ChoiceField(label=gettext_lazy("Вид карты"))
    difference = forms.CharField(
        label=gettext_lazy("Чем эта карта будет отличаться"),
        max_length=300,
        help_text=gettext_lazy("Например: здесь решает не руководитель продаж, а финансовый директор"),
        error_messages={"required": gettext_lazy("Напишите, чем эта карта будет отличаться от первой")},
    )

    def __init__(self, map_: JourneyMap, *args: Any, **kwargs: Any) -> None:
        super().__init__(map_.workspace, *args, **kwargs)
        language = typography.language()
        kinds = [(key, each.label.in_(language)) for key, each in catalogue.map_types().items()]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]  # a field of choices
        same = _("тот же клиент") if map_.account_id else _("та же персона")
        self.fields["persona"].choices[0] = ("", same)  # type: ignore[attr-defined]  # a field of choices
        self.fields["persona"].widget = forms.Select(choices=self.fields["persona"].choices)  # type: ignore[attr-defined]

    def _nobody(self) -> tuple[str, str]:
        return "", ""

    def add_error(self, field: str | None, error: Any) -> None:
        if field != "":
            super().add_error(field, error)


class ReviewForm(forms.Form):
    """What has changed since the map was looked at last."""

    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Что изменилось"), required=False, widget=forms.CheckboxSelectMultiple
    )
    note = forms.CharField(label=gettext_lazy("Своими словами"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = typography.language()
        choices = [(each.key, each.label.in_(language)) for each in catalogue.triggers().reasons]
        self.fields["reasons"].choices = choices  # type: ignore[attr-defined]  # a field of choices

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("reasons") and not given.get("note"):
            self.add_error("note", _("Отметьте причину или напишите: хотя бы «ничего не изменилось»"))
        return given

    def told(self) -> str:
        """The reasons and the words, as a version remembers them."""
        language = typography.language()
        labels = {each.key: each.label.in_(language) for each in catalogue.triggers().reasons}
        parts = [*(labels[key] for key in self.cleaned_data["reasons"]), self.cleaned_data["note"]]
        return "; ".join(part for part in parts if part)[:300]


class VersionForm(forms.Form):
    """A name for the map as it is now."""

    name = forms.CharField(
        label=gettext_lazy("Название версии"),
        max_length=160,
        error_messages={"required": gettext_lazy("Назовите версию, например «До встречи с отделом продаж»")},
    )
    note = forms.CharField(label=gettext_lazy("Что изменилось"), max_length=300, required=False)


class ColumnsForm(forms.Form):
    """Names of the time columns of a day; an emptied one is taken out, its cards stay in sight."""

    def __init__(self, columns: Iterable[Mapping[str, Any]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = list(columns)
        for number, each in enumerate(self._living(), 1):
            label = _("Столбец %(n)s") % {"n": number}
            self.fields[f"column_{each['key']}"] = forms.CharField(
                label=label, required=False, max_length=60, initial=each["label"]
            )
        self.fields["column_new"] = forms.CharField(label=_("Ещё столбец"), required=False, max_length=60)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not any(given.values()):
            raise forms.ValidationError(_("Нужен хотя бы один столбец"))
        return given

    def changed_columns(self) -> list[dict[str, Any]]:
        given = self.cleaned_data
        kept = [
            {"key": each["key"], "label": label} if (label := given.get(f"column_{each['key']}")) else
            {"key": each["key"], "label": each["label"], "removed": True}
            for each in self.columns
        ]  # fmt: skip
        if label := given.get("column_new"):
            following = max((int(each["key"]) for each in self.columns), default=0) + 1
            kept.append({"key": str(following), "label": label})
        return kept

    def _living(self) -> list[Mapping[str, Any]]:
        return [each for each in self.columns if not each.get("removed")]
