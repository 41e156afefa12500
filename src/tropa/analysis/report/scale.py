"""A common axis for durations: how far it goes, where its ticks are, in which unit they are told."""

from dataclasses import dataclass
from math import floor, log10

from tropa.analysis.words import DAY, Words, unit_for

TICKS = 6
STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
CLOCK_STEPS = {"second": (1, 2, 5, 10, 15, 30), "minute": (1, 2, 5, 10, 15, 30), "hour": (1, 2, 3, 6, 12, 24, 48)}
DAY_STEPS = (1, 2, 5, 7, 10, 15, 30, 60, 90, 180, 365)


@dataclass(frozen=True, slots=True)
class Axis:
    """seconds: the right end; step: between ticks, both in seconds; length, unit: what the numbers count."""

    seconds: float
    step: float
    length: float
    unit: str

    @property
    def ticks(self) -> list[float]:
        return [self.step * position for position in range(round(self.seconds / self.step) + 1)]

    def tick(self, seconds: float, words: Words, *, last: str = "") -> str:
        shown = words.in_unit(seconds, self.length)
        return f"{shown}{last}\u00a0{words.unit(self.unit)}" if seconds >= self.seconds - self.step / 2 else shown


def axis_for(longest_seconds: float) -> Axis:
    """The shortest round axis that holds the duration; an axis of one day when there is nothing to show."""
    if longest_seconds <= 0:
        return Axis(DAY, DAY, DAY, "day")
    length, unit = unit_for(longest_seconds)
    step = _step(longest_seconds / length / TICKS, unit)
    count = max(1, -int(-(longest_seconds / length / step) // 1))
    return Axis(step * count * length, step * length, length, unit)


def _step(least: float, unit: str) -> float:
    nice = DAY_STEPS if unit == "day" else CLOCK_STEPS.get(unit, ())
    chosen = next((float(step) for step in nice if step >= least), None)
    return chosen if chosen is not None else _decimal_step(least)


def _decimal_step(least: float) -> float:
    power = 10.0 ** floor(log10(least))
    return power * next(step for step in STEPS if step * power >= least * 0.999999)
