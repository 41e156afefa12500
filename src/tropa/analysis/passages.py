"""Trips and stays: what each trip did on each stage as a whole. Funnel, time on stage and losses start from here."""

from collections.abc import Sequence
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from tropa.analysis.placed import COMPLETED, FIRST, LOST
from tropa.analysis.visits import DROPPED, OPEN, Visits
from tropa.engine import Engine


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
        table = self.visits.placed.cases
        known = self.engine.run(table.filter(table.case.isin(list(cases)))) if cases else None
        names = dict(zip(known["case"].to_pylist(), known["case_id"].to_pylist(), strict=True)) if known else {}
        return tuple(names[case] for case in cases)


def find_passages(found: Visits) -> Passages:
    """Fold visits into trips and stays, kept in the engine."""
    engine = found.engine
    kept = engine.materialise(trips(found.table))
    return Passages(found, kept, engine.materialise(stays(found.table, kept)))


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
