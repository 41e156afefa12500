"""Stage visits: each stay of a trip on a stage, when it began, when and where it ended.

A trip is one case travelling the journey once. It ends with a loss, with completion, or it is open. Definitions and
their reasons: docs/adr/0003-visits-and-trips.md.
"""

from dataclasses import dataclass
from math import isfinite
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tropa.analysis.arrays import Columns, after, before, starts, whole_units
from tropa.analysis.model import JourneyModel
from tropa.analysis.order import STORED, Order
from tropa.analysis.placed import COMPLETED, DAY, FIRST, LAP, LOST, NONE, Placed
from tropa.engine import Engine

# Where a visit ended, beside the codes of stages: LOST and COMPLETED as in `placed`, and
OPEN: Final = 0
DROPPED: Final = -1
TRIPS_PER_CASE: Final = 2**20
FOREVER: Final = 2**62
REGAINED: Final = -2  # lost, then back within reopen_days: the same trip
NEVER: Final = -(2**63)

COLUMNS: Final = {
    "visit": pa.int64(),
    "trip": pa.int64(),
    "case": pa.int32(),
    "stage": pa.int32(),
    "entered": pa.int64(),
    "left": pa.int64(),
    "left_to": pa.int32(),
    "lost_at": pa.int64(),
    "active_at": pa.int64(),
    "active_type": pa.int32(),
}


@dataclass(frozen=True)
class Visits:
    """Stage visits of a placed log.

    table: visit int64 (order of visits), trip int64, case int32, stage int16 (code), entered int64 (µs),
    left int64 (µs; as_of while open), left_to int32 (code), lost_at int64 (µs or null: when a loss was recorded),
    active_at int64 (µs; last sign of life of the client in it, or its entry), active_type int32 (what it was).
    Visits of one trip never overlap; equal times are told apart by `visit`.
    """

    placed: Placed
    table: ir.Table

    @property
    def engine(self) -> Engine:
        return self.placed.engine


def find_visits(placed: Placed) -> Visits:
    """All stage visits of a placed log, kept in the engine."""
    engine, model, as_of = placed.engine, placed.model, placed.as_of
    if model is None:
        expression = visits(placed.touches, None, first_at=placed.first_at, as_of=as_of)
        return Visits(placed, engine.materialise(expression))
    return Visits(placed, engine.load(fold_visits(engine, placed.touches, model, as_of=as_of)))


def fold_visits(engine: Engine, touches: ir.Table, model: JourneyModel, *, as_of: int, first: int = 0) -> pa.Table:
    """The rows that `visits` gives over stored touches, folded over arrays, which takes a quarter of the time.

    Visits and trips are numbered from `first` on.
    """
    silent_after, reopen = silence_by_code(model), int(model.reopen_days * DAY)
    visit, trip, tables = first, first, [pa.schema(COLUMNS).empty_table()]
    for block in whole_units(engine, touches.select("case", "at", "type", "place"), "case"):
        runs = _folded_runs(block)
        opens = _folded_opens(runs, reopen)
        rows = _folded_ends(runs | {"trip": trip + np.cumsum(opens)}, silent_after, as_of)
        rows["visit"] = np.arange(visit, visit + rows["trip"].size)
        visit, trip = visit + rows["trip"].size, trip + int(opens.sum())
        tables.append(_as_arrow(rows))
    return pa.concat_tables(tables)


def visits(
    touches: ir.Table, model: JourneyModel | None, *, first_at: int, as_of: int, order: Order = STORED
) -> ir.Table:
    """The expression of stage visits over placed touches (columns as in `Visits.table`).

    Without a model each touch is a visit of its own; with one, touches that stay on a stage merge into one visit.
    """
    runs = _runs(touches, model, first_at, order)
    trips = _trips(runs, model, order)
    return _ends(trips, model, as_of, order)


def _runs(touches: ir.Table, model: JourneyModel | None, first_at: int, order: Order) -> ir.Table:
    """One row per stay on a place, from its last touch: looking ahead streams, looking back for the entry is a lag."""
    ends = touches.select(
        "case",
        "at",
        *(() if order.stored else ("seq",)),
        "place",
        "type",
        next_case=_ahead(touches.case, order),
        next_place=_ahead(touches.place, order),
        next_at=_ahead(touches.at, order),
    )
    if model is None:
        return ends.mutate(entered=ends.at, code=ends.place, lap=ibis.literal(False))
    ends = ends.filter((ends.next_case != ends.case) | (ends.next_place != ends.place))
    entered = ends.next_at.lag(1, ibis.literal(first_at, "int64")).over(order.whole)
    if not order.stored:
        first_of_case = touches.group_by("case").agg(first_of_case=touches.at.min())
        ends = ends.join(first_of_case, "case")
        entered = ends.next_at.lag(1, ends.first_of_case).over(order.whole)
    return ends.mutate(entered=entered, code=ends.place % LAP, lap=ends.place >= LAP)


def _ahead(column: ir.Column, order: Order) -> ir.Column:
    return column.lead(1, ibis.literal(-1, column.type())).over(order.whole)


def _behind(column: ir.Column, order: Order, rows: int = 1) -> ir.Column:
    return column.lag(rows, ibis.literal(-1, column.type())).over(order.whole)


def _trips(runs: ir.Table, model: JourneyModel | None, order: Order) -> ir.Table:
    """Number the trips: a stage opens one when nothing is open, behind completion, or too late behind a loss."""
    reopen = 0 if model is None else int(model.reopen_days * DAY)
    rows = runs.mutate(
        before=_behind(runs.case, order),
        place_before=_behind(runs.place, order),
        entered_before=_behind(runs.entered, order),
        case_two_before=_behind(runs.case, order, 2),
        place_two_before=_behind(runs.place, order, 2),
    )
    code_before, lap_before = rows.place_before % LAP, rows.place_before >= LAP
    nothing_was_lost = (rows.case_two_before != rows.case) | (rows.place_two_before % LAP).isin([NONE, COMPLETED])
    too_late = rows.entered - rows.entered_before > reopen
    opens = (rows.code >= FIRST) & (
        (rows.before != rows.case)
        | code_before.isin([NONE, COMPLETED])
        | (lap_before != rows.lap)
        | ((code_before == LOST) & (nothing_was_lost | too_late))
    )
    number = opens.cast("int64").sum().over(order.so_far)
    return rows.mutate(trip=number if order.stored else rows.case.cast("int64") * TRIPS_PER_CASE + number)


def _ends(runs: ir.Table, model: JourneyModel | None, as_of: int, order: Order) -> ir.Table:
    goes_on = runs.next_case == runs.case
    next_code, next_lap = runs.next_place % LAP, runs.next_place >= LAP
    recorded_loss = goes_on & (next_code == LOST)
    silent_before_loss = runs.next_at - runs.at >= silence(runs.code, model)
    rows = runs.mutate(
        left_to=ibis.cases(
            (~goes_on, OPEN),
            (recorded_loss, LOST),
            ((next_code == COMPLETED) | (next_lap != runs.lap), COMPLETED),
            else_=next_code,
        ),
        left=(recorded_loss & silent_before_loss).ifelse(runs.at, runs.next_at),
        lost_at=recorded_loss.ifelse(runs.next_at, ibis.null("int64")),
    )
    rows = rows.filter(rows.code >= FIRST)
    came_back = (_ahead(rows.trip, order) == rows.trip) & (rows.left_to == LOST)
    rows = rows.select(
        visit=ibis.row_number().over(order.whole),
        trip=rows.trip,
        case=rows.case,
        stage=rows.code.cast("int32"),
        entered=rows.entered,
        left=rows.left,
        left_to=came_back.ifelse(REGAINED, rows.left_to).cast("int32"),
        lost_at=rows.lost_at,
        # Every placed touch on a stage is a sign of life, so the last one of the stay is the last of them.
        active_at=rows.at,
        active_type=rows.type,
    )
    return settle(rows, model, ibis.literal(as_of, "int64"))


def settle(visits: ir.Table, model: JourneyModel | None, report_at: ir.IntegerScalar) -> ir.Table:
    """Say of the visits that nothing ended whether they are open at a moment (µs) or silent for too long: dropped."""
    last = visits.left_to.isin([OPEN, DROPPED])
    silent = last & (report_at - visits.active_at >= silence(visits.stage, model))
    return visits.mutate(
        left_to=ibis.cases((silent, DROPPED), (last, OPEN), else_=visits.left_to).cast("int32"),
        left=ibis.cases((silent, visits.active_at), (last, report_at), else_=visits.left),
    )


def silence(code: ir.IntegerColumn, model: JourneyModel | None) -> ir.IntegerValue:
    """Inactivity horizon of each stage in µs; without one no silence is long enough."""
    stages = () if model is None else model.stages
    limits = [
        (code == number, int(stage.inactivity_days * DAY))
        for number, stage in enumerate(stages, FIRST)
        if isfinite(stage.inactivity_days)
    ]
    return (ibis.cases(*limits, else_=FOREVER) if limits else ibis.literal(FOREVER)).cast("int64")


def silence_by_code(model: JourneyModel) -> NDArray[np.int64]:
    """As `silence`: the inactivity horizon (µs) at the place of each code."""
    days = [stage.inactivity_days for stage in model.stages]
    return np.array([FOREVER] * FIRST + [int(limit * DAY) if isfinite(limit) else FOREVER for limit in days])


def _folded_runs(touches: Columns) -> Columns:
    """As `_runs`: one row per stay on a place, its first moment and its last touch."""
    case, place, at = touches["case"], touches["place"], touches["at"]
    first = starts(case, place)
    last = after(first, case.size) - 1
    return {
        "case": case[first],
        "code": place[first] % LAP,
        "lap": place[first] // LAP,
        "entered": at[first],
        "active_at": at[last],
        "active_type": touches["type"][last],
    }


def _folded_opens(runs: Columns, reopen: int) -> NDArray[np.bool_]:
    """As `_trips`: which runs open a trip."""
    case, code, lap = runs["case"], runs["code"], runs["lap"]
    code_before, code_two_before = before(code, NONE), before(code, NONE, 2)
    nothing_was_lost = (before(case, -1, 2) != case) | (code_two_before == NONE) | (code_two_before == COMPLETED)
    too_late = runs["entered"] - before(runs["entered"], 0) > reopen
    opens: NDArray[np.bool_] = (code >= FIRST) & (
        (before(case, -1) != case)
        | (code_before == NONE)
        | (code_before == COMPLETED)
        | (before(lap, 0) != lap)
        | ((code_before == LOST) & (nothing_was_lost | too_late))
    )
    return opens


def _folded_ends(runs: Columns, silent_after: NDArray[np.int64], as_of: int) -> Columns:
    """As `_ends`: the runs on stages, how and when they ended."""
    code, active_at = runs["code"], runs["active_at"]
    goes_on = after(runs["case"], -1) == runs["case"]
    next_code, next_at = after(code, NONE), after(runs["entered"], as_of)
    recorded_loss = goes_on & (next_code == LOST)
    silent_before_loss = next_at - active_at >= silent_after[code]
    completed = ~recorded_loss & (after(runs["lap"], 0) != runs["lap"])
    ends = {
        "left_to": np.where(goes_on, np.where(completed, COMPLETED, next_code), OPEN),
        "left": np.where(recorded_loss & silent_before_loss, active_at, next_at),
        "lost_at": np.where(recorded_loss, next_at, NEVER),
    }
    on_stage = np.flatnonzero(code >= FIRST)
    rows = {name: column[on_stage] for name, column in (runs | ends).items()}
    rows["left_to"][(after(rows["trip"], -1) == rows["trip"]) & (rows["left_to"] == LOST)] = REGAINED
    last = rows["left_to"] == OPEN
    silent = last & (as_of - rows["active_at"] >= silent_after[rows["code"]])
    rows["left_to"][silent] = DROPPED
    rows["left"][last] = as_of
    rows["left"][silent] = rows["active_at"][silent]
    return rows | {"stage": rows["code"]}


def _as_arrow(rows: Columns) -> pa.Table:
    never = {"lost_at": rows["lost_at"] == NEVER}
    arrays = {
        name: pa.array(rows[name].astype(kind.to_pandas_dtype()), mask=never.get(name))
        for name, kind in COLUMNS.items()
    }
    return pa.table(arrays)
