"""Drop-off points by money, number and severity, and the reasons of losses (metrics.md sections 1.3 and 1.4)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

from django.utils.translation import gettext as _
from markupsafe import Markup

from tropa.analysis.report.svg import element, joined, share, text, tip
from tropa.analysis.words import DASH
from tropa.insights.figures import DropOffPoint, Reason
from tropa.insights.sheet import Cell, Table, words
from tropa.insights.shown import Shown, share_cells, shown
from tropa.insights.telling import Telling

MOST_POINTS, MOST_REASONS, HOT = 8, 8, 3
WIDEST = 0.74


@dataclass(frozen=True, slots=True)
class Point:
    """One point of the chosen order. said: its numbers for those who do not see the bar."""

    name: str
    stage: str
    bar: Markup
    url: str
    tip: str
    said: str


@dataclass(frozen=True, slots=True)
class Losses:
    """by: what the bars measure; ways: what they could."""

    by: str
    ways: tuple[str, ...]
    points: list[Point]
    rest: str
    conclusion: str
    sentence: str
    table: Table


def losses(telling: Telling) -> Losses | None:
    """None when nobody was lost. Measured by money, number or severity; else by the first that can be told."""
    points = telling.figures.points
    if not points:
        return None
    ways = ("severity", "money", "count") if any(point.money for point in points) else ("severity", "count")
    chosen = telling.losses_by if telling.losses_by in ways else ways[0]
    measure = _MEASURES[chosen]
    ordered = sorted((point for point in points if chosen != "money" or point.money), key=measure, reverse=True)
    more = len(ordered) - MOST_POINTS
    rest = telling.words("more.points", n=telling.words.count(more, "point")) if more > 0 else ""
    conclusion = _conclusion(telling, chosen, ordered[0])
    sentence = f"{telling.words('losses.sentence')} {conclusion}"
    return Losses(chosen, ways, _points(telling, chosen, ordered), rest, conclusion, sentence, table(telling))


def _count(point: DropOffPoint) -> float:
    return point.gone.total


def _severity(point: DropOffPoint) -> float:
    return point.severity


def _money(point: DropOffPoint) -> float:
    return point.money or 0.0


_MEASURES: dict[str, Callable[[DropOffPoint], float]] = {"money": _money, "count": _count, "severity": _severity}


def _points(telling: Telling, by: str, ordered: Sequence[DropOffPoint]) -> list[Point]:
    longest = max((_length(point, by) for point in ordered), default=0.0) or 1.0
    return [
        _point(telling, by, point, longest, hot=by != "count" and place < HOT and _MEASURES[by](point) > 0)
        for place, point in enumerate(ordered[:MOST_POINTS])
    ]


def _length(point: DropOffPoint, by: str) -> float:
    # Counts of an early stage are thousands against a few later on: the square root keeps both visible.
    return sqrt(_count(point)) if by == "count" else _MEASURES[by](point)


def _point(telling: Telling, by: str, point: DropOffPoint, longest: float, *, hot: bool) -> Point:
    said = telling.words
    values = {
        "money": telling.money(point.money),
        "count": said.number(point.gone.total),
        "severity": said.number(point.severity, 1),
    }
    length = max(0.006, _length(point, by) / longest * WIDEST)
    bar = element("rect", class_="d-hot" if hot else "d-bar", x="0", y=1.0, width=share(length), height=10.0, rx=2.0)
    label = element("text", text(values[by]), class_="tx tb", x=share(length), dx=8.0, y=10.5)
    plot = element("svg", joined([bar, label]), class_="chart", width="100%", height=14.0, aria_hidden="true")
    name = name_of(telling, point)
    lines = [
        (said("column.stage"), point.stage_label),
        (said("column.left"), values["count"]),
        (said("column.split"), f"{said.number(point.lost.total)} / {said.number(point.dropped.total)}"),
        (said("column.severity"), values["severity"]),
        (_("Сумма сделок"), values["money"]),
    ]
    url = telling.behind("point", stage=point.stage, type=point.last_type)
    spoken = ", ".join(f"{label} {value}" for label, value in lines[1:])
    return Point(name, point.stage_label, plot, url, tip(name, lines), spoken)


def name_of(telling: Telling, point: DropOffPoint, *, inside: bool = False) -> str:
    """What the client did last; inside: as it reads in the middle of a sentence."""
    said = telling.words
    if point.last_type:
        return said("losses.after_inside" if inside else "losses.after", type=point.last_label)
    return said("losses.no_touch_inside" if inside else "losses.no_touch")


def _conclusion(telling: Telling, by: str, first: DropOffPoint) -> str:
    """What leads the chosen order, and where by number the most are lost."""
    said = telling.words
    told = {"point": name_of(telling, first, inside=True), "stage": first.stage_label}
    counts = {"n": said.number(first.gone.total), "severity": said.number(first.severity, 1)}
    if by == "money":
        sentence = _("Дороже всего — %(point)s, «%(stage)s»: ушли %(n)s, сделок на %(money)s.")
        leading = sentence % {**told, **counts, "money": telling.money(first.money)}
    else:
        leading = said("losses.severest" if by == "severity" else "losses.most", **told, **counts)
    most = max(telling.figures.points, key=_count)
    if most is first:
        return leading
    point = name_of(telling, most, inside=True)
    return f"{leading} {said('losses.but', point=point, stage=most.stage_label, n=said.number(most.gone.total))}"


def table(telling: Telling) -> Table:
    """Every point, the heaviest first."""
    heads = [
        _("Точка ухода"), _("Этап"), _("Потеряны: компании"), _("Потеряны: неизвестные"), _("Замолчали: компании"),
        _("Замолчали: неизвестные"), _("Ушли"), _("Тяжесть"), _("Доля тяжести, %"),
        _("Сумма сделок, %(currency)s") % {"currency": telling.figures.totals.currency},
    ]  # fmt: skip
    points = sorted(telling.figures.points, key=_severity, reverse=True)
    return Table(telling.words("losses.caption"), heads, [_cells(telling, point) for point in points])


def _cells(telling: Telling, point: DropOffPoint) -> list[Cell]:
    said = telling.words
    counts = (point.lost.companies, point.lost.unknown, point.dropped.companies, point.dropped.unknown)
    url = telling.behind("point", stage=point.stage, type=point.last_type)
    return [
        words(name_of(telling, point)),
        words(point.stage_label),
        *(Cell(said.number(count), count) for count in counts),
        Cell(said.number(point.gone.total), point.gone.total, url),
        Cell(said.number(point.severity, 1), round(point.severity, 2)),
        Cell(said.percent(point.of_all), round(point.of_all * 100, 2)),
        Cell(DASH) if point.money is None else Cell(telling.money(point.money), round(point.money, 2)),
    ]


@dataclass(frozen=True, slots=True)
class ReasonRow:
    name: str
    share: Shown
    count: str
    bar: Markup
    url: str


@dataclass(frozen=True, slots=True)
class Reasons:
    rows: list[ReasonRow]
    rest: str
    conclusion: str
    table: Table


def reasons(telling: Telling) -> Reasons | None:
    """Recorded reasons, the unknown ones among them and never hidden; None without recorded losses."""
    given = telling.figures.reasons
    if not given:
        return None
    unknown = [reason for reason in given[MOST_REASONS:] if not reason.reason]
    rows = [*given[: MOST_REASONS - len(unknown)], *unknown]
    more = len(given) - len(rows)
    heads = [_("Причина"), _("Ушли"), _("из"), _("Доля, %"), _("95 %, от"), _("95 %, до")]
    cells = [
        [
            words(_label(telling, each)),
            *share_cells(each.share, telling.words, telling.behind("reason", reason=each.reason)),
        ]
        for each in given
    ]
    return Reasons(
        [_reason(telling, each) for each in rows],
        telling.words("more", n=telling.words.number(more)) if more > 0 else "",
        _reasons_conclusion(telling),
        Table(_("Причины ухода"), heads, cells),
    )


def _reason(telling: Telling, reason: Reason) -> ReasonRow:
    track = element("rect", class_="b-track", width="100%", height=6.0, rx=3.0)
    width, kind = share(reason.share.value or 0.0), "b-fill" if reason.reason else "d-bar"
    fill = element("rect", class_=kind, width=width, height=6.0, rx=3.0)
    bar = element("svg", joined([track, fill]), class_="plain-bar", width="100%", height=6.0, aria_hidden="true")
    count = telling.words.number(reason.share.k)
    url = telling.behind("reason", reason=reason.reason)
    return ReasonRow(_label(telling, reason), shown(reason.share, telling.words), count, bar, url)


def _label(telling: Telling, reason: Reason) -> str:
    return reason.label if reason.reason else telling.words("reasons.unknown")


def _reasons_conclusion(telling: Telling) -> str:
    given = telling.figures.reasons
    named = [reason for reason in given if reason.reason]
    unknown = next((reason for reason in given if not reason.reason), None)
    said = []
    if named:
        first = max(named, key=lambda reason: reason.share.k or 0)
        said.append(
            _("Чаще всего — «%(reason)s»: %(share)s.")
            % {"reason": first.label, "share": shown(first.share, telling.words).line}
        )
    if unknown is not None and unknown.share.k:
        said.append(_("Без причины — %(share)s.") % {"share": shown(unknown.share, telling.words).line})
    return " ".join(said)
