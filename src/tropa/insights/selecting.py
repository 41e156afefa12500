"""The rows behind a figure, chosen by the masks that counted it. In the figures process."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tropa.analysis.arrays import Columns
from tropa.analysis.chosen import Chosen, groups
from tropa.analysis.chosen.rows import Mask
from tropa.analysis.dwell import times
from tropa.analysis.placed import COMPLETED, FIRST, LOST, SECOND, won_code
from tropa.analysis.visits import DROPPED, FOREVER, OPEN
from tropa.insights.answered import respondents
from tropa.insights.asked import MOVES, STAYS, Asked
from tropa.insights.crowd import Crowd
from tropa.insights.headlines import Moments

_STAYS: Final[Mapping[str, Callable[[Chosen], Mask]]] = {
    "entered": lambda chosen: np.ones(chosen.stays["trip"].size, np.bool_),
    "reached": lambda chosen: groups.reached(chosen.stays),
    "not_reached": lambda chosen: ~groups.reached(chosen.stays),
    "here": lambda chosen: groups.ended(chosen.stays, OPEN),
    "lost": lambda chosen: groups.ended(chosen.stays, LOST),
    "dropped": lambda chosen: groups.ended(chosen.stays, DROPPED),
    "completed": lambda chosen: groups.ended(chosen.stays, COMPLETED),
    "gone": lambda chosen: groups.gone(chosen.stays),
    "mature": groups.mature,
    "mature_reached": groups.mature_reached,
    "dated": lambda chosen: chosen.stays["in_order"],
    "followed": groups.followed,
    "followed_gone": lambda chosen: groups.followed(chosen) & groups.gone(chosen.stays),
    "returned": lambda chosen: chosen.stays["returned"] > 0,
}


def selected(crowd: Crowd, asked: Asked, moments: Moments) -> tuple[Columns, NDArray[np.int64]]:
    """The table that is counted, and its rows."""
    chosen = crowd.chosen
    if asked.rows == MOVES:
        codes = (_code(chosen, asked.source), _code(chosen, asked.target))
        return chosen.visits, np.flatnonzero(groups.moved(chosen.visits, *codes))
    if asked.what == "nps":
        table = respondents(crowd, _code(chosen, asked.stage) if asked.stage else None)
        return table, np.arange(table["score"].size)
    if asked.rows == STAYS:
        return chosen.stays, np.flatnonzero(_of_stays(chosen, asked, moments))
    return chosen.trips, np.flatnonzero(_of_trips(crowd, asked, moments))


def _of_stays(chosen: Chosen, asked: Asked, moments: Moments) -> Mask:
    stays, stage = chosen.stays, asked.stage
    if asked.what == "onboarded":
        won = won_code(chosen.model)
        code = FIRST + len(chosen.model.stages) if won is None else won + 1
        is_last = code >= FIRST + len(chosen.model.stages) - 1
        onboarded: Mask = (stays["stage"] == code) & groups.reached(stays) & (not is_last)
        return onboarded
    here: Any = stays["stage"] == _code(chosen, stage) if stage else True
    if asked.what == "tail":
        found: Mask = here & (stays["dwell"] > _beyond(chosen, _code(chosen, stage)))
    elif asked.what == "point":
        type_ = chosen.types.index(asked.type) if asked.type in chosen.types else -1
        found = here & groups.gone(stays) & (stays["last_type"] == type_)
    elif asked.what == "lost_money":
        found = groups.gone(stays) & (moments.money.deals[stays["trip"]] > 0)
    else:
        found = here & _STAYS[asked.what](chosen)
    return found


def _beyond(chosen: Chosen, code: int) -> int:
    """From how long on a stay is in the tail of its stage (µs); nobody is where there is no median."""
    stays = chosen.stays
    here = stays["stage"] == code
    columns = (stays["stage"][here], stays["dwell"][here], stays["open"][here] == 0, stays["case"][here])
    figures, _ = times([stage.key for stage in chosen.model.stages], *columns)
    tail = figures[code - FIRST].tail
    return FOREVER if tail is None else round(tail.beyond_seconds * SECOND)


def _of_trips(crowd: Crowd, asked: Asked, moments: Moments) -> Mask:
    chosen, trips = crowd.chosen, crowd.chosen.trips
    row = trips["trip"]
    if asked.what == "reason":
        names = crowd.everybody.reasons
        code = names.index(asked.reason) if asked.reason in names else -1
        missing = bool(asked.reason) and code < 0
        found: Mask = (trips["ended_how"] == LOST) & (crowd.everybody.reason[row] == code) & (not missing)
    elif asked.what == "path":
        found = groups.went(chosen, [_code(chosen, key) for key in asked.path])
    elif asked.what == "open":
        found = trips["ended_how"] == OPEN
    elif asked.what == "bought":
        found = moments.bought[row] < FOREVER
    elif asked.what == "to_purchase":
        found = (moments.first[row] <= moments.to_won[row]) & (moments.to_won[row] < FOREVER)
    else:
        found = np.ones(row.size, np.bool_)
    return found


def _code(chosen: Chosen, stage: str) -> int:
    return FIRST + [each.key for each in chosen.model.stages].index(stage)
