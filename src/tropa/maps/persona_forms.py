"""Forms of personas."""

from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tropa.maps import catalogue
from tropa.maps.personas import COLUMNS
from tropa.web import typography

# Fields of a persona that hold one line; the others hold one thing a line.
ONE_LINE: Final = frozenset({"company_type", "company_size", "decision_role"})
MOST_LINES, MOST_LINE = 12, 300


class PersonaForm(forms.Form):
    """Fields of a persona, those of the catalogue."""

    name = forms.CharField(
        max_length=80, error_messages={"required": gettext_lazy("Как зовут персону? Имя вымышленное, человек типичный")}
    )
    position = forms.CharField(max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = typography.language()
        for each in catalogue.persona_fields():
            label, hint = each.label.in_(language), each.hint.in_(language)
            if each.key in COLUMNS:
                self.fields[each.key].label = label
            elif each.key in ONE_LINE:
                self.fields[each.key] = forms.CharField(
                    label=label, help_text=hint, required=False, max_length=MOST_LINE
                )
            else:
                help_text = " ".join(filter(None, (hint, _("Каждое с новой строки."))))
                area = forms.Textarea(attrs={"rows": 3})
                self.fields[each.key] = LinesField(label=label, help_text=help_text, required=False, widget=area)

    def details(self) -> dict[str, Any]:
        """What of it the persona keeps by key."""
        return {key: value for key, value in self.cleaned_data.items() if key not in COLUMNS and value}


class LinesField(forms.CharField):
    """A few lines, each of them one thing."""

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        lines = [line.strip() for line in str(super().clean(value)).splitlines() if line.strip()]
        if len(lines) > MOST_LINES:
            raise forms.ValidationError(_("Не больше %(most)s строк, сейчас %(given)s") % {
                "most": MOST_LINES, "given": len(lines)})  # fmt: skip
        return [line[:MOST_LINE] for line in lines]
