"""Visits of a version as arrays, for figures that a page asks with one filter after another."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from tropa.analysis.arrays import Columns, starts
from tropa.analysis.chosen import Chosen, everybody
from tropa.analysis.placed import LAP, LOST
from tropa.analysis.visits import NEVER, TRIPS_PER_CASE
from tropa.engine import Engine
from tropa.journeys import quiet, visit_files
from tropa.journeys.answers import Answers, on_stages
from tropa.journeys.definition import model_of
from tropa.journeys.models import JourneyVersion

NOBODY: Final = -1
_ORDER: Final = ("unit_id", "trip", "visit")
_NUMBERS: Final = (*_ORDER, "stage", "entered", "left", "left_to", "active_at")


@dataclass(frozen=True)
class Everybody:
    """All trips of a version as of a moment.

    units, accounts: per case number (NOBODY: no account). numbers: per trip, its number among those of the unit.
    Visits of `chosen` have one column more, unsure: 1 where the moment of entry is not known for sure; stays another,
    silences: those on it that the client broke, and stay: its row among all. reason: per trip, index into
    reasons of what was recorded with its loss, NOBODY for nothing. nowhere: units that have touches and came to no
    stage. answers: those given on a stage.
    """

    chosen: Chosen
    units: NDArray[np.int64]
    accounts: NDArray[np.int64]
    numbers: NDArray[np.int64]
    reason: NDArray[np.int64]
    reasons: tuple[str, ...]
    nowhere: int
    answers: Answers

    @property
    def bytes(self) -> int:
        tables: tuple[Columns, ...] = (self.chosen.visits, self.chosen.trips, self.chosen.stays)
        return sum(column.nbytes for table in tables for column in table.values()) + 16 * self.units.size


def everybody_of(version: JourneyVersion, engine: Engine, *, as_of_us: int) -> Everybody:
    """Read the visits of a version and fold them into trips and stays."""
    model = model_of(version)
    visits, types = _read(version)
    first = starts(visits["unit_id"])
    units, accounts = visits["unit_id"][first], visits["account_id"][first]
    # A refresh may have come between the question and its answer: nobody has been somewhere for less than no time.
    moment = max(as_of_us, int(visits["active_at"].max(initial=as_of_us)))
    case, trip = _counted(first, visits), _counted(starts(visits["unit_id"], visits["trip"]), visits)
    found = everybody(visits | {"case": case.astype(np.int32), "trip": trip}, model, types=types, as_of=moment)
    numbers = visits["trip"][starts(trip)]
    reason, reasons = _reasons(version, units, found)
    silences, nowhere = _quiet(version, engine, units, numbers, found)
    found.stays["silences"], found.visits["unsure"] = silences, visits["unsure"]
    visit_files.complete_answers(version, engine)
    told = on_stages(visit_files.rows(version, "answers"), units, found)
    found.stays["stay"] = np.arange(found.stays["trip"].size)
    return Everybody(found, units, accounts, numbers, reason, reasons, nowhere, told)


def _counted(first: NDArray[np.int64], visits: Columns) -> NDArray[np.int64]:
    """Groups of rows numbered from 0. first: where each begins."""
    flags = np.zeros(visits["unit_id"].size, np.int64)
    flags[first] = 1
    return np.cumsum(flags) - 1


def _read(version: JourneyVersion) -> tuple[Columns, tuple[str, ...]]:
    """Visits in the order of units, trips and visits, and the types they name; a type that is not told is the last."""
    table = visit_files.rows(version, "visits", (*_NUMBERS, "lost_at", "certainty", "account_id", "active_type"))
    columns = {name: table[name].to_numpy() for name in _NUMBERS}
    columns["lost_at"] = table["lost_at"].fill_null(NEVER).to_numpy()
    columns["account_id"] = table["account_id"].fill_null(NOBODY).to_numpy()
    unsure = pc.fill_null(pc.not_equal(table["certainty"], "exact"), False)
    columns["unsure"] = pc.cast(unsure, pa.int32()).to_numpy()
    columns["active_type"], types = _coded(table["active_type"])
    return _sorted(columns), (*types, "")


def _coded(texts: pa.ChunkedArray) -> tuple[NDArray[np.int32], tuple[str, ...]]:
    """Texts as places among the different ones in order; null is one place behind them."""
    codes = texts.combine_chunks().dictionary_encode()
    names = codes.dictionary.to_pylist()
    types = tuple(sorted(names))
    place = np.array([*(types.index(name) for name in names), len(types)], np.int32)
    return place[codes.indices.fill_null(len(names)).to_numpy()], types


def _sorted(columns: Columns) -> Columns:
    """Files are written in order; several of them, or a join, may not give it back."""
    unit, trip, visit = (columns[name] for name in _ORDER)
    same_unit, same_trip = unit[1:] == unit[:-1], trip[1:] == trip[:-1]
    rises = (unit[1:] > unit[:-1]) | (same_unit & ((trip[1:] > trip[:-1]) | (same_trip & (visit[1:] > visit[:-1]))))
    if rises.all():
        return columns
    order = np.lexsort((visit, trip, unit))
    return {name: column[order] for name, column in columns.items()}


def _reasons(
    version: JourneyVersion, units: NDArray[np.int64], found: Chosen
) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """What was recorded with the loss of each trip; of several at one moment the last by name."""
    trips = found.trips
    codes = np.full(trips["trip"].size, NOBODY, np.int64)
    if not found.model.reason_property:
        return codes, ()
    rows = visit_files.rows(version, "reasons").to_pydict()
    told = sorted(
        (
            (reason, unit, at)
            for unit, at, reason in zip(rows["unit_id"], rows["at"], rows["reason"], strict=True)
            if reason
        )
    )
    names = tuple(dict.fromkeys(reason for reason, _, _ in told))
    place = {name: code for code, name in enumerate(names)}
    given = {(unit, at): place[reason] for reason, unit, at in told}
    lost = np.flatnonzero(trips["ended_how"] == LOST)
    losses = zip(units[trips["case"][lost]].tolist(), trips["lost_at"][lost].tolist(), strict=True)
    codes[lost] = [given.get(loss, NOBODY) for loss in losses]
    return codes, names


def _quiet(
    version: JourneyVersion, engine: Engine, units: NDArray[np.int64], numbers: NDArray[np.int64], found: Chosen
) -> tuple[NDArray[np.int64], int]:
    """The silences of each stay, and how many units stand nowhere."""
    for files in version.files.all():
        folder = visit_files.root(version) / files.folder
        if not (folder / quiet.NAME).exists():
            quiet.write(engine, folder, found.model)
    quiet_rows = visit_files.rows(version, "quiet")
    unit, number, stage, count = (column.to_numpy() for column in quiet_rows.columns)
    silences, stays = np.zeros(found.stays["trip"].size, np.int64), found.stays
    on_stage = number > 0
    case = np.searchsorted(units, unit[on_stage])
    trips = found.trips["case"].astype(np.int64) * TRIPS_PER_CASE + numbers
    trip = np.searchsorted(trips, case * TRIPS_PER_CASE + number[on_stage])
    # Stays of a trip lie from its highest stage down.
    rows = np.searchsorted(stays["trip"] * LAP - stays["stage"], trip * LAP - stage[on_stage])
    silences[rows] = count[on_stage]
    return silences, int((~on_stage).sum())
