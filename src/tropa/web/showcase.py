"""What the showcase of components shows: a form with every kind of field, a list in pages, figures."""

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy


class Fields(forms.Form):
    """Every kind of field, filled in with a mistake."""

    name = forms.CharField(label=gettext_lazy("Название карты"), help_text=gettext_lazy("Видно всей команде"))
    days = forms.IntegerField(
        label=gettext_lazy("Цель: дней на этапе"),
        error_messages={"invalid": gettext_lazy("Нужно число дней, например 30")},
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Персона"),
        choices=[
            ("sales", gettext_lazy("Директор по продажам")),
            ("marketing", gettext_lazy("Директор по маркетингу")),
        ],
    )
    fixed = forms.CharField(label=gettext_lazy("Только чтение"), initial="ООО «Гранит-Север»", disabled=True)
    unit = forms.ChoiceField(
        label=gettext_lazy("Что считаем"),
        choices=[("account", gettext_lazy("Компании")), ("deal", gettext_lazy("Сделки"))],
        widget=forms.RadioSelect,
    )
    agreed = forms.BooleanField(label=gettext_lazy("Согласие получено"), required=False)


class Filters(forms.Form):
    """Filters of a list."""

    q = forms.CharField(label=gettext_lazy("Поиск"), required=False)
    stage = forms.ChoiceField(
        label=gettext_lazy("Этап"),
        choices=[("", gettext_lazy("Все этапы")), ("decision", gettext_lazy("Решение"))],
        required=False,
    )


def context() -> dict[str, Any]:
    """Context of the page."""
    filled = {"name": _("Путь директора по продажам"), "days": _("тридцать"), "role": "sales", "unit": "account"}
    return {
        "form": Fields(filled),
        "filters": Filters({}),
        "page": Paginator(range(1, 1235), 25).page(3),
        "colours": _colours(),
        "rows": [
            {"name": "ООО «Гранит-Север»", "stage": _("Решение"), "days": 38, "late": True, "value": 480_000},
            {"name": "АО «Лаборант-М»", "stage": _("Внедрение"), "days": 12, "late": False, "value": 11_700_000},
        ],
    }


def _colours() -> list[tuple[str, str, str]]:
    """Token, its short name, what it means."""
    return [
        ("ink", "ink", _("текст, главная кнопка")),
        ("accent", "accent", _("выбор, ссылки, фокус")),
        ("pain-fill", "pain", _("боли, уходы, хуже цели")),
        ("good-fill", "good", _("лояльность, лучше цели")),
        ("warn-fill", "warn", _("гипотеза, возврат, спор")),
        ("opp-fill", "opp", _("возможности")),
    ]
