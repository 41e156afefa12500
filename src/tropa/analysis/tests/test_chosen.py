"""Figures over arrays against the engine's; a choice of cases against a log of nobody else; a period against loops."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis import funnel, losses, transitions, variants
from tropa.analysis.chosen import Chosen, chosen, counting, groups
from tropa.analysis.dwell import dwell, named
from tropa.analysis.figure import Share
from tropa.analysis.losses import Losses
from tropa.analysis.passages import Passages
from tropa.analysis.paths import path_shape
from tropa.analysis.placed import COMPLETED, FIRST, LOST
from tropa.analysis.tests import twin, twin_figures
from tropa.analysis.tests.logs import (
    JOURNEYS,
    MOMENTS,
    Row,
    examples,
    listed,
    model,
    passages_of,
    random_rows,
    touches,
    twin_of,
)
from tropa.analysis.visits import DROPPED, OPEN

HALF_DAYS = st.integers(-1, 60)


def test_trips_of_a_small_log_are_counted() -> None:
    rows = [*touches("k1", (0, "a"), (2, "b")), *touches("k2", (1, "a"))]
    with passages_of(rows, model(JOURNEYS[0]), 3 * twin.DAY) as passages:
        found = chosen(passages.visits)
    assert [(stage.entered, stage.reached) for stage in counting.conversion(found)] == [
        (2, 1),
        (1, 0),
        (0, 0),
        (0, None),
    ]
    only_second = found.of_cases(np.array([False, True]))
    assert [stage.entered for stage in counting.conversion(only_second)] == [1, 0, 0, 0]
    late = found.entered(twin.DAY, 10 * twin.DAY)
    assert [stage.entered for stage in counting.conversion(late)] == [1, 1, 0, 0]
    assert late.trips["case"].tolist() == [1], "the other trip began before; only its stay on b lies in the period"


@examples(12)
@given(random_rows(), st.sampled_from(JOURNEYS), MOMENTS)
def test_figures_are_those_of_the_engine(rows: list[Row], journey: twin.Journey, as_of: int) -> None:
    with passages_of(rows, model(journey), as_of) as passages:
        same_figures(chosen(passages.visits), passages)


@examples(8)
@given(random_rows(), st.sampled_from(JOURNEYS), MOMENTS, st.sets(st.integers(0, 6)))
def test_chosen_cases_give_the_figures_of_a_log_of_theirs(
    rows: list[Row], journey: twin.Journey, as_of: int, wanted: set[int]
) -> None:
    names = {f"k{number}" for number in wanted}
    theirs = [row for row in rows if row["case_id"] in names and twin.moment(row) <= as_of]
    if not theirs:
        return
    with passages_of(rows, model(journey), as_of) as passages:
        ids = passages.engine.run(passages.visits.placed.cases.order_by("case"))["case_id"].to_pylist()
        found = chosen(passages.visits).of_cases(np.array([each in names for each in ids]))
    with passages_of(theirs, model(journey), as_of) as alone:
        same_figures(found, alone)


def same_figures(found: Chosen, passages: Passages) -> None:
    assert counting.conversion(found) == funnel(passages).stages
    figures, tails = counting.time_on_stage(found)
    expected = dwell(passages)
    tail_sizes = [0 if time.tail is None else len(time.tail.cases) for time in expected]
    assert [tail.size for tail in tails] == tail_sizes
    names = [name for time in expected if time.tail is not None for name in time.tail.cases]
    assert named(figures, tails, names) == expected
    assert counting.transitions(found) == transitions(passages.visits)
    assert counting.variants(found) == variants(passages)
    same_losses(found, losses(passages))
    shape = path_shape(passages)
    won = next((code for code, stage in enumerate(found.model.stages, FIRST) if stage.won), None)
    if won is not None and shape is not None:
        closed = (found.trips["ended_how"] != OPEN) | groups.bought(found.trips, won)
        assert int(closed.sum()) == shape.closed
    assert counting.out_of_order(found) == sum(finding.count for finding in funnel(passages).findings)


def same_losses(found: Chosen, expected: Losses | None) -> None:
    assert expected is not None
    none = np.zeros(found.stays["trip"].size, np.int64)
    for ours, theirs in zip(counting.losses_of_stages(found, none), expected.stages, strict=True):
        assert (ours.explicit, ours.implicit, ours.drop_off) == (theirs.explicit, theirs.implicit, theirs.drop_off)
        assert ours.severity == theirs.severity
        assert ours.recovered <= theirs.recovered
    points = {(point.stage, point.last_type): (point.explicit, point.implicit) for point in expected.points}
    explicit = counting.points(found, groups.ended(found.stays, LOST))
    implicit = counting.points(found, groups.ended(found.stays, DROPPED))
    assert {at: (explicit.get(at, 0), implicit.get(at, 0)) for at in explicit | implicit} == points
    lost = int((found.trips["ended_how"] == LOST).sum())
    unknown = counting.reasons(found, np.full(int(found.trips["trip"].max(initial=-1)) + 1, -1), ())
    assert sum(reason.count for reason in unknown) == lost == sum(reason.count for reason in expected.reasons)


@examples(12)
@given(random_rows(), st.sampled_from(JOURNEYS), MOMENTS, HALF_DAYS, HALF_DAYS)
def test_a_period_is_that_of_loops_over_the_trips(
    rows: list[Row], journey: twin.Journey, as_of: int, first: int, behind: int
) -> None:
    trips = twin.trips(twin_of(rows, journey, as_of))
    window = range(first * twin.DAY // 2, behind * twin.DAY // 2)
    with passages_of(rows, model(journey), as_of) as passages:
        found = chosen(passages.visits).entered(window.start, window.stop)
    began = [trip for trip in trips if trip[0].entered in window]
    assert found.trips["trip"].size == len(began)
    assert sum(variant.count for variant in counting.variants(found).most_frequent) == len(began)
    moves = {
        (FIRST + source, FIRST + target): n for (source, target), (n, *_) in twin_figures.transitions(began).items()
    }
    stages = [stage.key for stage in found.model.stages]
    assert {
        (FIRST + stages.index(move.source), FIRST + stages.index(move.target)): move.count
        for move in counting.transitions(found)
    } == moves
    figures, times = counting.conversion(found), counting.time_on_stage(found)[0]
    for stage in range(len(stages)):
        cohort = [trip for trip in trips if entered_in(trip, stage, window)]
        counts = twin_figures.funnel(cohort, journey, as_of)[stage]
        assert figures[stage].entered == counts.entered == len(cohort)
        observed = twin_figures.dwell(cohort, stage)
        assert (times[stage].completed, times[stage].open) == (
            sum(ended for _, ended in observed),
            sum(not ended for _, ended in observed),
        )
        same_ends(found, stage, cohort)
        if stage < len(stages) - 1:
            assert figures[stage].to_date == Share.of(counts.reached, counts.entered)
            assert figures[stage].mature == Share.of(counts.mature_reached, counts.mature, none="no_mature_cases")
            skipped = sum(skipped_in(trip, stage, window) for trip in trips)
            assert figures[stage].skipped == Share.of(skipped, counts.entered + skipped)


def entered_in(trip: twin_figures.Trip, stage: int, window: range) -> bool:
    first = twin_figures.first_entry(trip, stage)
    return first is not None and trip[first].entered in window


def skipped_in(trip: twin_figures.Trip, stage: int, window: range) -> bool:
    """It passed the stage over, and entered the last stage below it in the window."""
    below = max((visit.stage for visit in trip if visit.stage < stage), default=None)
    return below is not None and twin_figures.passed_over(trip, stage) and entered_in(trip, below, window)


def same_ends(found: Chosen, stage: int, cohort: list[list[twin.Visit]]) -> None:
    for word, how in (("open", OPEN), ("lost", LOST), ("dropped", DROPPED), ("completed", COMPLETED)):
        ended = counting.by_stage(found, groups.ended(found.stays, how))[stage]
        assert ended == sum(twin_figures.ending(trip) == word and trip[-1].stage == stage for trip in cohort)


@examples(8)
@given(random_rows(), st.sampled_from(JOURNEYS), MOMENTS)
def test_those_who_went_a_way_are_found(rows: list[Row], journey: twin.Journey, as_of: int) -> None:
    with passages_of(rows, model(journey), as_of) as passages:
        found, visits = chosen(passages.visits), listed(passages.visits)
    codes = {stage.key: code for code, stage in enumerate(found.model.stages, FIRST)}
    for variant in counting.variants(found).most_frequent:
        assert int(groups.went(found, [codes[key] for key in variant.path]).sum()) == variant.count
    assert not groups.went(found, []).any()
    for source in codes.values():
        for target in codes.values():
            expected = sum((row["stage"], row["left_to"]) == (source, target) for row in visits)
            assert int(groups.moved(found.visits, source, target).sum()) == expected
