"""Questions of this room, answered in the figures process (tropa.config.figures): an engine and plain values in, plain
values out.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tropa.analysis.chosen import counting, groups
from tropa.analysis.chosen.rows import Mask
from tropa.analysis.dwell import named
from tropa.analysis.figure import Finding
from tropa.analysis.placed import COMPLETED, LOST
from tropa.analysis.visits import DROPPED, OPEN
from tropa.engine import Engine
from tropa.insights.answered import scores
from tropa.insights.asked import Asked
from tropa.insights.counted import Counted, Point, Split, StageCounted
from tropa.insights.crowd import Crowd, crowd_of
from tropa.insights.headlines import Moments, headlines
from tropa.insights.money import money_of
from tropa.insights.question import Question
from tropa.insights.rows import Listing, Rows, found_rows
from tropa.insights.selecting import selected


def counted(engine: Engine, *, question: Question, as_of_us: int) -> Counted:
    """Every figure of a question, at once."""
    crowd = crowd_of(engine, question, as_of_us)
    chosen, trips = crowd.chosen, crowd.chosen.trips
    moments = Moments.of(crowd.everybody, money_of(crowd.version, crowd.everybody))
    before, window = None, question.window_before
    if window is not None:
        at = as_of_us - (question.window[0] - window[0])
        # Its last day was as unfinished then as today is now: who began later that day was not known yet.
        before = headlines(crowd.people.entered(window[0], min(window[1], at + 1)), moments, at)
    return Counted(
        as_of_us=as_of_us,
        first_us=int(crowd.people.trips["started"].min()) if crowd.people.trips["started"].size else None,
        trips=_split(crowd, trips["case"]),
        open_trips=_split(crowd, trips["case"][trips["ended_how"] == OPEN]),
        stages=_stages(crowd),
        points=_points(crowd),
        reasons=counting.reasons(chosen, crowd.everybody.reason, crowd.everybody.reasons),
        variants=counting.variants(chosen),
        transitions=counting.transitions(chosen),
        now=headlines(chosen, moments, as_of_us),
        before=before,
        findings=_findings(crowd, question),
    )


def _split(crowd: Crowd, case: NDArray[Any]) -> Split:
    unknown = int(crowd.unknown[case].sum())
    return Split(int(case.size) - unknown, unknown)


def _by_stage(crowd: Crowd, mask: Mask | None = None) -> list[Split]:
    chosen = crowd.chosen
    unknown = crowd.unknown[chosen.stays["case"]]
    everywhere = np.ones(unknown.size, np.bool_) if mask is None else mask
    known = counting.by_stage(chosen, everywhere & ~unknown).tolist()
    return [Split(*pair) for pair in zip(known, counting.by_stage(chosen, everywhere & unknown).tolist(), strict=True)]


def _stages(crowd: Crowd) -> tuple[StageCounted, ...]:
    chosen = crowd.chosen
    stays = chosen.stays
    figures, tails = counting.time_on_stage(chosen)
    names = [str(unit) for tail in tails for unit in crowd.everybody.units[tail].tolist()]
    columns = zip(
        counting.conversion(chosen),
        named(figures, tails, names),
        counting.losses_of_stages(chosen, stays["silences"]),
        scores(crowd),
        _by_stage(crowd),
        _by_stage(crowd, groups.reached(stays)),
        *(_by_stage(crowd, groups.ended(stays, how)) for how in (OPEN, LOST, DROPPED, COMPLETED)),
        strict=True,
    )
    return tuple(
        StageCounted(
            conversion.key, entered, reached, here, lost, dropped, completed, conversion.to_date, conversion.mature,
            conversion.next_mature, conversion.estimate, conversion.skipped, conversion.returned, time, losses.drop_off,
            losses.recovered, nps,
        )
        for conversion, time, losses, nps, entered, reached, here, lost, dropped, completed in columns
    )  # fmt: skip


def _points(crowd: Crowd) -> tuple[Point, ...]:
    chosen = crowd.chosen
    unknown = crowd.unknown[chosen.stays["case"]]
    lost, dropped = groups.ended(chosen.stays, LOST), groups.ended(chosen.stays, DROPPED)
    known_lost, unknown_lost = counting.points(chosen, lost & ~unknown), counting.points(chosen, lost & unknown)
    known_silent, silent = counting.points(chosen, dropped & ~unknown), counting.points(chosen, dropped & unknown)
    places = known_lost | unknown_lost | known_silent | silent
    return tuple(
        Point(
            *place,
            Split(known_lost.get(place, 0), unknown_lost.get(place, 0)),
            Split(known_silent.get(place, 0), silent.get(place, 0)),
        )
        for place in sorted(places)
    )


def _findings(crowd: Crowd, question: Question) -> tuple[Finding, ...]:
    unsure = int(crowd.chosen.visits["unsure"].sum())
    found = [Finding("out_of_order", counting.out_of_order(crowd.chosen)), Finding("unsure_moments", unsure)]
    if question.is_everybody:
        found.append(Finding("never_on_a_stage", crowd.everybody.nowhere))
    return tuple(finding for finding in found if finding.count)


def rows_behind(
    engine: Engine,
    *,
    question: Question,
    as_of_us: int,
    asked: Asked,
    words: str = "",
    sort: str = "",
    page: int = 1,
    size: int | None = None,
) -> Rows:
    """The trips (or their stays, or moves) behind a figure: of all of them a page, or everything when size is None.

    words: what the names of the units must hold. sort: a key of rows.SORTS, with a minus when descending.
    """
    crowd = crowd_of(engine, question, as_of_us)
    moments = Moments.of(crowd.everybody, money_of(crowd.version, crowd.everybody))
    return found_rows(crowd, selected(crowd, asked, moments), moments, Listing(words, sort, page, size))
