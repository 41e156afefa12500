"""Placing touches on the journey: every touch carries the place its case stands on behind it.

A place is one integer: `lap * LAP + code`. The code says the stage (FIRST + its index by rank) or that the case is on
no stage yet, lost, or completed. The lap flips between 0 and 1 when a new deal behind a won one opens a new trip.

Only touches that count are placed: signs of life of the client and touches that move the case. What the supplier does
without moving it stays out, so the last touch of a stay is at the same time the last sign of life in it, or its entry.
"""

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa

from tropa.analysis.arrays import Columns, before, in_order, starts
from tropa.analysis.condition import Condition, Count, Facts, Last, evaluate, fields, walk
from tropa.analysis.condition.sql import matches
from tropa.analysis.log import EventLog
from tropa.analysis.model import JourneyModel
from tropa.analysis.numbering import first_moment, number_cases, types_and_end
from tropa.analysis.order import STORED, Order
from tropa.engine import Engine

NONE: Final = 0
LOST: Final = 1
COMPLETED: Final = 2
FIRST: Final = 3
LAP: Final = 65_536
SECOND: Final = 1_000_000
DAY: Final = 86_400 * SECOND

# Sorting in memory takes up to 100 bytes a touch; DuckDB sorts larger logs, and spills.
MOST_IN_ARRAYS: Final = 12_000_000


@dataclass(frozen=True)
class Placed:
    """Touches with their place.

    touches: case int32, at int64 (µs), type int32 (index into types), place int32, when asked seq int64 (file order),
    in the order of case, at and the file. cases: case int32, case_id string, all cases of the log.
    loss_reasons: case int32, at int64 (µs), reason string: what was recorded with losses; None when nothing is.
    first_at: moment of the first stored row (µs). as_of: the moment of the report (µs).
    """

    engine: Engine
    model: JourneyModel | None
    touches: ir.Table
    cases: ir.Table
    types: tuple[str, ...]
    first_at: int
    as_of: int
    loss_reasons: ir.Table | None = None

    @property
    def stages(self) -> tuple[str, ...]:
        """Keys of the stages in the order of their codes; without a model the activities."""
        return self.types if self.model is None else tuple(stage.key for stage in self.model.stages)


def place(
    log: EventLog, model: JourneyModel | None = None, *, as_of: int | None = None, numbered: bool = False
) -> Placed:
    """Place a log on a journey; without a journey each activity is its own stage.

    as_of: µs since the epoch; later touches are left out. None: the last touch. numbered: touches keep their seq.
    """
    engine = log.engine
    touches = log.table if as_of is None else log.table.filter(log.table.occurred_at <= engine.number(as_of))
    types, last_at, rows = types_and_end(engine, touches)
    report_at = last_at if as_of is None else as_of
    cases = number_cases(engine, touches)
    if rows <= MOST_IN_ARRAYS:
        rows_in_order = _placed_in_arrays(engine, touches, cases, types, model)
        placed = engine.load(rows_in_order if numbered else rows_in_order.drop_columns("seq"))
    else:
        signals = sorted_signals(engine, touches, cases, types, model)
        placed = engine.materialise(fill(signals, model).drop(*(() if numbered else ("seq",))))
        engine.forget(signals)
    reasons = loss_reasons(touches, cases, model)
    return Placed(engine, model, placed, cases, types, first_moment(engine, placed), report_at, reasons)


def _placed_in_arrays(
    engine: Engine, touches: ir.Table, cases: ir.Table, types: tuple[str, ...], model: JourneyModel | None
) -> pa.Table:
    """What `fill` makes of `sorted_signals`, sorted and filled over arrays."""
    by_type = signal_by_type(types, model) if model is None or looks_at_types_only(model) else None
    names = ("case", "at", "seq", "type", *(() if by_type else ("signal",)))
    signals = _signals(engine, touches, cases, types, model).select(*names)
    columns = dict(zip(names, engine.columns(signals.mutate(type=signals.type.cast("uint16"))), strict=True))
    deals, won = _deals(engine, touches, model)
    if deals is not None:
        given = engine.load(pa.table(_with_signal(columns, by_type)))
        (opens,) = engine.columns(second_deals(given, deals, won))
        engine.forget(given)
        columns |= {"cut": np.isin(columns["seq"], opens)} if opens.size else {}
    return _filled(_with_signal(in_order(columns), by_type), model)


def _with_signal(columns: Columns, by_type: list[int] | None) -> Columns:
    return columns if by_type is None else columns | {"signal": np.array(by_type, np.int32)[columns["type"]]}


def _filled(signals: Columns, model: JourneyModel | None) -> pa.Table:
    """As `fill`, over the columns of signals in order."""
    case, signal = signals["case"], signals["signal"]
    is_first = np.zeros(case.size, np.bool_)
    is_first[starts(case)] = True
    marks = np.flatnonzero(is_first | (signal != NONE))
    place = np.abs(signal[marks]).astype(np.int32)
    if marks.size < case.size:
        place = np.repeat(place, np.diff(marks, append=case.size))
    if "cut" in signals:
        place += (np.cumsum(signals["cut"]) % 2).astype(np.int32) * LAP
    rows = {name: signals[name] for name in ("case", "at", "seq", "type")} | {"place": place}
    if _has_supplier(model):
        kept = np.flatnonzero(is_first | (place != before(place, -1)) | (signal >= NONE))
        rows = {name: column[kept] for name, column in rows.items()}
    return pa.table(rows | {"type": rows["type"].astype(np.int32)})


def sorted_signals(
    engine: Engine, touches: ir.Table, cases: ir.Table, types: tuple[str, ...], model: JourneyModel | None
) -> ir.Table:
    """Touches that are signs of life or signals, kept in the order (case, at, seq): case, at, seq, type, signal, and
    `cut` (bool: the touch opens a new lap) where there are new laps.

    signal: a code, NONE for a mere sign of life; the negative code of a stage for a touch that is no sign of life.
    """
    # Sorting what is already narrow and numbered takes half the time of sorting inside the join.
    unsorted = engine.materialise(_signals(engine, touches, cases, types, model))
    signals = engine.materialise(unsorted.order_by("case", "at", "seq"))
    engine.forget(unsorted)
    return _cut_laps(engine, signals, touches, model)


def _signals(
    engine: Engine, touches: ir.Table, cases: ir.Table, types: tuple[str, ...], model: JourneyModel | None
) -> ir.Table:
    signal, active = signal_by_type(types, model), active_by_type(types, model)
    known = engine.load(
        pa.table(
            {
                "type": pa.array(types, pa.string()),
                "type_code": pa.array(range(len(types)), pa.int32()),
                "type_signal": pa.array(signal or [NONE] * len(types), pa.int32()),
                "type_active": pa.array(active or [False] * len(types), pa.bool_()),
            }
        )
    )
    if model is not None and signal is None:
        touches = touches.mutate(row_signal=_signal_by_row(touches, model))
    if model is not None and active is None and model.client_activity is not None:
        touches = touches.mutate(row_active=matches(model.client_activity, touches))
    rows = touches.join(known, "type").join(cases, "case_id")
    rows = rows.mutate(
        signal=rows.row_signal if signal is None else rows.type_signal,
        active=rows.row_active if active is None else rows.type_active,
    )
    rows = rows.filter(rows.active | (rows.signal != NONE))
    if _has_supplier(model):
        rows = rows.mutate(signal=(rows.active | (rows.signal < FIRST)).ifelse(rows.signal, -rows.signal))
    return rows.select("case", "seq", "signal", at=rows.occurred_at, type=rows.type_code)


def _has_supplier(model: JourneyModel | None) -> bool:
    return model is not None and model.client_activity is not None


def rules(model: JourneyModel) -> list[tuple[Condition, int]]:
    """What each rule makes of a touch, the first that holds wins: the ends, then the stages from the highest rank."""
    ends = [(rule, code) for rule, code in ((model.lost, LOST), (model.completed, COMPLETED)) if rule is not None]
    stages = [(stage.rule, code) for code, stage in enumerate(model.stages, FIRST)]
    return ends + stages[::-1]


def signal_by_type(types: tuple[str, ...], model: JourneyModel | None) -> list[int] | None:
    """The signal of each type (as in `sorted_signals`), when rules look at nothing but the type; a rule is then
    resolved once per type."""
    if model is None:
        return [FIRST + index for index in range(len(types))]
    if not all(_looks_at_type_only(condition) for condition, _ in rules(model)):
        return None
    active = active_by_type(types, model) or [True] * len(types)
    codes = [next((code for condition, code in rules(model) if _holds_for(condition, type_)), NONE) for type_ in types]
    return [code if alive or code < FIRST else -code for code, alive in zip(codes, active, strict=True)]


def active_by_type(types: tuple[str, ...], model: JourneyModel | None) -> list[bool] | None:
    """Whether each type is a sign of life, when the rule looks at nothing but the type."""
    if model is None or model.client_activity is None:
        return [True] * len(types)
    condition = model.client_activity
    if not _looks_at_type_only(condition):
        return None
    return [_holds_for(condition, type_) for type_ in types]


def looks_at_types_only(model: JourneyModel) -> bool:
    """Whether every rule that places a touch can be resolved once per type."""
    alive = () if model.client_activity is None else (model.client_activity,)
    return all(_looks_at_type_only(condition) for condition in (*alive, *(rule for rule, _ in rules(model))))


def _looks_at_type_only(condition: Condition) -> bool:
    return fields(condition) <= {"touch.type"} and not any(isinstance(part, Count | Last) for part in walk(condition))


def _holds_for(condition: Condition, type_: str) -> bool:
    return evaluate(condition, Facts(now=0, touch={"type": type_}))


def _signal_by_row(touches: ir.Table, model: JourneyModel) -> ir.Value:
    branches = [(matches(condition, touches), ibis.literal(code, "int32")) for condition, code in rules(model)]
    return ibis.cases(*branches, else_=ibis.literal(NONE, "int32"))


def fill(signals: ir.Table, model: JourneyModel | None, order: Order = STORED) -> ir.Table:
    """From signals to placed touches: a place holds until the next signal of the case. A touch that is no sign of
    life and moves nothing is left out, or it would seem to break the silence.

    signals: as `sorted_signals` gives them, with `cut` (bool: the touch opens a new lap) where there are new laps.
    """
    if model is None:
        return signals.select("case", "at", "seq", "type", place=signals.signal)
    rows = signals.mutate(
        row=ibis.row_number().over(order.whole),
        # A case whose first touch is no signal stands nowhere yet; the mark also shuts out the case before it.
        starts=signals.case.lag(1, ibis.literal(-1, "int32")).over(order.whole) != signals.case,
    )
    # The row number leads the packed value, so that the running maximum is the latest mark.
    packed = (rows.starts | (rows.signal != NONE)).ifelse(rows.row * LAP + rows.signal.abs(), ibis.null("int64"))
    filled = rows.mutate(mark=packed.max().over(order.so_far) % LAP)
    if "cut" in signals.columns:
        laps = filled.cut.cast("int64").sum().over(order.so_far) % 2
        filled = filled.mutate(mark=filled.mark + laps * LAP)
    if _has_supplier(model):
        moves = filled.starts | (filled.mark != filled.mark.lag(1, ibis.literal(-1, "int64")).over(order.whole))
        filled = filled.mutate(moves=moves)
        filled = filled.filter(filled.moves | (filled.signal >= NONE))
    return filled.select("case", "at", "seq", "type", place=filled.mark.cast("int32"))


def _cut_laps(engine: Engine, signals: ir.Table, touches: ir.Table, model: JourneyModel | None) -> ir.Table:
    """Mark the touches that open a new trip because they are the first of a new deal behind a won one."""
    deals, won = _deals(engine, touches, model)
    if deals is None:
        return signals
    opens = engine.materialise(second_deals(signals, deals, won))
    if engine.run(opens.limit(1)).num_rows == 0:
        return signals
    marked = signals.mutate(cut=signals.seq.isin(opens.seq))
    kept = engine.materialise(marked.order_by("case", "at", "seq"))
    engine.forget(signals)
    return kept


def _deals(engine: Engine, touches: ir.Table, model: JourneyModel | None) -> tuple[ir.Table | None, int]:
    """seq and deal_id of the touches of deals, and the code of the won stage; None without either."""
    won = None if model is None else won_code(model)
    deals = touches.filter(touches.deal_id.notnull()).select("seq", "deal_id")
    if won is None or engine.run(deals.limit(1)).num_rows == 0:
        return None, NONE
    return deals, won


def won_code(model: JourneyModel) -> int | None:
    """The code of the stage that wins the client, if the journey has one."""
    return next((code for code, stage in enumerate(model.stages, FIRST) if stage.won), None)


def second_deals(signals: ir.Table, deals: ir.Table, won: int) -> ir.Table:
    """seq of the first touch of the first new deal behind each win. deals: seq, deal_id. won: code of the won stage.

    Deals that run in parallel share the trip of their account, so later deals behind the same win open nothing.
    """
    signals = signals.mutate(signal=signals.signal.abs())
    won_cases = signals.filter(signals.signal >= won).select("case").distinct()
    rows = signals.filter(signals.signal >= FIRST).semi_join(won_cases, "case").left_join(deals, "seq")
    in_case = ibis.window(group_by="case", order_by=["at", "seq"], preceding=None, following=0)
    in_deal = ibis.window(group_by=["case", "deal_id"], order_by=["at", "seq"])
    rows = rows.mutate(
        wins=(rows.signal >= won).cast("int64").sum().over(in_case), nth_of_deal=ibis.row_number().over(in_deal)
    )
    opens = rows.filter(rows.deal_id.notnull(), rows.nth_of_deal == 0, rows.wins > 0, rows.signal < won)
    behind_win = ibis.window(group_by=["case", "wins"], order_by=["at", "seq"])
    opens = opens.mutate(nth_behind_win=ibis.row_number().over(behind_win))
    return opens.filter(opens.nth_behind_win == 0).select("seq")


def loss_reasons(touches: ir.Table, cases: ir.Table, model: JourneyModel | None) -> ir.Table | None:
    """case, at (µs), reason of every loss, when the journey names the column of reasons. Read when it is asked for."""
    if model is None or model.lost is None or f"p_{model.reason_property}" not in touches.columns:
        return None
    lost = touches.filter(matches(model.lost, touches)).join(cases, "case_id")
    return lost.select("case", at=lost.occurred_at, reason=lost[f"p_{model.reason_property}"])
