"""Trips with their visits and stays as columns, and narrowing them."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tropa.analysis.arrays import Columns, starts
from tropa.analysis.model import JourneyModel
from tropa.analysis.passages import fold_stays, fold_trips
from tropa.analysis.placed import FIRST
from tropa.analysis.visits import DROPPED, NEVER, OPEN, Visits, silence_by_code

Mask = NDArray[np.bool_]
VISITS = ("trip", "case", "stage", "entered", "left", "left_to")


@dataclass(frozen=True)
class Chosen:
    """Trips as columns.

    visits: trip (row among all trips), case, stage (code), entered, left (µs), left_to (code), in their order.
    trips: trip, case, started, visits, highest, steps, returns, skips, ended_how, ended_at, end_stage, lost_at, and
    last_active, last_type: when the last sign of life was (µs), and what (index into `types`). stays: per trip and
    stage, as `passages.stays`, with in_order (its conversion can be dated), regained (losses that were taken back),
    last_type of its trip.
    """

    model: JourneyModel
    as_of: int
    types: tuple[str, ...]
    visits: Columns
    trips: Columns
    stays: Columns

    def of_cases(self, wanted: Mask) -> "Chosen":
        """The trips of some cases. wanted: per case number."""
        visits, trips, stays = (taken(rows, wanted[rows["case"]]) for rows in (self.visits, self.trips, self.stays))
        return replace(self, visits=visits, trips=trips, stays=stays)

    def entered(self, first: int, behind: int) -> "Chosen":
        """The cohort of a period (µs; `behind` is the first moment after it): stays whose first entry lies in it, and
        trips, with their visits, that began in it. So a trip may have stays here and not be here itself."""
        began = (self.trips["started"] >= first) & (self.trips["started"] < behind)
        entered = self.stays["first_entered"]
        is_here = np.zeros(int(self.trips["trip"].max(initial=-1)) + 1, np.bool_)
        is_here[self.trips["trip"][began]] = True
        return replace(
            self,
            visits=taken(self.visits, is_here[self.visits["trip"]]),
            trips=taken(self.trips, began),
            stays=taken(self.stays, (entered >= first) & (entered < behind)),
        )


def chosen(found: Visits) -> Chosen:
    """All trips of visits that lie in an engine. Raises ValueError without a journey, where stages have no rank."""
    placed, table = found.placed, found.table
    if placed.model is None:
        raise ValueError("Only trips of a journey can be chosen.")
    names = ("trip", "case", "stage", "entered", "left", "left_to", "lost_at", "active_at", "active_type")
    rows = table.order_by("visit").select(*names).mutate(lost_at=table.lost_at.fill_null(NEVER))
    columns = dict(zip(names, found.engine.columns(rows.select(*names)), strict=True))
    return everybody(columns, placed.model, types=placed.types, as_of=placed.as_of)


def everybody(visits: Columns, model: JourneyModel, *, types: tuple[str, ...], as_of: int) -> Chosen:
    """All trips of visits that lie in their order.

    visits: trip (a number that grows), case, stage, entered, left, left_to, lost_at, active_at, active_type. What
    nothing ended is settled as of `as_of` (µs): open, or silent for too long.
    """
    rows = settled(visits, model, as_of) | {"visit": np.arange(visits["trip"].size)}
    first = starts(rows["trip"])
    trips = fold_trips(rows, first)
    last = first + trips["visits"] - 1
    trips |= {"lost_at": rows["lost_at"][last], "last_type": rows["active_type"][last]}
    stays = fold_stays(rows, first, trips)
    stays["last_type"] = trips["last_type"][stays["trip"]]
    stays["in_order"] = (stays["stage_above"] < FIRST) | (stays["higher_visit"] > stays["first_visit"])
    rows["trip"] = np.repeat(np.arange(first.size), trips["visits"])
    trips["trip"] = np.arange(first.size)
    return Chosen(
        model,
        as_of,
        types,
        {name: rows[name] for name in VISITS},
        trips,
        {name: column for name, column in stays.items() if name not in ("first_visit", "higher_visit", "visits")},
    )


def settled(visits: Columns, model: JourneyModel, as_of: int) -> Columns:
    """As `visits.settle`, over arrays."""
    last = (visits["left_to"] == OPEN) | (visits["left_to"] == DROPPED)
    silent = last & (as_of - visits["active_at"] >= silence_by_code(model)[visits["stage"]])
    left = np.where(last, as_of, visits["left"])
    return visits | {
        "left": np.where(silent, visits["active_at"], left),
        "left_to": np.where(silent, DROPPED, np.where(last, OPEN, visits["left_to"])).astype(np.int32),
    }


def taken(rows: Columns, wanted: NDArray[Any]) -> Columns:
    """The rows that a mask or an index chooses."""
    return {name: column[wanted] for name, column in rows.items()}
