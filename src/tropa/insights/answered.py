"""What clients answered while they stood on a stage: the score of each stage, and who is behind it. In the
figures process.

Of one respondent on one stage the last answer counts, so who answered on two stages counts on both. What is no whole
number from 0 to 10 is left out and counted.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tropa.analysis.arrays import Columns
from tropa.analysis.chosen import Chosen
from tropa.analysis.chosen.rows import Mask, taken
from tropa.analysis.nps import LEAST, MOST, PASSIVE_FROM, PROMOTER_FROM, Nps, of_counts
from tropa.analysis.placed import FIRST
from tropa.insights.crowd import Crowd
from tropa.journeys.answers import Answers


@dataclass(frozen=True)
class _Told:
    """Answers on the stays of a question. stay: row among them; unusable: the stage codes of what was left out."""

    stay: NDArray[np.int64]
    at: NDArray[np.int64]
    score: NDArray[np.float64]
    unusable: NDArray[np.int64]


def scores(crowd: Crowd) -> list[Nps]:
    """The score of every stage, in the order of ranks."""
    told = _told(crowd.chosen, crowd.everybody.answers)
    stage = crowd.chosen.stays["stage"][told.stay]
    counts = [_by_stage(crowd, stage[part]) for part in _parts(told)]
    columns = zip(*counts, _by_stage(crowd, told.unusable), strict=True)
    return [of_counts(*ends, left_out=left_out) for *ends, left_out in columns]


def pooled(chosen: Chosen, answers: Answers, at: int) -> Nps:
    """One score of the answers that the scores of all stages count, as they were known at a moment (µs): of each
    respondent the last one on each stage by then."""
    told = _told(chosen, answers.taken(answers.at <= at))
    return of_counts(*(int(part.sum()) for part in _parts(told)), left_out=told.unusable.size)


def respondents(crowd: Crowd, code: int | None) -> Columns:
    """One row per answer that the score of a stage counts, or the pooled one without a stage: its stay, with score;
    first_entered: when it was given."""
    told = _told(crowd.chosen, crowd.everybody.answers)
    stage = crowd.chosen.stays["stage"][told.stay]
    rows = np.ones(stage.size, np.bool_) if code is None else stage == code
    stays = taken(crowd.chosen.stays, told.stay[rows])
    return stays | {"first_entered": told.at[rows], "score": told.score[rows]}


def _parts(told: _Told) -> tuple[Mask, Mask, Mask]:
    """Promoters, passives, detractors."""
    promoters, detractors = told.score >= PROMOTER_FROM, told.score < PASSIVE_FROM
    return promoters, ~promoters & ~detractors, detractors


def _told(chosen: Chosen, answers: Answers) -> _Told:
    stays = chosen.stays
    if not stays["stay"].size:
        none = np.zeros(0, np.int64)
        return _Told(none, none, np.zeros(0), none)
    place = np.minimum(np.searchsorted(stays["stay"], answers.stay), stays["stay"].size - 1)
    is_here = stays["stay"][place] == answers.stay
    score = answers.score
    on_scale = (score >= LEAST) & (score <= MOST) & (score == np.floor(score))
    unusable = stays["stage"][place[is_here & ~on_scale]]
    kept = np.flatnonzero(is_here & on_scale)
    # Answers lie by their moments: of each respondent on a stage the last one stays.
    order = kept[np.lexsort((kept, answers.respondent[kept], stays["stage"][place[kept]]))]
    who, where = answers.respondent[order], stays["stage"][place[order]]
    is_last = np.ones(order.size, np.bool_)
    is_last[:-1] = (who[1:] != who[:-1]) | (where[1:] != where[:-1])
    last = np.sort(order[is_last])
    return _Told(place[last], answers.at[last], score[last], unusable)


def _by_stage(crowd: Crowd, codes: NDArray[np.int64]) -> list[int]:
    stages = len(crowd.chosen.model.stages)
    return [int(n) for n in np.bincount(codes, minlength=FIRST + stages)[FIRST:]]
