"""Moving a deal: from the dialog, by dragging, by keys. What stands in the way is told in the dialog."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from tropa.customers import access, actions, undo
from tropa.customers.actions.deals import may_pass
from tropa.customers.deals.board import columns
from tropa.customers.deals.forms import DealFilters, MoveForm
from tropa.customers.domain import Lacking, MissingFacts, MovedMeanwhile, ReasonNeeded
from tropa.customers.editing import UNPROCESSABLE
from tropa.customers.models import Deal, PipelineStage
from tropa.workspace.access import MemberRequest


def dialog(
    request: MemberRequest,
    deal: Deal,
    form: MoveForm,
    *,
    lacking: tuple[Lacking, ...] = (),
    target: PipelineStage | None = None,
) -> HttpResponse:
    """The dialog, as a fragment or as a page of its own."""
    passes = may_pass(request.member)
    first = "exception" if lacking and passes else "reason" if form.errors.get("reason") else "stage"
    form.fields[first].widget.attrs["autofocus"] = True
    context = {"deal": deal, "move_form": form, "lacking": lacking, "passes": passes, "target": target}
    asks_why = target is not None and target.kind == PipelineStage.Kind.LOST
    context |= {"asks_why": asks_why, "section": "deals"}
    template = "customers/_move.html" if request.htmx and not request.htmx.boosted else "customers/move.html"
    response = render(request, template, context, status=UNPROCESSABLE if form.is_bound else 200)
    if request.htmx:
        response["HX-Retarget"], response["HX-Reswap"] = "#board-dialog", "innerHTML"
    return response


def attempt(request: MemberRequest, deal: Deal, form: MoveForm) -> HttpResponse:
    """Move it; or show the dialog with what is missing."""
    if not form.is_valid():
        return dialog(request, deal, form)
    target, came_from = form.cleaned_data["stage"], form.cleaned_data["seen"]
    try:
        actions.move_deal(
            deal=deal, to_stage=target, by=request.member, at=timezone.now(), seen_stage_id=came_from,
            exception=form.cleaned_data["exception"], reason=form.cleaned_data["reason"],
        )  # fmt: skip
    except MissingFacts as missing:
        if form.data.get("exception") == "":
            form.add_error("exception", _("Напишите, почему пропускаем. Без причины не пропустить."))
        return dialog(request, deal, form, lacking=missing.lacking, target=target)
    except ReasonNeeded:
        form.add_error("reason", _("Напишите, почему сделка потеряна. Без причины отчёт о потерях пуст."))
        return dialog(request, deal, form, target=target)
    except MovedMeanwhile as moved:
        text = _("Сделку уже перенесли: сейчас она на стадии «%(stage)s». Ничего не изменилось.")
        messages.error(request, text % {"stage": moved.stage})
    else:
        text = _("«%(deal)s» — на стадии «%(stage)s»") % {"deal": deal.title, "stage": target.name}
        step = {"do": "move", "deal": deal.pk, "to": came_from, "seen": target.pk, "reason": deal.lost_reason}
        undo.offer(request, text, step)
    return _after(request, deal)


def back(request: MemberRequest, deal: Deal, step: dict[str, Any]) -> HttpResponse:
    """«Вернуть» of a move: another move, back to where the deal stood; the log keeps both."""
    stage = access.pipeline_stage(request.workspace, step["to"])
    passing = _("Возврат переноса") if may_pass(request.member) else ""
    try:
        actions.move_deal(
            deal=deal, to_stage=stage, by=request.member, at=timezone.now(), seen_stage_id=step["seen"],
            exception=passing, reason=step["reason"],
        )  # fmt: skip
    except (MissingFacts, MovedMeanwhile, ReasonNeeded):
        messages.error(request, _("Вернуть не вышло: сделку уже перенесли, или прежней стадии не хватает фактов."))
    else:
        messages.success(request, _("Вернули на стадию «%(stage)s»") % {"stage": stage.name})
    return redirect("deal", request.workspace.slug, deal.pk)


def _after(request: MemberRequest, deal: Deal) -> HttpResponse:
    """The columns that changed for the board, else the page of the deal."""
    if not request.htmx or "board" not in request.POST:
        return redirect("deal", request.workspace.slug, deal.pk)
    deal = Deal.objects.of(request.workspace).select_related("pipeline", "stage").get(pk=deal.pk)
    filters = DealFilters(request.GET, request.workspace)
    context = {"columns": columns(deal.pipeline, filters.rows()), "pipeline": deal.pipeline, "moved": deal}
    response = render(request, "customers/_board.html", context)
    response["HX-Retarget"], response["HX-Reswap"] = "#board", "outerHTML"
    return response
