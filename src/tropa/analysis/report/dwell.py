"""Time on stage: a histogram a stage on a common axis, the tail in red."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tropa.analysis.figure import FEW
from tropa.analysis.report import shares
from tropa.analysis.report.document import DwellDoc, StageDoc
from tropa.analysis.report.funnel import median_of, span
from tropa.analysis.report.histogram import plot, ticks
from tropa.analysis.report.scale import Axis, axis_for
from tropa.analysis.report.subject import Subject, clean
from tropa.analysis.report.svg import tip
from tropa.analysis.report.tables import Table
from tropa.analysis.words import DASH, Words

MOST_ROWS, MOST_CASES = 12, 20
# Further apart than this, one axis would press the short stages into a line.
COMPARABLE = 60.0


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    target: str
    plot: Markup
    axis: Markup | None
    median: str
    tone: str
    tail: str
    tip: str


@dataclass(frozen=True, slots=True)
class TailList:
    name: str
    note: str
    cases: list[str]
    more: str


@dataclass(frozen=True, slots=True)
class Dwell:
    rows: list[Row]
    axis: Markup | None
    rest: str
    tails: list[TailList]
    tails_note: str
    conclusion: str
    sentence: str
    table: Table
    has_targets: bool
    has_open: bool


def dwell(subject: Subject) -> Dwell:
    """The stages with something measured, in their order; without a journey the most visited activities."""
    stages, rest = _chosen(subject)
    axis = _common_axis(stages)
    rows = [_row(subject, stage, axis) for stage in stages]
    tails = [tail for stage in stages if (tail := _tail_list(subject, stage))]
    conclusion = conclusion_of(subject, stages)
    return Dwell(
        rows,
        ticks(axis, subject.words) if axis and rows else None,
        rest,
        tails,
        _tails_note(subject, stages),
        conclusion,
        f"{subject.words('dwell.sentence')} {conclusion}",
        _table(subject, stages),
        any(stage["target_days"] is not None for stage in stages),
        any(part["open"] for stage in stages for part in stage["dwell"]["histogram"]),
    )


def _chosen(subject: Subject) -> tuple[list[StageDoc], str]:
    measured = [stage for stage in subject.stages.values() if _visits(stage)]
    first = measured if subject.has_journey else sorted(measured, key=lambda stage: -stage["visits"])
    more = first[MOST_ROWS:]
    rest = (
        subject.words("more.stages", n=subject.words.count(len(more), "stage" if subject.has_journey else "activity"))
        if more
        else ""
    )
    return first[:MOST_ROWS], rest


def _visits(stage: StageDoc) -> int:
    return stage["dwell"]["completed"] + stage["dwell"]["open"]


def _reach(dwell: DwellDoc) -> float:
    """How far the axis must go for this stage: the body and the start of the tail, not its last case."""
    ends = [dwell["p90_seconds"], dwell["tail"]["beyond_seconds"], dwell["p75_seconds"]]
    known = max((end for end in ends if end is not None), default=None)
    longest = dwell["longest_seconds"] or max((part["to_seconds"] for part in dwell["histogram"]), default=0.0)
    reach = min(longest, known * 1.2) if known else longest
    # An axis that ended inside a bin would have to guess where in the bin the visits lie.
    return next((part["to_seconds"] for part in dwell["histogram"] if part["to_seconds"] >= reach), reach)


def _common_axis(stages: Sequence[StageDoc]) -> Axis | None:
    # A stage that half have not left yet reaches as far as the log and would press the others together.
    known = [stage for stage in stages if stage["dwell"]["km_median_seconds"] is not None] or stages
    reaches = [reach for stage in known if (reach := _reach(stage["dwell"])) > 0]
    if reaches and max(reaches) / min(reaches) > COMPARABLE:
        return None
    return axis_for(max(reaches, default=0.0))


def _row(subject: Subject, stage: StageDoc, common: Axis | None) -> Row:
    words, dwell = subject.words, stage["dwell"]
    axis = common or axis_for(_reach(dwell))
    median = median_of(stage, words)
    target = words("dwell.target", days=median.target) if median.target else ""
    name = subject.name(stage["key"])
    shown = words.short(dwell["km_median_seconds"]) if dwell["km_median_seconds"] is not None else median.value
    own = None if common else ticks(axis, words)
    return Row(
        name,
        target,
        plot(stage, axis, median.tone),
        own,
        shown,
        median.tone,
        _tail(stage, words),
        _tip(name, stage, words),
    )


def _tail(stage: StageDoc, words: Words) -> str:
    tail = stage["dwell"]["tail"]["share"]
    return words("dwell.in_tail", n=words.number(tail["k"])) if tail["k"] is not None else ""


def _tip(name: str, stage: StageDoc, words: Words) -> str:
    dwell = stage["dwell"]
    tail = dwell["tail"]
    rows = [
        (words("column.median"), median_line(stage, words)),
        (words("column.quartiles"), span(dwell["p25_seconds"], dwell["p75_seconds"], words)),
        (words("column.p90"), words.days(dwell["p90_seconds"])),
        (
            words("column.visits"),
            words("dwell.visits", completed=words.number(dwell["completed"]), open=words.number(dwell["open"])),
        ),
        (
            words("dwell.tail_beyond", duration=words.days(tail["beyond_seconds"])),
            shares.shown(tail["share"], None, words).line,
        ),
    ]
    return tip(name, rows)


def median_line(stage: StageDoc, words: Words) -> str:
    """The median in full: «47 дней», or why there is none."""
    seconds = stage["dwell"]["km_median_seconds"]
    median = median_of(stage, words)
    return words.days(seconds) if seconds is not None else f"{median.value} {median.note}".strip()


def _tail_list(subject: Subject, stage: StageDoc) -> TailList | None:
    tail, words = stage["dwell"]["tail"], subject.words
    if not tail["cases"] or tail["beyond_seconds"] is None:
        return None
    cases = [clean(case) for case in tail["cases"][:MOST_CASES]]
    total = tail["share"]["k"] or len(cases)
    more = words("more", n=words.number(total - len(cases))) if total > len(cases) else ""
    note = words("dwell.tail_note", duration=words.days(tail["beyond_seconds"]), n=words.number(total))
    return TailList(subject.name(stage["key"]), note, cases, more)


def _tails_note(subject: Subject, stages: Sequence[StageDoc]) -> str:
    total = sum(stage["dwell"]["tail"]["share"]["k"] or 0 for stage in stages)
    return subject.words("dwell.tails", n=subject.words.count(total, "visit")) if total else ""


def conclusion_of(subject: Subject, stages: Sequence[StageDoc]) -> str:
    """The longest tail among the stages with enough visits, and how its median stands to the target."""
    words = subject.words
    enough = [stage for stage in stages if _has_tail(stage)]
    if not enough:
        many = any(_visits(stage) >= FEW for stage in stages)
        return words("dwell.no_median" if many else "dwell.few")
    stage = max(enough, key=lambda stage: stage["dwell"]["tail"]["share"]["value"] or 0.0)
    tail = stage["dwell"]["tail"]
    if not tail["share"]["k"]:
        return words("dwell.no_tail")
    line = shares.shown(tail["share"], None, words).line
    beyond = words.days(tail["beyond_seconds"])
    return words("dwell.longest_tail", stage=subject.name(stage["key"]), share=line, beyond=beyond)


def _has_tail(stage: StageDoc) -> bool:
    """Enough visits, and a median above zero: behind zero everything is "longer than three medians"."""
    tail = stage["dwell"]["tail"]
    return (tail["share"]["n"] or 0) >= FEW and bool(tail["beyond_seconds"])


def _table(subject: Subject, stages: Sequence[StageDoc]) -> Table:
    words = subject.words
    columns = ("stage", "completed", "open", "median", "median_interval", "mean", "quartiles", "p90", "longest", "tail")
    names = [words(f"column.{key}") for key in (*columns, "active")]
    return Table(words("dwell.caption"), names, [_numbers(subject, stage) for stage in stages])


def _numbers(subject: Subject, stage: StageDoc) -> list[str]:
    words, dwell, active = subject.words, stage["dwell"], stage["active"]
    return [
        subject.name(stage["key"]),
        words.number(dwell["completed"]),
        words.number(dwell["open"]),
        median_line(stage, words),
        span(dwell["median_low_seconds"], dwell["median_high_seconds"], words),
        words.days(dwell["mean_seconds"]),
        span(dwell["p25_seconds"], dwell["p75_seconds"], words),
        words.days(dwell["p90_seconds"]),
        words.days(dwell["longest_seconds"]),
        shares.shown(dwell["tail"]["share"], None, words).line,
        words.days(active["median_seconds"]) if active else DASH,
    ]
