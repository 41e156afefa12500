"""The funnel: how many entered each stage, went on, left and stay, against the targets."""

from dataclasses import dataclass

from markupsafe import Markup

from tropa.analysis.figure import FEW
from tropa.analysis.report import river, shares
from tropa.analysis.report.document import ShareDoc, StageDoc
from tropa.analysis.report.shares import Shown
from tropa.analysis.report.subject import Subject
from tropa.analysis.report.svg import tip
from tropa.analysis.report.tables import Table
from tropa.analysis.words import DASH, DAY, Words

MOST_ROWS = 40
FIGURES = ("mature", "to_date", "estimate")


@dataclass(frozen=True, slots=True)
class Duration:
    """The median of a stage and its target, with the tone of the comparison."""

    value: str
    target: str = ""
    note: str = ""
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    entered: str
    river: Markup
    figures: dict[str, Shown]
    lost: str
    here: str
    median: Duration
    tip: str


@dataclass(frozen=True, slots=True)
class Funnel:
    rows: list[Row]
    rest: str
    conclusion: str
    sentence: str
    table: Table
    has_targets: bool


def funnel(subject: Subject) -> Funnel:
    """All stages of the journey in the order of their rank."""
    stages = list(subject.stages.values())[:MOST_ROWS]
    rivers = river.rivers([stage["entered"] for stage in stages], [_lost_part(stage) for stage in stages])
    rows = [_row(subject, stage, drawn) for stage, drawn in zip(stages, rivers, strict=True)]
    conclusion = conclusion_of(subject)
    targets = any(stage["target_conversion"] is not None for stage in stages)
    return Funnel(rows, _rest(subject), conclusion, _sentence(subject, conclusion), _table(subject), targets)


def _rest(subject: Subject) -> str:
    more = list(subject.stages)[MOST_ROWS:]
    return subject.words("more.stages", n=subject.words.count(len(more), "stage")) if more else ""


def _row(subject: Subject, stage: StageDoc, drawn: Markup) -> Row:
    words = subject.words
    figures = figures_of(stage, words)
    name, entered = subject.name(stage["key"]), words.number(stage["entered"])
    lost = words.number(stage["lost"]) if stage["lost"] is not None else DASH
    rows = [(words(f"figure.{key}"), f"{figure.line} {figure.interval}".strip()) for key, figure in figures.items()]
    rows = [(words("column.entered"), entered), *rows, (words("column.left"), lost)]
    return Row(
        name, entered, drawn, figures, lost, words.number(stage["here"]), median_of(stage, words), tip(name, rows)
    )


def figures_of(stage: StageDoc, words: Words) -> dict[str, Shown]:
    """Mature (the default), to date, estimate."""
    conversion, target = stage["conversion"], stage["target_conversion"]
    return {
        "mature": shares.shown(conversion["mature"], target, words),
        "to_date": shares.shown(conversion["to_date"], target, words),
        "estimate": shares.estimated(conversion["estimate"], target, words),
    }


def median_of(stage: StageDoc, words: Words) -> Duration:
    """Kaplan–Meier median against the target days; «больше N» when half have not left yet."""
    dwell, target = stage["dwell"], stage["target_days"]
    goal = f"{words.number(target, 0 if target == round(target) else 1)} {words.unit('day')}" if target else ""
    seconds = dwell["km_median_seconds"]
    if seconds is None:
        longest = dwell["longest_seconds"]
        if dwell.get("reason") == "never_half_left" and longest is not None:
            return Duration(
                words("dwell.more_than", duration=words.short(longest)), goal, words("reason.never_half_left")
            )
        return Duration(DASH, goal, words.reason(dwell.get("reason") or "not_observed"))
    visits = dwell["completed"] + dwell["open"]
    late = "" if visits < FEW else shares.against(seconds, (target or 0) * DAY, less_is_better=True)
    note = words("few") if visits < FEW else ""
    if target and seconds >= DAY:
        return Duration(words.in_unit(seconds, DAY), goal, note, late)
    return Duration(words.short(seconds), goal, note, late)


def _lost_part(stage: StageDoc) -> float:
    """Of those who did not go on, the part that left: the others still stand on the stage."""
    lost, here = stage["lost"] or 0, stage["here"]
    return lost / (lost + here) if lost else 0.0


def conclusion_of(subject: Subject) -> str:
    """The stage farthest below its target; without targets the largest loss."""
    words, worst = subject.words, worst_stage(subject)
    if worst is not None:
        share = worst["conversion"]["mature"]
        target = words.goal(worst["target_conversion"])
        return words("funnel.worst", stage=subject.name(worst["key"]), counts=in_words(share, words), target=target)
    judged = [stage for stage in subject.stages.values() if _judged(stage)]
    if judged:
        return words("funnel.on_target")
    return _largest_loss(subject)


def worst_stage(subject: Subject) -> StageDoc | None:
    """The stage with the largest relative shortfall against its target, if it is more than a trifle."""
    short = [(_shortfall(stage), stage) for stage in subject.stages.values() if _judged(stage)]
    gap, stage = max(short, key=lambda pair: pair[0], default=(0.0, None))
    return stage if gap > shares.FINE else None


def _judged(stage: StageDoc) -> bool:
    mature = stage["conversion"]["mature"]
    return bool(stage["target_conversion"]) and mature["value"] is not None and (mature["n"] or 0) >= FEW


def _shortfall(stage: StageDoc) -> float:
    value, target = stage["conversion"]["mature"]["value"], stage["target_conversion"]
    return (target - value) / target if value is not None and target else 0.0


def _largest_loss(subject: Subject) -> str:
    words = subject.words
    lost = [(stage["lost"] or 0, stage) for stage in subject.stages.values()]
    count, stage = max(lost, key=lambda pair: pair[0], default=(0, None))
    if stage is None or not count:
        targets = any(stage["target_conversion"] for stage in subject.stages.values())
        return words("funnel.too_few" if targets else "funnel.no_targets")
    return words(
        "funnel.loss", stage=subject.name(stage["key"]), n=words.number(count), of=words.number(stage["entered"])
    )


def in_words(share: ShareDoc, words: Words) -> str:
    """«80 из 437 (18,3 %)», the way every share is told in a sentence."""
    counts = words("share.of", k=words.number(share["k"]), n=words.number(share["n"]))
    return f"{counts} ({words.percent(share['value'])})"


def _sentence(subject: Subject, conclusion: str) -> str:
    words, stages = subject.words, list(subject.stages.values())
    if not stages:
        return words("funnel.empty")
    first, last = stages[0], stages[-1]
    ends = {"first": subject.name(first["key"]), "last": subject.name(last["key"])}
    numbers = {"entered": words.number(first["entered"]), "reached": words.number(last["entered"])}
    return f"{words('funnel.sentence', **ends, **numbers)} {conclusion}"


def _table(subject: Subject) -> Table:
    words = subject.words
    columns = ("stage", "entered", "visits", *FIGURES, "next", "skipped", "returned", "left", "split", "recovered")
    names = [words(f"column.{key}") for key in (*columns, "drop_off", "here", "median", "median_interval", "quartiles")]
    rows = [_numbers(subject, stage) for stage in list(subject.stages.values())[:MOST_ROWS]]
    return Table(words("funnel.caption"), names, rows, _rest(subject))


def _numbers(subject: Subject, stage: StageDoc) -> list[str]:
    words, losses, dwell = subject.words, stage["losses"], stage["dwell"]
    following = stage["next"]
    split = f"{words.number(losses['explicit'])} / {words.number(losses['implicit'])}" if losses else DASH
    return [
        subject.name(stage["key"]),
        words.number(stage["entered"]),
        words.number(stage["visits"]),
        *(_with_interval(figure) for figure in figures_of(stage, words).values()),
        shares.shown(following, None, words).line if following else DASH,
        shares.shown(stage["skipped"], None, words).line,
        shares.shown(stage["returned"], None, words).line,
        words.number(stage["lost"]),
        split,
        words.number(losses["recovered"]) if losses else DASH,
        shares.shown(stage["drop_off"], None, words).line,
        words.number(stage["here"]),
        median_of(stage, words).value if dwell["km_median_seconds"] is None else words.days(dwell["km_median_seconds"]),
        span(dwell["median_low_seconds"], dwell["median_high_seconds"], words),
        span(dwell["p25_seconds"], dwell["p75_seconds"], words),
    ]


def _with_interval(figure: Shown) -> str:
    return f"{figure.line}; {figure.interval}" if figure.interval else figure.line


def span(low: float | None, high: float | None, words: Words) -> str:
    """Two durations as a range; a missing end is left open."""
    if low is None and high is None:
        return DASH
    return f"{words.short(low)} – {words.short(high) if high is not None else '…'}"
