"""What the log says of its cases as a whole, before any stage: size, span, duration."""

from dataclasses import dataclass

import ibis.expr.types as ir

from tropa.analysis.figure import Finding
from tropa.analysis.log import EventLog
from tropa.analysis.paths import count_activity_paths
from tropa.analysis.placed import FIRST, LAP, SECOND, Placed

MOST_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class LogFigures:
    """events, cases, activities, variants: counts; first_at, last_at: µs; durations of a case in seconds.

    A case lasts from the first moment to the last one of its touches; with an end column to the latest end.
    """

    events: int
    cases: int
    activities: int
    variants: int
    first_at: int
    last_at: int
    duration_mean: float
    duration_median: float
    duration_p90: float


def log_figures(log: EventLog, placed: Placed) -> LogFigures:
    """Figures of the touches up to the moment of the report."""
    rows = log.table.filter(log.table.occurred_at <= placed.as_of)
    end = (rows.ended_at >= rows.occurred_at).ifelse(rows.ended_at, rows.occurred_at)
    spans = rows.group_by("case_id").agg(events=rows.count(), first_at=rows.occurred_at.min(), last_at=end.max())
    duration = spans.last_at - spans.first_at
    found = log.engine.run(
        spans.agg(
            events=spans.events.sum(),
            cases=spans.count(),
            first_at=spans.first_at.min(),
            last_at=spans.last_at.max(),
            mean=duration.mean(),
            median=duration.quantile(0.5),
            p90=duration.quantile(0.9),
        )
    ).to_pylist()[0]
    return LogFigures(
        found["events"],
        found["cases"],
        len(placed.types),
        count_activity_paths(log, placed),
        found["first_at"],
        found["last_at"],
        found["mean"] / SECOND,
        found["median"] / SECOND,
        found["p90"] / SECOND,
    )


@dataclass(frozen=True, slots=True)
class ActiveTime:
    """Time somebody worked on the step (start to end of each touch), as against waiting. Seconds."""

    n: int
    median: float
    mean: float


def active_times(log: EventLog, placed: Placed) -> dict[str, ActiveTime]:
    """Active time per activity of logs with start and end; touches that end before they start are left out."""
    rows = log.table.filter(log.table.occurred_at <= placed.as_of, log.table.ended_at >= log.table.occurred_at)
    duration = rows.ended_at - rows.occurred_at
    found = log.engine.run(
        rows.group_by("type").agg(n=rows.count(), median=duration.quantile(0.5), mean=duration.mean())
    ).to_pylist()
    return {row["type"]: ActiveTime(row["n"], row["median"] / SECOND, row["mean"] / SECOND) for row in found}


def case_findings(log: EventLog, placed: Placed) -> tuple[Finding, ...]:
    """Touches that end before they start, cases that never come to a stage."""
    found = [_ended_before_start(log, placed)]
    if placed.model is not None:
        on_stage = placed.touches.filter(placed.touches.place % LAP >= FIRST)
        found.append(_of_cases(placed, "never_on_a_stage", placed.cases.anti_join(on_stage, "case")))
    return tuple(finding for finding in found if finding is not None)


def _of_cases(placed: Placed, code: str, rows: ir.Table) -> Finding | None:
    count = placed.engine.run(rows.agg(n=rows.count()))["n"][0].as_py()
    if not count:
        return None
    some = rows.order_by("case").limit(MOST_EXAMPLES)
    return Finding(code, count, tuple(placed.engine.run(some)["case_id"].to_pylist()))


def _ended_before_start(log: EventLog, placed: Placed) -> Finding | None:
    rows = log.table.filter(log.table.occurred_at <= placed.as_of, log.table.ended_at < log.table.occurred_at)
    count = log.engine.run(rows.agg(n=rows.count()))["n"][0].as_py()
    if not count:
        return None
    some = log.engine.run(rows.select("case_id", "type").order_by("case_id", "type").limit(MOST_EXAMPLES)).to_pylist()
    return Finding("negative_duration", count, tuple(f"{row['case_id']}: {row['type']}" for row in some))
