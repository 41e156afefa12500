"""Lists: search, filters, sort and page, all in the query string. A value that makes no sense is left out."""

from typing import Any, ClassVar

from django import forms
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tropa.customers import queries
from tropa.customers.domain import folded
from tropa.workspace.models import Workspace

ROWS = 50
_MOST_CHOICES = 300
_MOST_SEARCHED = 200  # characters
NOBODY = "0"


class SearchField(forms.CharField):
    """What is searched for. What is too long is cut: leaving it out would list everything."""

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\0", " ")[:_MOST_SEARCHED]


class Filters(forms.Form):
    """The filters of a list. SORTS: what it can be sorted by, from the key in the address to columns."""

    SORTS: ClassVar[dict[str, tuple[str, ...]]] = {}
    DEFAULT_SORT: ClassVar[str] = "name"
    EQUAL: ClassVar[tuple[str, ...]] = ()  # filters that are columns of the same name

    q = SearchField(label=gettext_lazy("Поиск"), required=False)
    sort = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, workspace: Workspace) -> None:
        self.workspace = workspace
        super().__init__(data)
        self.fields["q"].widget.attrs |= {"type": "search", "placeholder": _("Поиск")}
        self.arrange()
        self.is_valid()

    def arrange(self) -> None:
        """Fill the choices of the filters."""

    @property
    def sort_key(self) -> str:
        """What it is sorted by: a key of SORTS, with a minus when descending."""
        given: str = self.cleaned_data.get("sort") or self.DEFAULT_SORT
        return given if given.removeprefix("-") in self.SORTS else self.DEFAULT_SORT

    def narrowed(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        """Rows that match the filters, in order."""
        given = self.cleaned_data
        for word in folded(given.get("q") or "").split():
            rows = self.having(rows, word)
        for name in self.EQUAL:
            if given.get(name):
                rows = rows.filter(**{name: given[name]})
        if owner := given.get("owner"):
            rows = rows.filter(owner=None) if owner == NOBODY else rows.filter(owner=owner)
        return rows.order_by(*self._order())

    def having(self, rows: "QuerySet[Any]", word: str) -> "QuerySet[Any]":
        return rows.filter(search__contains=word)

    def _order(self) -> list[str]:
        key = self.sort_key
        columns = self.SORTS[key.removeprefix("-")]
        return [f"-{column}" if key.startswith("-") else column for column in columns] + ["pk"]


def offer(form: forms.Form, name: str, first: str, choices: list[tuple[str, str]]) -> None:
    """Fill a filter: its first choice means any."""
    field = form.fields[name]
    field.choices = [("", first), *choices]  # type: ignore[attr-defined]  # a field of choices


def offer_owners(form: Filters) -> None:
    """Fill the filter by the person in charge."""
    people = [(str(member.pk), str(member)) for member in queries.owners(form.workspace)]
    offer(form, "owner", _("Ведёт: все"), [(NOBODY, _("никто")), *people])


def offer_values(form: Filters, name: str, first: str, model: type[Model]) -> None:
    """Fill a filter with the values that the column has, and with the one asked for: a list filtered by a value that
    nobody has any more is empty, not everything."""
    rows = model._default_manager.filter(workspace=form.workspace).exclude(**{name: ""})
    found = rows.order_by(name).values_list(name, flat=True).distinct()[:_MOST_CHOICES]
    asked = str(form.data.get(name) or "").replace("\0", "")
    values = [*found] if not asked or asked in found else [*found, asked]
    offer(form, name, first, [(value, value) for value in values])


def page_of(request: HttpRequest, rows: "QuerySet[Any]", *, size: int = ROWS) -> Page[Any]:
    """The page in the address; one that does not exist is the nearest that does."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
