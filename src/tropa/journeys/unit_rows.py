"""Rows of placement: units out of the engine, and what is written of them. Callers own the transactions."""

from collections.abc import Iterator, Mapping, Sequence
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

# Units written in one transaction: on SQLite the writers of touches wait for it.
CHUNK: Final = 500
ENDED: Final[Mapping[int, str]] = {OPEN: "open", LOST: "lost", DROPPED: "dropped", COMPLETED: "completed"}


@dataclass(frozen=True, slots=True)
class Unit:
    """What placement says of one unit."""

    unit_id: int
    account_id: int | None
    placements: tuple[Mapping[str, Any], ...]
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


def _placement(of_trip: Sequence[Mapping[str, Any]], stages: Sequence[str]) -> Mapping[str, Any]:
    last = of_trip[-1]
    state = ENDED[last["left_to"]]
    return {
        "trip": last["trip"],
        "stage": stages[last["stage"] - FIRST],
        "state": state,
        "entered_us": last["entered"],
        "left_us": None if state == "open" else last["left"],
        "started_us": of_trip[0]["entered"],
        "active_us": last["active_at"],
        "visits": len(of_trip),
        "touch_id": last["touch_id"],
        "certainty": last["certainty"],
    }


def write_placements(version: JourneyVersion, chunk: Sequence[Unit]) -> None:
    Placement.objects.bulk_create(
        [
            Placement(
                workspace_id=version.workspace_id,
                version=version,
                unit_id=unit.unit_id,
                account_id=unit.account_id,
                **fields,
            )
            for unit in chunk
            for fields in unit.placements
        ],
        batch_size=CHUNK,
    )


def write_changes(
    version: JourneyVersion,
    known: Mapping[int, Sequence[Change]],
    chunk: Sequence[Unit],
    *,
    now: datetime,
    first: bool = False,
) -> None:
    StageChange.objects.bulk_create(
        [
            StageChange(
                workspace_id=version.workspace_id,
                version=version,
                kind="built" if first else entry.kind,
                unit_id=unit.unit_id,
                account_id=unit.account_id,
                recorded_at=now,
                supersedes_id=entry.supersedes,
                **_columns(entry.change),
            )
            for unit in chunk
            for entry in entries(known[unit.unit_id], unit.changes)
        ],
        batch_size=CHUNK,
    )


def _columns(change: Change) -> dict[str, Any]:
    return {
        "trip": change.trip,
        "visit": change.visit,
        "from_stage": change.from_stage,
        "to_stage": change.to_stage,
        "state": change.state,
        "at_us": change.at_us,
        "touch_id": change.touch_id,
        "certainty": change.certainty,
    }


def dropped(placed: Placement, now: datetime) -> StageChange:
    """The row of a trip that has fallen silent."""
    return StageChange(
        workspace_id=placed.workspace_id,
        version_id=placed.version_id,
        kind=StageChange.Kind.NEW,
        unit_id=placed.unit_id,
        account_id=placed.account_id,
        trip=placed.trip,
        visit=placed.visits,
        from_stage=placed.stage,
        state=State.DROPPED,
        at_us=placed.active_us,
        recorded_at=now,
    )


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
