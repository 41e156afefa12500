"""A figure beside its target, and beside the same figure of the period before."""

from collections.abc import Callable
from math import sqrt
from typing import Final

from tropa.analysis.figure import FEW, Z95
from tropa.analysis.nps import Nps, difference
from tropa.analysis.trend import two_proportions
from tropa.insights.counted import Counted, Headlines, Money, Times
from tropa.insights.question import Question
from tropa.insights.shapes import Compared, Figure, Moved, Trend

FINE: Final = 0.02
WARNING: Final = 0.15
# A score may be nothing or less, so it is compared by points and not by parts of the target.
FINE_POINTS: Final = 2.0
WARNING_POINTS: Final = 15.0


def compared(value: float | None, target: float | None, n: int | None, *, more_is_better: bool) -> Compared:
    """Up to 2 % off the target is good, up to 15 % a warning, more is bad; fewer than 30 are not compared."""
    if value is None or not target:
        return "none"
    if n is None or n < FEW:
        return "few"
    off = 1 - value / target if more_is_better else value / target - 1
    return "good" if off <= FINE + 1e-9 else "warn" if off <= WARNING + 1e-9 else "bad"


def compared_scores(nps: Nps, target: float | None) -> Compared:
    """Up to 2 points below the target is good, up to 15 a warning, more is bad; fewer than 30 are not compared."""
    if nps.value is None or target is None:
        return "none"
    if nps.is_few:
        return "few"
    below = target - nps.value
    return "good" if below <= FINE_POINTS + 1e-9 else "warn" if below <= WARNING_POINTS + 1e-9 else "bad"


def trend(question: Question, counted: Counted, of: "Callable[[Headlines, Headlines], Trend]") -> Trend:
    """How a headline moved against the period before, or why nothing is said of it."""
    window = question.window_before
    if window is None or counted.before is None:
        return unknown("no_period")
    if counted.first_us is None or counted.first_us > window[0]:
        return unknown("no_history")
    return of(counted.now, counted.before)


def unknown(reason: str) -> Trend:
    return Trend(None, None, None, None, None, reason)


def of_shares(now: Figure, before: Figure) -> Trend:
    """A share that may be higher or lower by chance: moved only where the 95 % interval of the difference leaves 0."""
    if not now.n or not before.n or now.k is None or before.k is None:
        return unknown("no_cases")
    if min(now.n, before.n) < FEW:
        return Trend(None, before.value, None, None, None, "few")
    found = two_proportions(before.k, before.n, now.k, now.n)
    return _told(before.value, found.difference, found.low, found.high, more_is_better=True)


def of_times(now: Times, before: Times) -> Trend:
    """A median; its error is taken from its interval."""
    if now.median is None or before.median is None:
        return unknown("no_cases")
    errors = [_error(each) for each in (now, before)]
    if min(now.n, before.n) < FEW or None in errors:
        return Trend(None, before.median, None, None, None, "few")
    spread = Z95 * sqrt(sum(error**2 for error in errors if error is not None))
    difference = now.median - before.median
    return _told(before.median, difference, difference - spread, difference + spread, more_is_better=False)


def of_money(now: Money, before: Money) -> Trend:
    """A sum of losses that happen by chance, each with its amount: its error is the root of the sum of squares."""
    if not now.deals or not before.deals:
        return unknown("no_cases")
    if min(now.deals, before.deals) < FEW:
        return Trend(None, before.total, None, None, None, "few")
    spread = Z95 * sqrt(now.squares + before.squares)
    difference = now.total - before.total
    return _told(before.total, difference, difference - spread, difference + spread, more_is_better=False)


def of_scores(now: Nps, before: Nps) -> Trend:
    """A score of answers; where neither side varies, any difference is one."""
    if now.value is None or before.value is None:
        return unknown("no_cases")
    if now.is_few or before.is_few:
        return Trend(None, before.value, None, None, None, "few")
    points, found = now.value - before.value, difference(now, before)
    spread = Z95 * found.error if found else 0.0
    return _told(before.value, points, points - spread, points + spread, more_is_better=True)


def _error(time: Times) -> float | None:
    return None if time.low is None or time.high is None else (time.high - time.low) / (2 * Z95)


def _told(before: float | None, difference: float, low: float, high: float, *, more_is_better: bool) -> Trend:
    moved: Moved = "flat"
    if low > 0:
        moved = "better" if more_is_better else "worse"
    elif high < 0:
        moved = "worse" if more_is_better else "better"
    return Trend(moved, before, difference, low, high, "")
