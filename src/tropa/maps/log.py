"""The log of a map: every change is written beside what it changed, under a number that the server gives."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from tropa.journeys.models import JourneyVersion
from tropa.maps import rows
from tropa.maps.domain import Change, changed, overwritten
from tropa.maps.models import Card, Evidence, JourneyMap, Lane, MapChange
from tropa.maps.rows import Row
from tropa.workspace.models import Member

Added = TypeVar("Added", Card, Lane, Evidence)


def lock(map_: JourneyMap, *, at: datetime) -> JourneyMap:
    """The map, which nobody else changes until the transaction ends. A new version of its journey is written down
    before anything else."""
    locked = JourneyMap.objects.select_for_update(of=("self",)).select_related("journey").get(pk=map_.pk)
    serving = JourneyVersion.objects.filter(journey=locked.journey_id, status=JourneyVersion.Status.SERVING)
    number = serving.values_list("number", flat=True).first()
    if number is not None and number != locked.journey_version:
        change(locked, locked, {"journey_version": number}, by=None, at=at)
    return locked


def change(
    map_: JourneyMap, row: Row, wanted: Mapping[str, Any], *, by: Member | None, at: datetime, seen: int | None = None
) -> MapChange | None:
    """Change fields of a row of a locked map; None when they are so already. seen: number of the last change that the
    editor saw; what others wrote into the same fields since is in `.overwritten`."""
    before, after = changed(rows.plain(row), wanted)
    if not after:
        return None
    theirs: Mapping[str, Any] = {}
    if seen is not None and seen < map_.change_no:
        since = changes_of(map_, row, after=seen)
        theirs = overwritten(since, after, None if by is None else by.pk)
    rows.put(row, after)
    made = write(map_, rows.kind_of(row), row.pk, before, after, by=by, at=at)
    made.overwritten = theirs
    return made


def add(map_: JourneyMap, added: Sequence[Added], *, by: Member | None, at: datetime) -> list[MapChange]:
    """New rows of a locked map, each with its change."""
    if not added:
        return []
    made = type(added[0]).objects.bulk_create(added)
    kind, first = rows.kind_of(made[0]), map_.change_no + 1
    changes = [
        MapChange(
            workspace_id=map_.workspace_id, map=map_, number=number, kind=kind, target=row.pk, before=None,
            after=rows.plain(row), by=by, at=at,
        )
        for number, row in enumerate(made, first)
    ]  # fmt: skip
    MapChange.objects.bulk_create(changes)
    _count(map_, first + len(changes) - 1, at)
    return changes


def write(
    map_: JourneyMap,
    kind: str,
    target: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    by: Member | None,
    at: datetime,
    undoes: MapChange | None = None,
) -> MapChange:
    """The line in the log of a change that is in the tables."""
    made = MapChange.objects.create(
        workspace_id=map_.workspace_id,
        map=map_,
        number=map_.change_no + 1,
        kind=kind,
        target=target,
        before=dict(before),
        after=dict(after),
        by=by,
        at=at,
        undoes=undoes,
    )
    _count(map_, made.number, at)
    return made


def changes_of(map_: JourneyMap, row: Row, *, after: int) -> Iterable[Change]:
    """Changes of one row behind a number."""
    found = map_.changes.filter(kind=rows.kind_of(row), target=row.pk, number__gt=after)
    return [rows.change_of(each) for each in found.select_related("undoes")]


def _count(map_: JourneyMap, number: int, at: datetime) -> None:
    map_.change_no, map_.changed_at = number, at
    map_.save(update_fields=["change_no", "changed_at"])
