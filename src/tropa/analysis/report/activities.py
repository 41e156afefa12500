"""The activities of a log without a journey: counted and timed, without rank and therefore without conversion."""

from dataclasses import dataclass

from markupsafe import Markup

from tropa.analysis.report.document import StageDoc
from tropa.analysis.report.funnel import span
from tropa.analysis.report.subject import Subject
from tropa.analysis.report.svg import element, joined, share, tip

MOST_ROWS = 40


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    trips: str
    share: str
    visits: str
    median: str
    bar: Markup
    tip: str


@dataclass(frozen=True, slots=True)
class Activities:
    rows: list[Row]
    rest: str
    conclusion: str


def activities(subject: Subject) -> Activities:
    """The most frequent first; the rest are counted."""
    words, stages = subject.words, sorted(subject.stages.values(), key=lambda stage: -stage["entered"])
    more = len(stages) - MOST_ROWS
    rest = words("more.activities", n=words.count(more, "activity")) if more > 0 else ""
    rows = [_row(subject, stage) for stage in stages[:MOST_ROWS]]
    return Activities(rows, rest, _conclusion(subject, stages))


def _row(subject: Subject, stage: StageDoc) -> Row:
    words, dwell, total = subject.words, stage["dwell"], subject.document["trips_total"]
    fraction = min(1.0, stage["entered"] / total) if total else 0.0
    track = element("rect", class_="b-track", width="100%", height=6.0, rx=2.0)
    fill = element("rect", class_="b-fill", width=share(fraction), height=6.0, rx=2.0)
    bar = element("svg", joined([track, fill]), class_="bullet", width="100%", height=6.0, aria_hidden="true")
    median = words.days(dwell["km_median_seconds"])
    name = subject.name(stage["key"])
    rows = [
        (words("column.trips"), words.number(stage["entered"])),
        (words("column.visits"), words.number(stage["visits"])),
        (words("column.median"), median),
        (words("column.quartiles"), span(dwell["p25_seconds"], dwell["p75_seconds"], words)),
    ]
    visits, trips = words.number(stage["visits"]), words.number(stage["entered"])
    return Row(name, trips, words.portion(fraction, total), visits, median, bar, tip(name, rows))


def _conclusion(subject: Subject, stages: list[StageDoc]) -> str:
    words = subject.words
    if not stages:
        return words("activities.empty")
    total = subject.document["trips_total"]
    everywhere = [stage for stage in stages if total and stage["entered"] >= total]
    again = max(stages, key=lambda stage: stage["visits"] / max(1, stage["entered"]))
    said = [words("activities.nowhere")]
    if everywhere:
        n = words.count(len(everywhere), "activity")
        said = [words("activities.everywhere", n=n, all=words.number(len(stages)))]
    if again["visits"] > again["entered"]:
        often = words.number(again["visits"] / max(1, again["entered"]), 1)
        said.append(words("activities.again", name=subject.name(again["key"]), often=often))
    return " ".join(said)
