"""One histogram of time: bars cut where the tail starts, everything beyond the axis in one last bar."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from tropa.analysis.report.document import BinDoc, DwellDoc, StageDoc
from tropa.analysis.report.scale import Axis
from tropa.analysis.report.svg import element, joined, share, text
from tropa.analysis.words import Words

HEIGHT, BASE, TALLEST = 60.0, 50.0, 42.0
BEYOND = 0.03
DAY = 86400.0


def ticks(axis: Axis, words: Words) -> Markup:
    marks = []
    for place, seconds in enumerate(axis.ticks):
        last = place == len(axis.ticks) - 1
        anchor = "start" if place == 0 else "end" if last else "middle"
        x = share(1.0 if last else _x(seconds, axis))
        label = axis.tick(seconds, words, last="+")
        marks.append(
            element("text", text(label), x=x, y=14.0, text_anchor=anchor, class_="tick-odd" if place % 2 else None)
        )
    return element("svg", joined(marks), class_="chart", width="100%", height=20.0, aria_hidden="true")


def _x(seconds: float, axis: Axis) -> float:
    return seconds / axis.seconds * (1 - BEYOND)


def plot(stage: StageDoc, axis: Axis, tone: str) -> Markup:
    grid = [_line("grid", _x(seconds, axis), 0.0, HEIGHT) for seconds in axis.ticks]
    bars = joined(_bars(stage["dwell"], axis))
    base = element("line", class_="axis", x1="0", x2="100%", y1=BASE, y2=BASE)
    marks = []
    median, target = stage["dwell"]["km_median_seconds"], stage["target_days"]
    if median is not None:
        marks.append(
            _line(f"median {tone and 'is-late'}".strip(), min(1.0, _x(median, axis)), BASE - TALLEST - 4, BASE)
        )
    if target is not None:
        triangle = element("path", class_="goal", d=f"M0,{BASE + 1}l-4.5,7h9z")
        marks.append(element("svg", triangle, x=share(_x(target * DAY, axis)), y=0.0, class_="mark"))
    return element(
        "svg", joined([*grid, bars, base, *marks]), class_="chart", width="100%", height=HEIGHT, aria_hidden="true"
    )


def _line(kind: str, x: float, top: float, bottom: float) -> Markup:
    return element("line", class_=kind, x1=share(x), x2=share(x), y1=top, y2=bottom)


@dataclass(frozen=True, slots=True)
class _Bar:
    start: float
    end: float
    completed: float
    open: float


def _bars(dwell: DwellDoc, axis: Axis) -> Iterable[Markup]:
    beyond = dwell["tail"]["beyond_seconds"]
    bars = [bar for part in dwell["histogram"] for bar in _pieces(part, axis.seconds, beyond)]
    over = _over(dwell["histogram"], axis, beyond)
    tallest = max((bar.completed + bar.open for bar in bars), default=0.0)
    if over and not tallest:
        tallest = over.completed + over.open
    for bar in [*bars, *([over] if over else [])]:
        tail = beyond is not None and bar.start >= beyond - 1e-9
        yield from _drawn(bar, axis, tallest, tail)


def _pieces(part: BinDoc, end: float, beyond: float | None) -> Iterable[_Bar]:
    """The bin cut at the start of the tail and at the end of the axis; heights are cases per unit of time."""
    width = part["to_seconds"] - part["from_seconds"]
    if width <= 0 or part["from_seconds"] >= end:
        return
    cuts = sorted({part["from_seconds"], min(part["to_seconds"], end), *([beyond] if beyond is not None else [])})
    inside = [cut for cut in cuts if part["from_seconds"] <= cut <= min(part["to_seconds"], end)]
    for start, stop in pairwise(inside):
        yield _Bar(start, stop, part["completed"] / width, part["open"] / width)


def _over(histogram: Sequence[BinDoc], axis: Axis, beyond: float | None) -> _Bar | None:
    """Everything beyond the axis as one last bar."""
    late = [part for part in histogram if part["to_seconds"] > axis.seconds]
    parts = [(_beyond(part, axis.seconds), part) for part in late]
    completed = sum(part["completed"] * fraction for fraction, part in parts)
    still = sum(part["open"] * fraction for fraction, part in parts)
    if completed + still <= 0:
        return None
    width = axis.seconds * BEYOND / (1 - BEYOND)
    start = max(axis.seconds, beyond or 0.0) if beyond is not None and beyond <= axis.seconds else axis.seconds
    return _Bar(start, axis.seconds + width, completed / width, still / width)


def _beyond(part: BinDoc, end: float) -> float:
    width = part["to_seconds"] - part["from_seconds"]
    return 1.0 if part["from_seconds"] >= end or width <= 0 else (part["to_seconds"] - end) / width


def _drawn(bar: _Bar, axis: Axis, tallest: float, tail: bool) -> Iterable[Markup]:
    if not tallest:
        return
    x, width = share(_x(bar.start, axis)), share(_x(bar.end, axis) - _x(bar.start, axis))
    whole = min(1.0, (bar.completed + bar.open) / tallest)
    done = min(whole, bar.completed / tallest)
    kind = "h-tail" if tail else "h-body"
    for name, low, high in ((kind, 0.0, done), (f"{kind} h-open", done, whole)):
        if high > low:
            height = max(1.0, (high - low) * TALLEST)
            yield element("rect", class_=name, x=x, width=width, y=BASE - low * TALLEST - height, height=height)
