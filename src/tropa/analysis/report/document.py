"""The summary document as the report reads it: the shape that `tropa analyze --json` writes, seconds and fractions."""

from collections.abc import Mapping, Sequence
from typing import Literal, NotRequired, TypedDict

Label = Mapping[str, str]


class ShareDoc(TypedDict):
    k: int | None
    n: int | None
    value: float | None
    low: float | None
    high: float | None
    reason: NotRequired[str | None]


class EstimateDoc(TypedDict):
    n: int | None
    value: float | None
    low: float | None
    high: float | None
    lost: float | None
    undecided: float | None
    reason: NotRequired[str | None]


class ConversionDoc(TypedDict):
    mature: ShareDoc
    to_date: ShareDoc
    estimate: EstimateDoc


class ExitsDoc(TypedDict):
    forward: int
    back: int
    lost: int
    dropped: int
    completed: int
    open: int


class TailDoc(TypedDict):
    beyond_seconds: float | None
    share: ShareDoc
    cases: Sequence[str]


class BinDoc(TypedDict):
    from_seconds: float
    to_seconds: float
    completed: int
    open: int


class DwellDoc(TypedDict):
    completed: int
    open: int
    km_median_seconds: float | None
    mean_seconds: float | None
    p25_seconds: float | None
    p75_seconds: float | None
    p90_seconds: float | None
    median_low_seconds: float | None
    median_high_seconds: float | None
    longest_seconds: float | None
    reason: NotRequired[str | None]
    tail: TailDoc
    histogram: Sequence[BinDoc]


class ActiveDoc(TypedDict):
    n: int
    median_seconds: float | None
    mean_seconds: float | None


class LossesDoc(TypedDict):
    explicit: int
    implicit: int
    recovered: int


class StageDoc(TypedDict):
    key: str
    label: Label
    rank: float | None
    phase: str | None
    won: NotRequired[bool]
    target_conversion: float | None
    target_days: float | None
    target_drop: float | None
    target_nps: float | None
    horizon_days: float | None
    inactivity_days: float | None
    entered: int
    visits: int
    reached: int | None
    conversion: ConversionDoc
    next: ShareDoc | None
    skipped: ShareDoc
    returned: ShareDoc
    here: int
    exits: ExitsDoc
    dwell: DwellDoc
    active: ActiveDoc | None
    lost: int | None
    losses: LossesDoc | None
    severity: float | None
    drop_off: ShareDoc
    trend: NotRequired["TrendDoc | None"]
    reason: NotRequired[str | None]


class TrendDoc(TypedDict):
    direction: Literal["fall", "rise"]
    difference: float
    low: float
    high: float
    p: float


class TransitionDoc(TypedDict):
    source: str
    target: str
    count: int
    median_seconds: float | None
    mean_seconds: float | None
    kind: str


class VariantDoc(TypedDict):
    path: Sequence[str]
    count: int
    share: float | None
    endings: Mapping[str, int]
    median_seconds: float | None


class LeadTimeDoc(TypedDict):
    source: str
    target: str
    count: int
    negative: int
    median_seconds: float | None
    mean_seconds: float | None


class PathShapeDoc(TypedDict):
    closed: int
    linear: ShareDoc
    with_return: ShareDoc
    with_skip: ShareDoc


class DropOffDoc(TypedDict):
    stage: str
    last_type: str | None
    explicit: int
    implicit: int
    count: int
    severity: float | None


class ReasonDoc(TypedDict):
    reason: str | None
    count: int
    share: float | None


class TouchesDoc(TypedDict):
    trips: int
    median: float | None
    p90: float | None


class FindingDoc(TypedDict):
    code: str
    count: int
    examples: Sequence[str]


class DurationDoc(TypedDict):
    mean: float | None
    median: float | None
    p90: float | None


class LogDoc(TypedDict):
    events: int
    cases: int
    activities: int
    variants: int
    first_at: str | None
    last_at: str | None
    case_duration_seconds: DurationDoc


class JourneyDoc(TypedDict):
    key: str
    label: Label


class QuestionDoc(TypedDict):
    as_of: str | None
    timezone: str
    journey: JourneyDoc | None
    unit: str


class SourceDoc(TypedDict):
    path: str
    format: str
    compressed: bool
    encoding: str | None
    delimiter: str | None
    decimal: str | None
    date_format: str | None
    timezone: str
    columns: Mapping[str, str]
    rows_read: int
    rows_rejected: int
    rejects_file: str | None
    guessed: Sequence[str]


class SummaryDoc(TypedDict):
    schema: int
    question: QuestionDoc
    source: SourceDoc
    log: LogDoc
    stages: Sequence[StageDoc]
    transitions: Sequence[TransitionDoc]
    variants: Sequence[VariantDoc]
    variants_total: int
    trips_total: int
    lead_times: Sequence[LeadTimeDoc]
    path_shape: PathShapeDoc | None
    drop_offs: Sequence[DropOffDoc]
    reasons: Sequence[ReasonDoc]
    touches_to_won: TouchesDoc | None
    first_value: Mapping[str, object] | None
    quality: Sequence[FindingDoc]
