"""The whole analysis of a log as one value, and as the document that `--json` writes and the report draws."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tropa.analysis.cases import ActiveTime, LogFigures, active_times, case_findings, log_figures
from tropa.analysis.dwell import Dwell, Forward, dwell, forward
from tropa.analysis.figure import Finding, Share
from tropa.analysis.funnel import Funnel, funnel
from tropa.analysis.log import EventLog
from tropa.analysis.losses import Losses, churn_after, losses
from tropa.analysis.model import JourneyModel
from tropa.analysis.passages import Passages, find_passages
from tropa.analysis.paths import (
    LeadTime,
    PathShape,
    Transition,
    Variants,
    lead_times,
    path_shape,
    transitions,
    variants,
)
from tropa.analysis.placed import FIRST, LOST, place
from tropa.analysis.purchase import FirstValue, TouchesToWon, first_value, touches_to_won
from tropa.analysis.trend import Cohort, monthly_cohorts
from tropa.analysis.visits import DROPPED, OPEN, REGAINED, find_visits

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Analysis:
    """All figures of one log on one journey (or, without a journey, of its activities) at one moment.

    exits: visits per stage key and way out (forward, back, lost, dropped, completed, open). churn: per post-sale stage,
    the share lost within 90 days behind its completion. cohorts: mature conversion per stage by month of first entry.
    """

    log: EventLog
    model: JourneyModel | None
    as_of: int
    figures: LogFigures
    funnel: Funnel
    dwell: tuple[Dwell, ...]
    forward: tuple[Forward, ...]
    losses: Losses | None
    transitions: tuple[Transition, ...]
    variants: Variants
    lead_times: tuple[LeadTime, ...]
    path_shape: PathShape | None
    exits: dict[str, dict[str, int]]
    active: dict[str, ActiveTime]
    churn: dict[str, Share]
    cohorts: dict[str, tuple[Cohort, ...]]
    touches_to_won: TouchesToWon | None
    first_value: FirstValue | None
    findings: tuple[Finding, ...]


def analyse(log: EventLog, model: JourneyModel | None = None, *, as_of: datetime | None = None) -> Analysis:
    """Analyse a log. as_of: an aware moment, later touches are left out; None: the moment of the last touch."""
    log = log if model is None else log.of_unit(model.unit)
    placed = place(log, model, as_of=None if as_of is None else _microseconds(as_of))
    passages = find_passages(find_visits(placed))
    found = funnel(passages)
    return Analysis(
        log,
        model,
        placed.as_of,
        log_figures(log, placed),
        found,
        dwell(passages),
        forward(passages.visits),
        losses(passages),
        transitions(passages.visits),
        variants(passages),
        lead_times(passages),
        path_shape(passages),
        exits(passages),
        active_times(log, placed),
        _churn(passages),
        {key: monthly_cohorts(passages, key, timezone=log.source.timezone) for key in placed.stages} if model else {},
        touches_to_won(log, passages),
        first_value(log, passages),
        (*log.findings, *case_findings(log, placed), *found.findings),
    )


def exits(passages: Passages) -> dict[str, dict[str, int]]:
    """Visits of each stage by the way they ended. A loss that was taken back counts as back; without ranks every move
    is forward."""
    visits, placed = passages.visits.table, passages.visits.placed
    counts = {
        key: dict.fromkeys(("forward", "back", "lost", "dropped", "completed", "open"), 0) for key in placed.stages
    }
    rows = passages.engine.run(visits.group_by(["stage", "left_to"]).agg(n=visits.count())).to_pylist()
    for row in rows:
        way = _way_out(row["stage"], row["left_to"], ranked=placed.model is not None)
        counts[placed.stages[row["stage"] - FIRST]][way] += row["n"]
    return counts


def _way_out(stage: int, left_to: int, *, ranked: bool) -> str:
    if left_to >= FIRST:
        return "back" if ranked and left_to < stage else "forward"
    return {OPEN: "open", LOST: "lost", DROPPED: "dropped", REGAINED: "back"}.get(left_to, "completed")


def _churn(passages: Passages) -> dict[str, Share]:
    model = passages.visits.placed.model
    stages = () if model is None else [stage.key for stage in model.stages if stage.phase == "post_sale"]
    return {key: churn_after(passages, key) for key in stages}


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def moment(microseconds: int, timezone: str = "UTC") -> datetime:
    """An aware datetime of µs since the epoch."""
    return (EPOCH + timedelta(microseconds=microseconds)).astimezone(ZoneInfo(timezone))
