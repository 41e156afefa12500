"""Time on stage: all visits of a trip to a stage together, unfinished ones as lower bounds (metrics.md section 1.2)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise
from typing import Any

import ibis
import numpy as np
from numpy.typing import NDArray

from tropa.analysis.arrays import order_of
from tropa.analysis.figure import Reason, Share
from tropa.analysis.passages import Passages
from tropa.analysis.placed import DAY, FIRST, SECOND
from tropa.analysis.survival import CENSORED, LEFT, REACHED, Curve, competing, kaplan_meier
from tropa.analysis.visits import OPEN, Visits

TAIL_FACTOR = 3
MOST_NAMED = 20
MOST_BINS = 60
BULK = 12


@dataclass(frozen=True, slots=True)
class Bin:
    """One bar of a histogram: stays of from_seconds <= time < to_seconds; the last bar holds the longest stay too."""

    from_seconds: float
    to_seconds: float
    completed: int
    open: int


@dataclass(frozen=True, slots=True)
class Tail:
    """Stays longer than 3 × median, and who they are (the longest first, at most 20 case ids)."""

    beyond_seconds: float
    share: Share
    cases: tuple[str, ...]


@dataclass(frozen=True)
class Dwell:
    """Time on one stage in seconds.

    completed, open: stays that ended and stays that go on at as_of. mean: of the completed ones alone.
    Quantiles and median_interval: Kaplan-Meier over both. A quantile is None when too few have left so far.
    """

    key: str
    completed: int
    open: int
    mean: float | None
    p25: float | None
    median: float | None
    p75: float | None
    p90: float | None
    median_interval: tuple[float | None, float | None]
    longest: float | None
    tail: Tail | None
    histogram: tuple[Bin, ...]
    reason: Reason | None


def dwell(passages: Passages) -> tuple[Dwell, ...]:
    """Time on every stage, in the order of the stages."""
    stays, keys = passages.stays, passages.visits.placed.stages
    stage, duration, is_open, case = passages.engine.columns(stays.select("stage", "dwell", "open", "case"))
    figures, tails = times(keys, stage, duration, is_open == 0, case)
    return named(figures, tails, passages.case_ids(np.concatenate(tails).tolist()) if tails else ())


def times(
    keys: Sequence[str],
    stage: NDArray[Any],
    duration: NDArray[np.int64],
    ended: NDArray[np.bool_],
    case: NDArray[Any],
) -> tuple[list[Dwell], list[NDArray[Any]]]:
    """Time on each stage, and the cases that are to be named of its tail. stage (code), duration (µs), ended, case: per
    stay."""
    by_stage = order_of(stage)
    edges = np.searchsorted(stage[by_stage], np.arange(FIRST, FIRST + len(keys) + 1))
    rows = [by_stage[start:stop] for start, stop in pairwise(edges.tolist())]
    figures = [_of_stage(key, duration[own], ended[own]) for key, own in zip(keys, rows, strict=True)]
    tails = [case[own][_longest(duration[own], case[own], time)] for own, time in zip(rows, figures, strict=True)]
    return figures, tails


def named(figures: Sequence[Dwell], tails: Sequence[NDArray[Any]], names: Sequence[str]) -> tuple[Dwell, ...]:
    """The figures with the names of their tails. names: of the cases in the order of the tails."""
    given = iter(names)
    return tuple(_named(time, tuple(islice(given, tail.size))) for time, tail in zip(figures, tails, strict=True))


def _of_stage(key: str, duration: NDArray[np.int64], ended: NDArray[np.bool_]) -> Dwell:
    curve = kaplan_meier(duration, ended)
    median = curve.quantile(0.5)
    completed = int(ended.sum())
    low, high = curve.median_interval()
    return Dwell(
        key,
        completed,
        int(duration.size) - completed,
        mean=float(duration[ended].mean()) / SECOND if completed else None,
        p25=_seconds(curve.quantile(0.25)),
        median=_seconds(median),
        p75=_seconds(curve.quantile(0.75)),
        p90=_seconds(curve.quantile(0.9)),
        median_interval=(_seconds(low), _seconds(high)),
        longest=_seconds(curve.longest),
        tail=None if median is None else _tail(median, duration),
        histogram=histogram(duration, ended),
        reason=None if median is not None else _why_not(curve),
    )


def _why_not(curve: Curve) -> Reason:
    if curve.longest is None:
        return "no_cases"
    return "never_half_left" if curve.times.size else "none_completed"


def _seconds(microseconds: float | None) -> float | None:
    return None if microseconds is None else microseconds / SECOND


def _tail(median: float, duration: NDArray[np.int64]) -> Tail:
    count = int((duration > TAIL_FACTOR * median).sum())
    return Tail(TAIL_FACTOR * median / SECOND, Share.of(count, int(duration.size)), ())


def _longest(duration: NDArray[np.int64], case: NDArray[np.int64], time: Dwell) -> NDArray[np.int64]:
    """Rows of the tail to be named, the longest first; equal ones by case, since rows come in no order."""
    if time.tail is None:
        return np.zeros(0, np.int64)
    rows = np.flatnonzero(duration > time.tail.beyond_seconds * SECOND)
    return rows[np.lexsort((case[rows], -duration[rows]))][:MOST_NAMED]


def _named(time: Dwell, cases: tuple[str, ...]) -> Dwell:
    return time if time.tail is None else replace(time, tail=replace(time.tail, cases=cases))


def histogram(duration: NDArray[np.int64], ended: NDArray[np.bool_]) -> tuple[Bin, ...]:
    """At most 60 bars of one round width; what is longer lies in the last one.

    They reach to the 97th percentile, but not so far that the bulk of short stays would vanish in the first bar.

    duration: µs; ended: False for stays that go on.
    """
    if duration.size == 0:
        return ()
    middle, most = np.quantile(duration, (0.5, 0.97)).tolist()
    width = _round_width(min(most, BULK * middle) if middle else most)
    bars = np.minimum(duration // width, MOST_BINS - 1).astype(np.int64)
    last = int(bars.max())
    completed = np.bincount(bars[ended], minlength=last + 1)
    unfinished = np.bincount(bars[~ended], minlength=last + 1)
    return tuple(
        Bin(
            i * width / SECOND,
            (i + 1) * width / SECOND if i < MOST_BINS - 1 else max((i + 1) * width, int(duration.max())) / SECOND,
            int(completed[i]),
            int(unfinished[i]),
        )
        for i in range(last + 1)
    )


def _round_width(reach: float) -> int:
    steps = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200)
    widths = [step * SECOND for step in steps] + [days * DAY for days in (1, 2, 3, 5, 7, 10, 14, 30, 60, 90, 180, 365)]
    return next((width for width in widths if reach / width < MOST_BINS - 1), widths[-1])


@dataclass(frozen=True, slots=True)
class Forward:
    """How long a visit takes to move forward, when leaving any other way competes with it (metrics.md section 1.2).

    visits: observed ones, open ones included. moved, left: shares of all that did so far. p25, median, p75: seconds by
    which that fraction of ALL visits has moved forward (Aalen-Johansen); None where fewer ever did.
    """

    key: str
    visits: int
    moved: float | None
    left: float | None
    p25: float | None
    median: float | None
    p75: float | None


def forward(found: Visits) -> tuple[Forward, ...]:
    """Time to moving forward from every stage; without a model, where nothing is forward, an empty tuple."""
    if found.placed.model is None:
        return ()
    table = found.table
    kind = ibis.cases((table.left_to > table.stage, REACHED), (table.left_to == OPEN, CENSORED), else_=LEFT)
    columns = table.select(stage=table.stage, duration=table.left - table.entered, kind=kind.cast("int8"))
    stage, duration, kinds = found.engine.columns(columns)
    return tuple(
        _forward(key, duration[stage == code], kinds[stage == code])
        for code, key in enumerate(found.placed.stages, FIRST)
    )


def _forward(key: str, duration: NDArray[np.int64], kinds: NDArray[np.int8]) -> Forward:
    curve = competing(duration, kinds)
    moved, left = (float(share[-1]) if share.size else 0.0 for share in (curve.to_reached, curve.to_left))
    known = bool(duration.size)
    return Forward(
        key,
        int(duration.size),
        moved if known else None,
        left if known else None,
        *(_seconds(curve.quantile(p)) for p in (0.25, 0.5, 0.75)),
    )
