"""The page of the companies behind a figure, and its file."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tropa.customers import export
from tropa.engine import EngineError
from tropa.insights import behind, filters
from tropa.insights.asked import Asked
from tropa.insights.question import Question
from tropa.journeys import access
from tropa.journeys.models import Journey, JourneyVersion
from tropa.workspace import audit
from tropa.workspace.access import MemberRequest, Permit, member

MOST_WORDS = 200
UNIT_PAGES = {"account": "account", "deal": "deal", "contact": "contact"}


@require_safe
@member(Permit.READ)
def behind_page(request: MemberRequest, pk: int) -> HttpResponse:
    """Who is behind a figure: the filters it was asked with, each of which can be taken back, and the rows."""
    journey = access.journey(request.workspace, pk)
    version = journey.serving
    context: dict[str, Any] = {"section": "dashboard", "journey": journey, "version": version}
    if version is not None:
        context |= _listed(request, journey, version)
    return render(request, "insights/behind.html", context)


@require_POST
@member(Permit.EXPORT)
def behind_export(request: MemberRequest, pk: int) -> HttpResponse | FileResponse:
    """The whole list, as it was filtered. Every export is in the audit trail."""
    journey = access.journey(request.workspace, pk)
    version = journey.serving
    params = QueryDict(request.POST.get("query", ""))
    asked = None if version is None else Asked.read(version, params)
    if version is None or asked is None:
        raise Http404("figure")
    question = Question.read(version, params, now=timezone.now())
    sort = behind.sort_of(asked, params.get("sort", ""))
    try:
        made = behind.sheet(version, question, asked, words=_words(params), sort=sort)
    except EngineError:
        made = None
    if made is None:
        messages.error(request, _("Список сейчас не удалось собрать. Повторите через минуту"))
        return redirect(behind.address(request.workspace, journey, question, **asked.params))
    sheet, rows = made
    audit.record(
        workspace=request.workspace,
        actor=request.user,
        action="figures.exported",
        target=f"journeys.journey:{journey.pk}",
        details={"rows": rows, **asked.params, **question.params},
        request=request,
    )
    is_csv = request.POST.get("format") == "csv"
    file = export.as_csv(sheet) if is_csv else export.as_xlsx(sheet)
    name = "-".join(part for part in (journey.key, asked.what, asked.stage) if part)
    return FileResponse(file, as_attachment=True, filename=f"{name}.{'csv' if is_csv else 'xlsx'}")


def _listed(request: MemberRequest, journey: Journey, version: JourneyVersion) -> dict[str, Any]:
    params = request.GET
    asked = Asked.read(version, params)
    if asked is None:
        raise Http404("figure")
    now = timezone.now()
    question, everybody, words = Question.read(version, params, now=now), Question.of(version, now=now), _words(params)
    sort = behind.sort_of(asked, params.get("sort", ""))

    def address(**changes: Any) -> str:
        kept = asked.params | {"q": words} | changes
        return behind.address(request.workspace, journey, question, **kept)

    try:
        found = behind.find(version, question, asked, words=words, sort=sort, page=_number(params.get("page")))
    except EngineError:
        found = None
    return {
        "asked": asked,
        "title": asked.title(version, behind.type_labels(version, asked)),
        "question": question,
        "chips": filters.chips(question, request.workspace, address),
        "refused": filters.refused_words(question),
        "hidden": asked.params | question.params | ({"sort": params["sort"]} if params.get("sort") else {}),
        "words": words,
        "sort": sort,
        "found": found,
        "page": None if found is None else Paginator(range(found.total), behind.ROWS).get_page(found.number),
        "unit": journey.unit,
        "unit_page": UNIT_PAGES[journey.unit],
        "whole": address(q=None),
        "everybody": behind.address(request.workspace, journey, everybody, **asked.params),
    }


def _words(params: QueryDict) -> str:
    return params.get("q", "").replace("\0", " ").strip()[:MOST_WORDS]


def _number(text: str | None) -> int:
    """A page in the address; what is no page is the first, and the list gives the nearest that exists."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else 1
