"""Pages of deals: the board, the list, the deal, the form."""

from django.contrib import messages
from django.db.models import Model
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tropa.customers import access, actions, entry_facts, queries, undo
from tropa.customers.actions.deals import may_pass
from tropa.customers.deals import board, moving
from tropa.customers.deals.forms import DealFilters, DealForm, MoveForm, OrderForm, SubscriptionForm
from tropa.customers.domain import MissingFacts, ReasonNeeded
from tropa.customers.editing import Refused, edit_page
from tropa.customers.listing import page_of
from tropa.customers.models import Account, Deal, Pipeline
from tropa.workspace.access import MemberRequest, Permit, member


@require_safe
@member(Permit.READ)
def deals(request: MemberRequest) -> HttpResponse:
    """The board of one pipeline."""
    filters = DealFilters(request.GET, request.workspace)
    found = list(queries.pipelines(request.workspace))
    current = _current(found, filters.cleaned_data.get("pipeline") or "")
    context = {
        "section": "deals",
        "filters": filters,
        "pipelines": found,
        "pipeline": current,
        "columns": board.columns(current, filters.rows()) if current else [],
    }
    return render(request, "customers/deals.html", context)


def _current(found: list[Pipeline], wanted: str) -> Pipeline | None:
    return next((each for each in found if str(each.pk) == wanted), found[0] if found else None)


@require_safe
@member(Permit.READ)
def deals_column(request: MemberRequest, pk: int) -> HttpResponse:
    """Further cards of one column. pk: of the stage."""
    stage = access.pipeline_stage(request.workspace, pk)
    page = request.GET.get("page", "")
    filters = DealFilters(request.GET, request.workspace)
    column = board.column_page(stage, filters.rows(), int(page) if page.isdecimal() and 0 < int(page) < 10**6 else 1)
    return render(request, "customers/_cards.html", {"column": column, "pipeline": stage.pipeline})


@require_safe
@member(Permit.READ)
def deals_list(request: MemberRequest) -> HttpResponse:
    filters = DealFilters(request.GET, request.workspace)
    page = page_of(request, filters.rows())
    owners = queries.owners(request.workspace)
    context = {"section": "deals", "filters": filters, "page": page, "owners": owners}
    return render(request, "customers/deals_list.html", context)


@require_safe
@member(Permit.READ)
def deal(request: MemberRequest, pk: int) -> HttpResponse:
    """The deal: what it is, how it moved, which facts of its next stage hold."""
    found = access.deal(request.workspace, pk)
    stages = list(found.pipeline.stages.all())
    following = next((each for each in stages if each.position > found.stage.position and each.kind != "lost"), None)
    checked = entry_facts.checked(found, following or found.stage, now=timezone.now())
    moves = found.moves.select_related("from_stage", "to_stage", "by__user").order_by("-at", "-pk")
    context = {
        "section": "deals",
        "deal": found,
        "following": following,
        "checked": checked,
        "moves": moves[:200],
        "orders": found.orders.order_by("-ordered_at")[:50],
    }
    return render(request, "customers/deal.html", context)


@member(Permit.EDIT_CUSTOMERS)
def deal_new(request: MemberRequest) -> HttpResponse:
    of = _account_of(request)
    initial = {"account": of, "owner": request.member, "currency": request.workspace.currency}
    initial["stage"] = request.GET.get("stage", "")
    form = DealForm(
        request.POST or None, workspace=request.workspace, of=of, may_pass=may_pass(request.member), initial=initial
    )
    return edit_page(
        request,
        form,
        lambda values: _create(request, values),
        heading=_("Новая сделка"),
        back=reverse("deals", args=[request.workspace.slug]),
        done=lambda row: reverse("deal", args=[request.workspace.slug, row.pk]),
        section="deals",
    )


def _create(request: MemberRequest, values: dict[str, object]) -> Deal:
    try:
        return actions.create_deal(workspace=request.workspace, by=request.member, at=timezone.now(), **values)  # type: ignore[arg-type]  # the form cleaned them
    except ReasonNeeded as refused:
        raise Refused(_("Напишите, почему сделка потеряна."), "reason") from refused
    except MissingFacts as missing:
        listed = "; ".join(one.label for one in missing.lacking)
        raise Refused(_("На эту стадию рано. Не хватает фактов: %(facts)s.") % {"facts": listed}, "stage") from missing


def _account_of(request: MemberRequest) -> Account | None:
    given = request.GET.get("account", "")
    return access.account(request.workspace, int(given)) if given.isdecimal() else None


@member(Permit.EDIT_CUSTOMERS)
def deal_edit(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.deal(request.workspace, pk)
    form = DealForm(request.POST or None, workspace=request.workspace, row=found)
    page = reverse("deal", args=[request.workspace.slug, pk])
    return edit_page(
        request,
        form,
        lambda values: actions.update_deal(found, by=request.member, seen=form.cleaned_data["seen"], **values),
        heading=found.title,
        back=page,
        done=lambda row: page,
        section="deals",
    )


@member(Permit.EDIT_CUSTOMERS)
def deal_move(request: MemberRequest, pk: int) -> HttpResponse:
    """A GET shows the dialog; a POST moves the deal, or shows what is missing."""
    found = access.deal(request.workspace, pk)
    if request.method != "POST":
        following = found.pipeline.stages.filter(position__gt=found.stage.position).first()
        to = request.GET.get("to") or str(following.pk if following else found.stage_id)
        return moving.dialog(request, found, MoveForm(deal=found, to=to))
    return moving.attempt(request, found, MoveForm(request.POST, deal=found))


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def deal_archive(request: MemberRequest, pk: int) -> HttpResponse:
    actions.archive(access.deal(request.workspace, pk), by=request.member, now=timezone.now())
    undo.offer(request, _("Сделка в архиве"), {"do": "restore", "noun": "deal", "pk": pk})
    return redirect("deals", request.workspace.slug)


@require_POST
@member(Permit.EDIT_CUSTOMERS)
def deal_restore(request: MemberRequest, pk: int) -> HttpResponse:
    actions.restore(access.deal(request.workspace, pk), by=request.member)
    messages.success(request, _("Сделка снова на доске"))
    return redirect("deal", request.workspace.slug, pk)


def _card_of(request: MemberRequest, account_id: int) -> str:
    return reverse("account", args=[request.workspace.slug, account_id])


@member(Permit.EDIT_CUSTOMERS)
def order_new(request: MemberRequest, pk: int) -> HttpResponse:
    """pk: of the account."""
    of = access.account(request.workspace, pk)
    initial = {"currency": request.workspace.currency}
    form = OrderForm(request.POST or None, workspace=request.workspace, of=of, initial=initial)
    card = _card_of(request, pk)

    def save(values: dict[str, object]) -> Model:
        return actions.create_order(account=of, by=request.member, **values)  # type: ignore[arg-type]  # cleaned

    return edit_page(request, form, save, heading=_("Новый заказ"), back=card, done=lambda row: card)


@member(Permit.EDIT_CUSTOMERS)
def order_edit(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.order(request.workspace, pk)
    form = OrderForm(request.POST or None, workspace=request.workspace, of=found.account, row=found)
    card = _card_of(request, found.account_id)

    def save(values: dict[str, object]) -> Model:
        return actions.update_order(found, by=request.member, seen=form.cleaned_data["seen"], **values)

    return edit_page(request, form, save, heading=_("Заказ"), back=card, done=lambda row: card)


@member(Permit.EDIT_CUSTOMERS)
def subscription_new(request: MemberRequest, pk: int) -> HttpResponse:
    """pk: of the account."""
    of = access.account(request.workspace, pk)
    initial = {"currency": request.workspace.currency}
    form = SubscriptionForm(request.POST or None, workspace=request.workspace, initial=initial)
    card = _card_of(request, pk)

    def save(values: dict[str, object]) -> Model:
        return actions.create_subscription(account=of, by=request.member, **values)  # type: ignore[arg-type]

    return edit_page(request, form, save, heading=_("Новая подписка"), back=card, done=lambda row: card)


@member(Permit.EDIT_CUSTOMERS)
def subscription_edit(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.subscription(request.workspace, pk)
    form = SubscriptionForm(request.POST or None, workspace=request.workspace, row=found)
    card = _card_of(request, found.account_id)

    def save(values: dict[str, object]) -> Model:
        return actions.update_subscription(found, by=request.member, seen=form.cleaned_data["seen"], **values)

    return edit_page(request, form, save, heading=found.plan, back=card, done=lambda row: card)
