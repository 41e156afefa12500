"""The sorted copy of a log: placed touches on disk.

A copy is a folder that can be deleted and written anew at any time:
    touches.parquet   placed touches in the order (case, at, file order), for questions over all of them
    histories.npy     the same rows before places were filled, for reading the whole past of a few cases
    starts.npy        first row of each case in histories.npy, and behind the last one the number of rows
    cases.parquet     case number and id; deals.parquet likewise
    reasons.parquet   loss reasons, when the journey names them
    copy.json         what it was made from
"""

import json
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow.compute as pc
from numpy.typing import NDArray

from tropa.analysis.log import EventLog
from tropa.analysis.model import JourneyModel
from tropa.analysis.numbering import first_moment, number_cases, types_and_end
from tropa.analysis.placed import (
    Placed,
    fill,
    loss_reasons,
    sorted_signals,
)
from tropa.engine import Engine

FORMAT: Final = 1
ROW: Final = np.dtype([("at", "<i8"), ("type", "<i4"), ("signal", "<i4"), ("deal", "<i4")])
NO_DEAL: Final = -1


class CopyError(Exception):
    """The folder holds no copy that fits the question; write it anew."""


@dataclass(frozen=True)
class Meta:
    """What a copy was made from. journey: fingerprint of the model, None without one."""

    format: int
    journey: str | None
    types: tuple[str, ...]
    first_at: int
    as_of: int
    rows: int


def write_copy(log: EventLog, model: JourneyModel | None, folder: Path | str) -> None:
    """Write the copy of a log placed on a journey. An older copy in the folder is replaced file by file; copy.json,
    without which nothing is opened, comes last."""
    target, engine, touches = Path(folder), log.engine, log.table
    target.mkdir(parents=True, exist_ok=True)
    (target / "copy.json").unlink(missing_ok=True)
    types, as_of, _ = types_and_end(engine, touches)
    cases = number_cases(engine, touches)
    signals = sorted_signals(engine, touches, cases, types, model)
    engine.write(fill(signals, model).drop("seq"), target / "touches.parquet")
    rows = _write_histories(engine, signals, touches, _count(engine, cases), target)
    engine.write(cases.order_by("case"), target / "cases.parquet")
    reasons = loss_reasons(touches, cases, model)
    if reasons is not None:
        engine.write(reasons, target / "reasons.parquet")
    meta = Meta(FORMAT, fingerprint(model), types, first_moment(engine, signals), as_of, rows)
    (target / "copy.json").write_text(json.dumps(asdict(meta), ensure_ascii=False), encoding="utf-8")
    engine.forget(signals)


def open_copy(folder: Path | str, *, engine: Engine, model: JourneyModel | None) -> Placed:
    """The placed touches of a copy. Raises CopyError when there is none or when it was made for another journey."""
    source = Path(folder)
    meta = _meta(source, model)
    touches, cases = engine.scan(source / "touches.parquet"), engine.scan(source / "cases.parquet")
    reasons = source / "reasons.parquet"
    return Placed(
        engine,
        model,
        touches,
        cases,
        meta.types,
        meta.first_at,
        meta.as_of,
        engine.scan(reasons) if reasons.exists() else None,
    )


def fingerprint(model: JourneyModel | None) -> str | None:
    """A digest of everything in a model that places touches or ends visits."""
    return None if model is None else sha256(repr(replace(model, source=None)).encode()).hexdigest()


def _meta(source: Path, model: JourneyModel | None) -> Meta:
    try:
        found = json.loads((source / "copy.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CopyError(f"{source}: no complete copy here; write it with write_copy.") from error
    if found["format"] != FORMAT:
        raise CopyError(f"{source}: the copy has format {found['format']}, needed is {FORMAT}; write it anew.")
    if found["journey"] != fingerprint(model):
        raise CopyError(f"{source}: the copy was made for another journey; write it anew for this one.")
    return Meta(**found | {"types": tuple(found["types"])})


def _write_histories(engine: Engine, signals: ir.Table, touches: ir.Table, cases: int, target: Path) -> int:
    deals = touches.filter(touches.deal_id.notnull())
    names = deals.select("deal_id").distinct()
    number = ibis.row_number().over(ibis.window(order_by=names.deal_id)).cast("int32")
    numbered = engine.materialise(names.select(deal=number, deal_id=names.deal_id))
    engine.write(numbered, target / "deals.parquet")
    of_touch = deals.select("seq", "deal_id").join(numbered, "deal_id").select("seq", "deal")
    rows = signals.left_join(of_touch, "seq").select("case", "at", "seq", "type", "signal", "deal")
    count = _count(engine, signals)
    histories = np.lib.format.open_memmap(target / "histories.npy", mode="w+", dtype=ROW, shape=(count,))
    per_case, at = np.zeros(cases, np.int64), 0
    for batch in engine.batches(rows.order_by("case", "at", "seq")):
        histories[at : at + batch.num_rows] = _rows(batch)
        per_case += np.bincount(batch["case"].to_numpy(zero_copy_only=False), minlength=cases)
        at += batch.num_rows
    histories.flush()
    np.save(target / "starts.npy", np.concatenate([[0], np.cumsum(per_case)]))
    return count


def _rows(batch: Any) -> NDArray[np.void]:  # Any: an Arrow batch or table
    rows = np.empty(batch.num_rows, ROW)
    for name in ("at", "type", "signal"):
        rows[name] = batch[name].to_numpy(zero_copy_only=False)
    rows["deal"] = pc.fill_null(batch["deal"], NO_DEAL).to_numpy(zero_copy_only=False)
    return rows


def _count(engine: Engine, table: ir.Table) -> int:
    return int(engine.run(table.agg(n=table.count()))["n"][0].as_py())
