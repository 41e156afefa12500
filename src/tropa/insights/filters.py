"""The filters of figures: the form that asks, the chips that say what was asked and take it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.cache import cache
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tropa.customers import queries
from tropa.customers.models import Account
from tropa.insights.question import MEASURES, PERIODS, Question
from tropa.web import typography
from tropa.workspace.models import Workspace

MOST_CHOICES = 300
KEPT_SECONDS = 300
OF_COMPANIES = ("segment", "industry", "city")

Address = Callable[..., str]


class Filters(forms.Form):
    """Who is counted and when. It is filled from the question and read back by `Question.read`, never validated here:
    a value that makes no sense is told by the page and left out."""

    since = forms.DateField(label=gettext_lazy("Пришли на этап с"), widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=gettext_lazy("по"), widget=forms.DateInput({"type": "date"}))
    who = forms.ChoiceField(label=gettext_lazy("Кто"))
    owner = forms.ChoiceField(label=gettext_lazy("Ведёт"))
    segment = forms.ChoiceField(label=gettext_lazy("Сегмент"))
    industry = forms.ChoiceField(label=gettext_lazy("Отрасль"))
    size_from = forms.IntegerField(label=gettext_lazy("Сотрудников от"))
    size_to = forms.IntegerField(label=gettext_lazy("до"))
    city = forms.ChoiceField(label=gettext_lazy("Город"))

    def __init__(self, question: Question, workspace: Workspace) -> None:
        asked = question.params
        days = {"since": question.since, "until": question.until}
        super().__init__(initial=asked | {name: day.isoformat() for name, day in days.items() if day})
        people = [(str(member.pk), str(member)) for member in queries.owners(workspace)]
        self._offer("who", _("все"), [("company", _("компании")), ("unknown", _("неизвестные посетители"))])
        self._offer("owner", _("кто угодно"), people)
        for name in OF_COMPANIES:
            self._offer(name, _("любой") if name != "industry" else _("любая"), _values(workspace, name, asked))
        for name in ("size_from", "size_to"):
            self.fields[name].widget.attrs |= {"inputmode": "numeric", "min": 0}
        for field in self.fields.values():
            field.required = False

    def _offer(self, name: str, first: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = [("", first), *choices]  # type: ignore[attr-defined]  # a field of choices


def _values(workspace: Workspace, name: str, asked: dict[str, str]) -> list[tuple[str, str]]:
    """What the column has, and what is asked for: a filter by a value that nobody has any more stays visible. Kept for
    a while, since a page asks for three columns of all accounts."""
    rows = Account.objects.of(workspace).exclude(**{name: ""}).order_by(name)
    key = f"insights.values.{workspace.pk}.{workspace.created_at.timestamp()}.{name}"
    found = cache.get(key)
    if found is None:
        found = list(rows.values_list(name, flat=True).distinct()[:MOST_CHOICES])
        cache.set(key, found, KEPT_SECONDS)
    wanted = asked.get(name)
    return [(value, value) for value in (found if not wanted or wanted in found else [*found, wanted])]


@dataclass(frozen=True, slots=True)
class Option:
    """One of several, as a link. text: what it says."""

    text: str
    url: str
    is_chosen: bool = False


def periods(question: Question, address: Address) -> list[Option]:
    """The presets of the period."""
    names = {"all": _("Всё время"), "12": _("12 месяцев"), "6": _("6 месяцев"), "3": _("3 месяца")}
    return [
        Option(text, address(period="" if key == "all" else key), question.period == key)
        for key, text in names.items()
        if key in PERIODS
    ]


def period_words(question: Question) -> str:
    """The period on its button."""
    for option in periods(question, lambda **changes: ""):
        if option.is_chosen:
            return option.text
    since, until = (typography.day(day) for day in (question.since, question.until))
    if question.since and question.until:
        return f"{since} – {until}"
    return _("с %(day)s") % {"day": since} if question.since else _("по %(day)s") % {"day": until}


def measures(question: Question, address: Address) -> list[Option]:
    """The three conversions (metrics.md section 1.1)."""
    names = {"to_date": _("Пока"), "mature": _("Зрелая когорта"), "estimate": _("Оценка")}
    return [
        Option(names[key], address(measure="" if key == "to_date" else key), question.measure == key)
        for key in MEASURES
    ]


@dataclass(frozen=True, slots=True)
class Chip:
    """What narrows the figures; url: the same page without it."""

    text: str
    url: str


def chips(question: Question, workspace: Workspace, address: Address) -> list[Chip]:
    """Everything that narrows the figures, each taken back by itself."""
    segment = question.segment
    found: list[Chip] = []
    if question.period != "all":
        found.append(Chip(period_words(question), address(period=None)))
    if question.who:
        who = _("компании") if question.who == "company" else _("неизвестные посетители")
        found.append(Chip(who, address(who=None)))
    named = {"segment": _("Сегмент: %(value)s"), "industry": _("Отрасль: %(value)s"), "city": _("Город: %(value)s")}
    for name, text in named.items():
        if value := getattr(segment, name):
            found.append(Chip(text % {"value": value}, address(**{name: None})))
    if segment.size_from is not None or segment.size_to is not None:
        found.append(Chip(_size(question), address(size_from=None, size_to=None)))
    if question.owner is not None:
        found.append(Chip(_("Ведёт: %(who)s") % {"who": _owner(workspace, question.owner)}, address(owner=None)))
    return found


def _size(question: Question) -> str:
    low, high = question.segment.size_from, question.segment.size_to
    if low is not None and high is not None:
        return _("%(low)s–%(high)s сотрудников") % {"low": typography.number(low), "high": typography.number(high)}
    if low is not None:
        return _("от %(low)s сотрудников") % {"low": typography.number(low)}
    return _("до %(high)s сотрудников") % {"high": typography.number(high)}


def _owner(workspace: Workspace, pk: int) -> str:
    return next((str(member) for member in queries.owners(workspace) if member.pk == pk), f"№ {pk}")


def refused_words(question: Question) -> list[str]:
    """The names of the filters whose values made no sense, as the form calls them."""
    names: dict[str, Any] = {name: field.label for name, field in Filters.base_fields.items()}
    names |= {"period": _("Период"), "measure": _("Мера")}
    return [str(names.get(name, name)) for name in dict.fromkeys(question.refused)]
