"""The figures of chosen trips, each as the library gives it over the engine."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tropa.analysis.arrays import Columns, order_of, starts
from tropa.analysis.chosen import groups
from tropa.analysis.chosen.rows import Chosen, Mask
from tropa.analysis.dwell import Dwell, times
from tropa.analysis.figure import Share
from tropa.analysis.funnel import Conversion, conversions, estimates, passed_over
from tropa.analysis.losses import MOST_REASONS, LossReason, StageLosses, stage_losses
from tropa.analysis.paths import Transition, Variants, as_variants, move_kind
from tropa.analysis.placed import FIRST, LOST, SECOND
from tropa.analysis.sequences import Folded, fold_blocks, known_steps, most_frequent
from tropa.analysis.survival import CENSORED, LEFT, REACHED
from tropa.analysis.visits import DROPPED, OPEN


def conversion(chosen: Chosen) -> tuple[Conversion, ...]:
    """As `funnel`: the conversion of every stage."""
    stays, stages = chosen.stays, chosen.model.stages
    counted = {
        "entered": None,
        "reached": groups.reached(stays),
        "mature": groups.mature(chosen),
        "mature_reached": groups.mature_reached(chosen),
        "mature_next": groups.mature_next(chosen),
        "returned": stays["returned"] > 0,
    }
    numbers = {name: by_stage(chosen, mask) for name, mask in counted.items()}
    counts = {
        code: {name: int(of_stage[code - FIRST]) for name, of_stage in numbers.items()}
        for code in range(FIRST, FIRST + len(stages))
    }
    return conversions(stages, counts, passed_over(_gaps(stays), len(stages)), estimates(stages, *_to_next(chosen)))


def by_stage(chosen: Chosen, mask: Mask | None = None, weights: NDArray[Any] | None = None) -> NDArray[Any]:
    """How many stays of each stage a mask takes (all without one), or the sum of their weights."""
    stage = chosen.stays["stage"] - FIRST
    kept = slice(None) if mask is None else mask
    given = None if weights is None else weights[kept]
    return np.bincount(stage[kept], weights=given, minlength=len(chosen.model.stages))


def out_of_order(chosen: Chosen) -> int:
    """Trips that stood higher before they ever stood on a stage."""
    return int(np.unique(chosen.stays["trip"][~chosen.stays["in_order"]]).size)


def time_on_stage(chosen: Chosen) -> tuple[list[Dwell], list[NDArray[Any]]]:
    """As `dwell`; the tails are still cases to be named."""
    stays = chosen.stays
    keys = [stage.key for stage in chosen.model.stages]
    return times(keys, stays["stage"], stays["dwell"], stays["open"] == 0, stays["case"])


def losses_of_stages(chosen: Chosen, silences: NDArray[np.int64]) -> tuple[StageLosses, ...]:
    """As `losses`. silences: per stay, silences on it that the client broke."""
    stays, stages = chosen.stays, chosen.model.stages
    ends = {
        (FIRST + place, how): int(n)
        for how in (LOST, DROPPED)
        for place, n in enumerate(by_stage(chosen, groups.ended(stays, how)))
    }
    recovered = by_stage(chosen, weights=silences + stays["regained"])
    followed = groups.followed(chosen)
    k, n = by_stage(chosen, followed & groups.gone(stays)), by_stage(chosen, followed)
    drop_off = [Share.of(int(lost), int(all_), none="no_mature_cases") for lost, all_ in zip(k, n, strict=True)]
    counted = {FIRST + place: int(number) for place, number in enumerate(recovered)}
    return stage_losses(stages, ends, counted, drop_off)


def points(chosen: Chosen, mask: Mask) -> dict[tuple[str, str], int]:
    """By stage and type of the last sign of life: how many of the stays of a mask."""
    stays, width = chosen.stays, len(chosen.types) + 1
    keys = (stays["stage"][mask] - FIRST).astype(np.int64) * width + stays["last_type"][mask]
    found, counts = np.unique(keys, return_counts=True)
    stages = chosen.model.stages
    return {
        (stages[key // width].key, chosen.types[key % width]): n
        for key, n in zip(found.tolist(), counts.tolist(), strict=True)
    }


def reasons(chosen: Chosen, reason: NDArray[np.int64], names: tuple[str, ...]) -> tuple[LossReason, ...]:
    """As `losses`: the recorded reasons. reason: per trip of all, index into `names`, -1 for none."""
    given = reason[chosen.trips["trip"][chosen.trips["ended_how"] == LOST]]
    found, counts = np.unique(given, return_counts=True)
    told = [(None if code < 0 else names[code], n) for code, n in zip(found.tolist(), counts.tolist(), strict=True)]
    told.sort(key=lambda pair: (-pair[1], pair[0] is None, pair[0] or ""))
    return tuple(LossReason(name, n, n / given.size) for name, n in told[:MOST_REASONS])


def transitions(chosen: Chosen) -> tuple[Transition, ...]:
    """As `paths.transitions`: moves between stages, the most frequent first."""
    visits, stages = chosen.visits, chosen.model.stages
    kept = visits["left_to"] >= FIRST
    source, target = visits["stage"][kept].astype(np.int64), visits["left_to"][kept].astype(np.int64)
    duration = (visits["left"] - visits["entered"])[kept]
    width = FIRST + len(stages)
    order = order_of(source * width + target)
    first = starts(source[order], target[order])
    found = [
        Transition(
            stages[int(source[rows[0]]) - FIRST].key,
            stages[int(target[rows[0]]) - FIRST].key,
            int(rows.size),
            float(np.median(duration[rows])) / SECOND,
            float(duration[rows].mean()) / SECOND,
            move_kind(int(target[rows[0]] - source[rows[0]])),
        )
        for rows in (np.split(order, first[1:]) if order.size else [])
    ]
    ranks = {stage.key: rank for rank, stage in enumerate(stages)}
    return tuple(sorted(found, key=lambda move: (-move.count, ranks[move.source], ranks[move.target])))


def variants(chosen: Chosen, *, most: int = 200) -> Variants:
    """As `paths.variants`: the paths of trips by frequency."""
    visits, trips = chosen.visits, chosen.trips
    block = {"unit": visits["trip"], "step": visits["stage"].astype(np.uint16)}
    folded = fold_blocks([block] if visits["trip"].size else [])
    duration = trips["ended_at"] - trips["started"]
    return as_variants(folded, _paths(chosen, folded, most_frequent(folded, most)), trips["ended_how"], duration)


def _paths(chosen: Chosen, folded: Folded, wanted: list[int]) -> Mapping[int, tuple[str, ...]]:
    steps, examples = known_steps(folded, wanted)
    for trip, key in examples.items():
        steps[key] = chosen.visits["stage"][chosen.visits["trip"] == trip].tolist()
    stages = chosen.model.stages
    return {key: tuple(stages[code - FIRST].key for code in steps[key]) for key in wanted}


def _gaps(stays: Columns) -> dict[tuple[int, int], int]:
    jumps = (stays["stage_above"] > stays["stage"] + 1) & stays["climbed"]
    pairs = np.stack([stays["stage"][jumps], stays["stage_above"][jumps]])
    found, counts = np.unique(pairs, axis=1, return_counts=True)
    return {(int(low), int(high)): int(n) for low, high, n in zip(*found, counts, strict=True)}


def _to_next(chosen: Chosen) -> tuple[NDArray[Any], NDArray[np.int64], NDArray[np.int8]]:
    """As `funnel.times_to_next`."""
    stays = {name: column[chosen.stays["in_order"]] for name, column in chosen.stays.items()}
    higher = groups.reached(stays)
    lost = (stays["ended_how"] == LOST) | (stays["ended_how"] == DROPPED)
    end = np.where(stays["ended_how"] == OPEN, chosen.as_of, stays["ended_at"])
    end = np.where(higher, stays["higher_entered"], end)
    kind = np.where(higher, REACHED, np.where(lost, LEFT, CENSORED)).astype(np.int8)
    return stays["stage"], end - stays["first_entered"], kind
