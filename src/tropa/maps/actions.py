"""Verbs of a map's board. Each is one transaction and one line in the log; where nothing would differ, there is none
and the answer is None.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from tropa.maps import catalogue, columns, log
from tropa.maps.domain import STEP, Refused, between
from tropa.maps.lanes import add_lane, move_lane, restore_lane_name, set_lane
from tropa.maps.making import copy, create, create_from_example
from tropa.maps.models import Card, Evidence, JourneyMap, Lane, MapChange
from tropa.maps.publishing import archive, publish, review, save_version, unpublish, update_map
from tropa.maps.undoing import redo, undo
from tropa.workspace.models import Member

__all__ = [
    "add_card", "add_evidence", "add_lane", "archive", "confirm_card", "copy", "create", "create_from_example",
    "edit_card", "edit_evidence", "move_card", "move_lane", "publish", "redo", "remove_card", "remove_evidence",
    "restore_card", "restore_evidence", "restore_lane_name", "review", "save_version", "set_lane", "undo",
    "unpublish", "update_map",
]  # fmt: skip

EDITABLE: Final = frozenset(
    {"text", "details", "touch_type", "emotion", "offset", "severity", "member_id", "contact_id", "role"}
)
# Whoever spoke of the old ones has not said the new ones.
SOURCES_SPEAK_OF: Final = frozenset({"text", "emotion", "offset"})
OF_EVIDENCE: Final = frozenset({"kind", "quote", "source", "on_date", "contradicts"})
MIDDLE: Final = 50.0
MOST_CARDS: Final = 3_000


@transaction.atomic
def add_card(
    *,
    map: JourneyMap,
    by: Member | None,
    lane: str,
    column: str,
    text: str,
    at: datetime,
    position: float | None = None,
    before: int | None = None,
    **fields: Any,
) -> MapChange:
    """A card in a cell, at its end unless a place is told. Raises Refused."""
    _only(fields, EDITABLE)
    locked = log.lock(map, at=at)
    found = _lane(locked, lane)
    _check_column(locked, column)
    if Card.objects.filter(map=locked, is_removed=False).count() >= MOST_CARDS:
        raise Refused("many_cards", most=MOST_CARDS)
    card = Card(
        workspace_id=locked.workspace_id,
        map=locked,
        lane=lane,
        column=column,
        position=_place(locked, lane, column, before) if position is None else position,
        text=text,
        **{**_curve(found, Card(**fields)), **{key: value for key, value in fields.items() if value is not None}},
    )
    return log.add(locked, [card], by=by, at=at)[0]


@transaction.atomic
def edit_card(
    *, map: JourneyMap, by: Member | None, card: int, at: datetime, seen: int | None = None, **changes: Any
) -> MapChange | None:
    """Change what a card says. What its sources speak of being another now, they wait for somebody to confirm them."""
    _only(changes, EDITABLE)
    locked = log.lock(map, at=at)
    found = _card(locked, card)
    if any(field in SOURCES_SPEAK_OF and getattr(found, field) != value for field, value in changes.items()):
        has_sources = Evidence.objects.filter(card=found, is_removed=False).exists()
        changes |= {"needs_confirmation": True} if has_sources else {}
    return log.change(locked, found, changes, by=by, at=at, seen=seen)


@transaction.atomic
def confirm_card(*, map: JourneyMap, by: Member | None, card: int, at: datetime) -> MapChange | None:
    """Its sources say this too."""
    locked = log.lock(map, at=at)
    return log.change(locked, _card(locked, card), {"needs_confirmation": False}, by=by, at=at)


@transaction.atomic
def move_card(
    *,
    map: JourneyMap,
    by: Member | None,
    card: int,
    lane: str,
    column: str,
    at: datetime,
    before: int | None = None,
    seen: int | None = None,
) -> MapChange | None:
    """Put a card into a cell, before another card or at the end. A card that leaves the curve loses its emotion."""
    locked = log.lock(map, at=at)
    found, into = _card(locked, card), _lane(locked, lane)
    if column != found.column:
        _check_column(locked, column)
    wanted: dict[str, Any] = {"lane": lane, "column": column, **_curve(into, found)}
    if not _stays(found, lane, column, before):
        wanted["position"] = _place(locked, lane, column, before, moved=found)
        found = _card(locked, card)  # read anew: making room may have moved it
    return log.change(locked, found, wanted, by=by, at=at, seen=seen)


@transaction.atomic
def remove_card(*, map: JourneyMap, by: Member | None, card: int, at: datetime) -> MapChange | None:
    locked = log.lock(map, at=at)
    return log.change(locked, _card(locked, card), {"is_removed": True}, by=by, at=at)


@transaction.atomic
def restore_card(*, map: JourneyMap, by: Member | None, card: int, at: datetime) -> MapChange | None:
    locked = log.lock(map, at=at)
    return log.change(locked, _card(locked, card, removed=True), {"is_removed": False}, by=by, at=at)


@transaction.atomic
def add_evidence(
    *, map: JourneyMap, by: Member | None, card: int, kind: str, quote: str, at: datetime, **fields: Any
) -> MapChange:
    """What a card rests on, or what speaks against it."""
    _only(fields, OF_EVIDENCE)
    locked = log.lock(map, at=at)
    found = _card(locked, card)
    added = Evidence(workspace_id=locked.workspace_id, card=found, kind=kind, quote=quote, **fields)
    return log.add(locked, [added], by=by, at=at)[0]


@transaction.atomic
def edit_evidence(
    *, map: JourneyMap, by: Member | None, evidence: int, at: datetime, seen: int | None = None, **changes: Any
) -> MapChange | None:
    _only(changes, OF_EVIDENCE)
    if day := changes.get("on_date"):
        changes["on_date"] = day if isinstance(day, str) else day.isoformat()
    locked = log.lock(map, at=at)
    return log.change(locked, _evidence(locked, evidence), changes, by=by, at=at, seen=seen)


@transaction.atomic
def remove_evidence(*, map: JourneyMap, by: Member | None, evidence: int, at: datetime) -> MapChange | None:
    locked = log.lock(map, at=at)
    return log.change(locked, _evidence(locked, evidence), {"is_removed": True}, by=by, at=at)


@transaction.atomic
def restore_evidence(*, map: JourneyMap, by: Member | None, evidence: int, at: datetime) -> MapChange | None:
    locked = log.lock(map, at=at)
    return log.change(locked, _evidence(locked, evidence), {"is_removed": False}, by=by, at=at)


def _only(given: Mapping[str, Any], allowed: frozenset[str]) -> None:
    if unknown := set(given) - allowed:
        raise TypeError(f"no such fields: {', '.join(sorted(unknown))}; there are {', '.join(sorted(allowed))}")


def _card(map_: JourneyMap, pk: int, *, removed: bool = False) -> Card:
    found = Card.objects.filter(map=map_, pk=pk).first()
    if found is None or (found.is_removed and not removed):
        raise Refused("no_card", card=pk)
    return found


def _evidence(map_: JourneyMap, pk: int) -> Evidence:
    found = Evidence.objects.filter(card__map=map_, pk=pk).first()
    if found is None:
        raise Refused("no_evidence", evidence=pk)
    return found


def _lane(map_: JourneyMap, key: str) -> Lane:
    found = Lane.objects.filter(map=map_, key=key).first()
    if found is None:
        raise Refused("no_lane", lane=key)
    if found.value_type in catalogue.DERIVED_LANES:
        raise Refused("derived_lane", lane=key)
    return found


def _check_column(map_: JourneyMap, key: str) -> None:
    known = [column.key for column in columns.of(map_, columns.version_of(map_))]
    if key not in known:
        raise Refused("no_column", column=key, known=known)


def _curve(lane: Lane, card: Card) -> dict[str, Any]:
    """Emotion and place on the curve, which points have and other cards have not."""
    if lane.value_type != catalogue.EMOTION_CURVE:
        return {"emotion": None, "offset": None}
    return {
        "emotion": 0.0 if card.emotion is None else card.emotion,
        "offset": MIDDLE if card.offset is None else card.offset,
    }


def _stays(card: Card, lane: str, column: str, before: int | None) -> bool:
    """Whether it is where it is wanted: before itself, or before the card that follows it."""
    if (card.lane, card.column) != (lane, column):
        return False
    following = _cell(card.map, lane, column).filter(position__gt=card.position).first()
    return before == card.pk or before == (following.pk if following else None)


def _place(map_: JourneyMap, lane: str, column: str, before: int | None, moved: Card | None = None) -> float:
    """A position before a card of the cell, or at the end. A card that is not there any more is no obstacle."""
    cell = _cell(map_, lane, column)
    if moved is not None:
        cell = cell.exclude(pk=moved.pk)
    places = list(cell.values_list("pk", "position"))
    index = next((index for index, (pk, _) in enumerate(places) if pk == before), len(places))
    left = places[index - 1][1] if index else None
    right = places[index][1] if index < len(places) else None
    place = between(left, right)
    if place is None:
        _spread(map_, lane, column)
        return _place(map_, lane, column, before, moved)
    return place


def _spread(map_: JourneyMap, lane: str, column: str) -> None:
    """Make room between the cards of a cell; nobody's step, so nobody takes it back."""
    for number, card in enumerate(_cell(map_, lane, column), 1):
        log.change(map_, card, {"position": number * STEP}, by=None, at=map_.changed_at)


def _cell(map_: JourneyMap, lane: str, column: str) -> Any:
    return Card.objects.filter(map=map_, lane=lane, column=column, is_removed=False).order_by("position", "pk")
