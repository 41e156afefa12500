"""Who would stand elsewhere if a draft were published: counted before anything is recomputed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tropa.analysis.placed import FIRST
from tropa.engine import Engine
from tropa.facts import copy
from tropa.facts.domain import microseconds
from tropa.journeys import visit_files
from tropa.journeys.definition import model_of
from tropa.journeys.models import JourneyVersion, Placement
from tropa.journeys.trips import properties, unit_visits
from tropa.journeys.unit_rows import ENDED

# Where a unit stands that is on no stage at all.
NOWHERE: Final = ""
EXAMPLES: Final = 3
_POSITIONS: Final = pa.schema([("unit_id", pa.int64()), ("stage", pa.string()), ("state", pa.string())])


@dataclass(frozen=True, slots=True)
class Move:
    """Units that stood on one position and would stand on another; stages are keys, empty: on no stage."""

    from_stage: str
    from_state: str
    to_stage: str
    to_state: str
    units: int
    examples: tuple[int, ...]


def count(version: JourneyVersion, *, now: datetime, engine: Engine) -> dict[str, Any]:
    """The difference between the serving version and this one as of a moment, as plain data: `moves` of whoever moves,
    `same`: how many stand where they stood, `newly`, `gone`. Who moves where is kept in a file for the lists."""
    serving = version.journey.serving
    before = _stored(serving, engine)
    log = copy.open(version.workspace, engine, keep=properties(model_of(version)))
    after = _placed(version, log, engine, microseconds(now))
    joined = before.outer_join(after, "unit_id")
    moved = joined.select(
        unit_id=ibis.coalesce(joined.unit_id, joined.unit_id_right),
        from_stage=joined.stage.fill_null(NOWHERE),
        from_state=joined.state.fill_null(NOWHERE),
        to_stage=joined.stage_right.fill_null(NOWHERE),
        to_state=joined.state_right.fill_null(NOWHERE),
    )
    kept = engine.materialise(moved)
    _keep(version, kept, engine)
    return _as_data(_moves(kept, engine))


def units(version: JourneyVersion, engine: Engine, way: Sequence[str], *, offset: int, limit: int) -> list[int]:
    """A page of the units that go one way (from stage, from state, to stage, to state)."""
    path = _file(version)
    if not path.exists():
        return []
    rows = engine.scan(path)
    names = ("from_stage", "from_state", "to_stage", "to_state")
    found = rows.filter(*(rows[name] == value for name, value in zip(names, way, strict=True)))
    page = engine.run(found.select("unit_id").order_by("unit_id").limit(limit, offset=offset))
    return [int(unit) for unit in page["unit_id"].to_pylist()]


def _stored(version: JourneyVersion | None, engine: Engine) -> ir.Table:
    """Where everybody stands now: the last trip of each unit."""
    batches = [pa.RecordBatch.from_pylist(chunk, schema=_POSITIONS) for chunk in _chunks(version)]
    return engine.load(pa.Table.from_batches(batches, schema=_POSITIONS))


def _chunks(version: JourneyVersion | None) -> Iterator[list[dict[str, Any]]]:
    if version is None:
        return
    latest: dict[str, Any] = {}
    rows = Placement.objects.filter(version=version).order_by("unit_id", "trip").values("unit_id", "stage", "state")
    chunk: list[dict[str, Any]] = []
    for row in rows.iterator(5000):
        if latest and row["unit_id"] != latest["unit_id"]:
            chunk.append(latest)
        latest = dict(row)
        if len(chunk) >= 50_000:
            yield chunk
            chunk = []
    yield [*chunk, latest] if latest else chunk


def _placed(version: JourneyVersion, log: Any, engine: Engine, as_of_us: int) -> ir.Table:
    model = model_of(version)
    found = unit_visits(log, model, as_of_us=as_of_us)
    if found is None:
        return engine.load(_POSITIONS.empty_table())
    newest = ibis.window(group_by="unit_id", order_by=[ibis.desc("trip"), ibis.desc("visit")])
    last = found.visits.mutate(nth=ibis.row_number().over(newest)).filter(lambda rows: rows.nth == 0)
    stage = ibis.cases(*((last.stage == FIRST + at, each.key) for at, each in enumerate(model.stages)), else_=NOWHERE)
    state = ibis.cases(*((last.left_to == code, word) for code, word in ENDED.items()), else_=NOWHERE)
    return engine.materialise(last.select("unit_id", stage=stage, state=state))


def _moves(rows: ir.Table, engine: Engine) -> list[Move]:
    way = ["from_stage", "from_state", "to_stage", "to_state"]
    counted = engine.run(rows.group_by(way).agg(units=rows.count())).to_pylist()
    first = rows.mutate(nth=ibis.row_number().over(ibis.window(group_by=way, order_by="unit_id")))
    some = engine.run(first.filter(first.nth < EXAMPLES).order_by("unit_id")).to_pylist()
    examples: dict[tuple[str, ...], list[int]] = {}
    for row in some:
        examples.setdefault(tuple(row[name] for name in way), []).append(row["unit_id"])
    return [_move(row, examples[tuple(row[name] for name in way)]) for row in counted]


def _move(row: dict[str, Any], examples: Sequence[int]) -> Move:
    return Move(row["from_stage"], row["from_state"], row["to_stage"], row["to_state"], row["units"], tuple(examples))


def _as_data(moves: Sequence[Move]) -> dict[str, Any]:
    same = [move for move in moves if (move.from_stage, move.from_state) == (move.to_stage, move.to_state)]
    other = sorted((move for move in moves if move not in same), key=lambda move: (-move.units, move.from_stage))
    return {
        "same": sum(move.units for move in same),
        "moved": sum(move.units for move in other if move.from_stage and move.to_stage),
        "newly": sum(move.units for move in other if not move.from_stage),
        "gone": sum(move.units for move in other if not move.to_stage),
        "moves": [
            {
                "from_stage": move.from_stage,
                "from_state": move.from_state,
                "to_stage": move.to_stage,
                "to_state": move.to_state,
                "units": move.units,
                "examples": list(move.examples),
            }
            for move in other
        ],
    }


def _keep(version: JourneyVersion, rows: ir.Table, engine: Engine) -> None:
    path = _file(version)
    path.parent.mkdir(parents=True, exist_ok=True)
    changed = (rows.from_stage != rows.to_stage) | (rows.from_state != rows.to_state)
    engine.write(rows.filter(changed).order_by("unit_id"), path)


def _file(version: JourneyVersion) -> Path:
    return visit_files.root(version) / "moves.parquet"
