"""Every figure of random logs against its slow obvious twin."""

from collections import Counter
from itertools import pairwise
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.dwell import Dwell, dwell
from tropa.analysis.figure import Share
from tropa.analysis.funnel import Conversion, Funnel, funnel
from tropa.analysis.losses import Losses, losses
from tropa.analysis.passages import Passages
from tropa.analysis.paths import lead_times, path_shape, transitions, variants
from tropa.analysis.placed import SECOND
from tropa.analysis.tests import twin, twin_figures
from tropa.analysis.tests.logs import (
    JOURNEYS,
    MOMENTS,
    Row,
    as_twin,
    examples,
    listed,
    model,
    passages_of,
    random_rows,
    told,
    twin_of,
)

Trips = list[list[twin.Visit]]


@examples(16)
@given(random_rows(), st.sampled_from(JOURNEYS), MOMENTS)
def test_figures_are_those_of_the_twins(rows: list[Row], journey: twin.Journey, as_of: int) -> None:
    visits = twin_of(rows, journey, as_of)
    trips = twin.trips(visits)
    with passages_of(rows, model(journey), as_of) as passages:
        assert as_twin(listed(passages.visits)) == told(visits)
        same_funnel(funnel(passages), trips, journey, as_of)
        same_dwell(dwell(passages), trips, journey)
        same_paths(passages, trips, journey)
        found = losses(passages)
        assert found is not None
        same_losses(found, trips, journey, rows=rows, as_of=as_of)


def same_funnel(found: Funnel, trips: Trips, journey: twin.Journey, as_of: int) -> None:
    expected = twin_figures.funnel(trips, journey, as_of)
    for index, (figures, counts) in enumerate(zip(found.stages, expected, strict=True)):
        assert figures.entered == counts.entered
        assert figures.returned == Share.of(counts.returned, counts.entered)
        if index < len(expected) - 1:
            assert figures.to_date == Share.of(counts.reached, counts.entered)
            assert figures.mature == Share.of(counts.mature_reached, counts.mature, none="no_mature_cases")
            assert figures.next_mature == Share.of(counts.mature_next, counts.mature, none="no_mature_cases")
            assert figures.skipped == Share.of(counts.skipped, counts.entered + counts.skipped)
            same_estimate(figures, twin_figures.times_to_next(trips, index), journey.horizon[index] * twin.DAY)
    wrong = {id(trip) for trip in trips for stage in range(len(expected)) if twin_figures.is_out_of_order(trip, stage)}
    assert sum(finding.count for finding in found.findings) == len(wrong)


def same_estimate(figures: Conversion, observed: list[twin_figures.Observed], horizon: float) -> None:
    if not observed:
        assert figures.estimate is None
        return
    reached, left = twin_figures.incidence(observed, horizon)
    if reached + left < 1 - 1e-9 and max(time for time, _ in observed) < horizon:
        assert figures.estimate is None, "nobody was followed up to the horizon"
        return
    assert figures.estimate is not None
    assert figures.estimate.n == len(observed)
    assert figures.estimate.reached == pytest.approx(reached)
    assert figures.estimate.left == pytest.approx(left)
    assert figures.estimate.undecided == pytest.approx(1 - reached - left)
    assert 0 <= figures.estimate.low <= figures.estimate.reached + 1e-9
    assert figures.estimate.reached - 1e-9 <= figures.estimate.high <= 1


def same_dwell(found: tuple[Dwell, ...], trips: Trips, journey: twin.Journey) -> None:
    for stage, figures in enumerate(found):
        observed = twin_figures.dwell(trips, stage)
        ended = [duration for duration, has_ended in observed if has_ended]
        steps = twin_figures.survival(observed)
        expected = [twin_figures.quantile(steps, p) for p in (0.25, 0.5, 0.75, 0.9)]
        assert figures.key == journey.stages[stage]
        assert (figures.completed, figures.open) == (len(ended), len(observed) - len(ended))
        assert figures.mean == (pytest.approx(mean(ended) / SECOND) if ended else None)
        assert [figures.p25, figures.median, figures.p75, figures.p90] == [_seconds(value) for value in expected]
        assert figures.longest == _seconds(max((duration for duration, _ in observed), default=None))
        assert sum(bar.completed for bar in figures.histogram) == figures.completed
        assert sum(bar.open for bar in figures.histogram) == figures.open
        if figures.tail is not None and expected[1] is not None:
            beyond = sum(duration > 3 * expected[1] for duration, _ in observed)
            assert figures.tail.share == Share.of(beyond, len(observed))
            assert len(figures.tail.cases) == min(20, beyond)


def _seconds(microseconds: int | None) -> float | None:
    return None if microseconds is None else microseconds / SECOND


def same_paths(passages: Passages, trips: Trips, journey: twin.Journey) -> None:
    names = journey.stages
    expected = twin_figures.transitions(trips)
    found = transitions(passages.visits)
    assert {(move.source, move.target): move.count for move in found} == {
        (names[source], names[target]): count for (source, target), (count, _, _) in expected.items()
    }
    for move in found:
        source, target = names.index(move.source), names.index(move.target)
        _, median, average = expected[source, target]
        assert (move.median, move.mean) == pytest.approx((median / SECOND, average / SECOND))
        assert move.kind == ("return" if target < source else "forward" if target == source + 1 else "skip")
    ways = variants(passages)
    paths = twin_figures.variants(trips)
    assert (ways.trips, ways.distinct) == (len(trips), len(paths))
    for variant in ways.most_frequent:
        count, endings, middle = paths.pop(tuple(names.index(key) for key in variant.path))
        assert (variant.count, variant.endings) == (count, endings)
        assert variant.median == pytest.approx(middle / SECOND)
    assert paths == {}
    assert sum(variant.share for variant in ways.most_frequent) == pytest.approx(1 if trips else 0)
    shape = path_shape(passages)
    assert shape is not None
    counts = (shape.closed, shape.linear.k, shape.with_return.k, shape.with_skip.k)
    assert counts == twin_figures.shape(trips, journey.won)
    same_lead_times(passages, trips, journey)


def same_lead_times(passages: Passages, trips: Trips, journey: twin.Journey) -> None:
    pairs = list(pairwise(range(len(journey.stages))))
    if journey.won is not None and journey.won > 1:
        pairs.append((0, journey.won))
    found = lead_times(passages)
    assert len(found) == len(pairs)
    for lead, (source, target) in zip(found, pairs, strict=True):
        times = twin_figures.lead_times(trips, source, target)
        assert (lead.source, lead.target) == (journey.stages[source], journey.stages[target])
        assert (lead.count, lead.negative) == (len(times), sum(time < 0 for time in times))
        assert lead.mean == (pytest.approx(mean(times) / SECOND) if times else None)


def same_losses(found: Losses, trips: Trips, journey: twin.Journey, *, rows: list[Row], as_of: int) -> None:
    silences = twin.broken_silences(rows, journey, as_of)
    for stage, figures in enumerate(found.stages):
        explicit, implicit, recovered, (k, n) = twin_figures.stage_losses(
            trips, stage, journey, as_of=as_of, silences=silences
        )
        assert (figures.explicit, figures.implicit, figures.recovered) == (explicit, implicit, recovered)
        assert figures.drop_off == Share.of(k, n, none="no_mature_cases")
        assert figures.severity == pytest.approx((explicit + implicit) * journey.weights[stage])
    points = {(journey.stages.index(point.stage), point.last_type): point for point in found.points}
    assert {at: (point.explicit, point.implicit) for at, point in points.items()} == twin_figures.drop_off_points(trips)
    given = twin_figures.recorded_reasons(rows, journey.lost)
    expected = twin_figures.reasons(trips, given)
    assert {reason.reason: reason.count for reason in found.reasons} == expected
    assert all(reason.share == pytest.approx(reason.count / sum(expected.values())) for reason in found.reasons)


@examples(6)
@given(random_rows(), MOMENTS)
def test_activities_without_a_journey_are_those_of_the_twins(rows: list[Row], as_of: int) -> None:
    visits = twin_of(rows, None, as_of)
    trips = twin.trips(visits)
    with passages_of(rows, None, as_of) as passages:
        names = passages.visits.placed.stages
        found = {stage.key: stage for stage in funnel(passages).stages}
        entered = Counter(stage for trip in trips for stage in {visit.stage for visit in trip})
        assert {names.index(key): stage.entered for key, stage in found.items()} == entered
        assert {stage.mature.reason for stage in found.values()} == {"no_model"}
        assert losses(passages) is None
        assert path_shape(passages) is None
        assert lead_times(passages) == ()
        moves = {(names.index(move.source), names.index(move.target)): move for move in transitions(passages.visits)}
        expected = twin_figures.transitions(trips)
        assert {at: move.count for at, move in moves.items()} == {at: count for at, (count, _, _) in expected.items()}
        assert {move.kind for move in moves.values()} <= {"none"}
        paths = {variant.path: variant.count for variant in variants(passages).most_frequent}
        assert paths == {
            tuple(names[stage] for stage in path): count for path, (count, _, _) in twin_figures.variants(trips).items()
        }
        for stage, figures in enumerate(dwell(passages)):
            steps = twin_figures.survival(twin_figures.dwell(trips, stage))
            assert figures.median == _seconds(twin_figures.quantile(steps, 0.5))
