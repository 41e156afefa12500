"""The worked example in small: its stages, the curve of emotions, a bar for every pain. Pure; drawn as SVG."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

WIDTH, HEIGHT = 656, 250
MIDDLE, UNIT = 109.0, 31.0  # where the line of no emotion is, and how high one step of the scale
FIRST_BAR, BAR_STEP = 188, 19


@dataclass(frozen=True, slots=True)
class Column:
    """A stage: where it begins, where its name does, its bars: tone, x, y, width."""

    x: float
    label: str
    label_x: float
    bars: tuple[tuple[str, float, int, float], ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """curve: path of the line. points: x, y and the tone of each."""

    columns: tuple[Column, ...]
    curve: str
    points: tuple[tuple[float, float, str], ...]

    @property
    def area(self) -> str:
        return f"{self.curve}L{WIDTH},{MIDDLE:.1f}L0,{MIDDLE:.1f}Z"


def picture(columns: Sequence[Mapping[str, Any]], labels: Mapping[str, str]) -> Picture:
    """Of the columns of an example (tropa.maps.catalogue). labels: names of stages by key."""
    step = WIDTH / len(columns)
    points: list[tuple[float, float]] = []
    for number, column in enumerate(columns):
        values = [float(each["value"]) for each in column["emotions"]]
        points += [(step * (number + (place + 1) / (len(values) + 1)), value) for place, value in enumerate(values)]
    placed = [(x, MIDDLE - value * UNIT) for x, value in points]
    return Picture(
        tuple(_column(each, labels[each["stage"]], step * number, step) for number, each in enumerate(columns)),
        _path([(0.0, placed[0][1]), *placed, (float(WIDTH), placed[-1][1])]),
        tuple((round(x, 1), round(MIDDLE - value * UNIT, 1), _tone(value)) for x, value in points),
    )


def _column(node: Mapping[str, Any], label: str, x: float, step: float) -> Column:
    """Its bars are as long as there is much to tell: pains, touchpoints, what the client does."""
    counts = {
        "pain": len(node["pains"]["ru"]),
        "opp": len(node["touchpoints"]),
        "good": len(node["customer_actions"]["ru"]),
    }
    bars = tuple(
        (tone, round(x + 9, 1), FIRST_BAR + BAR_STEP * row, round(min(step - 18, 36 + 22 * count), 1))
        for row, (tone, count) in enumerate(counts.items())
    )
    return Column(round(x, 1), label, round(x + 10, 1), bars)


def _tone(value: float) -> str:
    return ("p" if value >= 0 else "n") + ("2" if abs(value) > 1 else "1")


def _path(points: Sequence[tuple[float, float]]) -> str:
    """A smooth line through the points that never goes beyond them: flat at every peak."""
    slopes = _slopes(points)
    parts = [f"M{points[0][0]:.1f},{points[0][1]:.1f}"]
    for ((x0, y0), (x1, y1)), (m0, m1) in zip(pairwise(points), pairwise(slopes), strict=True):
        third = (x1 - x0) / 3
        first, second = f"{x0 + third:.1f},{y0 + m0 * third:.1f}", f"{x1 - third:.1f},{y1 - m1 * third:.1f}"
        parts.append(f"C{first} {second} {x1:.1f},{y1:.1f}")
    return "".join(parts)


def _slopes(points: Sequence[tuple[float, float]]) -> list[float]:
    chords = [(y1 - y0) / (x1 - x0) for (x0, y0), (x1, y1) in pairwise(points)]
    inner = [0.0 if a * b <= 0 else 2 * a * b / (a + b) for a, b in pairwise(chords)]
    return [0.0, *inner, 0.0]
