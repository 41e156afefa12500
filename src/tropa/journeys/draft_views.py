"""The draft of a journey: its head, its stages, one stage."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tropa.journeys import access, actions, definition
from tropa.journeys.forms import JourneyForm, NewStage, StageForm, taken_products
from tropa.journeys.models import Journey, Stage
from tropa.journeys.pages import head
from tropa.journeys.rule_words import Words
from tropa.web import toasts
from tropa.workspace.access import MemberRequest, Permit, member

UNPROCESSABLE = 422


@require_safe
@member(Permit.READ)
def journey_stages(request: MemberRequest, pk: int) -> HttpResponse:
    """Stages of the draft with their rules, and how the journey ends."""
    found = access.journey(request.workspace, pk)
    return _stages_page(request, found, NewStage())


@require_POST
@member(Permit.EDIT_JOURNEYS)
def stage_add(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.journey(request.workspace, pk)
    form = NewStage(request.POST)
    if not form.is_valid():
        return _stages_page(request, found, form)
    stage = actions.add_stage(journey=found, label=form.cleaned_data["label"], phase=form.cleaned_data["phase"])
    messages.success(request, _("Этап добавлен"))
    return redirect("stage", request.workspace.slug, stage.pk)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def stage_move(request: MemberRequest, pk: int) -> HttpResponse:
    """One place earlier or later; any other word moves nothing."""
    stage = access.stage(request.workspace, pk)
    if step := {"earlier": -1, "later": 1}.get(request.POST.get("to", "")):
        actions.move_stage(stage=stage, step=step)
    return _back_to_stages(request, stage.journey)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def stage_remove(request: MemberRequest, pk: int) -> HttpResponse:
    stage = access.stage(request.workspace, pk)
    actions.remove_stage(stage=stage, now=timezone.now())
    undo = reverse("stage_return", args=[request.workspace.slug, pk])
    messages.success(request, _("Этап «%(name)s» удалён") % {"name": stage}, extra_tags=toasts.undo(undo))
    return redirect("journey_stages", request.workspace.slug, stage.journey_id)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def stage_return(request: MemberRequest, pk: int) -> HttpResponse:
    stage = access.stage(request.workspace, pk, removed=True)
    actions.return_stage(stage=stage)
    messages.success(request, _("Этап «%(name)s» возвращён") % {"name": stage})
    return redirect("journey_stages", request.workspace.slug, stage.journey_id)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def stage(request: MemberRequest, pk: int) -> HttpResponse:
    """What a stage is called, wants and waits for."""
    found = access.stage(request.workspace, pk)
    form = StageForm(request.POST or None, initial={name: getattr(found, name) for name in StageForm.base_fields})
    if request.method == "POST" and form.is_valid():
        actions.update_stage(stage=found, fields=form.cleaned_data)
        messages.success(request, _("Этап сохранён"))
        return redirect("journey_stages", request.workspace.slug, found.journey_id)
    context = {**head(found.journey, "stages"), "stage": found, "form": form, "words": _words(request, found)}
    return render(request, "journeys/stage.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def journey_edit(request: MemberRequest, pk: int) -> HttpResponse:
    """What the journey is called and sold as."""
    found = access.journey(request.workspace, pk)
    initial = {"name": found.name, "product": found.product, "segment": found.segment}
    form = JourneyForm(request.POST or None, initial={**initial, "reopen_days": found.reopen_days})
    if request.method == "POST" and form.is_valid():
        fields: dict[str, Any] = dict(form.cleaned_data)
        fields["product"] = actions.product(request.workspace, fields["product"])
        actions.update_journey(journey=found, fields=fields, by=request.member)
        messages.success(request, _("Путь сохранён"))
        return redirect("journey", request.workspace.slug, pk)
    context = {**head(found, "stages"), "form": form, "products": taken_products(request.workspace)}
    return render(request, "journeys/edit.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _stages_page(request: MemberRequest, found: Journey, form: NewStage) -> HttpResponse:
    words, mapped = Words(request.workspace), definition.crm_keys(found)
    stages = [
        {"stage": stage, "lines": words.lines(stage.rule), "crm": mapped.get(stage.pk, [])}
        for stage in found.draft_stages()
    ]
    ends = [{"key": key, "lines": words.lines(getattr(found, key))} for key in definition.ENDS]
    context = {**head(found, "stages"), "stages": stages, "ends": ends, "form": form}
    fragment = request.htmx and not request.htmx.boosted
    template = "journeys/_stages.html" if fragment else "journeys/stages.html"
    return render(request, template, context, status=UNPROCESSABLE if form.is_bound else 200)


def _back_to_stages(request: MemberRequest, found: Journey) -> HttpResponse:
    if request.htmx:
        return _stages_page(request, found, NewStage())
    return redirect("journey_stages", request.workspace.slug, found.pk)


def _words(request: MemberRequest, found: Stage) -> list[str]:
    return Words(request.workspace).lines(found.rule)
