"""Around the purchase: touches it took, and the first value behind it (metrics.md sections 1.6 and 1.7)."""

from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from tropa.analysis.condition.sql import matches
from tropa.analysis.figure import Share
from tropa.analysis.log import EventLog
from tropa.analysis.passages import Passages
from tropa.analysis.placed import DAY, SECOND, won_code
from tropa.analysis.survival import kaplan_meier

REPEAT_WITHIN = 30 * 60 * SECOND
FIRST_VALUE_DAYS = 30


@dataclass(frozen=True, slots=True)
class TouchesToWon:
    """Touches from the first one of the account to the win, over won trips. channels, people: distinct ones."""

    trips: int
    median: float
    p90: float
    channels_median: float
    people_median: float


def touches_to_won(log: EventLog, passages: Passages) -> TouchesToWon | None:
    """None without a won stage or without won trips.

    Touches of one type by one contact within 30 minutes count once. Without contacts the account stands for them.
    """
    won = _won(passages)
    if won is None:
        return None
    rows = log.table.join(passages.visits.placed.cases, "case_id")
    rows = rows.join(won, "case").filter(lambda joined: joined.occurred_at <= joined.won_at)
    one_by_one = ibis.window(group_by=["trip", "type", "contact_id"], order_by=["occurred_at", "seq"])
    rows = rows.mutate(before=rows.occurred_at.lag(1, ibis.literal(-(2**60), "int64")).over(one_by_one))
    per_trip = rows.group_by("trip").agg(
        touches=(rows.occurred_at - rows.before > REPEAT_WITHIN).cast("int64").sum(),
        channels=rows.channel.nunique(),
        people=rows.contact_id.nunique(),
    )
    found = passages.engine.run(
        per_trip.agg(
            trips=per_trip.count(),
            median=per_trip.touches.quantile(0.5),
            p90=per_trip.touches.quantile(0.9),
            channels_median=per_trip.channels.quantile(0.5),
            people_median=per_trip.people.quantile(0.5),
        )
    ).to_pylist()[0]
    return TouchesToWon(**found) if found["trips"] else None


def _won(passages: Passages) -> ir.Table | None:
    """trip, case, won_at (µs) of trips that entered the won stage or one above it."""
    model = passages.visits.placed.model
    code = None if model is None else won_code(model)
    if code is None:
        return None
    won = passages.stays.filter(passages.stays.stage >= code)
    return won.group_by("trip").agg(case=won.case.min(), won_at=won.first_entered.min())


@dataclass(frozen=True, slots=True)
class FirstValue:
    """From the purchase to the first value. median_days: Kaplan-Meier, customers without it are open.

    within_30_days: over customers whose purchase is at least 30 days old.
    """

    customers: int
    reached: int
    median_days: float | None
    within_30_days: Share


def first_value(log: EventLog, passages: Passages) -> FirstValue | None:
    """None without a won stage, without a rule for the first value, or without customers."""
    won, placed = _won(passages), passages.visits.placed
    if won is None or placed.model is None or placed.model.first_value is None:
        return None
    seen = log.table.filter(log.table.occurred_at <= placed.as_of)
    aha = seen.filter(matches(placed.model.first_value, seen)).join(placed.cases, "case_id")
    aha = aha.select("case", aha_at="occurred_at")
    after = won.join(aha, "case").filter(lambda joined: joined.aha_at >= joined.won_at)
    first = after.group_by("trip").agg(aha_at=after.aha_at.min())
    rows = won.left_join(first, "trip")
    until = rows.aha_at.fill_null(ibis.literal(placed.as_of, "int64"))
    columns = rows.select(
        duration=until - rows.won_at, reached=rows.aha_at.notnull().cast("int32"), age=placed.as_of - rows.won_at
    )
    duration, reached, age = passages.engine.columns(columns)
    if duration.size == 0:
        return None
    span = FIRST_VALUE_DAYS * DAY
    median = kaplan_meier(duration, reached == 1).quantile(0.5)
    soon = (age >= span) & (reached == 1) & (duration <= span)
    return FirstValue(
        int(duration.size),
        int(reached.sum()),
        None if median is None else median / DAY,
        Share.of(int(soon.sum()), int((age >= span).sum()), none="no_mature_cases"),
    )
