"""Forms of pipelines, stages and entry facts."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tropa.customers.catalogue import pipeline_templates
from tropa.customers.forms import MoneyField, language
from tropa.customers.models import PipelineStage
from tropa.customers.pipelines import rules
from tropa.facts.models import TouchType
from tropa.workspace.models import Workspace

EMPTY = "empty"


class NewPipelineForm(forms.Form):
    """A pipeline from a template or with two ends alone."""

    template = forms.ChoiceField(label=gettext_lazy("С чего начать"), widget=forms.RadioSelect)
    name = forms.CharField(label=gettext_lazy("Название"), max_length=120, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"template": "sales"})
        shipped = [
            (each.key, f"{each.label[language()]}. {each.description[language()]}") for each in pipeline_templates()
        ]
        empty = (EMPTY, _("Своя воронка. Сначала только «Выиграна» и «Проиграна», остальное добавите."))
        self.fields["template"].choices = [*shipped, empty]  # type: ignore[attr-defined]  # a field of choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("template") == EMPTY and not cleaned.get("name"):
            self.add_error("name", _("Назовите воронку."))
        return cleaned


class PipelineForm(forms.Form):
    """Its name, and whether it is strict."""

    name = forms.CharField(label=gettext_lazy("Название"), max_length=120)
    is_strict = forms.BooleanField(
        label=gettext_lazy("Строгая: сделка входит на стадию, только когда доказаны её факты и факты прежних стадий"),
        required=False,
    )


class StageForm(forms.Form):
    """A stage of a pipeline."""

    name = forms.CharField(label=gettext_lazy("Название"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("Вид"), choices=PipelineStage.Kind.choices)
    probability = forms.IntegerField(label=gettext_lazy("Вероятность, %"), min_value=0, max_value=100, required=False)


class FactForm(forms.Form):
    """An entry fact: what it is called and how it is recognised."""

    KINDS = (
        ("touch", gettext_lazy("было касание")),
        ("field", gettext_lazy("заполнено поле")),
        ("amount", gettext_lazy("сумма не меньше")),
        ("role", gettext_lazy("назван участник решения")),
        ("spoken", gettext_lazy("общались с людьми")),
    )

    label = forms.CharField(label=gettext_lazy("Факт"), max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Как узнаём"), choices=KINDS)
    types = forms.MultipleChoiceField(label=gettext_lazy("Какое касание"), required=False)
    within_days = forms.IntegerField(
        label=gettext_lazy("За сколько дней, пусто — за всё время"), min_value=1, max_value=3650, required=False
    )
    field = forms.ChoiceField(label=gettext_lazy("Какое поле"), choices=list(rules.FIELDS.items()), required=False)
    amount = MoneyField(label=gettext_lazy("Сумма не меньше"))
    role = forms.ChoiceField(label=gettext_lazy("Чья роль названа"), choices=rules.ROLES, required=False)
    people = forms.IntegerField(label=gettext_lazy("Со сколькими людьми"), min_value=1, max_value=50, required=False)

    def __init__(self, data: Any = None, *, workspace: Workspace) -> None:
        super().__init__(data, auto_id="fact-%s")
        self.fields["types"].choices = sorted(labels_of(workspace).items(), key=lambda pair: pair[1])  # type: ignore[attr-defined]
        self.fields["types"].widget.attrs["size"] = 6

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        needed = {"touch": "types", "amount": "amount", "spoken": "people"}.get(cleaned.get("kind", ""))
        if needed and needed not in self.errors and not cleaned.get(needed):
            self.add_error(needed, _("Без этого факт не проверить."))
        return cleaned

    def rule(self) -> rules.Rule:
        """The condition; call after is_valid."""
        given = self.cleaned_data
        match given["kind"]:
            case "touch":
                return rules.touched(given["types"], at_least=1, within_days=given["within_days"])
            case "amount":
                return rules.amount(float(given["amount"]))
            case "role":
                return rules.role(given["role"])
            case "spoken":
                return rules.spoken(given["people"])
            case _:
                return rules.filled(given["field"])


def labels_of(workspace: Workspace) -> dict[str, str]:
    """What the touch types of a workspace are called."""
    column = "label_en" if language() == "en" else "label_ru"
    return dict(TouchType.objects.of(workspace).values_list("key", column))
