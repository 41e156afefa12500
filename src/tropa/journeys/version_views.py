"""Versions of a journey: who would move, publishing, the list, two versions side by side."""

import difflib
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tropa.analysis import InputError
from tropa.engine import EngineError
from tropa.journeys import access, definition, publishing, queries
from tropa.journeys.forms import Publishing
from tropa.journeys.models import JourneyVersion, State
from tropa.journeys.pages import head
from tropa.web import typography
from tropa.workspace.access import MemberRequest, Permit, member

ROWS = 50


@require_safe
@member(Permit.READ)
def journey_versions(request: MemberRequest, pk: int) -> HttpResponse:
    """Every version with its note, newest first."""
    found = access.journey(request.workspace, pk)
    rows = found.versions.select_related("created_by__user")
    context = {**head(found, "versions"), "versions": rows, "form": Publishing()}
    return render(request, "journeys/versions.html", context)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def journey_propose(request: MemberRequest, pk: int) -> HttpResponse:
    """Freeze the draft; who would move is counted before anything changes."""
    found = access.journey(request.workspace, pk)
    form = Publishing(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        version = publishing.propose(journey=found, by=request.member, note=note)
    except publishing.UnderWay:
        messages.error(request, _("Другая версия ещё считается. Дождитесь её или отмените."))
        return redirect("journey_versions", request.workspace.slug, pk)
    except InputError as error:
        for line in error.text(typography.language()).splitlines():
            messages.error(request, line)
        return redirect("journey_stages", request.workspace.slug, pk)
    return redirect("journey_version", request.workspace.slug, version.pk)


@require_safe
@member(Permit.READ)
def version(request: MemberRequest, pk: int) -> HttpResponse:
    """A version: what it changes while it is checked, that it is being built, what it holds."""
    found = access.version(request.workspace, pk)
    serving = found.journey.serving
    compared = _compared(request, found, serving)
    context = {
        **head(found.journey, "versions"),
        "version": found,
        "moves": _moves(found, serving),
        "counts_anew": serving is not None
        and not definition.same_figures(definition.effective(serving), found.document),
        "compared": compared,
        "lines": _difference(compared, found),
        "problems": (found.error or {}).get(typography.language(), "").splitlines(),
    }
    fragment = request.htmx and not request.htmx.boosted
    response = render(request, "journeys/_version.html" if fragment else "journeys/version.html", context)
    if fragment and found.status not in publishing.UNDER_WAY:
        response["HX-Refresh"] = "true"  # what it waited for is there: the whole page tells it
    return response


@require_POST
@member(Permit.EDIT_JOURNEYS)
def version_publish(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.version(request.workspace, pk)
    recalculate = request.POST.get("history") != "keep"
    publishing.publish(version=found, recalculate=recalculate, by=request.member, now=timezone.now())
    return redirect("journey_version", request.workspace.slug, pk)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def version_discard(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.version(request.workspace, pk)
    publishing.discard(version=found, by=request.member)
    messages.success(request, _("Публикация отменена, черновик на месте"))
    return redirect("journey_stages", request.workspace.slug, found.journey_id)


@require_safe
@member(Permit.READ)
def version_moves(request: MemberRequest, pk: int) -> HttpResponse:
    """Who would go one way."""
    found = access.version(request.workspace, pk)
    way = [request.GET.get(name, "") for name in ("from", "from_state", "to", "to_state")]
    move = next((move for move in _moves(found, found.journey.serving) if move["way"] == way), None)
    if move is None:
        raise Http404("move")
    page = Paginator(range(move["units"]), ROWS).get_page(request.GET.get("page"))
    try:
        units = queries.ask(
            "moved_units", version_id=found.pk, way=way, offset=max(0, page.start_index() - 1), limit=ROWS
        )
    except EngineError:
        units = move["examples"]
    names = queries.unit_names(found, units)
    rows = [(unit, names.get(unit, f"№ {unit}")) for unit in units]
    context = {**head(found.journey, "versions"), "version": found, "move": move, "rows": rows, "page": page}
    return render(request, "journeys/moves.html", context)


def _moves(version: JourneyVersion, serving: JourneyVersion | None) -> list[dict[str, Any]]:
    """The ways that units would go, in the words of the page."""
    if version.difference is None:
        return []
    before, after = _labels(serving), _labels(version)
    names = queries.unit_names(version, [unit for move in version.difference["moves"] for unit in move["examples"]])
    return [
        {
            "way": [move["from_stage"], move["from_state"], move["to_stage"], move["to_state"]],
            "from": _position(before, move["from_stage"], move["from_state"]),
            "to": _position(after, move["to_stage"], move["to_state"]),
            "units": move["units"],
            "examples": move["examples"],
            "named": [(unit, names.get(unit, f"№ {unit}")) for unit in move["examples"]],
        }
        for move in version.difference["moves"]
    ]


def _position(labels: Mapping[str, str], stage: str, state: str) -> str:
    if not stage:
        return _("нет на пути")
    label = labels.get(stage, stage)
    return label if state in ("", State.OPEN) else f"{label}, {State(state).label}"


def _labels(version: JourneyVersion | None) -> dict[str, str]:
    if version is None:
        return {}
    language = typography.language()
    return {stage["key"]: definition.label_of(stage, language) for stage in version.document["stages"]}


def _compared(request: MemberRequest, found: JourneyVersion, serving: JourneyVersion | None) -> JourneyVersion | None:
    """The version to compare with: the one in the address, else the serving one, else the one before."""
    number = request.GET.get("with", "")
    if number.isdecimal() and len(number) < 9:
        return found.journey.versions.filter(number=int(number)).exclude(pk=found.pk).first()
    if serving is not None and serving.pk != found.pk:
        return serving
    return found.journey.versions.filter(number__lt=found.number).order_by("-number").first()


def _difference(one: JourneyVersion | None, other: JourneyVersion) -> list[dict[str, str]]:
    """The files of two versions line by line; without a second one all lines of the first."""
    new = definition.as_yaml(other.document).splitlines()
    old = [] if one is None else definition.as_yaml(one.document).splitlines()
    if one is None:
        return [{"kind": "same", "text": line} for line in new]
    kinds = {"+": "added", "-": "removed", " ": "same", "@": "gap"}
    lines = list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]
    return [{"kind": kinds.get(line[:1], "same"), "text": "⋯" if line[:1] == "@" else line[1:]} for line in lines]
