"""The figures at the top: of the trips that began in a period, as they were known at a moment."""

from dataclasses import dataclass
from math import ceil, floor, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tropa.analysis.chosen import Chosen, counting, groups
from tropa.analysis.figure import Z95, Share
from tropa.analysis.placed import DAY, FIRST, LOST, won_code
from tropa.analysis.visits import FOREVER, silence_by_code
from tropa.insights.answered import pooled
from tropa.insights.counted import Headlines, Money, Times
from tropa.insights.money import TripMoney
from tropa.journeys.answers import Answers
from tropa.journeys.columns import Everybody

FEWEST_FOR_INTERVAL: Final = 6


@dataclass(frozen=True)
class Moments:
    """Of every trip of all: when it first came to the first stage, to the won one, and to the won one or above it (µs,
    FOREVER: never), and what went with its loss. answers: all that were given on a stage."""

    won: int | None
    first: NDArray[np.int64]
    to_won: NDArray[np.int64]
    bought: NDArray[np.int64]
    money: TripMoney
    answers: Answers

    @classmethod
    def of(cls, everybody: Everybody, money: TripMoney) -> "Moments":
        chosen = everybody.chosen
        stays, won = chosen.stays, won_code(chosen.model)
        size = chosen.trips["trip"].size
        first, to_won, bought = (np.full(size, FOREVER, np.int64) for _ in range(3))
        for code in range(FIRST, FIRST + len(chosen.model.stages)):
            here = stays["stage"] == code
            trip, at = stays["trip"][here], stays["first_entered"][here]
            if code == FIRST:
                first[trip] = at
            if code == won:
                to_won[trip] = at
            if won is not None and code >= won:
                bought[trip] = np.minimum(bought[trip], at)
        return cls(won, first, to_won, bought, money, everybody.answers)


def headlines(chosen: Chosen, moments: Moments, at: int) -> Headlines:
    """The headlines of a cohort as they were known at a moment (µs)."""
    trips = chosen.trips["trip"]
    ends = _lost(chosen, moments, at), pooled(chosen, moments.answers, at)
    if moments.won is None:
        missing = Share.missing("no_rule")
        return Headlines(missing, Times(0, None, None, None), missing, *ends)
    return Headlines(
        Share.of(int((moments.bought[trips] <= at).sum()), int(trips.size)),
        _to_purchase(moments, trips, at),
        _onboarded(chosen, moments.won + 1, at),
        *ends,
    )


def _to_purchase(moments: Moments, trips: NDArray[np.int64], at: int) -> Times:
    first, won = moments.first[trips], moments.to_won[trips]
    # Who bought before they ever stood on the first stage took no time that could be told.
    both = (first <= won) & (won <= at)
    days = np.sort((won - first)[both]) / DAY
    if not days.size:
        return Times(0, None, None, None)
    n = int(days.size)
    half = Z95 * sqrt(n) / 2
    low, high = floor(n / 2 - half), ceil(n / 2 + half)
    if n < FEWEST_FOR_INTERVAL or low < 0 or high >= n:
        return Times(n, float(np.median(days)), None, None)
    return Times(n, float(np.median(days)), float(days[low]), float(days[high]))


def _onboarded(chosen: Chosen, code: int, at: int) -> Share:
    """Who went on from the stage behind the won one."""
    stays = chosen.stays
    if code >= FIRST + len(chosen.model.stages) - 1:
        return Share.missing("last_stage")
    here = stays["stage"] == code
    reached = here & groups.reached(stays) & (stays["higher_entered"] <= at)
    return Share.of(int(reached.sum()), int(here.sum()))


def _lost(chosen: Chosen, moments: Moments, at: int) -> Money:
    """What went with those lost by the moment; a silence is known only when it has lasted."""
    stays, money = chosen.stays, moments.money
    silence = silence_by_code(chosen.model)[stays["stage"]]
    known = np.where(stays["ended_how"] == LOST, stays["ended_at"], stays["ended_at"] + silence) <= at
    gone = groups.gone(stays) & known
    trips = stays["trip"][gone]
    by_point: dict[tuple[str, str], float] = {}
    worth = np.flatnonzero(gone & (money.amount[stays["trip"]] > 0))
    stages = chosen.model.stages
    for row in worth.tolist():
        place = (stages[stays["stage"][row] - FIRST].key, chosen.types[stays["last_type"][row]])
        by_point[place] = by_point.get(place, 0.0) + float(money.amount[stays["trip"][row]])
    return Money(
        tuple(counting.by_stage(chosen, gone, money.amount[stays["trip"]]).tolist()),
        by_point,
        float(money.squares[trips].sum()),
        int(money.deals[trips].sum()),
        int((money.deals[trips] > 0).sum()),
        int(money.other[trips].sum()),
    )
