"""The shapes of figures as pages show them: shares with their intervals, stages, losses, paths, headlines."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from tropa.analysis.nps import Nps
from tropa.insights.counted import Split

Compared = Literal["good", "warn", "bad", "few", "none"]
Moved = Literal["better", "worse", "flat"]


@dataclass(frozen=True, slots=True)
class Figure:
    """k of n with its 95 % interval; without a value the reason why (n = 0 is no data, never 0 %). For an estimate n is
    how many it rests on and k is None."""

    k: int | None
    n: int | None
    value: float | None
    low: float | None
    high: float | None
    reason: str = ""

    @property
    def is_few(self) -> bool:
        """Too few for comparisons: «мало данных»."""
        return self.n is not None and self.n < 30

    @property
    def counts_only(self) -> bool:
        """Below this counts are shown and no percentage."""
        return self.n is not None and self.n < 10


@dataclass(frozen=True, slots=True)
class Bin:
    """A bar of a histogram: stays of from_days <= time < to_days; the last bar holds the longest too."""

    from_days: float
    to_days: float
    completed: int
    open: int


@dataclass(frozen=True, slots=True)
class TailCase:
    unit_id: int
    name: str


@dataclass(frozen=True, slots=True)
class Tail:
    """Stays longer than 3 × median, and who the longest are (at most 20)."""

    beyond_days: float
    share: Figure
    cases: tuple[TailCase, ...]


@dataclass(frozen=True, slots=True)
class StageFigures:
    """One stage. Counts and shares are over trips that first entered it in the period; `conversion` is the one of the
    question's measure. median_days and its quantiles: Kaplan-Meier over `stays`, of which `open` go on; None when too
    few have left (days_reason says why). severity: (lost + dropped) × weight. money: deals that went with them, in the
    currency of the workspace; None when no deal can be named. nps: of what clients answered while they stood here, the
    last answer of each."""

    key: str
    label: str
    number: int
    phase: str
    is_won: bool
    entered: Split
    reached: Split
    here: Split
    lost: Split
    dropped: Split
    completed: Split
    conversion: Figure
    to_date: Figure
    mature: Figure
    estimate: Figure
    skipped: Figure
    returned: Figure
    median_days: float | None
    median_range: tuple[float | None, float | None]
    p25: float | None
    p75: float | None
    p90: float | None
    longest_days: float | None
    stays: int
    open: int
    days_reason: str
    histogram: tuple[Bin, ...]
    tail: Tail | None
    drop_off: Figure
    nps: Nps
    recovered: int
    severity: float
    money: float | None
    horizon_days: float
    inactivity_days: float | None
    target_conversion: float | None
    target_days: float | None
    target_drop: float | None
    target_nps: float | None
    conversion_compared: Compared
    days_compared: Compared
    drop_compared: Compared
    nps_compared: Compared

    @property
    def gone(self) -> Split:
        """Lost and silent together."""
        return Split(self.lost.companies + self.dropped.companies, self.lost.unknown + self.dropped.unknown)


@dataclass(frozen=True, slots=True)
class DropOffPoint:
    """A stage and the last touch of the client before the loss; `of_all` is its part of the whole severity (0..1)."""

    stage: str
    stage_label: str
    last_type: str
    last_label: str
    lost: Split
    dropped: Split
    severity: float
    of_all: float
    money: float | None

    @property
    def gone(self) -> Split:
        return Split(self.lost.companies + self.dropped.companies, self.lost.unknown + self.dropped.unknown)


@dataclass(frozen=True, slots=True)
class StageLosses:
    """Losses of a stage, with its points, the heaviest first."""

    stage: str
    label: str
    number: int
    gone: Split
    severity: float
    of_all: float
    money: float | None
    points: tuple[DropOffPoint, ...]


@dataclass(frozen=True, slots=True)
class Reason:
    """A recorded reason among the recorded losses of trips that began in the period; "" when none was recorded."""

    reason: str
    label: str
    share: Figure


@dataclass(frozen=True, slots=True)
class Path:
    """One sequence of stages. endings: how many are open, lost, dropped, completed. number: its place by frequency."""

    number: int
    stages: tuple[str, ...]
    labels: tuple[str, ...]
    share: Figure
    endings: Mapping[str, int]
    median_days: float
    returns: int


@dataclass(frozen=True, slots=True)
class Move:
    """Moves from one stage to another. kind: forward, skip, return."""

    source: str
    target: str
    source_label: str
    target_label: str
    count: int
    median_days: float
    kind: str


@dataclass(frozen=True, slots=True)
class Trend:
    """The same figure in the equal period before, as it was known one period ago: so both were followed alike.

    moved: None when nothing honest can be said; reason: `no_period` (the period has no beginning), `no_history` (the
    data do not reach so far back), `few`. difference: now − then, in the unit of the figure; low, high: its 95 %
    interval, None where there is none.
    """

    moved: Moved | None
    before: float | None
    difference: float | None
    low: float | None
    high: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Headline:
    """A tile at the top. value: a fraction, days, money, or points of a score; low, high: its 95 % interval. k of n; of
    the money k is how many trips it went with, and n how many deals it is; of the score n is how many answers."""

    key: str
    value: float | None
    low: float | None
    high: float | None
    k: int | None
    n: int
    target: float | None
    compared: Compared
    trend: Trend
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """trips: those that began in the period; open: of them still on the way. deals, other_deals: how many deals the
    money counts, and how many it cannot (another currency, no amount)."""

    trips: Split
    open: Split
    bought: Headline
    to_purchase: Headline
    onboarded: Headline
    lost_money: Headline
    nps: Headline
    currency: str
    deals: int
    other_deals: int
    paths: int
    returns: int


@dataclass(frozen=True, slots=True)
class Note:
    """Something to know of the data."""

    code: str
    count: int
    text: str


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a question. as_of: the moment they hold for; is_old: they could not be asked anew just now."""

    as_of: datetime
    version_no: int
    stages: tuple[StageFigures, ...]
    losses: tuple[StageLosses, ...]
    points: tuple[DropOffPoint, ...]
    reasons: tuple[Reason, ...]
    paths: tuple[Path, ...]
    transitions: tuple[Move, ...]
    totals: Totals
    findings: tuple[Note, ...]
    is_old: bool = False

    def stage(self, key: str) -> StageFigures | None:
        return next((stage for stage in self.stages if stage.key == key), None)
