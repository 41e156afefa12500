"""Figures that say what they rest on: a share with its interval, a duration with its reason for being absent."""

from dataclasses import dataclass
from math import sqrt
from typing import Literal

Z95 = 1.959964
FEW = 30
COUNTS_ONLY = 10

Reason = Literal[
    "no_model",
    "last_stage",
    "no_cases",
    "no_mature_cases",
    "never_half_left",
    "none_completed",
    "not_observed",
    "no_rule",
]


@dataclass(frozen=True, slots=True)
class Share:
    """k of n with the 95 % Wilson interval (Wilson 1927). n = 0 is "no data", never 0 %.

    value, low, high: fractions in [0, 1], or None with a reason.
    """

    k: int | None
    n: int | None
    value: float | None
    low: float | None
    high: float | None
    reason: Reason | None = None

    @classmethod
    def of(cls, k: int, n: int, *, none: Reason = "no_cases") -> "Share":
        if n == 0:
            return cls(k, n, None, None, None, none)
        low, high = wilson(k, n)
        return cls(k, n, k / n, low, high)

    @classmethod
    def missing(cls, reason: Reason) -> "Share":
        return cls(None, None, None, None, None, reason)

    @property
    def is_few(self) -> bool:
        """Too few for comparisons: the interface adds «мало данных»."""
        return self.n is not None and self.n < FEW

    @property
    def counts_only(self) -> bool:
        """Below this the interface shows counts and no percentage."""
        return self.n is not None and self.n < COUNTS_ONLY


def wilson(k: int, n: int, z: float = Z95) -> tuple[float, float]:
    """Wilson interval for k of n (metrics.md section 0)."""
    if not 0 <= k <= n or n == 0:
        raise ValueError(f"k = {k} of n = {n}; needed 0 <= k <= n and n > 0")
    p, z2 = k / n, z * z
    centre = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = z * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At the edges the exact bounds are known, and rounding must not put them inside of the share.
    return 0.0 if k == 0 else max(0.0, centre - half), 1.0 if k == n else min(1.0, centre + half)


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of trouble in the data: how often it occurs and a few examples a person can look up."""

    code: str
    count: int
    examples: tuple[str, ...] = ()
