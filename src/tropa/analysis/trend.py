"""Does the latest cohort convert otherwise than the ones before it? (metrics.md sections 1.1 and 6.2)"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import comb, erfc, sqrt
from typing import Literal
from zoneinfo import ZoneInfo

import numpy as np

from tropa.analysis.figure import Z95, Share
from tropa.analysis.funnel import in_order
from tropa.analysis.passages import Passages
from tropa.analysis.placed import DAY, FIRST, SECOND

ALERT_BELOW = 0.01
FEWEST = 30
COHORTS_BEFORE = 4
# Below this expected count in any cell the normal approximation does not hold.
FEWEST_EXPECTED = 5


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two proportions. difference: second − first, a fraction; low, high: its 95 % interval with the unpooled error.

    z: pooled; p: two-sided, of z, or of Fisher's exact test where an expected cell is below 5 (exact).
    """

    difference: float
    low: float
    high: float
    z: float
    p: float
    exact: bool


def two_proportions(k1: int, n1: int, k2: int, n2: int) -> Comparison:
    """Compare k1 of n1 with k2 of n2 (metrics.md section 6.2). Raises ValueError unless 0 <= k <= n and n > 0."""
    for k, n in ((k1, n1), (k2, n2)):
        if not 0 <= k <= n or n == 0:
            raise ValueError(f"k = {k} of n = {n}; needed 0 <= k <= n and n > 0")
    p1, p2, pooled = k1 / n1, k2 / n2, (k1 + k2) / (n1 + n2)
    error = sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    z = (p2 - p1) / error if error else 0.0
    spread = Z95 * sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    exact = min(n1, n2) * min(pooled, 1 - pooled) < FEWEST_EXPECTED
    p = fisher(k1, n1, k2, n2) if exact else erfc(abs(z) / sqrt(2))
    return Comparison(p2 - p1, p2 - p1 - spread, p2 - p1 + spread, z, p, exact)


def fisher(k1: int, n1: int, k2: int, n2: int) -> float:
    """Two-sided p of Fisher's exact test (Fisher 1922): all tables with the same sums that are no likelier."""
    k = k1 + k2
    ways = [comb(n1, i) * comb(n2, k - i) for i in range(max(0, k - n2), min(n1, k) + 1)]
    seen = comb(n1, k1) * comb(n2, k2)
    return sum(way for way in ways if way <= seen) / comb(n1 + n2, k)


@dataclass(frozen=True, slots=True)
class TrendAlert:
    """The latest cohort differs. direction: a rise is a candidate for confirmation, not a proof."""

    direction: Literal["fall", "rise"]
    comparison: Comparison


def trend_alert(latest: Share, before: Sequence[Share]) -> TrendAlert | None:
    """An alert when the latest cohort differs from the ones before it, taken together, at p < 0.01.

    None also when fewer than 30 trips stand on either side.
    """
    k1, n1 = sum(share.k or 0 for share in before), sum(share.n or 0 for share in before)
    k2, n2 = latest.k or 0, latest.n or 0
    if min(n1, n2) < FEWEST:
        return None
    comparison = two_proportions(k1, n1, k2, n2)
    if comparison.p >= ALERT_BELOW:
        return None
    return TrendAlert("rise" if comparison.difference > 0 else "fall", comparison)


@dataclass(frozen=True, slots=True)
class Cohort:
    """Trips that first entered a stage in one month ("2025-03"): how many reached a higher one within the horizon."""

    month: str
    share: Share


def monthly_cohorts(passages: Passages, key: str, *, timezone: str = "UTC") -> tuple[Cohort, ...]:
    """Mature conversion of a stage by the month of first entry, cut in the time zone, months without entries included.

    A month is left out until its last moment is the horizon before as_of. Empty without a journey, where nothing is
    higher than anything, and for the last stage.
    """
    placed = passages.visits.placed
    if placed.model is None or key == placed.stages[-1]:
        return ()
    code = FIRST + placed.stages.index(key)
    horizon = int(placed.model.stages[code - FIRST].horizon_days * DAY)
    stays = passages.stays.filter(passages.stays.stage == code, in_order(passages.stays))
    reached = stays.higher_entered.notnull() & (stays.higher_entered - stays.first_entered <= horizon)
    entered, soon = passages.engine.columns(stays.select(at=stays.first_entered, soon=reached.cast("int32")))
    if entered.size == 0:
        return ()
    starts = _months(int(entered.min()), placed.as_of - horizon, timezone)
    edges = [int(start.timestamp()) * SECOND for start in starts]
    month = np.searchsorted(np.array(edges), entered, side="right") - 1
    n = np.bincount(month, minlength=len(edges))
    k = np.bincount(month, weights=soon, minlength=len(edges))
    shares = [Share.of(int(k[i]), int(n[i])) for i in range(len(edges) - 1)]
    return tuple(Cohort(f"{start:%Y-%m}", share) for start, share in zip(starts, shares, strict=False))


def _months(first_at: int, mature_at: int, timezone: str) -> list[datetime]:
    """The first moments of the months from that of `first_at` to that of `mature_at` (µs)."""
    start = datetime.fromtimestamp(first_at // SECOND, ZoneInfo(timezone)).replace(
        day=1, hour=0, minute=0, second=0, microsecond=0
    )
    starts = [start]
    while int(starts[-1].timestamp()) * SECOND <= mature_at:
        following = (starts[-1].replace(tzinfo=None) + timedelta(days=32)).replace(day=1)
        starts.append(following.replace(tzinfo=ZoneInfo(timezone)))
    return starts[:-1] if len(starts) > 1 else starts


def latest_alert(cohorts: Sequence[Cohort]) -> TrendAlert | None:
    """The alert of the latest cohort against the four before it."""
    if not cohorts:
        return None
    shares = [cohort.share for cohort in cohorts]
    return trend_alert(shares[-1], shares[-1 - COHORTS_BEFORE : -1])
