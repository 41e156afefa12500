"""Forms in the look of the product: `{{ form }}`, `{% field form.name %}` and `{{ form.name }}` give its fields."""

import re
from typing import Any

from django.forms import BaseForm, ChoiceField, Field, IntegerField, ModelChoiceField, widgets
from django.forms.boundfield import BoundField
from django.forms.renderers import DjangoTemplates
from django.template import loader
from django.utils.translation import gettext as _

from tropa.web.typography import language

_NO_BOX = (
    widgets.CheckboxInput,
    widgets.RadioSelect,
    widgets.CheckboxSelectMultiple,
    widgets.HiddenInput,
    widgets.MultipleHiddenInput,
)

# Lists of choices are laid out as our check boxes; a list to choose from is Django's, drawn at once.
_OURS = {
    "django/forms/widgets/select.html": "web/_select.html",
    "django/forms/widgets/radio.html": "web/_choices.html",
    "django/forms/widgets/checkbox_select.html": "web/_choices.html",
}

_DASHES = "---------"
_BLANKS = re.compile(r"(?<=\d)\s(?=\d)")


class DesignedField(BoundField):
    """A field whose input carries the classes of the design, and where numbers are typed as people write them."""

    def __init__(self, form: BaseForm, field: Field, name: str) -> None:
        super().__init__(form, field, name)
        if isinstance(field.widget, widgets.NumberInput):
            # A number box of the browser throws away what it cannot read; ours keeps it, beside what is wrong with it.
            field.widget.input_type = "text"
            field.widget.attrs.setdefault("inputmode", "numeric" if type(field) is IntegerField else "decimal")
            # «1 234,5». English pages keep the point alone: there a comma would silently make 15 of 1,5.
            field.localize = language() == "ru"
        if isinstance(field, ModelChoiceField):
            field.empty_label = _("не указано") if field.empty_label == _DASHES else field.empty_label
        elif isinstance(field, ChoiceField) and isinstance(field.widget, widgets.Select):
            field.widget.choices = [_named(choice) for choice in field.widget.choices]

    def build_widget_attrs(self, attrs: dict[str, Any], widget: widgets.Widget | None = None) -> dict[str, Any]:
        built: dict[str, Any] = super().build_widget_attrs(attrs, widget)
        if not isinstance(widget or self.field.widget, _NO_BOX):
            given = built.get("class") or (widget or self.field.widget).attrs.get("class") or ""
            built["class"] = given if "inp" in given.split() else f"inp {given}".strip()
        return built

    @property
    def data(self) -> Any:
        """What was typed; thousands may be set apart by blanks, as people and spreadsheets write them."""
        given = super().data
        return _BLANKS.sub("", given) if isinstance(given, str) and isinstance(self.field, IntegerField) else given

    @property
    def is_check(self) -> bool:
        """One check box, whose label stands after it."""
        return isinstance(self.field.widget, widgets.CheckboxInput)


def _named(choice: Any) -> Any:
    """Django's row of dashes for «nothing chosen» in words."""
    return (choice[0], _("не указано")) if choice == ("", _DASHES) else choice


class DesignRenderer(DjangoTemplates):
    """Our templates for forms and fields, Django's for the inputs themselves."""

    form_template_name = "web/_form.html"
    field_template_name = "web/_field.html"
    bound_field_class = DesignedField

    def get_template(self, template_name: str) -> Any:
        # Django's own renderer has an engine apart that knows neither our tags nor our languages.
        name = _OURS.get(template_name, template_name)
        return loader.get_template(name) if name.startswith("web/") else super().get_template(name)
