"""Which rows a count is of. The same mask counts a figure and lists who is behind it, so they cannot differ."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tropa.analysis.arrays import Columns
from tropa.analysis.chosen.rows import Chosen, Mask
from tropa.analysis.losses import followed_days
from tropa.analysis.placed import COMPLETED, DAY, FIRST, LOST
from tropa.analysis.visits import DROPPED, OPEN

ENDS = {"here": OPEN, "lost": LOST, "dropped": DROPPED, "completed": COMPLETED}


def reached(stays: Columns) -> Mask:
    """Stays of trips that ever came to a higher stage."""
    found: Mask = stays["stage_above"] >= FIRST
    return found


def ended(stays: Columns, how: int) -> Mask:
    """Stays of trips that are on the stage now, or ended there, in this way."""
    found: Mask = (stays["end_stage"] == stays["stage"]) & (stays["ended_how"] == how)
    return found


def gone(stays: Columns) -> Mask:
    """Stays where the trip was lost, or fell silent."""
    return ended(stays, LOST) | ended(stays, DROPPED)


def mature(chosen: Chosen) -> Mask:
    """Stays that were entered at least the horizon of the stage ago and can be dated."""
    horizon = _by_code([stage.horizon_days for stage in chosen.model.stages])
    stays = chosen.stays
    found: Mask = stays["in_order"] & (stays["first_entered"] <= chosen.as_of - horizon[stays["stage"]])
    return found


def mature_reached(chosen: Chosen) -> Mask:
    """Of the mature ones those that came to a higher stage within the horizon."""
    horizon = _by_code([stage.horizon_days for stage in chosen.model.stages])
    stays = chosen.stays
    took = stays["higher_entered"] - stays["first_entered"]
    return mature(chosen) & reached(stays) & (took <= horizon[stays["stage"]])


def mature_next(chosen: Chosen) -> Mask:
    """Of the mature ones those that came to the very next stage within the horizon."""
    horizon = _by_code([stage.horizon_days for stage in chosen.model.stages])
    stays = chosen.stays
    took = stays["next_entered"] - stays["first_entered"]
    is_next = stays["stage_above"] == stays["stage"] + 1
    found: Mask = mature(chosen) & is_next & (took <= horizon[stays["stage"]])
    return found


def followed(chosen: Chosen) -> Mask:
    """Stays that were entered long enough ago for a drop-off to be known."""
    span = _by_code([followed_days(stage) for stage in chosen.model.stages])
    stays = chosen.stays
    found: Mask = stays["first_entered"] <= chosen.as_of - span[stays["stage"]]
    return found


def bought(trips: Columns, won: int) -> Mask:
    """Trips that came to the won stage, or to one above it."""
    found: Mask = trips["highest"] >= won
    return found


def went(chosen: Chosen, path: Sequence[int]) -> Mask:
    """Trips whose visits are exactly these stages (codes), in this order."""
    trips, visits = chosen.trips, chosen.visits
    found: Mask = trips["visits"] == len(path)
    if not path or not found.any():
        return np.zeros(trips["trip"].size, np.bool_)
    last = np.cumsum(trips["visits"])
    first = last - trips["visits"]
    for step, stage in enumerate(path):
        # A shorter trip has no such visit; it is out already.
        found &= visits["stage"][np.minimum(first + step, last - 1)] == stage
    return found


def moved(visits: Columns, source: int, target: int) -> Mask:
    """Visits of one stage that were left for another one."""
    found: Mask = (visits["stage"] == source) & (visits["left_to"] == target)
    return found


def _by_code(days: Sequence[float]) -> NDArray[np.int64]:
    return np.array([0] * FIRST + [int(each * DAY) for each in days])
