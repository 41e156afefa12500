"""How trips really went: moves between stages, frequent paths, their shape (metrics.md section 1.8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from tropa.analysis.figure import Share
from tropa.analysis.log import EventLog
from tropa.analysis.passages import Passages
from tropa.analysis.placed import COMPLETED, FIRST, LOST, SECOND, Placed, won_code
from tropa.analysis.sequences import Folded, fold, known_steps, most_frequent, units_of
from tropa.analysis.visits import DROPPED, OPEN, Visits

Move = Literal["forward", "skip", "return", "none"]
ENDINGS = {OPEN: "open", LOST: "lost", DROPPED: "dropped", COMPLETED: "completed"}


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
