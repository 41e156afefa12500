"""The dashboard of a journey, and its tiles as files."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tropa.customers import export
from tropa.insights import behind, dashboard, drawing, figures, filters
from tropa.insights.question import Question
from tropa.insights.telling import Telling
from tropa.journeys import access, queries
from tropa.journeys.models import Journey, JourneyVersion
from tropa.journeys.publishing import UNDER_WAY
from tropa.workspace import audit
from tropa.workspace.access import MemberRequest, Permit, member

LONGEST_NUMBER = 16  # digits: a longer one is no number of a row
UNIT_PAGES = {"account": "account", "deal": "deal", "contact": "contact"}


@require_safe
@member(Permit.READ)
def dashboard_page(request: MemberRequest) -> HttpResponse:
    """One journey in figures: what is asked lives in the address, every figure leads to its rows."""
    journeys = list(queries.journeys(request.workspace))
    journey = _chosen(request, journeys, request.GET)
    context: dict[str, Any] = {"section": "dashboard", "journey": journey, "journeys": journeys}
    version = None if journey is None else journey.serving
    if journey is not None and version is not None:
        context |= _asked(request, journey, version)
    else:
        context["under_way"] = None if journey is None else journey.version_in(*UNDER_WAY)
        context["failed"] = None if journey is None else journey.version_in(JourneyVersion.Status.FAILED)
    is_fragment = request.htmx and not request.htmx.boosted
    response = render(request, "insights/_dashboard.html" if is_fragment else "insights/dashboard.html", context)
    patch_vary_headers(response, ["HX-Request"])
    if is_fragment and version is not None:
        response["HX-Push-Url"] = context["address"]
    return response


@require_POST
@member(Permit.EXPORT)
def dashboard_tile_export(request: MemberRequest, tile: str) -> HttpResponse | FileResponse:
    """The numbers of one tile, as they are filtered. Every export is in the audit trail."""
    if tile not in dashboard.TILES:
        raise Http404("tile")
    asked = QueryDict(request.POST.get("query", ""))
    journey = _chosen(request, list(queries.journeys(request.workspace)), asked)
    version = None if journey is None else journey.serving
    if journey is None or version is None:
        raise Http404("version")
    question = Question.read(version, asked, now=timezone.now())
    found = figures.of(question)
    built = None if found is None else dashboard.TILES[tile].build(_telling(journey, question, found))
    if built is None:
        messages.error(request, _("Выгружать нечего: этих показателей сейчас нет"))
        return redirect(_address(journey, question))
    audit.record(
        workspace=request.workspace,
        actor=request.user,
        action="dashboard.exported",
        target=f"journeys.journey:{journey.pk}",
        details={"tile": tile, "rows": len(built.table.rows), **question.params},
        request=request,
    )
    is_csv = request.POST.get("format") == "csv"
    file = export.as_csv(built.table.sheet()) if is_csv else export.as_xlsx(built.table.sheet())
    return FileResponse(file, as_attachment=True, filename=f"{journey.key}-{tile}.{'csv' if is_csv else 'xlsx'}")


def _chosen(request: MemberRequest, journeys: list[Journey], asked: QueryDict) -> Journey | None:
    """The journey of the address, else the first one that has figures, else the first. What is no number of a journey
    answers 404 as a number of nobody does."""
    if number := asked.get("journey", ""):
        if not (number.isdecimal() and len(number) < LONGEST_NUMBER):
            raise Http404("journey")
        return access.journey(request.workspace, int(number))
    serving = (journey for journey in journeys if journey.serving is not None)
    return next(serving, journeys[0] if journeys else None)


def _asked(request: MemberRequest, journey: Journey, version: JourneyVersion) -> dict[str, Any]:
    """What the page says of a journey that has a version."""
    question = Question.read(version, request.GET, now=timezone.now())
    by = request.GET.get("by", "")
    found = figures.of(question)

    def address(**changes: Any) -> str:
        return _address(journey, question, **changes)

    context: dict[str, Any] = {
        "journey": journey,
        "version": version,
        "question": question,
        "figures": found,
        "address": address(by=by),
        "query": address(by=by).partition("?")[2],
        "bare_address": _address(journey, Question.of(version, now=timezone.now())),
        "filters": filters.Filters(question, request.workspace),
        "periods": filters.periods(question, address),
        "period": filters.period_words(question),
        "measures": filters.measures(question, address),
        "chips": filters.chips(question, request.workspace, address),
        "refused": filters.refused_words(question),
        "has_touches": queries.has_touches(request.workspace),
        "tile_names": {key: tile.name for key, tile in dashboard.TILES.items()},
    }
    if found is not None and found.totals.trips.total:
        context["loss_ways"] = [(way, address(by=way)) for way in ("severity", "money", "count")]
        drawn = drawing.tiles(request, found, context, lambda: _telling(journey, question, found, by=by))
        context |= {"tiles": drawn.html, "full": drawn.full}
    return context


def _telling(journey: Journey, question: Question, found: figures.Figures, *, by: str = "") -> Telling:
    workspace = journey.workspace

    def rows(what: str, **parts: Any) -> str:
        return behind.address(workspace, journey, question, what=what, **parts)

    def unit(pk: int) -> str:
        return reverse(UNIT_PAGES[journey.unit], args=[workspace.slug, pk])

    return Telling(found, journey.unit, behind.converted(question), rows, unit, by)


def _address(journey: Journey, question: Question, **changes: Any) -> str:
    page = reverse("dashboard", args=[journey.workspace.slug])
    return page + question.query(journey=journey.pk, **changes)
