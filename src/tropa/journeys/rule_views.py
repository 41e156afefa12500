"""The editor of rules: of a stage, and of how a journey ends; the count of what a rule finds, while it is edited."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from tropa.engine import EngineError, TooSlow
from tropa.journeys import access, actions, definition, queries, rule_form, rule_saved
from tropa.journeys.models import Journey
from tropa.journeys.pages import head
from tropa.journeys.rule_words import Words
from tropa.journeys.rules import Rule
from tropa.journeys.type_choices import choices
from tropa.workspace.access import MemberRequest, Permit, member

UNPROCESSABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def stage_rule(request: MemberRequest, pk: int) -> HttpResponse:
    """What enters a stage."""
    stage = access.stage(request.workspace, pk)

    def save(rule: Rule | None) -> None:
        actions.update_stage(stage=stage, fields={"rule": rule})

    context = {"stage": stage, "title": stage.label, "mapped": definition.crm_keys(stage.journey).get(stage.pk, [])}
    return _editor(request, stage.journey, stage.rule, save, context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def journey_rule(request: MemberRequest, pk: int, end: str) -> HttpResponse:
    """What loses a client, completes the path, shows a living client, or is the first value."""
    if end not in definition.ENDS:
        raise Http404("rule")
    found = access.journey(request.workspace, pk)

    def save(rule: Rule | None) -> None:
        fields: dict[str, Any] = {end: rule}
        if end == "lost":
            fields["lost_reason"] = request.POST.get("reason", "").replace("\0", "").strip()[:80]
        actions.update_journey(journey=found, fields=fields, by=request.member)

    return _editor(request, found, getattr(found, end), save, {"end": end})


@require_POST
@member(Permit.READ)
def rule_count(request: MemberRequest) -> HttpResponse:
    """What the rule in the editor finds: touches, companies, unknown visitors, the latest touches. Saves nothing."""
    rule, form = rule_form.read(rule_form.posted(request.POST))
    context: dict[str, Any] = {"has_problems": bool(form.problems), "errors": form.errors, "is_empty": rule is None}
    if rule is not None and not form.problems:
        context |= _found(request, rule)
    return render(request, "journeys/_count.html", context)


def _editor(
    request: MemberRequest,
    journey: Journey,
    stored: Rule | None,
    save: Callable[[Rule | None], None],
    context: dict[str, Any],
) -> HttpResponse:
    form = rule_form.of_rule(stored, as_text=request.GET.get("mode") == "yaml")
    if request.method == "POST":
        do = request.POST.get("do", "save")
        form = rule_form.posted(request.POST)
        if do == "save":
            rule, form = rule_form.read(form)
            if not form.problems:
                save(rule)
                rule_saved.tell(request, rule, end=context.get("end", ""), mapped=bool(context.get("mapped")))
                return redirect(reverse("journey_stages", args=[request.workspace.slug, journey.pk]))
        else:
            form = rule_form.changed(form, do)
    listed = choices(request.workspace)
    context |= {
        **head(journey, "stages"),
        "form": form,
        "choices": listed,
        "known": {choice.key for choice in listed},
        "kinds": rule_form.kind_words(),
        "operators": rule_form.operator_words(),
        "address": request.path,
    }
    fragment = request.htmx and not request.htmx.boosted
    template = "journeys/_rule.html" if fragment else "journeys/rule.html"
    return render(request, template, context, status=UNPROCESSABLE if form.problems and not fragment else 200)


def _found(request: MemberRequest, rule: Rule) -> dict[str, Any]:
    if not queries.has_touches(request.workspace):
        return {"no_data": True}
    try:
        found = queries.ask("matching", workspace_id=request.workspace.pk, rule=dict(rule))
    except TooSlow:
        return {"too_slow": True}
    except EngineError:
        return {"failed": True}
    accounts = [int(row["case_id"]) for row in found["examples"]]
    names = queries.account_names(request.workspace, accounts)
    words = Words(request.workspace)
    examples = [
        {
            "account": int(row["case_id"]),
            "name": names.get(int(row["case_id"]), f"№ {row['case_id']}"),
            "type": words.types.get(row["type"], row["type"]),
            "at": queries.moment_of(row["occurred_at"]),
        }
        for row in found["examples"]
    ]
    return {**found, "examples": examples}
