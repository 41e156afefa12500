"""The frequent variants of the path as rows of chips."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from tropa.analysis.figure import COUNTS_ONLY
from tropa.analysis.report.document import VariantDoc
from tropa.analysis.report.subject import Subject
from tropa.analysis.report.svg import element, joined, share

MOST_ROWS, MOST_CHIPS = 25, 16
# Without a journey a path is many activities with long names: fewer rows say as much.
MOST_ROWS_LOG = 12
ENDINGS = {"lost": "lost", "dropped": "lost", "open": "open", "completed": "done"}


@dataclass(frozen=True, slots=True)
class Chip:
    """kind: "" for a step forward, back, lost, open, done, more."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    chips: list[Chip]
    count: str
    share: str
    bar: Markup
    median: str


@dataclass(frozen=True, slots=True)
class Variants:
    rows: list[Row]
    total: str
    rest: str
    conclusion: str


def variants(subject: Subject) -> Variants:
    """The most frequent first, at most 25; the others are counted."""
    words, document = subject.words, subject.document
    shown = document["variants"][: MOST_ROWS if subject.has_journey else MOST_ROWS_LOG]
    more = document["variants_total"] - len(shown)
    rest = words("more.variants", n=words.count(more, "variant")) if more > 0 else ""
    total = words(
        "variants.total",
        n=words.count(document["variants_total"], "variant"),
        trips=words.count(document["trips_total"], "trip"),
    )
    most = max((variant["share"] or 0.0 for variant in shown), default=0.0) or 1.0
    return Variants([_row(subject, variant, most) for variant in shown], total, rest, _conclusion(subject, shown))


def _row(subject: Subject, variant: VariantDoc, most: float) -> Row:
    words = subject.words
    fraction = variant["share"] or 0.0
    bar = element("rect", class_="d-bar", width=share(max(0.01, fraction / most)), height=4.0, rx=2.0)
    plot = element("svg", joined([bar]), class_="bullet", width="100%", height=4.0, aria_hidden="true")
    return Row(
        _chips(subject, variant),
        words.number(variant["count"]),
        words.portion(variant["share"], subject.document["trips_total"]),
        plot,
        words.days(variant["median_seconds"]),
    )


def _chips(subject: Subject, variant: VariantDoc) -> list[Chip]:
    steps = [(key, len(list(same))) for key, same in groupby(variant["path"])]
    chips = [_step(subject, steps, place) for place in range(min(len(steps), MOST_CHIPS))]
    if len(steps) > MOST_CHIPS:
        chips.append(Chip(subject.words("more.steps", n=subject.words.count(len(steps) - MOST_CHIPS, "step")), "more"))
    return [*chips, *_endings(subject, variant)] if subject.has_journey else chips


def _endings(subject: Subject, variant: VariantDoc) -> list[Chip]:
    """How the trips of a path ended, with their numbers when they ended differently."""
    words, counts = subject.words, dict.fromkeys(ENDINGS.values(), 0)
    for ending, count in variant["endings"].items():
        if ending in ENDINGS:
            counts[ENDINGS[ending]] += count
    present = {kind: count for kind, count in counts.items() if count}
    if len(present) == 1:
        return [Chip(words(f"variants.{kind}"), kind) for kind in present]
    return [Chip(f"{words(f'variants.{kind}')} {words.number(count)}", kind) for kind, count in present.items()]


def _step(subject: Subject, steps: Sequence[tuple[str, int]], place: int) -> Chip:
    key, times = steps[place]
    name = subject.name(key) + (f" ×{subject.words.number(times)}" if times > 1 else "")
    before = subject.stages.get(steps[place - 1][0]) if place else None
    stage = subject.stages.get(key)
    ranks = (before["rank"] if before else None, stage["rank"] if stage else None)
    back = ranks[0] is not None and ranks[1] is not None and ranks[1] < ranks[0]
    return Chip(name, "back" if back else "")


def _conclusion(subject: Subject, shown: Sequence[VariantDoc]) -> str:
    words = subject.words
    if not shown:
        return words("variants.empty")
    first = shown[0]
    three = sum(variant["share"] or 0.0 for variant in shown[:3])
    if subject.document["trips_total"] < COUNTS_ONLY:
        return words("variants.few", n=words.number(first["count"]))
    said = words("variants.first", n=words.number(first["count"]), share=words.percent(first["share"]))
    return f"{said} {words('variants.three', share=words.percent(three))}" if len(shown) > 3 else said
