"""The form of the first journey."""

from django import forms
from django.utils.translation import gettext_lazy

from tropa.journeys.shipped import templates


class BeginForm(forms.Form):
    """A template, what is sold and to whom."""

    template = forms.CharField(required=False, widget=forms.HiddenInput)
    product = forms.CharField(
        label=gettext_lazy("Что продаёте"), max_length=120,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("CRM по подписке")}),
    )  # fmt: skip
    persona = forms.CharField(
        label=gettext_lazy("Для кого рисуем"), max_length=80,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Директор по продажам, компания 50–200 человек")}),
        help_text=gettext_lazy("Одна карта — одна персона. Остальных добавите позже."),
    )  # fmt: skip

    @property
    def chosen(self) -> str:
        """The template that is chosen, else the usual one."""
        key = str(self.data.get("template", ""))
        return key if key in templates() else next(each.key for each in templates().values() if each.is_default)
