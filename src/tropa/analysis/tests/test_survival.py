"""Kaplan-Meier and Aalen-Johansen: the worked examples of metrics.md 1.1 and 1.2, and other programs as oracles."""

import math
import warnings
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.survival import CENSORED, LEFT, REACHED, aalen_johansen, kaplan_meier
from tropa.analysis.tests import twin_figures

# lifelines imports autograd and pandas features that announce their own removals.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")

DURATIONS = np.array([2, 4, 4, 6, 9, 12])
ENDED = np.array([True, True, False, True, False, True])
OBSERVED = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=40)


def test_kaplan_meier_of_the_worked_example() -> None:
    curve = kaplan_meier(DURATIONS, ENDED)
    assert curve.times.tolist() == [2, 4, 6, 12]
    assert curve.at_risk.tolist() == [6, 5, 3, 1]
    assert curve.exits.tolist() == [1, 1, 1, 1]
    assert curve.survival == pytest.approx([0.8333, 0.6667, 0.4444, 0], abs=5e-5)
    assert curve.se[:3] == pytest.approx([0.1521, 0.1925, 0.2222], abs=5e-5)
    assert math.isnan(curve.se[3])
    assert curve.quantile(0.5) == 6


def test_a_curve_that_stays_above_a_half_has_no_median() -> None:
    curve = kaplan_meier(np.array([3, 5, 7, 7]), np.array([True, False, False, False]))
    assert curve.quantile(0.5) is None
    assert curve.quantile(0.25) == 3
    assert curve.longest == 7


def test_nothing_has_no_curve() -> None:
    curve = kaplan_meier(np.zeros(0, np.int64), np.zeros(0, np.bool_))
    assert (curve.times.size, curve.longest, curve.quantile(0.5)) == (0, None, None)
    assert curve.median_interval() == (None, None)
    assert aalen_johansen(np.zeros(0, np.int64), np.zeros(0, np.int8), 60) is None


def test_one_finished_stay_bounds_no_median() -> None:
    assert kaplan_meier(np.array([5]), np.array([True])).median_interval() == (None, None)
    assert kaplan_meier(np.array([5, 5, 5]), np.array([True, True, True])).median_interval() == (None, None)


def test_aalen_johansen_of_the_worked_example() -> None:
    """The ten journeys of section 1.1: 4 and 8 are cut at day 60 by the horizon, 9 on day 30 by today."""
    days = np.array([20, 50, 30, 75, 40, 55, 45, 61, 30, 10])
    kinds = np.array(
        [REACHED, REACHED, LEFT, REACHED, REACHED, REACHED, LEFT, CENSORED, CENSORED, REACHED], dtype=np.int8
    )
    found = aalen_johansen(days, kinds, 60)
    assert found is not None
    assert found.n == 10
    assert (found.reached, found.left, found.undecided) == pytest.approx((33 / 60, 13 / 60, 14 / 60))


@pytest.mark.parametrize("kind", [REACHED, LEFT, CENSORED])
def test_an_estimate_at_the_edge_still_has_an_interval(kind: int) -> None:
    found = aalen_johansen(np.array([1, 2, 3]), np.full(3, kind, np.int8), 10)
    assert found is not None
    edge = 1.0 if kind == REACHED else 0.0
    assert found.reached == pytest.approx(edge)
    assert (found.low, found.high) == pytest.approx((edge * 0.4385, edge or 0.5615), abs=5e-5)


def test_intervals_hold_for_millions() -> None:
    n = 3_000_000
    kinds = np.where(np.arange(n) % 4 == 0, REACHED, LEFT).astype(np.int8)
    found = aalen_johansen(np.ones(n, np.int64), kinds, 10)
    assert found is not None
    spread = 1.959964 * math.sqrt(0.25 * 0.75 / n)
    assert (found.low, found.high) == pytest.approx((0.25 - spread, 0.25 + spread), abs=1e-5)


@given(OBSERVED)
def test_kaplan_meier_is_that_of_lifelines(observed: Sequence[tuple[int, bool]]) -> None:
    from lifelines import KaplanMeierFitter

    durations = np.array([duration for duration, _ in observed])
    ended = np.array([has_ended for _, has_ended in observed])
    curve = kaplan_meier(durations, ended)
    oracle = KaplanMeierFitter().fit(durations, ended)
    for at, survival, se in zip(curve.times.tolist(), curve.survival.tolist(), curve.se.tolist(), strict=True):
        assert survival == pytest.approx(float(oracle.predict(at)), abs=1e-9)
        if 0 < survival < 1:
            greenwood = survival * math.sqrt(oracle._cumulative_sq_.loc[at].item())
            assert se == pytest.approx(greenwood, rel=1e-9)
    # lifelines adds logarithms, so a curve that falls to exactly a half may miss it by rounding.
    if not np.isclose(curve.survival, 0.5).any():
        median = curve.quantile(0.5)
        assert median == (None if math.isinf(oracle.median_survival_time_) else oracle.median_survival_time_)


@given(OBSERVED)
def test_the_interval_of_the_median_is_that_of_lifelines(observed: Sequence[tuple[int, bool]]) -> None:
    """Up to the last step of a curve that falls to zero: lifelines takes its error there as zero, we as unknown."""
    from lifelines import KaplanMeierFitter

    durations = np.array([duration for duration, _ in observed])
    ended = np.array([has_ended for _, has_ended in observed])
    bounds = KaplanMeierFitter().fit(durations, ended).confidence_interval_
    known = [(at, low, high) for at, (low, high) in zip(bounds.index, bounds.to_numpy(), strict=True) if high > 0]
    low = next((at for at, lower, _ in known if lower <= 0.5), None)
    high = next((at for at, _, upper in known if upper <= 0.5), None)
    assert kaplan_meier(durations, ended).median_interval() == (low, high)


@given(OBSERVED)
def test_kaplan_meier_is_that_of_its_twin(observed: list[tuple[int, bool]]) -> None:
    curve = kaplan_meier(np.array([d for d, _ in observed]), np.array([e for _, e in observed]))
    steps = twin_figures.survival(observed)
    assert curve.times.tolist() == [at for at, _ in steps]
    assert curve.survival == pytest.approx([share for _, share in steps])


# Distinct durations: lifelines shakes ties apart at random before it starts.
DISTINCT = st.lists(
    st.tuples(st.integers(1, 500), st.sampled_from((CENSORED, REACHED, LEFT))),
    min_size=3,
    max_size=40,
    unique_by=lambda one: one[0],
).filter(lambda told: any(kind == REACHED for _, kind in told))


@given(DISTINCT)
def test_aalen_johansen_is_that_of_lifelines(observed: Sequence[tuple[int, int]]) -> None:
    from lifelines import AalenJohansenFitter

    durations, kinds = np.array([d for d, _ in observed]), np.array([k for _, k in observed], np.int8)
    with warnings.catch_warnings():
        # pandas 3 warns about a chained assignment inside of lifelines.
        warnings.simplefilter("ignore")
        oracle = AalenJohansenFitter(calculate_variance=True).fit(durations, kinds, event_of_interest=REACHED)
    for horizon in (0, int(np.median(durations)), 500):
        found = aalen_johansen(durations, kinds, horizon)
        assert found is not None
        density = oracle.cumulative_density_
        assert found.reached == pytest.approx(density[density.index <= horizon].iloc[-1].item(), abs=1e-9)
        assert found.reached + found.left + found.undecided == pytest.approx(1)
        assert 0 <= found.low <= found.reached + 1e-9
        assert found.reached - 1e-9 <= found.high <= 1


@given(
    st.lists(st.tuples(st.integers(0, 9), st.sampled_from(("censored", "reached", "left"))), min_size=1, max_size=30),
    st.integers(0, 10),
)
def test_aalen_johansen_is_that_of_its_twin(observed: list[tuple[int, str]], horizon: int) -> None:
    codes = {"censored": CENSORED, "reached": REACHED, "left": LEFT}
    kinds = np.array([codes[kind] for _, kind in observed], np.int8)
    found = aalen_johansen(np.array([d for d, _ in observed]), kinds, horizon)
    assert found is not None
    assert (found.reached, found.left) == pytest.approx(twin_figures.incidence(observed, horizon))
