"""What lost trips were worth: the deals that went with them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tropa.analysis.placed import LOST
from tropa.analysis.visits import DROPPED
from tropa.customers.models import Deal, PipelineStage
from tropa.facts.domain import microseconds
from tropa.insights.crowd import unit_of
from tropa.journeys.columns import Everybody
from tropa.journeys.models import JourneyVersion

_CHUNK: Final = 10_000
_UNIT_COLUMNS: Final = {"account": "account_id", "contact": "contact_id", "deal": "pk"}


@dataclass(frozen=True)
class TripMoney:
    """Per trip of all: the amount of the deals that went with its loss in the currency of the workspace, the sum of
    their squares, how many they are, and how many more have another currency or no amount."""

    amount: NDArray[np.float64]
    squares: NDArray[np.float64]
    deals: NDArray[np.int64]
    other: NDArray[np.int64]


def money_of(version: JourneyVersion, everybody: Everybody) -> TripMoney:
    """A deal belongs to the last trip of its unit that began before the deal was closed, or before now. With a recorded
    loss went the deals that were lost; with a silence, those that stay open too."""
    count = everybody.numbers.size
    found = TripMoney(np.zeros(count), np.zeros(count), np.zeros(count, np.int64), np.zeros(count, np.int64))
    rows = _deals(version)
    if not rows:
        return found
    unit, until, is_lost, amount, counts = (np.array(column) for column in zip(*rows, strict=True))
    trip = _trips(everybody, unit.astype(np.int64), until.astype(np.int64))
    how = everybody.chosen.trips["ended_how"][trip]
    went = (trip >= 0) & (((how == LOST) & is_lost.astype(np.bool_)) | (how == DROPPED))
    trip, amount, counts = trip[went], amount[went].astype(np.float64), counts[went].astype(np.bool_)
    np.add.at(found.amount, trip, np.where(counts, amount, 0.0))
    np.add.at(found.squares, trip, np.where(counts, amount**2, 0.0))
    np.add.at(found.deals, trip, counts.astype(np.int64))
    np.add.at(found.other, trip, (~counts).astype(np.int64))
    return found


def _deals(version: JourneyVersion) -> list[tuple[int, int, bool, float, bool]]:
    """Deals that were not won: unit, when it was closed (µs; for ever behind while it is open), whether it is lost,
    amount, whether the amount counts."""
    rows = Deal.objects.of(version.workspace).filter(archived_at=None).exclude(stage__kind=PipelineStage.Kind.WON)
    column = _UNIT_COLUMNS[unit_of(version)]
    asked = rows.exclude(**{column: None}).values_list(column, "closed_at", "stage__kind", "amount", "currency")
    currency = version.workspace.currency
    return [
        (unit, _closed(closed), kind == PipelineStage.Kind.LOST, float(amount or 0), _counts(amount, given, currency))
        for unit, closed, kind, amount, given in asked.iterator(_CHUNK)
    ]


def _closed(moment: datetime | None) -> int:
    return 2**62 if moment is None else microseconds(moment)


def _counts(amount: Decimal | None, currency: str, wanted: str) -> bool:
    return amount is not None and currency == wanted


def _trips(everybody: Everybody, unit: NDArray[np.int64], until: NDArray[np.int64]) -> NDArray[np.int64]:
    """The row of the trip of each deal, -1 when its unit never travelled, or only later."""
    trips = everybody.chosen.trips
    case = np.searchsorted(everybody.units, unit)
    first = np.searchsorted(trips["case"], case)
    behind = np.searchsorted(trips["case"], case, side="right")
    known = (case < everybody.units.size) & (behind > first)
    known[known] &= everybody.units[case[known]] == unit[known]
    found = np.full(unit.size, -1, np.int64)
    for row in np.flatnonzero(known).tolist():
        began = trips["started"][first[row] : behind[row]]
        earlier = int(np.searchsorted(began, until[row], side="right"))
        found[row] = first[row] + earlier - 1 if earlier else -1
    return found
