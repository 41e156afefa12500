"""Answers of clients to «would you recommend us», kept as a part of every generation of visits: no page reads touches.

answers.parquet   unit_id, at (µs), seq, respondent, score; what is no answer on the scale is kept, to be counted
"""

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tropa.analysis import EventLog
from tropa.analysis.chosen import Chosen
from tropa.analysis.placed import LAP
from tropa.engine import Engine
from tropa.facts import copy
from tropa.journeys.models import JourneyVersion

NAME: Final = "answers.parquet"
TYPE: Final = "nps_response"
NO_SCORE: Final = -1.0
SCHEMA: Final = pa.schema(
    [
        ("unit_id", pa.int64()),
        ("at", pa.int64()),
        ("seq", pa.int64()),
        ("respondent", pa.int64()),
        ("score", pa.float64()),
    ]
)


@dataclass(frozen=True)
class Answers:
    """Answers given on a stage, in the order of moments. stay: row among all stays. respondent: a contact, or an
    account below 0. score: NO_SCORE without one."""

    stay: NDArray[np.int64]
    at: NDArray[np.int64]
    respondent: NDArray[np.int64]
    score: NDArray[np.float64]

    def taken(self, rows: NDArray[np.generic]) -> "Answers":
        return Answers(self.stay[rows], self.at[rows], self.respondent[rows], self.score[rows])


def of_log(log: EventLog, *, as_of_us: int) -> ir.Table:
    """The answers of a log whose cases are the units, up to a moment."""
    table = log.table
    # A contact is somebody; without one the account answered, or at least the one who travels.
    account = ibis.coalesce(table.account_id.cast("int64"), table.case_id.cast("int64"))
    rows = table.filter(table.type == TYPE, table.occurred_at <= log.engine.number(as_of_us), table.case_id.notnull())
    return rows.select(
        unit_id=table.case_id.cast("int64"),
        at=table.occurred_at,
        seq=table.seq,
        respondent=ibis.coalesce(table.contact_id.cast("int64"), -account),
        score=table.value,
    ).order_by("unit_id", "at", "seq")


def complete(version: JourneyVersion, engine: Engine, folders: Sequence[Path]) -> None:
    """Give the part to generations that were written without it, out of the log."""
    missing = [folder for folder in folders if not (folder / NAME).exists()]
    if not missing:
        return
    log = copy.open(version.workspace, engine)
    unit = str(version.document["journey"]["unit"])
    column = "case_id" if unit == "account" else f"{unit}_id"
    known = log.table.filter(log.table.seq <= version.touch_cursor).mutate(case_id=log.table[column])
    told = of_log(EventLog(engine, known, log.source), as_of_us=version.as_of_us or 0)
    for folder in missing:
        units = engine.scan(folder / "touches.parquet").select("unit_id").distinct()
        write(engine, folder, told.semi_join(units, "unit_id").order_by("unit_id", "at", "seq"))


def write(engine: Engine, folder: Path, found: ir.Table) -> None:
    """Write the part of a generation. It appears whole or not at all."""
    target = folder / f".{NAME}.{uuid.uuid4().hex}"
    engine.write(found, target)
    os.replace(target, folder / NAME)


def on_stages(stored: pa.Table, units: NDArray[np.int64], found: Chosen) -> Answers:
    """Answers by the stay whose visit holds their moment; those given on no stage are left out.

    stored: as SCHEMA. units: ids per case number. Where one visit ends as the next begins, the answer is of the next.
    """
    in_order = np.lexsort((stored["seq"].to_numpy(), stored["at"].to_numpy()))
    unit, at, respondent = (stored[name].to_numpy()[in_order] for name in ("unit_id", "at", "respondent"))
    score = stored["score"].fill_null(NO_SCORE).to_numpy()[in_order]
    visits, stays = found.visits, found.stays
    if not unit.size or not units.size:
        none = np.zeros(0, np.int64)
        return Answers(none, none, none, np.zeros(0))
    case = np.minimum(np.searchsorted(units, unit), units.size - 1)
    # Visits lie by case and moment: the one before the first that begins later.
    row = _before(visits["case"].astype(np.int64), visits["entered"], case, at)
    held = (units[case] == unit) & (row >= 0) & (visits["case"][row] == case)
    held &= (visits["entered"][row] <= at) & (at <= visits["left"][row])
    visit = row[held]
    order = stays["trip"] * LAP - stays["stage"]
    stay = np.searchsorted(order, visits["trip"][visit] * LAP - visits["stage"][visit])
    return Answers(stay.astype(np.int64), at[held], respondent[held], score[held])


def _before(
    cases: NDArray[np.int64], entered: NDArray[np.int64], case: NDArray[np.int64], at: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Per answer the last visit of its case that began by then; another case's row where there is none."""
    keys = np.concatenate([cases, case])
    moments = np.concatenate([entered, at])
    is_answer = np.concatenate([np.zeros(cases.size, np.bool_), np.ones(case.size, np.bool_)])
    # At one moment the visit comes first: lexsort keeps the order of what is given for equal keys.
    order = np.lexsort((is_answer, moments, keys))
    so_far = np.cumsum(~is_answer[order]) - 1
    found = np.zeros(keys.size, np.int64)
    found[order] = so_far
    return found[cases.size :]
