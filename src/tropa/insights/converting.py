"""From the values of the library to those of pages: shares, days."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from tropa.analysis.dwell import Dwell
from tropa.analysis.figure import Share
from tropa.analysis.survival import Incidence
from tropa.insights.shapes import Bin, Figure, Tail, TailCase

SECONDS_A_DAY: Final = 86_400


def figure(share: Share) -> Figure:
    """A share of the library."""
    return Figure(share.k, share.n, share.value, share.low, share.high, share.reason or "")


def estimate(estimate: Incidence | None, to_date: Share) -> Figure:
    """An estimate has no numerator: those whose time has not come count in part."""
    if estimate is None:
        reason = to_date.reason or "no_mature_cases"
        return Figure(None, to_date.n, None, None, None, reason)
    return Figure(None, estimate.n, estimate.reached, estimate.low, estimate.high)


def days(seconds: float | None) -> float | None:
    """Seconds in days."""
    return None if seconds is None else seconds / SECONDS_A_DAY


def times(time: Dwell) -> dict[str, Any]:
    """What a stage says of the time on it, by the names of StageFigures."""
    low, high = time.median_interval
    return {
        "median_days": days(time.median),
        "median_range": (days(low), days(high)),
        "p25": days(time.p25),
        "p75": days(time.p75),
        "p90": days(time.p90),
        "longest_days": days(time.longest),
        "stays": time.completed + time.open,
        "open": time.open,
        "days_reason": time.reason or "",
        "histogram": tuple(
            Bin(bar.from_seconds / SECONDS_A_DAY, bar.to_seconds / SECONDS_A_DAY, bar.completed, bar.open)
            for bar in time.histogram
        ),
    }


def tail_cases(time: Dwell) -> Sequence[str]:
    """Units that are named in the tail."""
    return () if time.tail is None else time.tail.cases


def tail(time: Dwell, names: Mapping[int, str]) -> Tail | None:
    """The tail with the names of its longest stays."""
    if time.tail is None:
        return None
    cases = tuple(TailCase(int(case), names.get(int(case), f"№ {case}")) for case in time.tail.cases)
    return Tail(time.tail.beyond_seconds / SECONDS_A_DAY, figure(time.tail.share), cases)
