"""Visits of a copy that follow new touches at the cost of the cases they touch, not of the whole log."""

from dataclasses import replace
from pathlib import Path
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tropa.analysis.copy import NO_DEAL, ROW, CopyError, open_copy
from tropa.analysis.log import EventLog
from tropa.analysis.model import JourneyModel
from tropa.analysis.placed import (
    NONE,
    active_by_type,
    fill,
    looks_at_types_only,
    loss_reasons,
    second_deals,
    signal_by_type,
    won_code,
)
from tropa.analysis.visits import Visits, fold_visits, settle
from tropa.engine import Engine

# Numbers of refreshed trips and visits start here, far above any that a whole log gets.
REFRESHED: Final = 2**40
MOST_NEW: Final = 5_000_000


class LiveVisits:
    """The visits of a copy and of the touches that came since.

    What is added lives in memory; the copy on disk stays as it was written.
    Raises CopyError for rules that need more than the types of the cases touched.
    """

    def __init__(self, folder: Path | str, *, engine: Engine, model: JourneyModel | None) -> None:
        if model is None or not looks_at_types_only(model):
            raise CopyError("Only a journey whose rules look at types can be refreshed; else write the copy anew.")
        source = Path(folder)
        self._engine, self._model = engine, model
        self._placed = open_copy(source, engine=engine, model=model)
        self._as_of = self._placed.as_of
        self._types = list(self._placed.types)
        self._cases = _Numbers(engine, self._placed.cases, "case")
        self._deals = _Numbers(engine, engine.scan(source / "deals.parquet"), "deal")
        self._histories: NDArray[np.void] = np.load(source / "histories.npy", mmap_mode="r")
        self._starts: NDArray[np.int64] = np.load(source / "starts.npy")
        self._base = engine.load(fold_visits(engine, self._placed.touches, model, as_of=self._as_of))
        self._added: dict[int, NDArray[np.void]] = {}
        self._fresh: ir.Table | None = None
        self._reasons = [] if self._placed.loss_reasons is None else [self._placed.loss_reasons]

    def visits(self) -> Visits:
        """All visits as of the last touch known."""
        report_at = ibis.literal(self._as_of, "int64")
        found = settle(self._base, self._model, report_at)
        if self._fresh is not None:
            touched = self._engine.load(pa.table({"case": pa.array(list(self._added), pa.int32())}))
            fresh = settle(self._fresh, self._model, report_at)
            found = ibis.union(found.anti_join(touched, "case"), fresh).order_by("visit")
        placed = replace(
            self._placed,
            types=tuple(self._types),
            cases=self._cases.table(),
            as_of=self._as_of,
            loss_reasons=ibis.union(*self._reasons) if len(self._reasons) > 1 else self._placed.loss_reasons,
        )
        return Visits(placed, found)

    def refresh(self, log: EventLog) -> None:
        """Take in new touches: late ones, new cases, new deals and new types included. On equal times they come
        behind what is known."""
        if log.engine is not self._engine:
            raise ValueError("The new touches are in another engine; read them with engine=… of the copy.")
        self._as_of = max(self._as_of, _last_moment(log))
        case, rows = self._new_rows(log)
        reasons = loss_reasons(log.table, self._cases.table(), self._model)
        if reasons is not None and self._reasons:
            self._reasons.append(self._engine.materialise(reasons))
        for number in np.unique(case).tolist():
            known = self._added.get(number, np.empty(0, ROW))
            self._added[number] = np.concatenate([known, rows[case == number]])
        if self._added:
            self._fresh = self._recompute()

    def _new_rows(self, log: EventLog) -> tuple[NDArray[np.int64], NDArray[np.void]]:
        """Case numbers and rows of the new touches that are signs of life or signals, in file order."""
        touches = log.table.select("seq", "case_id", "deal_id", "occurred_at", "type").order_by("seq")
        found = self._engine.run(touches, most_rows=MOST_NEW).to_pydict()
        types = sorted(set(found["type"]) - set(self._types))
        self._types += types
        codes = {type_: code for code, type_ in enumerate(self._types)}
        signal = signal_by_type(tuple(self._types), self._model)
        active = active_by_type(tuple(self._types), self._model)
        assert signal is not None, "checked when the copy was opened"
        assert active is not None, "checked when the copy was opened"
        rows = np.empty(len(found["seq"]), ROW)
        rows["at"] = found["occurred_at"]
        rows["type"] = [codes[type_] for type_ in found["type"]]
        rows["signal"] = [signal[code] for code in rows["type"].tolist()]
        rows["deal"] = self._deals.of(found["deal_id"])
        counts = np.array(active)[rows["type"]] | (rows["signal"] != NONE)
        return self._cases.of(found["case_id"])[counts], rows[counts]

    def _recompute(self) -> ir.Table:
        """Visits of every case that was touched since the copy was written, from its whole past."""
        cases = sorted(self._added)
        pasts = [self._past(case) for case in cases]
        rows = np.concatenate(pasts)
        table = self._engine.load(
            pa.table(
                {
                    "case": pa.array(np.repeat(cases, [past.size for past in pasts]), pa.int32()),
                    "at": pa.array(rows["at"]),
                    "seq": pa.array(np.arange(rows.size)),
                    "type": pa.array(rows["type"]),
                    "signal": pa.array(rows["signal"]),
                    "deal_id": pa.array(rows["deal"], mask=rows["deal"] == NO_DEAL),
                }
            )
        )
        signals = self._engine.materialise(self._with_cuts(table).order_by("case", "at", "seq"))
        placed = self._engine.materialise(fill(signals, self._model))
        found = fold_visits(self._engine, placed, self._model, as_of=self._as_of, first=REFRESHED)
        fresh = self._engine.load(found)
        for used in (signals, placed, self._fresh):
            if used is not None:
                self._engine.forget(used)
        return fresh

    def _with_cuts(self, table: ir.Table) -> ir.Table:
        won = won_code(self._model)
        if won is None:
            return table
        deals = table.filter(table.deal_id.notnull()).select("seq", "deal_id")
        return table.mutate(cut=table.seq.isin(second_deals(table.drop("deal_id"), deals, won).seq))

    def _past(self, case: int) -> NDArray[np.void]:
        known = np.empty(0, ROW)
        if case + 1 < self._starts.size:
            known = self._histories[self._starts[case] : self._starts[case + 1]]
        return np.concatenate([known, self._added[case]])


class _Numbers:
    """Numbers of ids: those of the copy, looked up in the engine, and the ones that came since."""

    def __init__(self, engine: Engine, known: ir.Table, name: str) -> None:
        self._engine, self._name, self._id = engine, name, f"{name}_id"
        self._known = engine.materialise(known)
        self._next = int(engine.run(self._known.agg(n=self._known.count()))["n"][0].as_py())
        self._new: dict[str, int] = {}

    def of(self, ids: list[str | None]) -> NDArray[np.int64]:
        """A number for each id; unknown ids get the next ones, None gets -1."""
        asked = sorted({given for given in ids if given is not None} - self._new.keys())
        wanted = self._engine.load(pa.table({self._id: pa.array(asked, pa.string())}))
        found = self._engine.run(self._known.semi_join(wanted, self._id), most_rows=MOST_NEW)
        numbers = dict(zip(found[self._id].to_pylist(), found[self._name].to_pylist(), strict=True))
        for given in asked:
            if given not in numbers:
                self._new[given] = self._next
                self._next += 1
        return np.array([NO_DEAL if given is None else numbers.get(given, self._new.get(given)) for given in ids])

    def table(self) -> ir.Table:
        """All numbers with their ids."""
        if not self._new:
            return self._known
        new = {self._name: pa.array(self._new.values(), pa.int32()), self._id: pa.array(self._new.keys(), pa.string())}
        return ibis.union(self._known, self._engine.load(pa.table(new)).select(*self._known.columns))


def _last_moment(log: EventLog) -> int:
    last = log.engine.run(log.table.agg(last=log.table.occurred_at.max()))["last"][0].as_py()
    return -(2**62) if last is None else int(last)
