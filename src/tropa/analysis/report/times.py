"""Lead times from stage to stage, and the time each move takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tropa.analysis.report.document import LeadTimeDoc, TransitionDoc
from tropa.analysis.report.subject import Subject
from tropa.analysis.report.svg import element, share

MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class Row:
    source: str
    target: str
    count: str
    median: str
    mean: str
    bar: Markup
    kind: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    rows: list[Row]
    rest: str
    conclusion: str


def lead_times(subject: Subject) -> Times:
    """First entry to first entry; the pairs most trips have."""
    words, given = subject.words, list(subject.document["lead_times"])
    shown = given if len(given) <= MOST_ROWS else sorted(given, key=lambda lead: -lead["count"])[:MOST_ROWS]
    longest = _longest([lead["median_seconds"] for lead in shown])
    notes = [words("times.negative", n=words.number(lead["negative"])) if lead["negative"] else "" for lead in shown]
    rows = [_row(subject, lead, longest, note=note) for lead, note in zip(shown, notes, strict=True)]
    return Times(rows, _rest(subject, len(given)), _lead_conclusion(subject))


def move_times(subject: Subject) -> Times:
    """The most frequent moves with the time before the next stage."""
    given = sorted(subject.document["transitions"], key=lambda move: -move["count"])
    shown = given[:MOST_ROWS]
    longest = _longest([move["median_seconds"] for move in shown])
    rows = [_row(subject, move, longest, kind="back" if move["kind"] == "return" else "") for move in shown]
    return Times(rows, _rest(subject, len(given)), _move_conclusion(subject))


def _row(subject: Subject, pair: LeadTimeDoc | TransitionDoc, longest: float, *, kind: str = "", note: str = "") -> Row:
    words = subject.words
    return Row(
        subject.name(pair["source"]),
        subject.name(pair["target"]),
        words.number(pair["count"]),
        words.days(pair["median_seconds"]),
        words.days(pair["mean_seconds"]),
        _bar(pair["median_seconds"], longest),
        kind,
        note,
    )


def _longest(seconds: Sequence[float | None]) -> float:
    return max((abs(value) for value in seconds if value is not None), default=0.0)


def _bar(seconds: float | None, longest: float) -> Markup:
    fraction = max(0.01, abs(seconds) / longest) if seconds and longest else 0.0
    bar = element("rect", class_="d-bar", width=share(fraction), height=4.0, rx=2.0)
    return element("svg", bar, class_="bullet", width="100%", height=4.0, aria_hidden="true")


def _rest(subject: Subject, total: int) -> str:
    words = subject.words
    return words("more.moves", n=words.count(total - MOST_ROWS, "pair")) if total > MOST_ROWS else ""


def _lead_conclusion(subject: Subject) -> str:
    words = subject.words
    known = [(lead["median_seconds"], lead) for lead in subject.document["lead_times"] if lead["count"] >= 1]
    timed = [(seconds, lead) for seconds, lead in known if seconds is not None]
    if not timed:
        return words("times.none")
    seconds, lead = max(timed, key=lambda pair: pair[0])
    ends = {"source": subject.name(lead["source"]), "target": subject.name(lead["target"])}
    return words("times.longest_lead", **ends, median=words.days(seconds), n=words.count(lead["count"], "trip"))


def _move_conclusion(subject: Subject) -> str:
    words = subject.words
    timed = [(m["median_seconds"], m) for m in subject.document["transitions"] if m["median_seconds"] is not None]
    enough = [pair for pair in timed if pair[1]["count"] >= 30] or timed
    if not enough:
        return words("times.none")
    seconds, move = max(enough, key=lambda pair: pair[0] or 0.0)
    ends = {"source": subject.name(move["source"]), "target": subject.name(move["target"])}
    return words("times.slowest_move", **ends, median=words.days(seconds), n=words.number(move["count"]))
