"""Settings of pipelines.

Editing them takes EDIT_JOURNEYS, which owners and editors have: a pipeline is part of how the workspace measures
selling, like a journey. EDIT_CUSTOMERS would let a seller loosen the very facts that hold their deals; MANAGE would
leave it to the owner alone, who seldom runs the sales process.
"""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from tropa.customers import access, queries
from tropa.customers.actions import pipelines as actions
from tropa.customers.editing import UNPROCESSABLE
from tropa.customers.forms import language
from tropa.customers.models import Pipeline
from tropa.customers.pipelines import rules
from tropa.customers.pipelines.forms import EMPTY, FactForm, NewPipelineForm, PipelineForm, StageForm, labels_of
from tropa.web import typography
from tropa.workspace.access import MemberRequest, Permit, member


@require_safe
@member(Permit.READ)
def pipelines(request: MemberRequest) -> HttpResponse:
    return _list(request, NewPipelineForm())


def _list(request: MemberRequest, form: NewPipelineForm) -> HttpResponse:
    context = {"section": "settings", "pipelines": queries.pipelines(request.workspace), "form": form}
    return render(request, "customers/pipelines.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def pipeline_new(request: MemberRequest) -> HttpResponse:
    form = NewPipelineForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    given = form.cleaned_data
    if given["template"] == EMPTY:
        made = actions.create_pipeline(
            request.workspace, by=request.member, name=given["name"], won=_("Выиграна"), lost=_("Проиграна")
        )
    else:
        made = actions.pipeline_from_template(
            request.workspace, given["template"], by=request.member, language=language()
        )
        if given["name"]:
            actions.update_pipeline(made, by=request.member, name=given["name"], is_strict=made.is_strict)
    return redirect("pipeline", request.workspace.slug, made.pk)


@require_safe
@member(Permit.READ)
def pipeline(request: MemberRequest, pk: int) -> HttpResponse:
    return _page(request, access.pipeline(request.workspace, pk))


def _page(request: MemberRequest, found: Pipeline, **forms: object) -> HttpResponse:
    labels = labels_of(request.workspace)
    stages = [
        (
            stage,
            [(fact, rules.told(fact.rule, labels)) for fact in stage.entry_facts.all()],
            StageForm(initial=vars(stage), auto_id=f"stage-{stage.pk}-%s"),
        )
        for stage in found.stages.prefetch_related("entry_facts")
    ]
    context = {
        "section": "settings",
        "pipeline": found,
        "stages": stages,
        "form": PipelineForm(initial=vars(found)),
        "new_stage": StageForm(auto_id="new-%s"),
        "fact_form": FactForm(workspace=request.workspace),
    }
    return render(request, "customers/pipeline.html", context | forms, status=UNPROCESSABLE if forms else 200)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def pipeline_edit(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.pipeline(request.workspace, pk)
    form = PipelineForm(request.POST)
    if not form.is_valid():
        return _page(request, found, form=form)
    actions.update_pipeline(found, by=request.member, **form.cleaned_data)
    messages.success(request, _("Воронка сохранена"))
    return redirect("pipeline", request.workspace.slug, pk)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def pipeline_delete(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.pipeline(request.workspace, pk)
    if _unless_used(request, lambda: actions.delete_pipeline(found, by=request.member)):
        messages.success(request, _("Воронка удалена"))
        return redirect("pipelines", request.workspace.slug)
    return redirect("pipeline", request.workspace.slug, pk)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def stage_new(request: MemberRequest, pk: int) -> HttpResponse:
    """pk: of the pipeline."""
    found = access.pipeline(request.workspace, pk)
    form = StageForm(request.POST, auto_id="new-%s")
    if not form.is_valid():
        return _page(request, found, new_stage=form)
    actions.add_stage(found, by=request.member, **form.cleaned_data)
    return redirect("pipeline", request.workspace.slug, pk)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def stage_edit(request: MemberRequest, pk: int) -> HttpResponse:
    stage = access.pipeline_stage(request.workspace, pk)
    form = StageForm(request.POST)
    if form.is_valid():
        actions.update_stage(stage, by=request.member, **form.cleaned_data)
        messages.success(request, _("Стадия сохранена"))
    else:
        messages.error(request, " ".join(str(text) for each in form.errors.values() for text in each))
    return redirect("pipeline", request.workspace.slug, stage.pipeline_id)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def stage_shift(request: MemberRequest, pk: int) -> HttpResponse:
    """One place up or down; any other word moves nothing."""
    stage = access.pipeline_stage(request.workspace, pk)
    if steps := {"up": -1, "down": 1}.get(request.POST.get("where", "")):
        actions.shift_stage(stage, by=request.member, steps=steps)
    return redirect("pipeline", request.workspace.slug, stage.pipeline_id)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def stage_delete(request: MemberRequest, pk: int) -> HttpResponse:
    stage = access.pipeline_stage(request.workspace, pk)
    if _unless_used(request, lambda: actions.delete_stage(stage, by=request.member)):
        messages.success(request, _("Стадия удалена"))
    return redirect("pipeline", request.workspace.slug, stage.pipeline_id)


def _unless_used(request: MemberRequest, act: Callable[[], None]) -> bool:
    try:
        act()
    except actions.InUse as used:
        count = typography.number(used.deals)
        messages.error(
            request,
            ngettext(
                "Удалить нельзя: здесь стоит или стояла {n} сделка. История должна остаться целой.",
                "Удалить нельзя: здесь стоят или стояли {n} сделки. История должна остаться целой.",
                used.deals,
            ).format(n=count),
        )
        return False
    return True


@require_POST
@member(Permit.EDIT_JOURNEYS)
def fact_new(request: MemberRequest, pk: int) -> HttpResponse:
    """pk: of the pipeline; the stage is one of its own."""
    found = access.pipeline(request.workspace, pk)
    given = request.POST.get("stage", "")
    stage = access.pipeline_stage(request.workspace, int(given) if given.isdecimal() else 0)
    if stage.pipeline_id != found.pk:
        raise Http404("stage")
    form = FactForm(request.POST, workspace=request.workspace)
    if not form.is_valid():
        return _page(request, found, fact_form=form, fact_stage=stage.pk)
    actions.add_fact(stage, by=request.member, label=form.cleaned_data["label"], rule=form.rule())
    return redirect("pipeline", request.workspace.slug, stage.pipeline_id)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def fact_delete(request: MemberRequest, pk: int) -> HttpResponse:
    fact = access.entry_fact(request.workspace, pk)
    actions.delete_fact(fact, by=request.member)
    messages.success(request, _("Факт убран"))
    return redirect("pipeline", request.workspace.slug, fact.stage.pipeline_id)
