"""Estimators for durations that are partly unfinished: Kaplan-Meier and Aalen-Johansen.

Durations are in any one unit; the results are in the same. A censoring at the time of an event counts as still at risk
for that event (metrics.md sections 1.1 and 1.2).
"""

from dataclasses import dataclass
from math import exp, log, nan
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from tropa.analysis.arrays import starts
from tropa.analysis.figure import Z95

CENSORED: Final = 0
REACHED: Final = 1
LEFT: Final = 2

Floats: TypeAlias = NDArray[np.floating[Any]]
Numbers: TypeAlias = NDArray[np.int64] | Floats


@dataclass(frozen=True)
class Curve:
    """Kaplan-Meier estimate (Kaplan, Meier 1958). One entry per distinct exit time.

    se: Greenwood standard error, nan at the last step when everybody at risk left. longest: longest duration observed.
    """

    times: NDArray[Any]
    at_risk: NDArray[np.int64]
    exits: NDArray[np.int64]
    survival: Floats
    se: Floats
    longest: float | None

    def quantile(self, p: float) -> float | None:
        """Smallest t by which at least the fraction p has left; None when the curve does not fall so low."""
        reached = np.flatnonzero(self.survival <= 1 - p + 1e-12)
        return float(self.times[reached[0]]) if reached.size else None

    def median_interval(self) -> tuple[float | None, float | None]:
        """95 % interval of the median (Brookmeyer, Crowley 1982, log-log scale); None where it is not bounded.

        A step without an error estimate bounds nothing: that the only finished stay took five days does not put the
        median into [5; 5].
        """
        with np.errstate(divide="ignore", invalid="ignore"):
            # Not a number where there is no error estimate, and no number is below 0.5 there.
            spread = np.exp(Z95 * self.se / (self.survival * np.abs(np.log(self.survival))))
            return self._first(self.survival**spread), self._first(self.survival ** (1 / spread))

    def _first(self, bound: Floats) -> float | None:
        below = np.flatnonzero(bound <= 0.5)
        return float(self.times[below[0]]) if below.size else None


def kaplan_meier(durations: Numbers, ended: NDArray[np.bool_]) -> Curve:
    """durations: n values >= 0; ended: n flags, False for a duration that is still open."""
    order = np.argsort(durations)
    durations, ended = durations[order], ended[order]
    first = starts(durations)
    times = durations[first]
    exits = _count_from(ended, first)
    at_risk = durations.size - first
    event = exits > 0
    times, exits, at_risk = times[event], exits[event], at_risk[event]
    survival = np.cumprod(1 - exits / at_risk)
    with np.errstate(divide="ignore", invalid="ignore"):
        se = survival * np.sqrt(np.cumsum(exits / (at_risk * (at_risk - exits))))
    longest = float(durations[-1]) if durations.size else None
    return Curve(times, at_risk.astype(np.int64), exits, survival, se, longest)


@dataclass(frozen=True, slots=True)
class Incidence:
    """Cumulative incidence at a horizon. reached + left + undecided = 1; low, high: 95 % interval of reached."""

    n: int
    reached: float
    left: float
    undecided: float
    low: float
    high: float


@dataclass(frozen=True)
class Competing:
    """Aalen-Johansen estimate of two competing ends (Aalen, Johansen 1978). One entry per distinct time of an end.

    before: share still undecided just before the time; to_reached, to_left: cumulative incidences.
    """

    times: NDArray[Any]
    at_risk: Floats
    reached: NDArray[np.int64]
    left: NDArray[np.int64]
    before: Floats
    to_reached: Floats
    to_left: Floats

    def quantile(self, p: float) -> float | None:
        """Smallest t by which at least the fraction p of all has reached; None when fewer ever did so far."""
        reached = np.flatnonzero(self.to_reached >= p - 1e-12)
        return float(self.times[reached[0]]) if reached.size else None


def competing(durations: Numbers, kinds: NDArray[Any]) -> Competing:
    """durations: n values >= 0; kinds: n of CENSORED, REACHED, LEFT."""
    order = np.argsort(durations)
    durations, kinds = durations[order], kinds[order]
    first = starts(durations)
    times = durations[first]
    reached = _count_from(kinds == REACHED, first)
    left = _count_from(kinds == LEFT, first)
    ends = reached + left > 0
    # Floats: cubes of counts above two million do not fit 64 bits.
    at_risk = (durations.size - first[ends]).astype(np.float64)
    reached, left = reached[ends], left[ends]
    after = np.cumprod(1 - (reached + left) / at_risk)
    before = np.concatenate([[1.0], after[:-1]]) if after.size else after
    to_reached, to_left = np.cumsum(before * reached / at_risk), np.cumsum(before * left / at_risk)
    return Competing(times[ends], at_risk, reached, left, before, to_reached, to_left)


def _count_from(flags: NDArray[np.bool_], first: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.add.reduceat(flags.astype(np.int64), first) if flags.size else np.zeros(0, np.int64)


def aalen_johansen(durations: Numbers, kinds: NDArray[np.int8], horizon: float) -> Incidence | None:
    """Share that reached the next step by `horizon` when leaving competes with it.

    durations: n values >= 0; kinds: n of CENSORED, REACHED, LEFT. None for n = 0.
    """
    n = int(durations.size)
    if n == 0:
        return None
    found = competing(durations, kinds)
    upto = slice(0, int(np.searchsorted(found.times, horizon, side="right")))
    to_reached, to_left = found.to_reached[upto], found.to_left[upto]
    share, left = (float(curve[-1]) if curve.size else 0.0 for curve in (to_reached, to_left))
    variance = _variance(to_reached, found.before[upto], found.at_risk[upto], found.reached[upto], found.left[upto])
    low, high = _interval(share, variance, n)
    return Incidence(n, share, left, 1 - share - left, low, high)


def _variance(
    incidence: Floats,
    before: Floats,
    at_risk: Floats,
    reached: NDArray[np.int64],
    left: NDArray[np.int64],
) -> float:
    """Delta-method variance of the last value of a cumulative incidence (Marubini, Valsecchi 1995, eq. 10.12)."""
    if incidence.size == 0:
        return 0.0
    rest = incidence[-1] - incidence
    events = reached + left
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.where(at_risk > events, events / (at_risk * (at_risk - events)), 0.0)
    own = before**2 * (at_risk - reached) / at_risk**3 * reached
    shared = rest * before * reached / at_risk**2
    return float(np.sum(rest**2 * greenwood) + np.sum(own) - 2 * np.sum(shared))


def _interval(share: float, variance: float, n: int) -> tuple[float, float]:
    """Log-log interval, which stays inside [0, 1]; at the edges, where it does not exist, the rule of Wilson's n."""
    z2 = Z95 * Z95
    if share <= 0:
        return 0.0, z2 / (n + z2)
    if share >= 1:
        return n / (n + z2), 1.0
    lower, upper = _log_log(share, max(variance, 0.0) ** 0.5)
    return lower, upper


def _log_log(share: float, se: float) -> tuple[float, float]:
    if not 0 < share < 1:
        return nan, nan
    theta = Z95 * se / (share * abs(log(share)))
    return share ** exp(theta), share ** exp(-theta)
