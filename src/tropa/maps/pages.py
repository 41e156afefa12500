"""What several pages of maps show alike."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count

from tropa.maps import catalogue, lanes
from tropa.maps.board import LaneView
from tropa.maps.board_rows import group_label
from tropa.maps.domain import Age, age
from tropa.maps.models import Card, JourneyMap
from tropa.web import typography


@dataclass(frozen=True, slots=True)
class Listed:
    """A map in a list. cards: how many stand on it. days: since somebody looked at it."""

    map: JourneyMap
    kind: str
    age: Age
    days: int
    cards: int

    @property
    def whose(self) -> str:
        return str(self.map.persona or self.map.account)


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of the catalogue in the language of the page."""

    key: str
    label: str
    description: str


@dataclass(frozen=True, slots=True)
class LaneLine:
    """A lane in the settings of its map. word: what the catalogue calls it, when it is called otherwise now. line: of a
    blueprint, the one above it. focused: `up` or `down`, the button that has moved it just now."""

    lane: LaneView
    word: str
    line: str
    can_up: bool
    can_down: bool
    focused: str


def lane_lines(map_: JourneyMap, *, moved: str = "", to: str = "") -> list[tuple[str, list[LaneLine]]]:
    """Lanes under the names of their groups. moved: the id of the lane that was moved just now, to: which way."""
    grouped = lanes.groups(map_)
    may = lanes.neighbours(grouped)
    found = []
    for group, members in grouped:
        lines = [_line(lane, may, to if str(lane.number) == moved else "") for lane in members]
        found.append((group_label(group), lines))
    return found


def listed(maps: Sequence[JourneyMap], *, now: datetime) -> list[Listed]:
    """Maps as lists show them."""
    cards = _cards([each.pk for each in maps])
    return [
        Listed(each, kind_label(each), age(each.reviewed_at, now), (now - each.reviewed_at).days, cards.get(each.pk, 0))
        for each in maps
    ]


def kind_label(map_: JourneyMap) -> str:
    found = catalogue.map_types().get(map_.kind)
    return found.label.in_(typography.language()) if found else map_.kind


def words_of(entries: Mapping[str, Any]) -> list[Told]:
    """Entries that have a label and a description."""
    language = typography.language()
    return [Told(key, each.label.in_(language), each.description.in_(language)) for key, each in entries.items()]


def crumbs(map_: JourneyMap) -> dict[str, Any]:
    """Context of every page of a map."""
    return {"section": "maps", "map": map_, "kind_label": kind_label(map_)}


def aim(map_: JourneyMap) -> dict[str, str]:
    return {"name": map_.name, "purpose": map_.purpose, "decision": map_.decision}


def _cards(maps: Collection[int]) -> dict[int, int]:
    rows = Card.objects.filter(map__in=maps, is_removed=False).values("map").annotate(n=Count("pk"))
    return {row["map"]: row["n"] for row in rows}


def _line(lane: LaneView, may: Mapping[tuple[str, int], str], to: str) -> LaneLine:
    word = lanes.word_of(lane.key) or lane.label
    can_up, can_down = (lane.key, -1) in may, (lane.key, 1) in may
    # At the edge its button does nothing any more, so the other one has the focus.
    focused = "" if not to else "up" if can_up and (to == "up" or not can_down) else "down" if can_down else ""
    return LaneLine(
        lane=lane,
        word="" if word == lane.label else word,
        line=lane.divider.label.in_(typography.language()) if lane.divider else "",
        can_up=can_up,
        can_down=can_down,
        focused=focused,
    )
