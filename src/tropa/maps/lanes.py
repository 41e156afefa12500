"""Lanes of a map: shown or hidden, called otherwise, put above or below a neighbour, added."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from django.db import transaction

from tropa.journeys.keys import key_of
from tropa.maps import board_building, catalogue, log, rows
from tropa.maps.board import LaneView
from tropa.maps.domain import LANE, STEP, Refused, between
from tropa.maps.models import JourneyMap, Lane, MapChange
from tropa.web import typography
from tropa.workspace.models import Member

MOST_LANES: Final = 60
OF_LANE: Final = frozenset({"label", "is_hidden"})


@transaction.atomic
def set_lane(
    *, map: JourneyMap, by: Member | None, lane: str, at: datetime, seen: int | None = None, **changes: Any
) -> MapChange | None:
    """Hide or show a lane, name it. Under the word that the catalogue has for it anyway, it stays translated."""
    if unknown := set(changes) - OF_LANE:
        raise TypeError(f"no such fields: {', '.join(sorted(unknown))}; there are {', '.join(sorted(OF_LANE))}")
    locked = log.lock(map, at=at)
    if changes.get("label") == word_of(lane):
        changes["label"] = ""
    return log.change(locked, _lane(locked, lane), changes, by=by, at=at, seen=seen)


@transaction.atomic
def restore_lane_name(*, map: JourneyMap, by: Member | None, lane: str, at: datetime) -> MapChange | None:
    """Call a lane of the catalogue as the catalogue does, in both languages. Raises Refused for a lane of one's own."""
    locked = log.lock(map, at=at)
    found = _lane(locked, lane)
    if lane not in catalogue.lanes():
        raise Refused("no_word", lane=lane)
    return log.change(locked, found, {"label": ""}, by=by, at=at)


@transaction.atomic
def move_lane(*, map: JourneyMap, by: Member | None, lane: str, step: int, at: datetime) -> MapChange | None:
    """Put a lane before its neighbour in its group (step −1) or behind it (1); None at the edge of the group."""
    locked = log.lock(map, at=at)
    found = _lane(locked, lane)
    neighbour = neighbours(groups(locked)).get((lane, step))
    if neighbour is None:
        return None
    place = _place(locked, found, neighbour, step)
    # Read anew: making room may have moved it.
    return log.change(locked, _lane(locked, lane), {"position": place}, by=by, at=at)


@transaction.atomic
def add_lane(*, map: JourneyMap, by: Member | None, at: datetime, key: str = "", label: str = "") -> MapChange | None:
    """A lane of the catalogue by its key, or one of the map's own by its name. One that is there is shown again."""
    locked = log.lock(map, at=at)
    present = {lane.key: lane for lane in locked.lanes.all()}
    if key in present:
        return log.change(locked, present[key], {"is_hidden": False}, by=by, at=at)
    shipped = catalogue.lanes().get(key)
    if shipped is None and not label:
        raise Refused("no_lane", lane=key)
    if len(present) >= MOST_LANES:
        raise Refused("many_lanes", most=MOST_LANES)
    added = Lane(
        workspace_id=locked.workspace_id,
        map=locked,
        key=key if shipped else key_of(label, {*present, *catalogue.lanes()}, otherwise="lane"),
        label="" if shipped else label,
        value_type=shipped.value_type if shipped else "cards",
        position=max((lane.position for lane in present.values()), default=0) + 1,
    )
    return log.add(locked, [added], by=by, at=at)[0]


def word_of(key: str) -> str | None:
    """What the catalogue calls a lane in the language of the page; None for a lane of one's own."""
    shipped = catalogue.lanes().get(key)
    return shipped.label.in_(typography.language()) if shipped else None


def groups(map_: JourneyMap) -> list[tuple[str, Sequence[LaneView]]]:
    """Lanes as the board groups them, without their cells and without those that are never drawn."""
    state = {(LANE, lane.pk): rows.plain(lane) for lane in Lane.objects.filter(map=map_)}
    return board_building.lane_groups(state, map_.kind, typography.language())


def neighbours(grouped: Sequence[tuple[str, Sequence[LaneView]]]) -> Mapping[tuple[str, int], str]:
    """{(lane, step): the lane it changes places with}. A line of a blueprint belongs to the lane below it: no lane
    goes across a line, and that one stays where it is."""
    found: dict[tuple[str, int], str] = {}
    for _, lanes in grouped:
        for upper, lower in pairwise(lanes):
            if upper.divider is None and lower.divider is None:
                found[upper.key, 1], found[lower.key, -1] = lower.key, upper.key
    return found


def _lane(map_: JourneyMap, key: str) -> Lane:
    found = Lane.objects.filter(map=map_, key=key).first()
    if found is None:
        raise Refused("no_lane", lane=key)
    return found


def _place(map_: JourneyMap, moved: Lane, neighbour: str, step: int) -> float:
    """A position next to the neighbour among all lanes: in a blueprint their order is that of the board."""
    others = [lane for lane in Lane.objects.filter(map=map_).order_by("position", "pk") if lane.pk != moved.pk]
    index = next(index for index, lane in enumerate(others) if lane.key == neighbour) + (step > 0)
    left = others[index - 1].position if index else None
    right = others[index].position if index < len(others) else None
    place = between(left, right)
    if place is None:
        _spread(map_)
        return _place(map_, moved, neighbour, step)
    return place


def _spread(map_: JourneyMap) -> None:
    """Make room between all lanes; nobody's step, so nobody takes it back."""
    for number, lane in enumerate(Lane.objects.filter(map=map_).order_by("position", "pk"), 1):
        log.change(map_, lane, {"position": number * STEP}, by=None, at=map_.changed_at)
