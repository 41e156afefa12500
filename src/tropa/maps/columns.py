"""Columns of a map: the stages of its journey, or times of a day. A stage that left the journey keeps its column while
cards stand in it: nothing that people wrote goes out of sight.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from tropa.journeys import queries as journeys
from tropa.journeys.definition import label_of
from tropa.journeys.models import JourneyVersion, Stage
from tropa.maps.models import JourneyMap
from tropa.web import typography


@dataclass(frozen=True, slots=True)
class Column:
    """number: place in the order, from 1; 0 when the stage is not in the journey any more. phase: empty for times."""

    key: str
    label: str
    number: int
    phase: str = ""

    @property
    def is_gone(self) -> bool:
        return self.number == 0


def version_of(map_: JourneyMap, number: int | None = None) -> JourneyVersion | None:
    """The journey's version with this number; without one, the version that serves."""
    if number is None:
        return map_.journey.serving
    return map_.journey.versions.filter(number=number).first()


def of(map_: JourneyMap, version: JourneyVersion | None, used: Collection[str] = ()) -> list[Column]:
    """Columns in order. version: None takes the draft, for a journey that serves nobody yet. used: columns that cards
    stand in."""
    found = list(_stages(map_, version) if map_.columns is None else _times(map_.columns))
    gone = sorted(set(used) - {column.key for column in found})
    return found + (_gone(map_, gone) if gone else [])


def _times(columns: Sequence[Mapping[str, str]]) -> Iterator[Column]:
    for number, each in enumerate((column for column in columns if not column.get("removed")), 1):
        yield Column(each["key"], each["label"], number)


def _stages(map_: JourneyMap, version: JourneyVersion | None) -> Iterator[Column]:
    if version is None:
        for number, stage in enumerate(map_.journey.draft_stages(), 1):
            yield Column(stage.key, stage.label, number, stage.phase)
        return
    language = typography.language()
    for number, each in enumerate(journeys.ranked(version), 1):
        yield Column(each["key"], label_of(each, language), number, each.get("phase", ""))


def _gone(map_: JourneyMap, keys: list[str]) -> list[Column]:
    if map_.columns is not None:
        known = {each["key"]: each["label"] for each in map_.columns}
    else:
        rows = Stage.objects.filter(journey=map_.journey_id, key__in=keys)
        known = {stage.key: stage.label for stage in rows}
    return [Column(key, known.get(key, key), 0) for key in keys]
