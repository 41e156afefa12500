"""What a browser is told of changes: the cells that are other now, who changed them, how much of the map rests on
sources.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from tropa.maps import board_fragments, queries, touch_counts, undoing
from tropa.maps.board import Board
from tropa.maps.domain import CARD, EVIDENCE, LANE, MAP, Overtaken
from tropa.maps.models import Card, Evidence, JourneyMap, MapChange
from tropa.web import typography
from tropa.workspace.access import MemberRequest

# More cells than this are not sent one by one.
MOST = 400

Cell = tuple[str, str]
Answer = dict[str, Any]


def since(request: MemberRequest, map_: JourneyMap, after: int) -> Answer:
    """{number, cells: {"lane|column": html}, lanes, columns, by, coverage}. lanes, columns: whether these are other
    now, and the page has to be loaded again."""
    changes = list(queries.changes_after(map_, after)[: MOST + 1])
    if not changes:
        return {"number": map_.change_no, "cells": {}, "lanes": False, "columns": False, "by": []}
    kinds = {change.kind for change in changes}
    board = queries.board(map_, now=timezone.now(), counts=touch_counts.known(map_.journey.serving))
    cells = board_fragments.cells(request, map_, board, [f"{lane}|{column}" for lane, column in _cells(changes, board)])
    return {
        "number": changes[-1].number if len(changes) <= MOST else map_.change_no,
        "cells": cells,
        "lanes": LANE in kinds or len(changes) > MOST,
        "columns": any(change.kind == MAP and {"columns", "journey_version"} & set(change.after) for change in changes),
        "by": _by(changes, request.member.pk),
        "coverage": board_fragments.coverage(request, board),
    }


def answer(request: MemberRequest, map_: JourneyMap, made: MapChange | None, seen: int, said: str) -> Answer:
    """What `since` tells, and of the change that was made: its number, the row it is about, what of others it has
    overwritten, what can be undone and done again."""
    told = since(request, map_, min(seen, made.number - 1) if made else seen)
    can_undo, can_redo = undoing.can(map_, request.member)
    change = made and {
        "number": made.number,
        "kind": made.kind,
        "target": made.target,
        "card": _card_of(made),
        "fields": sorted(made.after),
    }
    return {
        **told,
        "change": change,
        "message": said,
        "overwritten": {**made.overwritten} if made else {},
        "warning": overwritten(map_, made) if made and made.overwritten else "",
        "can_undo": can_undo,
        "can_redo": can_redo,
    }


def overwritten(map_: JourneyMap, made: MapChange) -> str:
    """That somebody else wrote into the same field meanwhile, and what."""
    theirs = "; ".join(typography.tied(str(value) or "—") for value in made.overwritten.values())
    return _("Пока вы правили, это изменил кто-то ещё. Сохранено ваше, было: {theirs}").format(theirs=theirs)


def overtaken(map_: JourneyMap, error: Overtaken) -> str:
    """Why a change is not taken back."""
    theirs = error.theirs and map_.changes.filter(number=error.theirs.number).select_related("by__user").first()
    if theirs is None or theirs.by is None:
        return _("Отменить не выйдет: это же с тех пор изменили ещё раз")
    return _("Отменить не выйдет: это же с тех пор изменил участник «{who}»").format(who=theirs.by)


def _cells(changes: Sequence[MapChange], board: Board) -> list[Cell]:
    """Every cell that a change has touched: where a card is, where it was. A point that moves can make or end a dip
    elsewhere on the curve, so it touches its whole lane."""
    found = _places(changes)
    curves = {lane.key for lane in board.lanes if lane.is_curve}
    derived = {lane.key for lane in board.lanes if lane.value_type == "evidence_refs"}
    columns = [column.key for column in board.columns]
    found |= {(lane, column) for lane, _ in found if lane in curves for column in columns}
    found |= {(lane, column) for lane in derived for _, column in found}
    order = {lane.key: place for place, lane in enumerate(board.lanes)}
    return sorted((cell for cell in found if cell[0] in order and cell[1] in columns), key=lambda cell: order[cell[0]])


def _places(changes: Sequence[MapChange]) -> set[Cell]:
    """Where the cards stand that were changed or got sources, and where they stood on the way there."""
    cards = {change.target for change in changes if change.kind == CARD} | _of_evidence(changes)
    rows = Card.objects.filter(pk__in=cards).values_list("pk", "lane", "column")
    places = {pk: (lane, column) for pk, lane, column in rows}
    found = set(places.values())
    for change in reversed(changes):
        if change.kind == CARD and change.before and change.target in places:
            lane, column = places[change.target]
            places[change.target] = change.before.get("lane", lane), change.before.get("column", column)
            found.add(places[change.target])
    return found


def _of_evidence(changes: Iterable[MapChange]) -> set[int]:
    ids = {change.target for change in changes if change.kind == EVIDENCE}
    return set(Evidence.objects.filter(pk__in=ids).values_list("card_id", flat=True)) if ids else set()


def _by(changes: Iterable[MapChange], me: int) -> list[dict[str, Any]]:
    """Who else changed what, the latest change of each card."""
    found: dict[tuple[int, int | None], dict[str, Any]] = {}
    for change in changes:
        if change.by is not None and change.by_id != me:
            card = _card_of(change)
            told = {"name": str(change.by), "member": change.by.pk, "card": card, "number": change.number}
            found[change.by.pk, card] = told
    return list(found.values())


def _card_of(change: MapChange) -> int | None:
    if change.kind == CARD:
        return change.target
    if change.kind == EVIDENCE:
        return Evidence.objects.filter(pk=change.target).values_list("card_id", flat=True).first()
    return None
