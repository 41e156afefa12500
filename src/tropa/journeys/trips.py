"""From a log and a model to the visits of each unit, numbered by trip: the engine's part of placement."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from tropa.analysis import EventLog, JourneyModel, find_visits, place
from tropa.analysis.condition import fields
from tropa.analysis.placed import FIRST, LAP, SECOND, Placed
from tropa.analysis.problem import InputError
from tropa.engine import Engine
from tropa.journeys import answers
from tropa.journeys.definition import MOMENT_PROPERTY

# What a log says when nothing of it can travel the journey yet.
NOBODY = frozenset({"no_unit", "no_touches"})


@dataclass(frozen=True)
class UnitVisits:
    """What placing a log gave, by unit id instead of case number.

    visits: unit_id, account_id (or null), trip, visit (from 1), stage, left_to (codes as in `analysis.visits`),
    entered, left, lost_at, active_at (µs), active_type (text), touch_id (what entered), certainty, in the order
    (unit_id, trip, visit). touches: unit_id, at, seq, type (text), place. reasons: unit_id, at, reason; None without.
    answers: as `tropa.journeys.answers` stores them.
    """

    visits: ir.Table
    touches: ir.Table
    reasons: ir.Table | None
    answers: ir.Table


def unit_visits(log: EventLog, model: JourneyModel, *, as_of_us: int) -> UnitVisits | None:
    """The visits of every unit in the log as of a moment; None when nobody can be placed yet."""
    log = with_moment(log, model)
    try:
        of_unit = log.of_unit(model.unit)
        placeable = replace(of_unit, table=of_unit.table.filter(of_unit.table.case_id.notnull()))
        placed = place(placeable, model, as_of=as_of_us, numbered=True)
    except InputError as error:
        if error.code in NOBODY:
            return None
        raise
    engine = log.engine
    named = _named_touches(placed)
    visits = _numbered(find_visits(placed).table, placed)
    visits = _with_entry(visits, placed, of_unit.table)
    visits = _with_account(visits, of_unit.table, model)
    reasons = None if placed.loss_reasons is None else _by_unit(placed.loss_reasons, placed).select(
        "unit_id", "at", "reason")  # fmt: skip
    ordered = engine.materialise(visits.order_by("unit_id", "trip", "visit"))
    return UnitVisits(ordered, named, reasons, answers.of_log(of_unit, as_of_us=as_of_us))


def with_moment(log: EventLog, model: JourneyModel) -> EventLog:
    """The log with the moment of each touch as a property, when the rules ask for it."""
    asked = any(f"touch.{MOMENT_PROPERTY}" in fields(rule) for rule in model.rules())
    if not asked:
        return log
    moment = {f"p_{MOMENT_PROPERTY}": log.table.occurred_at // SECOND}
    return replace(log, table=log.table.mutate(**moment))


def properties(model: JourneyModel) -> frozenset[str]:
    """Which properties of touches placement has to see."""
    return (model.properties() | {"certainty"}) - {MOMENT_PROPERTY}


def unit_column(model: JourneyModel) -> str:
    """The column of a log that names the unit."""
    return "case_id" if model.unit == "account" else f"{model.unit}_id"


def earliest_behind(log: EventLog, as_of_us: int) -> int | None:
    """The moment of the earliest touch behind a moment (µs)."""
    later = log.table.filter(log.table.occurred_at > log.engine.number(as_of_us))
    found = log.engine.run(later.agg(at=later.occurred_at.min()))["at"][0].as_py()
    return None if found is None else int(found)


def rows(engine: Engine, table: ir.Table) -> Iterator[dict[str, object]]:
    """Rows of a table in its order, a batch at a time."""
    for batch in engine.batches(table, rows=20_000):
        yield from batch.to_pylist()


def _by_unit(table: ir.Table, placed: Placed) -> ir.Table:
    units = placed.cases.select("case", unit_id=placed.cases.case_id.cast("int64"))
    return table.join(units, "case")


def _numbered(visits: ir.Table, placed: Placed) -> ir.Table:
    """Trips of a unit and visits of a trip numbered from 1, and the unit in place of the case."""
    first = visits.group_by(["case", "trip"]).agg(first=visits.visit.min())
    trip_no = first.mutate(trip_no=ibis.row_number().over(ibis.window(group_by="case", order_by="first")) + 1)
    numbered = visits.join(trip_no.select("trip", "trip_no"), "trip")
    visit_no = ibis.row_number().over(ibis.window(group_by="trip", order_by="visit")) + 1
    types = placed.engine.load(_types(placed))
    named = numbered.mutate(visit_no=visit_no).join(types, numbered.active_type == types.type_code)
    return _by_unit(named, placed).select(
        "unit_id",
        "case",
        "stage",
        "entered",
        "left",
        "left_to",
        "lost_at",
        "active_at",
        active_type=named.type_name,
        trip=named.trip_no,
        visit=named.visit_no,
    )


def _types(placed: Placed) -> object:
    import pyarrow as pa

    return pa.table(
        {
            "type_code": pa.array(range(len(placed.types)), pa.int32()),
            "type_name": pa.array(placed.types, pa.string()),
        }
    )


def _named_touches(placed: Placed) -> ir.Table:
    types = placed.engine.load(_types(placed))
    touches = placed.touches.join(types, placed.touches.type == types.type_code)
    named = _by_unit(touches, placed)
    ordered = named.select("unit_id", "at", "seq", "place", type=named.type_name).order_by("unit_id", "at", "seq")
    return placed.engine.materialise(ordered)


def _with_entry(visits: ir.Table, placed: Placed, touches: ir.Table) -> ir.Table:
    """Which touch entered the stage, and how sure its moment is."""
    on_stage = placed.touches.filter(placed.touches.place % LAP >= FIRST)
    entering = on_stage.select("case", "seq", entered=on_stage.at, stage=(on_stage.place % LAP).cast("int32"))
    first = entering.group_by(["case", "entered", "stage"]).agg(touch_id=entering.seq.min())
    found = visits.mutate(stage=visits.stage.cast("int32")).left_join(first, ["case", "entered", "stage"])
    found = found.drop("case_right", "entered_right", "stage_right")
    certainty = touches.p_certainty if "p_certainty" in touches.columns else ibis.null("string")
    told = touches.select(touch_id=touches.seq, told=certainty)
    joined = found.left_join(told, "touch_id").drop("touch_id_right")
    known = joined.told.isin(["exact", "derived", "first_seen"])
    return joined.mutate(certainty=known.ifelse(joined.told, "exact")).drop("told", "case")


def _with_account(visits: ir.Table, touches: ir.Table, model: JourneyModel) -> ir.Table:
    """The account of each unit: itself, or the one of its latest touch that names one."""
    if model.unit == "account":
        return visits.mutate(account_id=visits.unit_id)
    newest = ibis.window(group_by="case_id", order_by=[ibis.desc("occurred_at"), ibis.desc("seq")])
    named = touches.filter(touches.account_id.notnull()).mutate(place_=ibis.row_number().over(newest))
    latest = named.filter(named.place_ == 0)
    of_unit = latest.select(unit_id=latest.case_id.cast("int64"), account_id=latest.account_id.cast("int64"))
    return visits.left_join(of_unit, "unit_id").drop("unit_id_right")
