"""Pages of accounts: the list, the card, the form, putting away, a touch by hand."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tropa.customers import access, actions, queries, undo
from tropa.customers.accounts.card import card_of
from tropa.customers.accounts.forms import AccountFilters, AccountForm, TouchForm
from tropa.customers.editing import UNPROCESSABLE, edit_page
from tropa.customers.feed import Feed
from tropa.customers.listing import page_of
from tropa.customers.models import Account
from tropa.customers.sums import NOTHING, deals_of_accounts
from tropa.workspace.access import MemberRequest, Permit, member


@require_safe
@member(Permit.READ)
def accounts(request: MemberRequest) -> HttpResponse:
    """Companies and unknown visitors, never in one list."""
    filters = AccountFilters(request.GET, request.workspace)
    page = page_of(request, filters.rows())
    worth = deals_of_accounts(request.workspace, [account.pk for account in page])
    context = {
        "section": "clients",
        "tab": "accounts",
        "filters": filters,
        "page": page,
        "rows": [(account, worth.get(account.pk, NOTHING)) for account in page],
        "kinds": filters.kinds(),
        "kind": filters.kind_key,
        "owners": queries.owners(request.workspace),
    }
    return render(request, "customers/accounts.html", context)


@require_safe
@member(Permit.READ)
def account(request: MemberRequest, pk: int) -> HttpResponse:
    """The card of a customer."""
    found = access.account(request.workspace, pk)
    return _card(request, found, TouchForm(account=found))


def _card(request: MemberRequest, found: Account, form: TouchForm) -> HttpResponse:
    context = {"section": "clients", "touch_form": form, **card_of(found), **_feed(request, found)}
    return render(request, "customers/account.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _feed(request: MemberRequest, found: Account) -> dict[str, object]:
    return {"account": found, "feed": Feed(found, request.GET.dict(), now=timezone.now())}


@require_safe
@member(Permit.READ)
def account_touches(request: MemberRequest, pk: int) -> HttpResponse:
    """The next part of the timeline, for the card to take in."""
    return render(request, "customers/_timeline.html", _feed(request, access.account(request.workspace, pk)))


@member(Permit.EDIT_CUSTOMERS)
def account_new(request: MemberRequest) -> HttpResponse:
    form = AccountForm(request.POST or None, workspace=request.workspace, initial={"owner": request.member})
    return edit_page(
        request,
        form,
        lambda values: actions.create_account(workspace=request.workspace, by=request.member, **values),
        heading=_("Новая компания"),
        back=reverse("accounts", args=[request.workspace.slug]),
        done=lambda row: reverse("account", args=[request.workspace.slug, row.pk]),
    )


@member(Permit.EDIT_CUSTOMERS)
def account_edit(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.account(request.workspace, pk)
    form = AccountForm(request.POST or None, workspace=request.workspace, row=found)
    card = reverse("account", args=[request.workspace.slug, pk])
    return edit_page(
        request,
        form,
        lambda values: actions.update_account(found, by=request.member, seen=form.cleaned_data["seen"], **values),
        heading=found.name,
        back=card,
        done=lambda row: card,
    )


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def account_archive(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.account(request.workspace, pk)
    actions.archive(found, by=request.member, now=timezone.now())
    undo.offer(request, _("Компания в архиве"), {"do": "restore", "noun": "account", "pk": pk})
    return redirect("accounts", request.workspace.slug)


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def account_restore(request: MemberRequest, pk: int) -> HttpResponse:
    actions.restore(access.account(request.workspace, pk), by=request.member)
    messages.success(request, _("Компания снова в списке"))
    return redirect("account", request.workspace.slug, pk)


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def account_touch(request: MemberRequest, pk: int) -> HttpResponse:
    """Write down what happened with the client."""
    found = access.account(request.workspace, pk)
    form = TouchForm(request.POST, account=found)
    if not form.is_valid():
        return _card(request, found, form)
    given = form.cleaned_data
    kind = form.kinds[given["type"]]
    is_new = actions.log_touch(
        account=found, type_key=kind.key, at=given["at"], now=timezone.now(), channel=kind.channel,
        message_id=f"by-hand:{given['message']}", contact=given["contact"], note=given["note"],
    )  # fmt: skip
    messages.success(request, _("Касание записано") if is_new else _("Это касание уже записано"))
    return redirect("account", request.workspace.slug, pk)


@require_safe
@member(Permit.READ)
def accounts_suggest(request: MemberRequest) -> HttpResponse:
    """Names to choose from while a company is typed."""
    found = queries.suggested_accounts(request.workspace, request.GET.get("account", ""))
    return render(request, "customers/_names.html", {"accounts": found})
