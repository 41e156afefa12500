"""What the engine counts for a question: plain values, without words, targets and money."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tropa.analysis.dwell import Dwell
from tropa.analysis.figure import Finding, Share
from tropa.analysis.losses import LossReason
from tropa.analysis.nps import Nps
from tropa.analysis.paths import Transition, Variants
from tropa.analysis.survival import Incidence


@dataclass(frozen=True, slots=True)
class Split:
    """A count of companies and of unknown visitors; `total` only where the sum is what is meant."""

    companies: int = 0
    unknown: int = 0

    @property
    def total(self) -> int:
        return self.companies + self.unknown


@dataclass(frozen=True, slots=True)
class StageCounted:
    """One stage over the trips that first entered it in the period. recovered: losses and silences behind which the
    client came back. nps: of what was answered on the stage."""

    key: str
    entered: Split
    reached: Split
    here: Split
    lost: Split
    dropped: Split
    completed: Split
    to_date: Share
    mature: Share
    next_mature: Share
    estimate: Incidence | None
    skipped: Share
    returned: Share
    time: Dwell
    drop_off: Share
    recovered: int
    nps: Nps


@dataclass(frozen=True, slots=True)
class Point:
    """A drop-off point: a stage, and the type of the client's last touch before the loss."""

    stage: str
    last_type: str
    lost: Split
    dropped: Split


@dataclass(frozen=True, slots=True)
class Money:
    """Amounts of lost deals in the currency of the workspace, by stage and by drop-off point. squares: the sum of their
    squares, for the interval. deals: how many they are, of how many trips. other: how many more are in another
    currency or have no amount."""

    by_stage: tuple[float, ...] = ()
    by_point: Mapping[tuple[str, str], float] = field(default_factory=dict)
    squares: float = 0.0
    deals: int = 0
    trips: int = 0
    other: int = 0

    @property
    def total(self) -> float:
        return sum(self.by_stage)


@dataclass(frozen=True, slots=True)
class Times:
    """Durations in days of finished ways: median with the 95 % interval of its order statistics."""

    n: int
    median: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Headlines:
    """Of the trips that began in a period, as it was known at a moment. bought: came to the won stage, of all.
    to_purchase: from the first entry to the won stage. onboarded: went on from the stage behind the won one. nps: of
    the answers that the scores of the stages count, together."""

    bought: Share
    to_purchase: Times
    onboarded: Share
    lost: Money
    nps: Nps


@dataclass(frozen=True, slots=True)
class Counted:
    """Everything that one question asks. as_of_us: the moment of the visits it rests on (µs).

    before: headlines of the equal period before, as they were known one period ago; None without such a period.
    first_us: when the first trip of all began; None when there is none.
    """

    as_of_us: int
    first_us: int | None
    trips: Split
    open_trips: Split
    stages: tuple[StageCounted, ...]
    points: tuple[Point, ...]
    reasons: tuple[LossReason, ...]
    variants: Variants
    transitions: tuple[Transition, ...]
    now: Headlines
    before: Headlines | None
    findings: tuple[Finding, ...]
