"""Losses: explicit, implicit and recovered; where they happen, how much they weigh, what is said of them.

Definitions: metrics.md sections 1.3 to 1.5.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

import ibis
import ibis.expr.types as ir

from tropa.analysis.figure import Share
from tropa.analysis.model import JourneyModel, Stage
from tropa.analysis.passages import Passages
from tropa.analysis.placed import DAY, FIRST, LAP, LOST, Placed
from tropa.analysis.visits import DROPPED, REGAINED, silence

MOST_REASONS = 50


@dataclass(frozen=True, slots=True)
class StageLosses:
    """Trips lost on one stage.

    explicit: a recorded loss that stands. implicit: silent for the inactivity horizon at as_of. recovered: losses and
    silences behind which the client came back; they are not in the other two. severity: (explicit + implicit) × weight,
    in fully invested clients. drop_off: lost and not recovered, over trips that entered at least
    max(horizon, inactivity) before as_of.
    """

    key: str
    explicit: int
    implicit: int
    recovered: int
    severity: float
    drop_off: Share

    @property
    def lost(self) -> int:
        return self.explicit + self.implicit


@dataclass(frozen=True, slots=True)
class DropOffPoint:
    """A stage and the type of the last client touch before the loss."""

    stage: str
    last_type: str
    explicit: int
    implicit: int
    severity: float


@dataclass(frozen=True, slots=True)
class LossReason:
    """A recorded reason among explicit losses; None: no reason was recorded."""

    reason: str | None
    count: int
    share: float


@dataclass(frozen=True)
class Losses:
    stages: tuple[StageLosses, ...]
    points: tuple[DropOffPoint, ...]
    reasons: tuple[LossReason, ...]


def losses(passages: Passages) -> Losses | None:
    """Losses of every stage; None without a model, where nothing can be told lost."""
    placed = passages.visits.placed
    if placed.model is None:
        return None
    ends, recovered = _ends_by_stage(passages), _recovered(passages)
    drop_off = [
        _drop_off(passages, code, followed_days(stage)) for code, stage in enumerate(placed.model.stages, FIRST)
    ]
    stages = stage_losses(placed.model.stages, ends, recovered, drop_off)
    return Losses(stages, _points(passages), _reasons(passages))


def stage_losses(
    stages: Sequence[Stage],
    ends: Mapping[tuple[int, int], int],
    recovered: Mapping[int, int],
    drop_off: Sequence[Share],
) -> tuple[StageLosses, ...]:
    """The losses of every stage out of what was counted. ends: by the codes of the stage and of the end."""
    found = []
    for code, stage in enumerate(stages, FIRST):
        explicit, implicit = ends.get((code, LOST), 0), ends.get((code, DROPPED), 0)
        weighed = severity([explicit + implicit], [stage.loss_weight])[0]
        share = drop_off[code - FIRST]
        found.append(StageLosses(stage.key, explicit, implicit, recovered.get(code, 0), weighed, share))
    return tuple(found)


def followed_days(stage: Stage) -> float:
    """How long ago a trip must have entered the stage for its drop-off to be known."""
    return max(stage.horizon_days, stage.inactivity_days if isfinite(stage.inactivity_days) else 0)


def severity(dropped: Sequence[int], weights: Sequence[float]) -> list[float]:
    """Number dropped × weight of each stage, in fully invested clients lost (metrics.md section 1.4)."""
    return [count * weight for count, weight in zip(dropped, weights, strict=True)]


def weights_from_costs(costs: Sequence[float]) -> list[float]:
    """Cumulative cost per trip up to each stage ÷ the cost of all of them, at most 1 (metrics.md section 1.4).

    costs: average cost per trip on each stage through onboarding, in any one currency.
    """
    total, so_far, weights = sum(costs), 0.0, []
    for cost in costs:
        so_far += cost
        weights.append(min(1.0, so_far / total))
    return weights


def _ends_by_stage(passages: Passages) -> dict[tuple[int, int], int]:
    trips = passages.trips
    rows = trips.group_by(["end_stage", "ended_how"]).agg(n=trips.count())
    return {(row["end_stage"], row["ended_how"]): row["n"] for row in passages.engine.run(rows).to_pylist()}


def _recovered(passages: Passages) -> dict[int, int]:
    """Per stage code: recorded losses that were taken back, and silences that ended with a sign of life."""
    visits, placed = passages.visits.table, passages.visits.placed
    regained = visits.filter(visits.left_to == REGAINED)
    counts: dict[int, int] = {}
    for expression in (
        regained.group_by("stage").agg(n=regained.count()),
        broken_silences(placed.touches, placed),
    ):
        for row in passages.engine.run(expression).to_pylist():
            counts[row["stage"]] = counts.get(row["stage"], 0) + row["n"]
    return counts


def broken_silences(touches: ir.Table, placed: Placed) -> ir.Table:
    """Per stage code: n signs of life that came at least the inactivity horizon behind the one before."""
    rows = broken(touches, placed.model)
    return rows.group_by("stage").agg(n=rows.count())


def broken(touches: ir.Table, model: JourneyModel | None) -> ir.Table:
    """The signs of life that broke a silence: case, and of the touch before the silence at (µs) and stage (code).

    touches: placed ones, stored in their order.
    """
    window = ibis.window()
    rows = touches.select(
        "case",
        "at",
        "place",
        case_before=touches.case.lag(1, ibis.literal(-1, touches.case.type())).over(window),
        at_before=touches.at.lag(1, ibis.literal(0, "int64")).over(window),
        stage=touches.place.lag(1, ibis.literal(0, "int32")).over(window) % LAP,
    )
    rows = rows.filter(
        rows.case_before == rows.case,
        rows.stage >= FIRST,
        rows.place % LAP >= FIRST,
        rows.at - rows.at_before >= silence(rows.stage, model),
    )
    return rows.select("case", "stage", at=rows.at_before)


def _drop_off(passages: Passages, code: int, days: float) -> Share:
    placed, stays = passages.visits.placed, passages.stays
    mature = stays.filter(stays.stage == code, stays.first_entered <= placed.as_of - int(days * DAY))
    gone = mature.ended_how.isin([LOST, DROPPED]) & (mature.end_stage == code)
    row = passages.engine.run(mature.agg(n=mature.count(), k=gone.cast("int64").sum())).to_pylist()[0]
    return Share.of(row["k"] or 0, row["n"], none="no_mature_cases")


def _points(passages: Passages) -> tuple[DropOffPoint, ...]:
    visits, placed = passages.visits.table, passages.visits.placed
    assert placed.model is not None
    lost = visits.filter(visits.left_to.isin([LOST, DROPPED]))
    rows = passages.engine.run(
        lost.group_by(["stage", "active_type"]).agg(
            explicit=(lost.left_to == LOST).cast("int64").sum(), implicit=(lost.left_to == DROPPED).cast("int64").sum()
        )
    ).to_pylist()
    weights = [stage.loss_weight for stage in placed.model.stages]
    points = [
        DropOffPoint(
            placed.stages[row["stage"] - FIRST],
            placed.types[row["active_type"]],
            row["explicit"],
            row["implicit"],
            (row["explicit"] + row["implicit"]) * weights[row["stage"] - FIRST],
        )
        for row in rows
    ]
    return tuple(sorted(points, key=lambda point: (-point.severity, point.stage, point.last_type)))


def _reasons(passages: Passages) -> tuple[LossReason, ...]:
    visits, placed = passages.visits.table, passages.visits.placed
    if placed.loss_reasons is None:
        return ()
    lost = visits.filter(visits.left_to == LOST).select("trip", "case", at="lost_at")
    given = (
        lost.left_join(placed.loss_reasons, ["case", "at"]).group_by("trip").agg(reason=lambda rows: rows.reason.max())
    )
    counted = given.group_by("reason").agg(n=given.count()).order_by(ibis.desc("n"), "reason").limit(MOST_REASONS)
    rows = passages.engine.run(counted).to_pylist()
    total = passages.engine.run(given.agg(n=given.count()))["n"][0].as_py()
    return tuple(LossReason(row["reason"], row["n"], row["n"] / total) for row in rows)


def churn_after(passages: Passages, key: str, *, days: float = 90) -> Share:
    """Of the trips that completed stage `key` (left it for a higher one) at least `days` ago, how many were lost within
    that time? (metrics.md section 1.5)"""
    placed, visits, trips = passages.visits.placed, passages.visits.table, passages.trips
    code, span = FIRST + placed.stages.index(key), int(days * DAY)
    left = visits.filter(visits.stage == code, visits.left_to > visits.stage)
    completed = left.group_by("trip").agg(at=left.left.max()).join(trips, "trip")
    followed = completed.filter(completed.at <= placed.as_of - span)
    lost = followed.ended_how.isin([LOST, DROPPED]) & (followed.ended_at - followed.at <= span)
    row = passages.engine.run(followed.agg(n=followed.count(), k=lost.cast("int64").sum())).to_pylist()[0]
    return Share.of(row["k"] or 0, row["n"], none="no_mature_cases")
