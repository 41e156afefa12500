"""How trips really went: moves between stages, frequent paths, their shape (metrics.md section 1.8)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tropa.analysis.arrays import Columns, order_of, starts, whole_units
from tropa.analysis.figure import Share
from tropa.analysis.log import EventLog
from tropa.analysis.passages import Passages
from tropa.analysis.placed import COMPLETED, FIRST, LOST, SECOND, Placed, won_code
from tropa.analysis.visits import DROPPED, OPEN, Visits
from tropa.engine import Engine

Move = Literal["forward", "skip", "return", "none"]
ENDINGS = {OPEN: "open", LOST: "lost", DROPPED: "dropped", COMPLETED: "completed"}
LONG_PATH = 64
WORD = 64


@dataclass(frozen=True, slots=True)
class Transition:
    """Moves from one stage to another. median, mean: seconds from entering the source to entering the target.

    kind: forward by one rank, skip, return; none where stages have no rank.
    """

    source: str
    target: str
    count: int
    median: float
    mean: float
    kind: Move


def transitions(found: Visits) -> tuple[Transition, ...]:
    """All moves between stages, the most frequent first."""
    rows = found.engine.run(moves(found.table).order_by(ibis.desc("count"), "source", "target")).to_pylist()
    stages, ranked = found.placed.stages, found.placed.model is not None
    return tuple(
        Transition(
            stages[row["source"] - FIRST],
            stages[row["target"] - FIRST],
            row["count"],
            row["median"] / SECOND,
            row["mean"] / SECOND,
            move_kind(row["target"] - row["source"]) if ranked else "none",
        )
        for row in rows
    )


def moves(visits: ir.Table) -> ir.Table:
    """Per pair of stage codes: source, target, count, median and mean duration (µs; linear interpolation)."""
    rows = visits.filter(visits.left_to >= FIRST)
    rows = rows.select(source=rows.stage, target=rows.left_to, duration=rows.left - rows.entered)
    return rows.group_by(["source", "target"]).agg(
        count=rows.count(), median=rows.duration.quantile(0.5), mean=rows.duration.mean()
    )


def move_kind(ranks: int) -> Move:
    """By how many ranks it goes up or down."""
    if ranks < 0:
        return "return"
    return "forward" if ranks == 1 else "skip"


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


@dataclass(frozen=True, slots=True)
class Variant:
    """One sequence of stages. count of all trips; endings: how many of them ended how; median: seconds from the first
    entry to the end (to as_of while open; to the last touch where there is no journey)."""

    path: tuple[str, ...]
    count: int
    share: float
    endings: dict[str, int]
    median: float


@dataclass(frozen=True)
class Variants:
    """The most frequent paths, and how many distinct ones there are among how many trips."""

    most_frequent: tuple[Variant, ...]
    distinct: int
    trips: int


def variants(passages: Passages, *, most: int = 200) -> Variants:
    """Paths of trips by frequency; equal counts in the order of their stages."""
    folded = fold(passages.engine, passages.visits.table, "trip", "stage")
    trips = passages.trips.order_by("trip")
    # Without a journey nothing says that a case goes on behind its last touch.
    until = trips.last_active if passages.visits.placed.model is None else trips.ended_at
    ends = trips.select("ended_how", duration=until - trips.started)
    ended_how, duration = passages.engine.columns(ends)
    paths = _paths_of(passages.visits, folded, most_frequent(folded, most))
    return as_variants(folded, paths, ended_how, duration)


def as_variants(
    folded: Folded,
    paths: Mapping[int, tuple[str, ...]],
    ended_how: NDArray[np.int64],
    duration: NDArray[np.int64],
) -> Variants:
    """The figures of a few paths, by key. ended_how, duration (µs): per unit."""
    own = zip(paths.values(), units_of(folded, list(paths)), strict=True)
    found = [_variant(path, folded.units.size, ended_how[rows], duration[rows]) for path, rows in own]
    found.sort(key=lambda variant: (-variant.count, variant.path))
    return Variants(tuple(found), len(folded.keys), int(folded.units.size))


def most_frequent(folded: Folded, most: int) -> list[int]:
    """The keys of the most frequent sequences, the first ones first."""
    keys, counts = folded.keys, np.bincount(folded.of_unit, minlength=len(folded.keys))
    least = np.partition(counts, -most)[-most] if counts.size > most else 0
    return sorted(np.flatnonzero(counts >= least).tolist(), key=lambda i: (-counts[i], keys[i]))[:most]


def _paths_of(found: Visits, folded: Folded, wanted: list[int]) -> dict[int, tuple[str, ...]]:
    """The stages behind a few keys: what the key holds, and behind a digest what one of its trips did."""
    stages = found.placed.stages
    steps, example = known_steps(folded, wanted)
    if example:
        steps |= {key: [] for key in example.values()}
        rows = found.table.filter(found.table.trip.isin(list(example))).select("trip", "visit", "stage")
        for batch in found.engine.batches(rows.order_by("visit")):
            for trip, stage in zip(batch["trip"].to_pylist(), batch["stage"].to_pylist(), strict=True):
                steps[example[trip]].append(stage)
    return {key: tuple(stages[stage - FIRST] for stage in steps[key]) for key in wanted}


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


def _variant(
    path: tuple[str, ...], all_trips: int, ended_how: NDArray[np.int64], duration: NDArray[np.int64]
) -> Variant:
    codes, counts = np.unique(ended_how, return_counts=True)
    endings = {ENDINGS[code]: count for code, count in zip(codes.tolist(), counts.tolist(), strict=True)}
    count = int(duration.size)
    return Variant(path, count, count / all_trips, endings, float(np.median(duration)) / SECOND)


def count_activity_paths(log: EventLog, placed: Placed) -> int:
    """Distinct sequences of activities over cases, repetitions included: the variants of process mining."""
    engine, touches = placed.engine, placed.touches
    if placed.model is None:
        return len(fold(engine, touches, "case", "type").keys)
    # Placed touches leave out what the supplier did alone; here every touch counts.
    codes = engine.load(pa.table({"type": placed.types, "code": pa.array(range(len(placed.types)), pa.int32())}))
    rows = log.table.filter(log.table.occurred_at <= placed.as_of).join(placed.cases, "case_id").join(codes, "type")
    ordered = engine.materialise(rows.order_by("case", "occurred_at", "seq").select("case", "code"))
    found = len(fold(engine, ordered, "case", "code").keys)
    engine.forget(ordered)
    return found


@dataclass(frozen=True, slots=True)
class LeadTime:
    """Time from the first entry of one stage to the first entry of another, over trips that visited both.

    negative: how many of them have the target dated before the source; they count in median and mean. Seconds.
    """

    source: str
    target: str
    count: int
    negative: int
    median: float | None
    mean: float | None


def lead_times(passages: Passages) -> tuple[LeadTime, ...]:
    """Lead times between neighbours by rank, and from the first stage to the won one. Without a model: none."""
    model = passages.visits.placed.model
    if model is None:
        return ()
    codes = list(pairwise(range(FIRST, FIRST + len(model.stages))))
    won = won_code(model)
    if won is not None and won > FIRST + 1:
        codes.append((FIRST, won))
    return tuple(_lead_time(passages, source, target) for source, target in codes)


def _lead_time(passages: Passages, source: int, target: int) -> LeadTime:
    stays, stages = passages.stays, passages.visits.placed.stages
    begin = stays.filter(stays.stage == source).select("trip", begin=stays.first_entered)
    end = stays.filter(stays.stage == target).select("trip", end=stays.first_entered)
    both = begin.join(end, "trip")
    duration = both.end - both.begin
    row = passages.engine.run(
        both.agg(
            count=both.count(),
            negative=(duration < 0).cast("int64").sum(),
            median=duration.quantile(0.5),
            mean=duration.mean(),
        )
    ).to_pylist()[0]
    seconds = [None if row[name] is None else row[name] / SECOND for name in ("median", "mean")]
    return LeadTime(stages[source - FIRST], stages[target - FIRST], row["count"], row["negative"] or 0, *seconds)


@dataclass(frozen=True, slots=True)
class PathShape:
    """How straight the closed trips went (closed: ended, or won). linear: one rank forward at each move."""

    closed: int
    linear: Share
    with_return: Share
    with_skip: Share


def path_shape(passages: Passages) -> PathShape | None:
    """Shape of closed trips; None without a model, where stages have no rank."""
    model = passages.visits.placed.model
    if model is None:
        return None
    won = won_code(model)
    trips = passages.trips
    closed = trips.filter((trips.ended_how != OPEN) | (ibis.literal(False) if won is None else trips.highest >= won))
    row = passages.engine.run(
        closed.agg(
            closed=closed.count(),
            linear=(closed.steps == closed.visits - 1).cast("int64").sum(),
            returned=(closed.returns > 0).cast("int64").sum(),
            skipped=(closed.skips > 0).cast("int64").sum(),
        )
    ).to_pylist()[0]
    shares = [Share.of(row[name] or 0, row["closed"]) for name in ("linear", "returned", "skipped")]
    return PathShape(row["closed"], *shares)
