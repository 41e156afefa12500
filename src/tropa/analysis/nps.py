"""Net Promoter Score of answers from 0 to 10 with its margin of error (metrics.md 2.1)."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, erfc, isfinite, sqrt
from typing import Final, Literal

from tropa.analysis.figure import FEW, Z95

LEAST, MOST = 0, 10
PROMOTER_FROM, PASSIVE_FROM = 9, 7
# Below this the counts are adjusted: the plain margin is too narrow, and none at all where everybody agrees.
ADJUSTED_BELOW: Final = 100
_ADDED_TO_ENDS, _ADDED_TO_ALL = 0.75, 3
_BOUND: Final = 100.0


@dataclass(frozen=True, slots=True)
class Nps:
    """The score of n answers, −100..100. n = 0 is "no data", never 0.

    value: of the answers as they are. centre: what the interval is around: value, or the adjusted one. margin: half of
    the 95 % interval before it is cut at the ends of the scale; low, high: behind that. None with a reason. left_out:
    answers without a whole number from 0 to 10.
    """

    promoters: int
    passives: int
    detractors: int
    value: float | None = None
    centre: float | None = None
    margin: float | None = None
    low: float | None = None
    high: float | None = None
    reason: Literal["no_cases"] | None = None
    left_out: int = 0

    @property
    def n(self) -> int:
        return self.promoters + self.passives + self.detractors

    @property
    def is_few(self) -> bool:
        """Too few for comparisons: shown with «мало данных»."""
        return self.n < FEW


def is_answer(score: float | None) -> bool:
    """Whether this is an answer on the scale: a whole number from 0 to 10."""
    return score is not None and isfinite(score) and LEAST <= score <= MOST and score == int(score)


def nps(scores: Iterable[float | None], *, customers: int | None = None) -> Nps:
    """The score of answers. customers: how many could have answered, when they are few (finite population)."""
    given = list(scores)
    told = [score for score in given if score is not None and is_answer(score)]
    promoters = sum(score >= PROMOTER_FROM for score in told)
    detractors = sum(score < PASSIVE_FROM for score in told)
    passives = len(told) - promoters - detractors
    return of_counts(promoters, passives, detractors, customers=customers, left_out=len(given) - len(told))


def of_counts(
    promoters: int, passives: int, detractors: int, *, customers: int | None = None, left_out: int = 0
) -> Nps:
    """The score of counted answers. Raises ValueError for counts below 0 or fewer customers than answers."""
    n = promoters + passives + detractors
    if min(promoters, passives, detractors) < 0 or (customers is not None and customers < n):
        raise ValueError(f"{promoters}, {passives}, {detractors} answers of {customers} customers")
    if n == 0:
        return Nps(0, 0, 0, reason="no_cases", left_out=left_out)
    centre, margin = _around(promoters, detractors, n)
    if customers is not None:
        margin *= sqrt((customers - n) / (customers - 1)) if customers > 1 else 0.0
    low, high = max(-_BOUND, centre - margin), min(_BOUND, centre + margin)
    value = 100 * (promoters - detractors) / n
    return Nps(promoters, passives, detractors, value, centre, margin, low, high, left_out=left_out)


def variance(promoters: float, detractors: float, n: float) -> float:
    """Of one answer coded +1, 0, −1."""
    share = (promoters - detractors) / n
    return (promoters + detractors) / n - share**2


def answers_wanted(variance: float, margin: float) -> int:
    """How many answers give a margin of error (points of the score)."""
    return ceil(variance * (100 * Z95 / margin) ** 2)


@dataclass(frozen=True, slots=True)
class Difference:
    """first − second in points, its standard error, z and the two-sided p."""

    points: float
    error: float
    z: float
    p: float


def difference(first: Nps, second: Nps) -> Difference | None:
    """Two cohorts compared, by their answers as they are; None when one has none, or when nothing varies."""
    if first.value is None or second.value is None:
        return None
    both = [variance(each.promoters, each.detractors, each.n) / each.n for each in (first, second)]
    error = 100 * sqrt(sum(both))
    if not error:
        return None
    points = first.value - second.value
    return Difference(points, error, points / error, erfc(abs(points / error) / sqrt(2)))


def _around(promoters: float, detractors: float, n: float) -> tuple[float, float]:
    """Centre and margin, both from the adjusted counts when there are few answers."""
    if n < ADJUSTED_BELOW:
        promoters, detractors = promoters + _ADDED_TO_ENDS, detractors + _ADDED_TO_ENDS
        n += _ADDED_TO_ALL
    return 100 * (promoters - detractors) / n, 100 * Z95 * sqrt(variance(promoters, detractors, n) / n)
