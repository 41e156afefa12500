"""Sequences of steps told apart and counted: the paths of trips, the variants of process mining."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import ibis.expr.types as ir
import numpy as np
from numpy.typing import NDArray

from tropa.analysis.arrays import Columns, order_of, starts, whole_units
from tropa.engine import Engine

LONG_PATH = 64
WORD = 64


@dataclass(frozen=True)
class Folded:
    """Sequences told apart: `of_unit[i]` is the index into `keys` for the i-th unit, `units[i]` its number."""

    keys: tuple[bytes, ...]
    units: NDArray[np.int64]
    of_unit: NDArray[np.int64]


def fold(engine: Engine, rows: ir.Table, unit: str, step: str) -> Folded:
    """Gather the steps of each unit into one key. rows: stored unit by unit, in the order of steps, which are codes
    from 0 to 65,534.

    Ordered aggregates differ between engines, so two narrow columns are streamed out and folded here. A key holds the
    sequence itself while it is short, otherwise its 16-byte digest: memory stays bounded by the distinct sequences.
    """
    return fold_blocks(whole_units(engine, rows.select(unit=rows[unit], step=rows[step].cast("uint16")), "unit"))


def fold_blocks(blocks: Iterable[Columns]) -> Folded:
    """As `fold`, over blocks of `unit` and `step` (16 bits), each with whole units alone."""
    index: dict[bytes, int] = {}
    units, of_unit = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for block in blocks:
        first = starts(block["unit"])
        units.append(block["unit"][first])
        of_unit.append(_indexed(block["step"], np.append(first, block["step"].size), index))
    return Folded(tuple(index), np.concatenate(units), np.concatenate(of_unit))


def _indexed(steps: NDArray[np.uint16], edges: NDArray[np.int64], index: dict[bytes, int]) -> NDArray[np.int64]:
    """The index of each sequence; new ones are added. Short ones fit into one number and are told apart as numbers."""
    lengths = np.diff(edges)
    found = np.empty(lengths.size, np.int64)
    # One more than the code: a zero is then the end of the sequence and never a step.
    marks = steps.astype(np.uint64) + np.uint64(1)
    bits = int(marks.max(initial=np.uint64(1))).bit_length()
    short = lengths <= WORD // bits
    packed = np.zeros(int(short.sum()), np.uint64)
    begins, own = edges[:-1][short], lengths[short]
    for place in range(int(own.max(initial=0))):
        longer = np.flatnonzero(own > place)
        packed[longer] |= marks[begins[longer] + place] << np.uint64(bits * place)
    numbers, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    text = steps.tobytes()
    ends = edges.tolist()
    at = np.flatnonzero(short)[first].tolist()
    known = [index.setdefault(_key(text[2 * ends[i] : 2 * ends[i + 1]]), len(index)) for i in at]
    found[short] = np.array(known, np.int64)[inverse] if numbers.size else 0
    for i in np.flatnonzero(~short).tolist():
        found[i] = index.setdefault(_key(text[2 * ends[i] : 2 * ends[i + 1]]), len(index))
    return found


def _key(steps: bytes) -> bytes:
    # An odd number of bytes is no sequence of steps.
    return steps if len(steps) <= 2 * LONG_PATH else b"~" + blake2b(steps, digest_size=16).digest()


def _is_digest(folded: Folded, key: int) -> bool:
    return len(folded.keys[key]) % 2 == 1


def most_frequent(folded: Folded, most: int) -> list[int]:
    """The keys of the most frequent sequences, the first ones first."""
    keys, counts = folded.keys, np.bincount(folded.of_unit, minlength=len(folded.keys))
    least = np.partition(counts, -most)[-most] if counts.size > most else 0
    return sorted(np.flatnonzero(counts >= least).tolist(), key=lambda i: (-counts[i], keys[i]))[:most]


def known_steps(folded: Folded, wanted: Sequence[int]) -> tuple[dict[int, list[int]], dict[int, int]]:
    """The steps of keys that hold them; and of the others an example: a unit, and its key."""
    steps = {key: np.frombuffer(folded.keys[key], np.uint16).tolist() for key in wanted if not _is_digest(folded, key)}
    return steps, {int(folded.units[np.argmax(folded.of_unit == key)]): key for key in wanted if key not in steps}


def units_of(folded: Folded, wanted: list[int]) -> list[NDArray[np.int64]]:
    """For each of a few keys the units that have it."""
    rank = np.full(len(folded.keys), len(wanted))
    rank[wanted] = np.arange(len(wanted))
    ranks = rank[folded.of_unit]
    rows = np.flatnonzero(ranks < len(wanted))
    rows = rows[order_of(ranks[rows])]
    return np.split(rows, np.searchsorted(ranks[rows], np.arange(1, len(wanted)))) if wanted else []
