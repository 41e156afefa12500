"""One histogram of time: the tail stacked in red, everything beyond the axis in one last bar."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from tropa.analysis.report.document import BinDoc, DwellDoc, StageDoc
from tropa.analysis.report.scale import Axis
from tropa.analysis.report.svg import element, joined, share, text
from tropa.analysis.words import DAY, Words

HEIGHT, BASE, TALLEST = 60.0, 50.0, 42.0
BEYOND = 0.03


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
    """start, end: seconds; the others are visits per second: done and still open, before and in the tail."""

    start: float
    end: float
    body: float
    body_open: float
    tail: float
    tail_open: float

    @property
    def parts(self) -> tuple[tuple[str, float], ...]:
        names = ("h-body", "h-body h-open", "h-tail", "h-tail h-open")
        return tuple(zip(names, (self.body, self.body_open, self.tail, self.tail_open), strict=True))

    @property
    def height(self) -> float:
        return self.body + self.body_open + self.tail + self.tail_open


def _bars(dwell: DwellDoc, axis: Axis) -> Iterable[Markup]:
    bars = [bar for part in dwell["histogram"] if (bar := _bar(dwell, part, axis.seconds))]
    over = _over(dwell, axis)
    tallest = max((bar.height for bar in bars), default=0.0) or (over.height if over else 0.0)
    for bar in [*bars, *([over] if over else [])]:
        yield from _drawn(bar, axis, tallest)


def _bar(dwell: DwellDoc, part: BinDoc, end: float) -> _Bar | None:
    width = part["to_seconds"] - part["from_seconds"]
    if width <= 0 or part["from_seconds"] >= end:
        return None
    late = _late(dwell, part)
    counts = (part["completed"] * (1 - late), part["open"] * (1 - late), part["completed"] * late, part["open"] * late)
    return _Bar(part["from_seconds"], min(part["to_seconds"], end), *(count / width for count in counts))


def _late(dwell: DwellDoc, part: BinDoc) -> float:
    """The fraction of a bin that is in the tail. Where the tail starts inside the bin its exact count is known: all of
    the tail less the bins behind."""
    beyond, count = dwell["tail"]["beyond_seconds"], part["completed"] + part["open"]
    if beyond is None or part["to_seconds"] <= beyond or not count:
        return 0.0
    if part["from_seconds"] > beyond:
        return 1.0
    behind = sum(bar["completed"] + bar["open"] for bar in dwell["histogram"] if bar["from_seconds"] > beyond)
    return min(1.0, max(0.0, ((dwell["tail"]["share"]["k"] or 0) - behind) / count))


def _over(dwell: DwellDoc, axis: Axis) -> _Bar | None:
    """Everything beyond the axis as one last bar."""
    width, counts = axis.seconds * BEYOND / (1 - BEYOND), [0.0] * 4
    for part in dwell["histogram"]:
        out, late = _beyond(part, axis.seconds), _late(dwell, part)
        counts[0] += part["completed"] * out * (1 - late)
        counts[1] += part["open"] * out * (1 - late)
        counts[2] += part["completed"] * out * late
        counts[3] += part["open"] * out * late
    if not sum(counts):
        return None
    # As high as a bin with so many visits: the bar stands for a class of its own, its width means nothing.
    usual = next((part["to_seconds"] - part["from_seconds"] for part in dwell["histogram"]), width) or width
    return _Bar(axis.seconds, axis.seconds + width, *(count / usual for count in counts))


def _beyond(part: BinDoc, end: float) -> float:
    """The fraction of a bin behind the end of the axis."""
    width = part["to_seconds"] - part["from_seconds"]
    if width <= 0 or part["from_seconds"] >= end:
        return 1.0
    return max(0.0, part["to_seconds"] - end) / width


def _drawn(bar: _Bar, axis: Axis, tallest: float) -> Iterable[Markup]:
    x, width = share(_x(bar.start, axis)), share(_x(bar.end, axis) - _x(bar.start, axis))
    low = 0.0
    for kind, count in bar.parts:
        high = min(1.0, low + count / tallest) if tallest else 0.0
        if high > low:
            height = max(1.0, (high - low) * TALLEST)
            yield element("rect", class_=kind, x=x, width=width, y=BASE - low * TALLEST - height, height=height)
        low = high
