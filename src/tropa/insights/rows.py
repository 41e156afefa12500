"""Rows behind a figure in the order and on the page that a list asks for. In the figures process."""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tropa.analysis.arrays import Columns
from tropa.analysis.paths import ENDINGS
from tropa.analysis.placed import DAY, FIRST
from tropa.customers.models import Account, Contact, Deal
from tropa.insights.counted import Split
from tropa.insights.crowd import Crowd, among, ids, unit_of
from tropa.insights.headlines import Moments
from tropa.journeys import queries
from tropa.journeys.answers import NO_SCORE
from tropa.journeys.models import JourneyVersion, State

SORTS: Final = ("name", "entered", "days", "active", "visits", "money", "score")
FEW_UNITS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Listing:
    """How a list is asked for. size: rows of a page; None: everything."""

    words: str
    sort: str
    page: int
    size: int | None


@dataclass(frozen=True, slots=True)
class Rows:
    """A page of rows. total, split: of all that the figure counts and the search finds; number: of the page; counted:
    what the figure counts without the search.

    unit, account (-1: none), trip (number), stage (key, where it is now or ended), state, entered_us (came to the
    stage, began the trip, or made the move), days (on the stage, of the trip, or before the move), active_us (last sign
    of life), visits, money (of the deals that went with the loss; 0 without any), score (of an answer; below 0: none).
    """

    counted: int
    total: int
    split: Split
    number: int
    columns: dict[str, list[Any]]


def found_rows(crowd: Crowd, found: tuple[Columns, NDArray[np.int64]], moments: Moments, listing: Listing) -> Rows:
    """The page of the rows of a table."""
    table, rows = found
    counted = int(rows.size)
    units = crowd.everybody.units[table["case"]]
    if listing.words.strip():
        rows = rows[among(units[rows], ids(queries.units_named(crowd.version, listing.words)))]
    columns = _columns(crowd, {name: column[rows] for name, column in table.items()}, moments)
    order = _order(crowd.version, columns, listing.sort)
    unknown = int(crowd.unknown[table["case"][rows]].sum())
    number, shown = _page(order, listing)
    told = {name: column[shown] for name, column in columns.items()}
    return Rows(counted, int(rows.size), Split(int(rows.size) - unknown, unknown), number, _told(crowd, told))


def _page(order: NDArray[np.int64], listing: Listing) -> tuple[int, NDArray[np.int64]]:
    if listing.size is None:
        return 1, order
    last = max(1, -(-order.size // listing.size))
    number = min(max(1, listing.page), last)
    return number, order[(number - 1) * listing.size : number * listing.size]


def _columns(crowd: Crowd, table: Columns, moments: Moments) -> Columns:
    trip, everybody = table["trip"], crowd.everybody
    of_trip = {name: column[trip] for name, column in everybody.chosen.trips.items()}
    if "dwell" in table:
        entered, lasted = table["first_entered"], table["dwell"]
    elif "left_to" in table:
        entered, lasted = table["left"], table["left"] - table["entered"]
    else:
        entered, lasted = table["started"], table["ended_at"] - table["started"]
    return {
        "unit": everybody.units[table["case"]],
        "account": everybody.accounts[table["case"]],
        "trip": everybody.numbers[trip],
        "stage": of_trip["end_stage"],
        "state": of_trip["ended_how"],
        "entered": entered,
        "days": lasted / DAY,
        "active": of_trip["last_active"],
        "visits": of_trip["visits"],
        "money": moments.money.amount[trip],
        "score": table.get("score", np.full(trip.size, NO_SCORE)),
    }


def _order(version: JourneyVersion, columns: Columns, sort: str) -> NDArray[np.int64]:
    key = sort.removeprefix("-")
    if key not in SORTS:
        return np.arange(columns["unit"].size)
    values = _by_name(version, columns["unit"]) if key == "name" else columns[key]
    return np.argsort(-values if sort.startswith("-") else values, kind="stable")


def _by_name(version: JourneyVersion, units: NDArray[np.int64]) -> NDArray[np.int64]:
    """The place of each unit in the order of names."""
    model: Any = {"account": Account, "contact": Contact, "deal": Deal}[unit_of(version)]
    found = model.objects.of(version.workspace)
    distinct = np.unique(units)
    if distinct.size <= FEW_UNITS:
        found = found.filter(pk__in=distinct.tolist())
    named = np.fromiter(found.order_by("search", "pk").values_list("pk", flat=True).iterator(10_000), np.int64)
    by_unit = np.argsort(named)
    if not named.size:
        return np.zeros(units.size, np.int64)
    place = np.minimum(np.searchsorted(named[by_unit], units), named.size - 1)
    return np.where(named[by_unit][place] == units, by_unit[place], named.size)


def _told(crowd: Crowd, columns: Columns) -> dict[str, list[Any]]:
    stages = [stage.key for stage in crowd.everybody.chosen.model.stages]
    told: dict[str, list[Any]] = {name: column.tolist() for name, column in columns.items()}
    told["stage"] = [stages[code - FIRST] for code in told["stage"]]
    told["state"] = [State(ENDINGS[code]).value for code in told["state"]]
    return told
