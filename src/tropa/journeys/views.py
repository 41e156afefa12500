"""Pages of journeys as they run: the list, one journey with who stands where, the people behind a number."""

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tropa.customers import export
from tropa.customers.listing import page_of
from tropa.journeys import access, actions, came, definition, queries
from tropa.journeys.forms import PathFilters, UnitFilters
from tropa.journeys.keys import ALL_STAGES
from tropa.journeys.models import Certainty, Journey, JourneyVersion, Placement, State
from tropa.journeys.pages import head, list_card, stage_rows
from tropa.journeys.unit_rows import CHUNK, chunks
from tropa.web import toasts, typography
from tropa.workspace import audit
from tropa.workspace.access import MemberRequest, Permit, member


@require_safe
@member(Permit.READ)
def journeys(request: MemberRequest) -> HttpResponse:
    """All journeys, each with its trail of stages and who stands on them."""
    archived = bool(request.GET.get("archived"))
    rows = queries.journeys(request.workspace, archived=archived)
    context = {
        "section": "journeys",
        "cards": [list_card(journey) for journey in rows],
        "archived": archived,
        "has_touches": queries.has_touches(request.workspace),
    }
    return render(request, "journeys/journeys.html", context)


@require_safe
@member(Permit.READ)
def journey(request: MemberRequest, pk: int) -> HttpResponse:
    """One journey: per stage who is there now, who came, who was lost, how long it takes."""
    found = access.journey(request.workspace, pk)
    version = found.serving
    context = {
        **head(found, "now"),
        "version": version,
        "stages": [] if version is None else stage_rows(version),
        "has_touches": queries.has_touches(request.workspace),
        "failed": found.version_in(JourneyVersion.Status.FAILED) if version is None else None,
    }
    fragment = request.htmx and not request.htmx.boosted
    response = render(request, "journeys/_now.html" if fragment else "journeys/journey.html", context)
    if fragment and context["under_way"] is None:
        response["HX-Refresh"] = "true"  # what it waited for is there: the whole page tells it
    return response


@require_safe
@member(Permit.READ)
def journey_units(request: MemberRequest, pk: int, stage: str) -> HttpResponse:
    """Who stands on a stage, was last seen on it, or ever came to it; or who is anywhere on the journey."""
    found, version = _serving(request, pk)
    of_stage = _stage_of(version, stage)
    filters = _filters(stage)(request.GET, request.workspace)
    page = page_of(request, _narrowed(version, stage, filters))
    names = queries.unit_names(version, [placed.unit_id for placed in page])
    stages, targets = _labels(version), {each["key"]: each.get("target_days") for each in version.document["stages"]}
    context = {
        **head(found, "now"),
        "stage": of_stage,
        "stage_key": stage,
        "stage_label": "" if of_stage is None else definition.label_of(of_stage, typography.language()),
        "filters": filters,
        "page": page,
        "rows": [
            {**_unit_row(placed, names), "where": stages[placed.stage], "target": targets[placed.stage]}
            for placed in page
        ],
        "unit": version.document["journey"]["unit"],
    }
    return render(request, "journeys/units.html", context)


@require_POST
@member(Permit.EXPORT)
def journey_units_export(request: MemberRequest, pk: int, stage: str) -> FileResponse:
    """The whole list as a file, as it was filtered. Every export is in the audit trail."""
    found, version = _serving(request, pk)
    _stage_of(version, stage)
    filters = _filters(stage)(QueryDict(request.POST.get("query", "")), request.workspace)
    rows = _narrowed(version, stage, filters)
    audit.record(
        workspace=request.workspace,
        actor=request.user,
        action="journey.exported",
        target=f"journeys.journey:{found.pk}",
        details={"stage": stage, "state": filters.cleaned_data.get("state") or "", "rows": rows.count()},
        request=request,
    )
    is_csv = request.POST.get("format") == "csv"
    sheet = export.Sheet(_heads(), _cells(version, rows))
    file = export.as_csv(sheet) if is_csv else export.as_xlsx(sheet)
    name = found.key if stage == ALL_STAGES else f"{found.key}-{stage}"
    return FileResponse(file, as_attachment=True, filename=f"{name}.{'csv' if is_csv else 'xlsx'}")


@require_safe
@member(Permit.READ)
def journey_file(request: MemberRequest, pk: int) -> HttpResponse:
    """The journey as a file that `tropa analyze --journey` and the wizard read: the draft, or a version."""
    found = access.journey(request.workspace, pk)
    number = request.GET.get("version", "")
    version = found.versions.filter(number=int(number)).first() if number.isdecimal() and len(number) < 9 else None
    if number and version is None:
        raise Http404("version")
    data = definition.document(found) if version is None else version.document
    response = HttpResponse(definition.as_yaml(data), content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{found.key}.yaml"'
    return response


@require_POST
@member(Permit.EDIT_JOURNEYS)
def journey_archive(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.journey(request.workspace, pk)
    archived = request.POST.get("do") != "return"
    actions.archive(journey=found, archived=archived, by=request.member)
    if archived:
        undo = reverse("journey_return", args=[request.workspace.slug, pk])
        messages.success(request, _("Путь в архиве"), extra_tags=toasts.undo(undo))
    return redirect("journeys", request.workspace.slug)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def journey_return(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.journey(request.workspace, pk)
    actions.archive(journey=found, archived=False, by=request.member)
    return redirect("journey", request.workspace.slug, pk)


def _serving(request: MemberRequest, pk: int) -> tuple[Journey, JourneyVersion]:
    found = access.journey(request.workspace, pk)
    version = found.serving
    if version is None:
        raise Http404("version")
    return found, version


def _stage_of(version: JourneyVersion, key: str) -> dict[str, Any] | None:
    """The stage with its number; None for all of them."""
    if key == ALL_STAGES:
        return None
    for number, stage in enumerate(queries.ranked(version), 1):
        if stage["key"] == key:
            return {**stage, "number": number}
    raise Http404("stage")


def _filters(stage: str) -> type[UnitFilters]:
    return PathFilters if stage == ALL_STAGES else UnitFilters


def _narrowed(version: JourneyVersion, stage: str, filters: UnitFilters) -> Any:
    given = filters.cleaned_data
    kind = given.get("kind") or ""
    if filters.came:
        rows = came.placements(version, stage=stage, kind=kind)
    else:
        states = [given["state"]] if given.get("state") else ()
        rows = queries.placements(version, stage="" if stage == ALL_STAGES else stage, states=states, kind=kind)
    if words := (given.get("q") or "").strip():
        rows = rows.filter(unit_id__in=queries.units_named(version, words))
    return rows.order_by(*filters.order())


def _unit_row(placed: Placement, names: dict[int, str]) -> dict[str, Any]:
    now = timezone.now()
    entered_us, certainty = _entry(placed)
    entered = queries.moment_of(entered_us)
    left = queries.moment_of(placed.left_us)
    return {
        "placed": placed,
        "certainty": None if certainty == Certainty.EXACT else certainty.label,
        "name": names.get(placed.unit_id, f"№ {placed.unit_id}"),
        "entered": entered,
        "left": left,
        "active": queries.moment_of(placed.active_us),
        "days": None if entered is None else ((left or now) - entered).days,
    }


def _entry(placed: Placement) -> tuple[int, Certainty]:
    """When the trip came to the stage of the list, and how sure that is: of those who ever came, or stand there."""
    found = getattr(placed, "came_us", placed.entered_us), getattr(placed, "came_certainty", placed.certainty)
    return found[0], Certainty(found[1])


def _labels(version: JourneyVersion) -> dict[str, str]:
    language = typography.language()
    return {stage["key"]: definition.label_of(stage, language) for stage in version.document["stages"]}


def _heads() -> list[str]:
    return [
        _("Название"),
        _("Этап"),
        _("Состояние"),
        _("Прохождение"),
        _("Пришёл на этап"),
        _("Последний признак жизни"),
        _("Посещений этапов"),
        _("Точность"),
    ]


def _cells(version: JourneyVersion, rows: Any) -> Iterator[list[Any]]:
    stages = _labels(version)
    for chunk in chunks(rows.iterator(CHUNK), CHUNK):
        names = queries.unit_names(version, [placed.unit_id for placed in chunk])
        for placed in chunk:
            entered_us, certainty = _entry(placed)
            yield [
                names.get(placed.unit_id, f"№ {placed.unit_id}"), stages[placed.stage], str(State(placed.state).label),
                placed.trip, queries.moment_of(entered_us), queries.moment_of(placed.active_us), placed.visits,
                str(certainty.label),
            ]  # fmt: skip
