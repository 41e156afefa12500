"""The page of a board, the panel of a card, the live header."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tropa.maps import access, board_page
from tropa.maps.board_page import BoardPage
from tropa.maps.card_panel import CardPanel, NewCard
from tropa.maps.models import JourneyMap
from tropa.workspace.access import MemberRequest, Permit, member

MOST_DIGITS = 18


@require_safe
@member(Permit.READ)
def map_(request: MemberRequest, pk: int) -> HttpResponse:
    """The board; `card` opens the panel of a card, `add` the form of a new one in a cell `lane|column`."""
    found = access.map_(request.workspace, pk)
    return _board(request, found, request.GET.get("card", ""))


@require_safe
@member(Permit.READ)
def map_card(request: MemberRequest, pk: int, card: int) -> HttpResponse:
    """The panel of a card as a fragment; opened as a page, the board with that panel."""
    found = access.map_(request.workspace, pk)
    access.card(found, card)
    if not _is_fragment(request):
        return _board(request, found, str(card))
    page = board_page.of(request, found, now=timezone.now(), asks=True, card=card)
    part = "_panel_figures" if request.GET.get("part") == "figures" else "_panel"
    return render(request, f"maps/{part}.html", _context(page, _panel(page, card)))


@require_safe
@member(Permit.READ)
def map_add(request: MemberRequest, pk: int) -> HttpResponse:
    """The form of a new card in the cell `cell` as a fragment; opened as a page, the board with that form."""
    found = access.map_(request.workspace, pk)
    page = board_page.of(request, found, now=timezone.now())
    template = "maps/_panel.html" if _is_fragment(request) else "maps/board.html"
    return render(request, template, _context(page, _new(page, request.GET.get("cell", ""))))


@require_safe
@member(Permit.READ)
def map_figures(request: MemberRequest, pk: int) -> HttpResponse:
    """The head with the figures, and the numbers on the cards of touchpoints."""
    found = access.map_(request.workspace, pk)
    page = board_page.of(request, found, now=timezone.now(), asks=True)
    return render(request, "maps/_figures.html", _context(page, None))


def _board(request: MemberRequest, found: JourneyMap, card: str) -> HttpResponse:
    pk = int(card) if card.isdecimal() and len(card) <= MOST_DIGITS else None
    page = board_page.of(request, found, now=timezone.now(), asks="figures" in request.GET, card=pk)
    panel = _new(page, request.GET["add"]) if "add" in request.GET else _panel(page, pk)
    return render(request, "maps/board.html", _context(page, panel))


def _context(page: BoardPage, panel: CardPanel | NewCard | None) -> dict[str, object]:
    context: dict[str, object] = {"section": "maps", "board": page, "map": page.map, "urls": page.urls}
    if isinstance(panel, NewCard):
        return context | {"new": panel}
    return context | {"panel": panel}


def _panel(page: BoardPage, card: int | None) -> CardPanel | None:
    """The panel of a card that stands on the board; None for one that does not."""
    for lane in page.board.lanes if card is not None else ():
        for column in page.board.columns:
            for view in lane.cells[column.key]:
                if view.number == card:
                    return CardPanel(page, access.card(page.map, view.number), view, lane, column)
    return None


def _new(page: BoardPage, cell: str) -> NewCard | None:
    lane_key, _, column_key = cell.partition("|")
    lane = next((each for each in page.board.lanes if each.key == lane_key and not each.is_derived), None)
    column = next((each for each in page.board.columns if each.key == column_key), None)
    return NewCard(page, lane, column) if lane is not None and column is not None and page.may_edit else None


def _is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("X-Requested-With") == "XMLHttpRequest" or "HX-Request" in request.headers
