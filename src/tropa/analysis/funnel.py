"""Stage conversion: of those who entered a stage, how many went on? (metrics.md section 1.1)"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from tropa.analysis.figure import Finding, Reason, Share
from tropa.analysis.model import Stage
from tropa.analysis.passages import Passages
from tropa.analysis.placed import DAY, FIRST, LOST
from tropa.analysis.survival import CENSORED, LEFT, REACHED, Incidence, aalen_johansen
from tropa.analysis.visits import DROPPED, OPEN

MOST_EXAMPLES = 5
NEGLIGIBLE = 1e-9


@dataclass(frozen=True)
class Conversion:
    """The three figures of one stage, and what surrounds them.

    mature: over trips whose first entry is at least the horizon before as_of. to_date: everybody who ever reached a
    higher stage, in whatever order. estimate: Aalen-Johansen at the horizon; None without cases, or when nobody has
    been followed so far.
    next_mature: as mature, but only the very next stage counts.
    """

    key: str
    entered: int
    reached: int | None
    mature: Share
    next_mature: Share
    to_date: Share
    estimate: Incidence | None
    skipped: Share
    returned: Share
    reason: Reason | None = None


@dataclass(frozen=True)
class Funnel:
    stages: tuple[Conversion, ...]
    findings: tuple[Finding, ...]


def funnel(passages: Passages) -> Funnel:
    """Conversion of every stage. Without a model nothing is higher than anything: only `entered` is known."""
    placed = passages.visits.placed
    if placed.model is None:
        entered = _rows_by_stage(passages, passages.stays.group_by("stage").agg(entered=passages.stays.count()))
        return Funnel(tuple(_unranked(key, entered, FIRST + i) for i, key in enumerate(placed.stages)), ())
    counts = _rows_by_stage(passages, counted(passages.stays, placed.model.stages, placed.as_of))
    skipped = _skipped(passages, len(placed.model.stages))
    estimated = _estimates(passages, placed.model.stages)
    return Funnel(conversions(placed.model.stages, counts, skipped, estimated), _out_of_order(passages))


def conversions(
    stages: Sequence[Stage],
    counts: Mapping[int, Mapping[str, int]],
    skipped: Sequence[int],
    estimated: Sequence[Incidence | None],
) -> tuple[Conversion, ...]:
    """The figures of every stage out of what was counted: per stage code as `counted` says."""
    figures = [
        _conversion(stage, counts.get(FIRST + index, {}), skipped[index], estimated[index])
        for index, stage in enumerate(stages[:-1])
    ]
    return (*figures, _last(stages[-1], counts.get(FIRST + len(stages) - 1, {})))


def counted(stays: ir.Table, stages: tuple[Stage, ...], as_of: int) -> ir.Table:
    """Per stage: entered, reached, mature, mature_reached, mature_next, returned."""
    horizon = horizons(stays.stage, stages)
    is_mature = in_order(stays) & (stays.first_entered <= ibis.literal(as_of, "int64") - horizon)
    soon = is_mature & stays.higher_entered.notnull() & (stays.higher_entered - stays.first_entered <= horizon)
    soon_next = is_mature & stays.next_entered.notnull() & (stays.next_entered - stays.first_entered <= horizon)
    return stays.group_by("stage").agg(
        entered=stays.count(),
        reached=stays.higher_visit.count(),
        mature=is_mature.cast("int64").sum(),
        mature_reached=soon.cast("int64").sum(),
        mature_next=soon_next.cast("int64").sum(),
        returned=stays.returned.sum().cast("int64"),
    )


def in_order(stays: ir.Table) -> ir.BooleanValue:
    """False for stays that began only after a higher stage had been entered: their conversion cannot be dated."""
    return stays.higher_visit.isnull() | (stays.higher_visit > stays.first_visit)


def horizons(stage: ir.IntegerColumn, stages: tuple[Stage, ...]) -> ir.IntegerValue:
    """The conversion horizon of each stage code in µs."""
    return ibis.cases(
        *((stage == code, int(known.horizon_days * DAY)) for code, known in enumerate(stages, FIRST)), else_=0
    ).cast("int64")


def _rows_by_stage(passages: Passages, expression: ir.Table) -> dict[int, dict[str, int]]:
    return {row["stage"]: row for row in passages.engine.run(expression).to_pylist()}


def _unranked(key: str, entered: dict[int, dict[str, int]], code: int) -> Conversion:
    none = Share.missing("no_model")
    count = entered.get(code, {}).get("entered", 0)
    return Conversion(key, count, None, none, none, none, None, none, none, "no_model")


def _last(stage: Stage, counts: Mapping[str, int]) -> Conversion:
    none, entered = Share.missing("last_stage"), counts.get("entered", 0)
    returned = Share.of(counts.get("returned", 0), entered)
    return Conversion(stage.key, entered, None, none, none, none, None, none, returned, "last_stage")


def _conversion(stage: Stage, counts: Mapping[str, int], skipped: int, estimate: Incidence | None) -> Conversion:
    entered, mature = counts.get("entered", 0), counts.get("mature", 0)
    return Conversion(
        stage.key,
        entered,
        counts.get("reached", 0),
        mature=Share.of(counts.get("mature_reached", 0), mature, none="no_mature_cases"),
        next_mature=Share.of(counts.get("mature_next", 0), mature, none="no_mature_cases"),
        to_date=Share.of(counts.get("reached", 0), entered),
        estimate=estimate,
        skipped=Share.of(skipped, entered + skipped),
        returned=Share.of(counts.get("returned", 0), entered),
    )


def _skipped(passages: Passages, stages: int) -> list[int]:
    """For each stage: trips that went from below it to above it and never stood on it."""
    stays = passages.stays.filter(passages.stays.stage_above > passages.stays.stage + 1, passages.stays.climbed)
    gaps = passages.engine.run(stays.group_by(["stage", "stage_above"]).agg(n=stays.count())).to_pylist()
    return passed_over({(gap["stage"], gap["stage_above"]): gap["n"] for gap in gaps}, stages)


def passed_over(gaps: Mapping[tuple[int, int], int], stages: int) -> list[int]:
    """For each stage how many gaps leave it out. gaps: by the codes of the stages below and above."""
    codes = range(FIRST, FIRST + stages)
    return [sum(n for (below, above), n in gaps.items() if below < code < above) for code in codes]


def _estimates(passages: Passages, stages: tuple[Stage, ...]) -> list[Incidence | None]:
    as_of = passages.visits.placed.as_of
    return estimates(stages, *passages.engine.columns(times_to_next(passages.stays, as_of)))


def estimates(
    stages: Sequence[Stage], stage: NDArray[Any], duration: NDArray[np.int64], kind: NDArray[np.int8]
) -> list[Incidence | None]:
    """The estimate of each stage. stage (code), duration, kind: per stay, as `times_to_next` says."""
    return [
        _observed(duration[stage == code], kind[stage == code], known.horizon_days * DAY)
        for code, known in enumerate(stages, FIRST)
    ]


def _observed(duration: NDArray[np.int64], kind: NDArray[np.int8], horizon: float) -> Incidence | None:
    """The estimate, unless some are undecided and nobody has been followed up to the horizon: it would look certain."""
    found = aalen_johansen(duration, kind, horizon)
    decided = found is not None and found.undecided < NEGLIGIBLE
    return found if decided or duration.max(initial=-1) >= horizon else None


def times_to_next(stays: ir.Table, as_of: int) -> ir.Table:
    """Per stay whose conversion can be dated: stage, duration (µs from the first entry), kind (as in `survival`)."""
    rows = stays.filter(in_order(stays))
    lost = rows.ended_how.isin([LOST, DROPPED])
    until = rows.higher_entered.fill_null(rows.ended_at)
    # Completion is no failure to convert: like an open trip it is observed up to its end.
    end = (rows.higher_entered.isnull() & ~lost & (rows.ended_how == OPEN)).ifelse(as_of, until)
    kind = ibis.cases((rows.higher_entered.notnull(), REACHED), (lost, LEFT), else_=CENSORED)
    return rows.select(stage=rows.stage, duration=(end - rows.first_entered).cast("int64"), kind=kind.cast("int8"))


def _out_of_order(passages: Passages) -> tuple[Finding, ...]:
    stays = passages.stays
    rows = stays.filter(~in_order(stays))
    count = passages.engine.run(rows.agg(n=rows.trip.nunique()))["n"][0].as_py()
    if not count:
        return ()
    some = passages.engine.run(rows.select("case").distinct().order_by("case").limit(MOST_EXAMPLES))
    return (Finding("out_of_order", count, passages.case_ids(some["case"].to_pylist())),)
