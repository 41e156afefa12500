"""Rows of placement: units out of the engine, and what is written of them. Callers own the transactions."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby, islice
from typing import Any, Final

from tropa.analysis import JourneyModel
from tropa.analysis.placed import COMPLETED, FIRST, LOST
from tropa.analysis.visits import DROPPED, OPEN
from tropa.engine import Engine
from tropa.journeys.changes import Change, Visit, entries, told
from tropa.journeys.models import JourneyVersion, Placement, StageChange, State
from tropa.journeys.trips import UnitVisits, rows
from tropa.workspace.plain_rows import insert

# Units written in one transaction: on SQLite the writers of touches wait for it.
CHUNK: Final = 500
# Columns of Placement, and of StageChange.
TRIP: Final = (
    "trip", "stage", "state", "entered_us", "left_us", "started_us", "active_us", "visits", "touch_id", "certainty",
)  # fmt: skip
CHANGE: Final = ("trip", "visit", "from_stage", "to_stage", "state", "at_us", "touch_id", "certainty")
ENDED: Final[Mapping[int, str]] = {OPEN: "open", LOST: "lost", DROPPED: "dropped", COMPLETED: "completed"}


@dataclass(frozen=True, slots=True)
class Unit:
    """What placement says of one unit. placements: in the order of TRIP."""

    unit_id: int
    account_id: int | None
    placements: tuple[tuple[Any, ...], ...]
    changes: tuple[Change, ...]


def units_of(found: UnitVisits | None, model: JourneyModel, engine: Engine) -> Iterator[Unit]:
    if found is None:
        return
    for unit_id, visits_ in groupby(rows(engine, found.visits), key=lambda row: row["unit_id"]):
        yield _unit(unit_id, list(visits_), model)


def _unit(unit_id: Any, visits_: Sequence[Mapping[str, Any]], model: JourneyModel) -> Unit:
    stages = [stage.key for stage in model.stages]
    trips = [list(of_trip) for _, of_trip in groupby(visits_, key=lambda row: row["trip"])]
    changes = told(
        [
            Visit(
                trip=row["trip"],
                number=row["visit"],
                stage=stages[row["stage"] - FIRST],
                entered_us=row["entered"],
                ended=ENDED.get(row["left_to"], "") if row is of_trip[-1] else "",
                ended_us=row["left"] if row["lost_at"] is None else row["lost_at"],
                touch_id=row["touch_id"],
                certainty=row["certainty"],
            )
            for of_trip in trips
            for row in of_trip
        ]
    )
    placements = tuple(_placement(of_trip, stages) for of_trip in trips)
    return Unit(unit_id, visits_[0]["account_id"], placements, tuple(changes))


def _placement(of_trip: Sequence[Mapping[str, Any]], stages: Sequence[str]) -> tuple[Any, ...]:
    last = of_trip[-1]
    state = ENDED[last["left_to"]]
    return (
        last["trip"],
        stages[last["stage"] - FIRST],
        state,
        last["entered"],
        None if state == "open" else last["left"],
        of_trip[0]["entered"],
        last["active_at"],
        len(of_trip),
        last["touch_id"],
        last["certainty"],
    )


def write_placements(version: JourneyVersion, chunk: Sequence[Unit]) -> None:
    trips = ((unit.unit_id, unit.account_id, *trip) for unit in chunk for trip in unit.placements)
    same = {"workspace_id": version.workspace_id, "version_id": version.pk}
    insert(Placement, ("unit_id", "account_id", *TRIP), trips, same=same)


def write_changes(
    version: JourneyVersion,
    known: Mapping[int, Sequence[Change]],
    chunk: Sequence[Unit],
    *,
    now: datetime,
    first: bool = False,
) -> None:
    appended = (
        ("built" if first else entry.kind, unit.unit_id, unit.account_id, entry.supersedes, *_columns(entry.change))
        for unit in chunk
        for entry in entries(known[unit.unit_id], unit.changes)
    )
    _append(version, appended, now)


def write_drops(version: JourneyVersion, silent: Sequence[Placement], *, now: datetime) -> None:
    """The rows of trips that have fallen silent."""
    appended = (("new", placed.unit_id, placed.account_id, None, *_columns(_drop(placed))) for placed in silent)
    _append(version, appended, now)


def _drop(placed: Placement) -> Change:
    return Change(placed.trip, placed.visits, placed.stage, "", State.DROPPED.value, placed.active_us)


def _append(version: JourneyVersion, appended: Iterable[tuple[Any, ...]], now: datetime) -> None:
    same = {"workspace_id": version.workspace_id, "version_id": version.pk, "recorded_at": now}
    insert(StageChange, ("kind", "unit_id", "account_id", "supersedes_id", *CHANGE), appended, same=same)


def _columns(change: Change) -> tuple[Any, ...]:
    return (
        change.trip, change.visit, change.from_stage, change.to_stage, change.state, change.at_us, change.touch_id,
        change.certainty,
    )  # fmt: skip


def holding(version: JourneyVersion, units: Sequence[int]) -> dict[int, list[Change]]:
    """Per unit the changes that hold: those that nothing supersedes and that are no withdrawals."""
    found: dict[int, list[Change]] = {unit: [] for unit in units}
    rows_ = StageChange.objects.filter(version=version, unit_id__in=units, superseded_by=None)
    rows_ = rows_.exclude(kind=StageChange.Kind.WITHDRAWN).order_by("id")
    for row in rows_:
        change = Change(
            row.trip, row.visit, row.from_stage, row.to_stage, row.state, row.at_us, row.touch_id, row.certainty, row.pk
        )
        found[row.unit_id].append(change)
    return found


def chunks(items: Iterator[Any], size: int) -> Iterator[list[Any]]:
    while chunk := list(islice(items, size)):
        yield chunk
