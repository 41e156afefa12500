"""What every list of this room can do: one change for many rows, «Вернуть», a file for a spreadsheet."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from tropa.customers import access, actions, export, undo
from tropa.customers.accounts.forms import AccountFilters
from tropa.customers.actions.bulk import MOST_ROWS
from tropa.customers.contacts.forms import ContactFilters
from tropa.customers.deals import moving
from tropa.customers.deals.forms import DealFilters
from tropa.customers.listing import Filters
from tropa.customers.models import Account, BuyingRole, Contact, Deal
from tropa.web import typography
from tropa.workspace import audit
from tropa.workspace.access import MemberRequest, Permit, member
from tropa.workspace.models import Workspace

_FILTERS: Mapping[str, Callable[[Any, Workspace], Filters]] = {
    "accounts": AccountFilters,
    "contacts": ContactFilters,
    "deals": DealFilters,
}
_SHEETS: Mapping[str, Callable[[Any], export.Sheet]] = {
    "accounts": export.accounts,
    "contacts": export.contacts,
    "deals": export.deals,
}
_LISTS = {"accounts": "accounts", "contacts": "contacts", "deals": "deals_list"}
_TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def _listed(request: MemberRequest, noun: str) -> "QuerySet[Any]":
    """The rows of the list that the person has before them."""
    filters = _FILTERS[noun](QueryDict(request.POST.get("query", "")), request.workspace)
    return filters.rows()  # type: ignore[attr-defined,no-any-return]  # each of _FILTERS has it


def _bulk(request: MemberRequest, noun: str) -> HttpResponse:
    field = _field(request, noun)
    if field is None:
        raise Http404("field")
    value = _value(request, field)
    before = actions.give(
        noun=noun, field=field, value=value, ids=_picked(request, noun), by=request.member, now=timezone.now()
    )
    query = request.POST.get("query", "")
    step = {"do": "put_back", "noun": noun, "field": field, "value": value, "before": before, "query": query}
    if before:
        undo.offer(request, _changed(noun, len(before)), step)
    else:
        messages.info(request, _("Ничего не изменилось: выберите строки, у которых это значение другое."))
    return _back_to_list(request, noun, query)


def _back_to_list(request: MemberRequest, noun: str, query: str) -> HttpResponse:
    return redirect(reverse(_LISTS[noun], args=[request.workspace.slug]) + (f"?{query}" if query else ""))


def _field(request: MemberRequest, noun: str) -> str | None:
    """Which field is given; a list of one field need not say it."""
    if noun == "accounts":
        given = request.POST.get("field")
        return given if given in ("segment", "owner_id") else None
    return "buying_role" if noun == "contacts" else "owner_id"


def _value(request: MemberRequest, field: str) -> int | str | None:
    if field == "buying_role":
        role = request.POST.get("buying_role", "")
        return role if role in BuyingRole.values else ""
    if field == "segment":
        return request.POST.get("segment", "").replace("\0", "").strip()[:120]
    given = request.POST.get("owner", "")
    return access.owner(request.workspace, int(given)).pk if given.isdecimal() else None


def _picked(request: MemberRequest, noun: str) -> list[int]:
    if request.POST.get("everything"):
        return list(_listed(request, noun).values_list("pk", flat=True)[:MOST_ROWS])
    return [int(pk) for pk in request.POST.getlist("pick") if pk.isdecimal() and len(pk) < 19]


def _changed(noun: str, count: int) -> str:
    shown = typography.number(count)
    if noun == "accounts":
        return ngettext("Изменена {n} компания", "Изменено {n} компании", count).format(n=shown)
    if noun == "contacts":
        return ngettext("Изменён {n} контакт", "Изменено {n} контакта", count).format(n=shown)
    return ngettext("Изменена {n} сделка", "Изменено {n} сделки", count).format(n=shown)


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def accounts_bulk(request: MemberRequest) -> HttpResponse:
    return _bulk(request, "accounts")


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def contacts_bulk(request: MemberRequest) -> HttpResponse:
    return _bulk(request, "contacts")


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def deals_bulk(request: MemberRequest) -> HttpResponse:
    return _bulk(request, "deals")


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def customers_undo(request: MemberRequest, token: str) -> HttpResponse:
    """Take back what the message offered to take back."""
    step = undo.taken(request, token, request.workspace.pk)
    if step is None:
        messages.info(request, _("Это уже вернули, или прошло слишком много времени."))
        return redirect("accounts", request.workspace.slug)
    if step["do"] == "restore":
        return _restore(request, step["noun"], step["pk"])
    if step["do"] == "move":
        return moving.back(request, access.deal(request.workspace, step["deal"]), step)
    before = {int(pk): value for pk, value in step["before"].items()}
    noun, field, value = step["noun"], step["field"], step["value"]
    actions.put_back(noun=noun, field=field, value=value, before=before, by=request.member, now=timezone.now())
    messages.success(request, _("Вернули как было"))
    return _back_to_list(request, noun, step["query"])


def _restore(request: MemberRequest, noun: str, pk: int) -> HttpResponse:
    found: Mapping[str, Callable[[Workspace, int], Account | Contact | Deal]] = {
        "account": access.account,
        "contact": access.contact,
        "deal": access.deal,
    }
    actions.restore(found[noun](request.workspace, pk), by=request.member)
    messages.success(request, _("Вернули из архива"))
    return redirect(noun, request.workspace.slug, pk)


def _export(request: MemberRequest, noun: str) -> HttpResponseBase:
    """The whole list with its filters. Who took how much is written into the audit trail first."""
    form = request.POST.get("format", "")
    if form not in _TYPES:
        raise Http404(form)
    rows = _listed(request, noun)
    audit.record(
        workspace=request.workspace, actor=request.user, action=f"{noun}.export",
        details={"format": form, "rows": rows.count()}, request=request,
    )  # fmt: skip
    sheet = _SHEETS[noun](rows)
    file = export.as_csv(sheet) if form == "csv" else export.as_xlsx(sheet)
    name = f"{noun}-{timezone.localdate():%Y-%m-%d}.{form}"
    return FileResponse(file, as_attachment=True, filename=name, content_type=_TYPES[form])


@require_POST
@member(Permit.EXPORT)
def accounts_export(request: MemberRequest) -> HttpResponseBase:
    return _export(request, "accounts")


@require_POST
@member(Permit.EXPORT)
def contacts_export(request: MemberRequest) -> HttpResponseBase:
    return _export(request, "contacts")


@require_POST
@member(Permit.EXPORT)
def deals_export(request: MemberRequest) -> HttpResponseBase:
    return _export(request, "deals")
