"""Rows that lie in order, streamed out of the engine as arrays for folds that a window would do one row at a time.

Which folds and why: docs/adr/0009-sorted-rows-are-folded-in-arrays.md.
"""

from collections.abc import Iterator
from typing import Any, TypeAlias

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from tropa.engine import Engine

Columns: TypeAlias = dict[str, NDArray[Any]]
MOST_GAPS = 4


def whole_units(engine: Engine, rows: ir.Table, unit: str) -> Iterator[Columns]:
    """Blocks of rows, each with whole units alone. rows: without nulls, stored unit by unit."""
    waiting: list[Columns] = []
    for batch in engine.batches(rows):
        block = {name: batch[name].to_numpy(zero_copy_only=False) for name in rows.columns}
        first, last = 0, int(starts(block[unit])[-1])
        if waiting and waiting[-1][unit][-1] == block[unit][0]:
            # The unit goes on here; only its own rows are copied.
            first = int(np.argmax(block[unit] != block[unit][0])) if last else block[unit].size
            waiting.append(_rows(block, 0, first))
        if first < block[unit].size:
            if waiting:
                yield _joined(waiting)
            if first < last:
                yield _rows(block, first, last)
            waiting = [_rows(block, last, block[unit].size)]
    if waiting:
        yield _joined(waiting)


def _rows(block: Columns, first: int, behind: int) -> Columns:
    return {name: column[first:behind] for name, column in block.items()}


def _joined(blocks: list[Columns]) -> Columns:
    if len(blocks) == 1:
        return blocks[0]
    return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}


def starts(*columns: NDArray[Any]) -> NDArray[np.int64]:
    """Where a value of any of the columns differs from the row before; the first row is always a start."""
    changes = np.ones(columns[0].size, np.bool_)
    if columns[0].size:
        np.not_equal(columns[0][1:], columns[0][:-1], out=changes[1:])
        for column in columns[1:]:
            changes[1:] |= column[1:] != column[:-1]
    return np.flatnonzero(changes)


def before(column: NDArray[Any], first: Any, rows: int = 1) -> NDArray[Any]:
    """The value so many rows before each row, `first` where there is none."""
    return np.concatenate([np.full(min(rows, column.size), first, column.dtype), column[:-rows]])


def after(column: NDArray[Any], last: Any) -> NDArray[Any]:
    """The value in the row behind each row, `last` where there is none."""
    return np.append(column[1:], np.array(last, column.dtype)) if column.size else column


def order_of(keys: NDArray[Any]) -> NDArray[np.int64]:
    """A stable order of whole numbers."""
    return _sorted_with_places(keys)[1]


def _sorted_with_places(keys: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Sorting numbers that carry their places is several times faster than sorting places by their numbers."""
    bits = int(keys.size).bit_length()
    least, most = _ends(keys)
    if (most - least).bit_length() + bits > 63:
        order = np.argsort(keys, kind="stable")
        return keys[order], order
    packed = keys.astype(np.int64)
    packed -= least
    packed <<= bits
    packed |= np.arange(keys.size)
    packed.sort()
    found = (packed >> bits) + least
    packed &= (1 << bits) - 1
    return found.astype(keys.dtype), packed


def in_order(columns: Columns) -> Columns:
    """Columns by (case, at, seq). What already lies in the order of seq or of time is not sorted again: logs are kept
    as they grew."""
    rows = dict(columns)
    if not _rises(columns["seq"]):
        rows = _taken(rows, _order_of_numbers(columns["seq"]))
    if not _rises(rows["at"]):
        rows = _taken(rows, np.argsort(rows["at"], kind="stable"))
    case, order = _sorted_with_places(rows.pop("case"))
    return {"case": case, **_taken(rows, order)}


def _order_of_numbers(seq: NDArray[np.int64]) -> NDArray[np.int64]:
    """The order of numbers that are nearly all those of a range, each once: every one names its own place."""
    least, most = _ends(seq)
    if most - least <= MOST_GAPS * seq.size:
        row_of = np.full(most - least + 1, -1, np.int32)
        row_of[seq - least] = np.arange(seq.size)
        order = row_of[row_of >= 0].astype(np.int64)
        if order.size == seq.size:
            return order
    return order_of(seq)


def _ends(column: NDArray[Any]) -> tuple[int, int]:
    return (int(column.min()), int(column.max())) if column.size else (0, 0)


def _rises(column: NDArray[Any]) -> bool:
    return bool((column[1:] >= column[:-1]).all())


def _taken(columns: Columns, rows: NDArray[Any]) -> Columns:
    return {name: column[rows] for name, column in columns.items()}
