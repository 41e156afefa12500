"""The few things worth reading first, each computed from the figures below."""

from dataclasses import dataclass

from tropa.analysis.figure import COUNTS_ONLY, FEW
from tropa.analysis.report import shares
from tropa.analysis.report.document import StageDoc
from tropa.analysis.report.funnel import in_words, worst_stage
from tropa.analysis.report.subject import Subject
from tropa.analysis.words import DAY

SLOW_FROM = 0.15


@dataclass(frozen=True, slots=True)
class Headline:
    title: str
    text: str


def headlines(subject: Subject) -> list[Headline]:
    """In the order a person would ask: what changed, where they stop, where it hurts, what is slow, what repeats."""
    found = [_trend(subject), _worst(subject), _severest(subject), _slowest(subject), _tail(subject), _return(subject)]
    return [headline for headline in found if headline]


def _trend(subject: Subject) -> Headline | None:
    """The change of conversion that is least likely to be chance, if there is one at all."""
    known = [(stage["key"], stage.get("trend")) for stage in subject.stages.values()]
    changed = [(key, trend) for key, trend in known if trend is not None]
    if not changed:
        return None
    key, trend = min(changed, key=lambda one: (one[1]["p"], one[0]))
    words = subject.words
    points = words.number(abs(trend["difference"]) * 100, 1)
    ends = sorted(abs(end) * 100 for end in (trend["low"], trend["high"]))
    between = f"{words.number(ends[0], 1)}–{words.number(ends[1], 1)}"
    title = words(f"headline.{trend['direction']}", stage=subject.name(key))
    return Headline(title, words("headline.trend_text", points=points, between=between))


def _worst(subject: Subject) -> Headline | None:
    stage, words = worst_stage(subject), subject.words
    if stage is None:
        return None
    title = words("headline.worst", stage=subject.name(stage["key"]))
    counts = in_words(stage["conversion"]["mature"], words)
    return Headline(title, words("headline.worst_text", counts=counts, target=words.goal(stage["target_conversion"])))


def _severest(subject: Subject) -> Headline | None:
    weighed = [(stage["severity"] or 0.0, stage) for stage in subject.stages.values()]
    severity, stage = max(weighed, key=lambda pair: pair[0], default=(0.0, None))
    if stage is None or not severity or not stage["lost"]:
        return None
    words = subject.words
    title = words("headline.severest", stage=subject.name(stage["key"]))
    lost, entered = words.number(stage["lost"]), words.number(stage["entered"])
    return Headline(
        title, words("headline.severest_text", lost=lost, entered=entered, severity=words.number(severity, 1))
    )


def _slowest(subject: Subject) -> Headline | None:
    late = [(_lateness(stage), stage) for stage in subject.stages.values() if _visits(stage) >= FEW]
    over, stage = max(late, key=lambda pair: pair[0], default=(0.0, None))
    if stage is None or over <= SLOW_FROM or stage["target_days"] is None:
        return None
    words = subject.words
    median, target = words.days(stage["dwell"]["km_median_seconds"]), words.days(stage["target_days"] * DAY)
    return Headline(
        words("headline.slow", stage=subject.name(stage["key"])),
        words("headline.slow_text", median=median, target=target),
    )


def _visits(stage: StageDoc) -> int:
    return stage["dwell"]["completed"] + stage["dwell"]["open"]


def _lateness(stage: StageDoc) -> float:
    seconds, target = stage["dwell"]["km_median_seconds"], stage["target_days"]
    return seconds / (target * DAY) - 1 if seconds is not None and target else 0.0


def _tail(subject: Subject) -> Headline | None:
    tails = [(stage["dwell"]["tail"]["share"], stage) for stage in subject.stages.values()]
    # Behind a median of zero everything is "longer than three medians": that is no tail.
    timed = [(share, stage) for share, stage in tails if stage["dwell"]["tail"]["beyond_seconds"]]
    enough = [(share["value"] or 0.0, stage) for share, stage in timed if (share["n"] or 0) >= FEW]
    value, stage = max(enough, key=lambda pair: pair[0], default=(0.0, None))
    if stage is None or not value:
        return None
    words, tail = subject.words, stage["dwell"]["tail"]
    title = words("headline.tail", stage=subject.name(stage["key"]))
    line = shares.shown(tail["share"], None, words).line
    return Headline(title, words("headline.tail_text", share=line, beyond=words.days(tail["beyond_seconds"])))


def _return(subject: Subject) -> Headline | None:
    returns = [move for move in subject.document["transitions"] if move["kind"] == "return"]
    if max((move["count"] for move in returns), default=0) < COUNTS_ONLY:
        return None
    most, words = max(returns, key=lambda move: move["count"]), subject.words
    ends = {"source": subject.name(most["source"]), "target": subject.name(most["target"])}
    stage = subject.stages.get(most["source"])
    count = words.count(most["count"], "move")
    if stage is None or stage["returned"]["value"] is None:
        return Headline(words("headline.return", **ends), words("headline.return_count", n=count))
    text = words("headline.return_text", n=count, share=shares.shown(stage["returned"], None, words).line)
    return Headline(words("headline.return", **ends), text)
