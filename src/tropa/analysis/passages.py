"""Trips and stays: what each trip did on each stage as a whole. Funnel, time on stage and losses start from here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tropa.analysis.arrays import Columns, after, before, order_of, starts, whole_units
from tropa.analysis.placed import COMPLETED, FIRST, LOST
from tropa.analysis.visits import DROPPED, OPEN, REGAINED, Visits
from tropa.engine import Engine

NARROW = ("case", "stage", "left_to")


@dataclass(frozen=True)
class Passages:
    """trips: one row per trip. stays: one row per trip and stage it visited; columns as `trips` and `stays` say."""

    visits: Visits
    trips: ir.Table
    stays: ir.Table

    @property
    def engine(self) -> Engine:
        return self.visits.engine

    def case_ids(self, cases: Sequence[int]) -> tuple[str, ...]:
        """The ids of a few cases, in the order given."""
        if not cases:
            return ()
        table = self.visits.placed.cases
        # Compiling a number takes longer than finding it: they go in as a table.
        asked = self.engine.load(pa.table({"case": pa.array(sorted(set(cases)), pa.int32())}))
        known = self.engine.run(table.semi_join(asked, "case").select("case", "case_id"))
        names = dict(zip(known["case"].to_pylist(), known["case_id"].to_pylist(), strict=True))
        return tuple(names[case] for case in cases)


def find_passages(found: Visits) -> Passages:
    """Fold visits into trips and stays, kept in the engine."""
    engine = found.engine
    if found.placed.model is None:
        kept = engine.materialise(trips(found.table))
        return Passages(found, kept, engine.materialise(stays(found.table, kept)))
    folded_trips, folded_stays = fold_passages(engine, found.table)
    return Passages(found, engine.load(folded_trips), engine.load(folded_stays))


def fold_passages(engine: Engine, visits: ir.Table) -> tuple[pa.Table, pa.Table]:
    """The rows that `trips` and `stays` give, folded over arrays. visits: stored in their order."""
    names = ("visit", "trip", "case", "stage", "entered", "left", "left_to", "active_at")
    blocks = [_folded(block) for block in whole_units(engine, visits.select(*names), "trip")]
    none: Columns = {name: np.zeros(0, np.int32 if name in NARROW else np.int64) for name in names}
    all_trips, all_stays = zip(*(blocks or [_folded(none)]), strict=True)
    return pa.concat_tables(all_trips), pa.concat_tables(all_stays)


def trips(visits: ir.Table) -> ir.Table:
    """One row per trip: case, started (µs), visits, highest stage, steps (moves by one rank forward), returns, skips,
    its end: ended_how (OPEN, LOST, DROPPED, COMPLETED), ended_at (µs), end_stage, and last_active (µs)."""
    moves = visits.left_to >= FIRST
    last = visits.left_to.isin([OPEN, LOST, DROPPED, COMPLETED])
    return visits.group_by("trip").agg(
        case=visits.case.min(),
        started=visits.entered.min(),
        visits=visits.count(),
        highest=visits.stage.max(),
        steps=(visits.left_to == visits.stage + 1).cast("int64").sum(),
        returns=(moves & (visits.left_to < visits.stage)).cast("int64").sum(),
        skips=(visits.left_to > visits.stage + 1).cast("int64").sum(),
        ended_how=visits.left_to.max(where=last),
        ended_at=visits.left.max(where=last),
        end_stage=visits.stage.max(where=last),
        last_active=visits.active_at.max(),
    )


def stays(visits: ir.Table, kept_trips: ir.Table) -> ir.Table:
    """One row per trip and stage.

    first_visit (order), first_entered (µs), visits, dwell (µs, all visits of the trip to the stage), open (the trip is
    on it at as_of), returned (it was left to a lower stage), higher_visit, higher_entered (first entry to any higher
    stage), next_entered (first entry to the very next stage), stage_above (the next higher stage it visited, -1 for
    none), climbed (it came there from the stage or from below it, and did not only fall from there), and of the trip:
    case, ended_how, ended_at, end_stage.
    """
    rows = visits.group_by(["trip", "stage"]).agg(
        first_visit=visits.visit.min(),
        last_visit=visits.visit.max(),
        first_entered=visits.entered.min(),
        visits=visits.count(),
        dwell=(visits.left - visits.entered).sum().cast("int64"),
        open=(visits.left_to == OPEN).cast("int32").max(),
        returned=((visits.left_to >= FIRST) & (visits.left_to < visits.stage)).cast("int32").max(),
    )
    from_the_top = {"group_by": "trip", "order_by": ibis.desc("stage")}
    above = ibis.window(**from_the_top, preceding=(None, 1))
    one_above = ibis.window(**from_the_top)
    up_to_it = ibis.window(**from_the_top, preceding=0, following=None)
    rows = rows.mutate(
        higher_visit=rows.first_visit.min().over(above),
        higher_entered=rows.first_entered.min().over(above),
        stage_above=rows.stage.lag(1, ibis.literal(-1, "int32")).over(one_above),
        entered_above=rows.first_entered.lag(1, ibis.literal(-1, "int64")).over(one_above),
        first_so_low=rows.first_visit.min().over(up_to_it),
        last_above=rows.last_visit.max().over(above),
    )
    # Over an empty frame ClickHouse gives 0, not null.
    is_top = rows.stage_above < FIRST
    # Chosen by name: Ibis writes what is dropped in another order each time.
    rows = rows.select(
        *("trip", "stage", "first_visit", "first_entered", "visits", "dwell", "open", "returned", "stage_above"),
        higher_visit=is_top.ifelse(ibis.null("int64"), rows.higher_visit),
        higher_entered=is_top.ifelse(ibis.null("int64"), rows.higher_entered),
        next_entered=(rows.stage_above == rows.stage + 1).ifelse(rows.entered_above, ibis.null("int64")),
        climbed=rows.first_so_low < rows.last_above,
    )
    of_trip = kept_trips.select("trip", "case", "ended_how", "ended_at", "end_stage")
    return rows.join(of_trip, "trip")


def _folded(visits: Columns) -> tuple[pa.Table, pa.Table]:
    first = starts(visits["trip"])
    of_trip = fold_trips(visits, first)
    return pa.table(of_trip), _as_arrow(fold_stays(visits, first, of_trip), of_trip["trip"])


def fold_trips(visits: Columns, first: NDArray[np.int64]) -> Columns:
    """As `trips`. Visits of a trip lie in the order of time, and its last one alone says how it ended.

    first: rows with the first visit of each trip.
    """
    stage, left_to = visits["stage"], visits["left_to"]
    last = after(first, stage.size) - 1
    counted = {
        "steps": left_to == stage + 1,
        "returns": (left_to >= FIRST) & (left_to < stage),
        "skips": left_to > stage + 1,
    }
    return {
        "trip": visits["trip"][first],
        "case": visits["case"][first],
        "started": visits["entered"][first],
        "visits": last - first + 1,
        "highest": by_group(np.maximum, stage, first),
        **{name: by_group(np.add, flags.astype(np.int64), first) for name, flags in counted.items()},
        "ended_how": left_to[last],
        "ended_at": visits["left"][last],
        "end_stage": stage[last],
        "last_active": by_group(np.maximum, visits["active_at"], first),
    }


def by_group(operation: np.ufunc, values: NDArray[Any], first: NDArray[np.int64]) -> NDArray[Any]:
    """One value per group of rows that begins at `first`."""
    found: NDArray[Any] = operation.reduceat(values, first) if first.size else values
    return found


def fold_stays(visits: Columns, first_of_trip: NDArray[np.int64], of_trip: Columns) -> Columns:
    """As `stays`: visits in the order of trips, in each from the highest stage down, in each of these in their own.

    trip: the row in of_trip. What is null there holds anything here: on top of a trip (stage_above -1) higher_visit,
    higher_entered and climbed; next_entered unless stage_above is the very next one.
    """
    trip = np.repeat(np.arange(first_of_trip.size), of_trip["visits"])
    ranks = int(visits["stage"].max(initial=0)) + 1
    order = order_of((trip + 1) * ranks - visits["stage"])
    rows = {name: column[order] for name, column in visits.items() if name in ("stage", "entered", "left", "left_to")}
    trip, stage, left_to = trip[order], rows["stage"], rows["left_to"]
    start = starts(trip, stage)
    first, last = order[start], order[after(start, order.size) - 1]
    trip, stage = trip[start], stage[start]
    entered = visits["entered"][first]
    is_top = before(trip, -1) != trip
    # Places of visits grow from trip to trip, so a running maximum, or a running minimum from the end, begins anew with
    # each trip by itself; the minimum from the top does when each trip is put below the one before.
    below = trip * order.size
    first_above = before(np.minimum.accumulate(first - below) + below, 0)
    last_above = before(np.maximum.accumulate(last), 0)
    first_so_low = np.minimum.accumulate(first[::-1])[::-1]
    first_above[is_top] = 0
    returned = ((left_to >= FIRST) & (left_to < rows["stage"])).astype(np.int32)
    regained = (left_to == REGAINED).astype(np.int32)
    return {
        "trip": trip,
        "stage": stage,
        "first_visit": visits["visit"][first],
        "first_entered": entered,
        "visits": after(start, order.size) - start,
        "dwell": by_group(np.add, rows["left"] - rows["entered"], start),
        "open": by_group(np.maximum, (left_to == OPEN).astype(np.int32), start),
        "returned": by_group(np.maximum, returned, start),
        "regained": by_group(np.add, regained, start),
        "stage_above": np.where(is_top, -1, before(stage, -1)).astype(np.int32),
        "higher_visit": visits["visit"][first_above],
        "higher_entered": visits["entered"][first_above],
        "next_entered": before(entered, 0),
        "climbed": first_so_low < last_above,
        **{name: of_trip[name][trip] for name in ("case", "ended_how", "ended_at", "end_stage")},
    }


def _as_arrow(stays: Columns, trips: NDArray[np.int64]) -> pa.Table:
    is_top = stays["stage_above"] < FIRST
    masks = dict.fromkeys(("higher_visit", "higher_entered", "climbed"), is_top)
    masks["next_entered"] = stays["stage_above"] != stays["stage"] + 1
    rows = {name: pa.array(column, mask=masks.get(name)) for name, column in stays.items() if name != "regained"}
    return pa.table(rows | {"trip": trips[stays["trip"]]})
