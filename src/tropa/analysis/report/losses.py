"""Drop-off points by severity and by count, and the reasons of losses."""

from dataclasses import dataclass
from math import sqrt

from markupsafe import Markup

from tropa.analysis.report.document import DropOffDoc
from tropa.analysis.report.subject import Subject, clean
from tropa.analysis.report.svg import element, joined, share, text, tip
from tropa.analysis.report.tables import Table

MOST_POINTS, MOST_REASONS, HOT = 8, 8, 3
WIDEST = 0.84


@dataclass(frozen=True, slots=True)
class Point:
    name: str
    stage: str
    bar: Markup
    tip: str


@dataclass(frozen=True, slots=True)
class Losses:
    """orders: the same points twice, by severity and by count."""

    orders: dict[str, list[Point]]
    rest: str
    conclusion: str
    sentence: str
    table: Table


def losses(subject: Subject) -> Losses | None:
    """None when the document has no losses to show."""
    points = list(subject.document["drop_offs"])
    if not points:
        return None
    orders = {"count": sorted(points, key=lambda point: -point["count"])}
    if any(point["severity"] is not None for point in points):
        orders = {"severity": sorted(points, key=lambda point: -(point["severity"] or 0.0)), **orders}
    drawn = {by: _points(subject, by, chosen[:MOST_POINTS]) for by, chosen in orders.items()}
    more = len(points) - MOST_POINTS
    rest = subject.words("more.points", n=subject.words.count(more, "point")) if more > 0 else ""
    conclusion = _conclusion(subject, orders)
    return Losses(drawn, rest, conclusion, f"{subject.words('losses.sentence')} {conclusion}", _table(subject, orders))


def _points(subject: Subject, by: str, points: list[DropOffDoc]) -> list[Point]:
    largest = max((_length(point, by) for point in points), default=0.0) or 1.0
    return [_point(subject, by, point, largest, by == "severity" and place < HOT) for place, point in enumerate(points)]


def _length(point: DropOffDoc, by: str) -> float:
    # Counts of an early stage are thousands against a few later on: the square root keeps both visible.
    return (point["severity"] or 0.0) if by == "severity" else sqrt(point["count"])


def _point(subject: Subject, by: str, point: DropOffDoc, largest: float, hot: bool) -> Point:
    words = subject.words
    severity = words.number(point["severity"], 1) if point["severity"] is not None else "—"
    length = max(0.006, _length(point, by) / largest * WIDEST)
    label = severity if by == "severity" else words.number(point["count"])
    bar = element("rect", class_="d-hot" if hot else "d-bar", x="0", y=1.0, width=share(length), height=10.0, rx=2.0)
    value = element("text", text(label), class_="tx tb", x=share(length), dx=8.0, y=10.5)
    plot = element("svg", joined([bar, value]), class_="chart", width="100%", height=14.0, aria_hidden="true")
    name, stage = _name(subject, point), subject.name(point["stage"])
    rows = [
        (words("column.stage"), stage),
        (words("column.left"), words.number(point["count"])),
        (words("column.split"), f"{words.number(point['explicit'])} / {words.number(point['implicit'])}"),
        (words("column.severity"), severity),
    ]
    return Point(name, stage, plot, tip(name, rows))


def _name(subject: Subject, point: DropOffDoc, *, inside: bool = False) -> str:
    """What the client did last; inside: as it reads in the middle of a sentence."""
    last, words = point["last_type"], subject.words
    if last:
        return words("losses.after_inside" if inside else "losses.after", type=clean(last))
    return words("losses.no_touch_inside" if inside else "losses.no_touch")


def _conclusion(subject: Subject, orders: dict[str, list[DropOffDoc]]) -> str:
    words = subject.words
    first = next(iter(orders.values()))[0]
    most = orders["count"][0]
    said = {
        "point": _name(subject, first, inside=True),
        "stage": subject.name(first["stage"]),
        "n": words.number(first["count"]),
    }
    key = "losses.severest" if "severity" in orders else "losses.most"
    conclusion = words(key, **said, severity=words.number(first["severity"], 1))
    if most is not first:
        stage = subject.name(most["stage"])
        conclusion += " " + words(
            "losses.but", point=_name(subject, most, inside=True), stage=stage, n=words.number(most["count"])
        )
    return conclusion


def _table(subject: Subject, orders: dict[str, list[DropOffDoc]]) -> Table:
    words = subject.words
    names = [words(f"column.{key}") for key in ("point", "stage", "left", "explicit", "implicit", "severity")]
    rows = [
        [
            _name(subject, point),
            subject.name(point["stage"]),
            words.number(point["count"]),
            words.number(point["explicit"]),
            words.number(point["implicit"]),
            words.number(point["severity"], 2),
        ]
        for point in next(iter(orders.values()))[:40]
    ]
    return Table(words("losses.caption"), names, rows)


@dataclass(frozen=True, slots=True)
class Reason:
    name: str
    share: str
    count: str
    bar: Markup


def reasons(subject: Subject) -> list[Reason]:
    """The recorded reasons, the unknown ones among them and never hidden."""
    words = subject.words
    given = sorted(subject.document["reasons"], key=lambda reason: -reason["count"])
    unknown = [reason for reason in given[MOST_REASONS:] if reason["reason"] is None]
    shown = [*given[: MOST_REASONS - len(unknown)], *unknown]
    total = sum(reason["count"] for reason in given)
    return [
        Reason(
            clean(reason["reason"]) if reason["reason"] is not None else words("reasons.unknown"),
            words.portion(reason["share"], total),
            words.number(reason["count"]),
            _bar(reason["share"] or 0.0, reason["reason"] is None),
        )
        for reason in shown
    ]


def _bar(fraction: float, unknown: bool) -> Markup:
    track = element("rect", class_="b-track", width="100%", height=6.0, rx=3.0)
    fill = element("rect", class_="d-bar" if unknown else "b-fill", width=share(fraction), height=6.0, rx=3.0)
    return element("svg", joined([track, fill]), class_="bullet", width="100%", height=6.0, aria_hidden="true")
