"""Shares and their intervals: the conventions of metrics.md section 0."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.figure import Share, wilson

# statsmodels imports scipy and patsy modules that announce their own removals.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.mark.parametrize(
    ("k", "n", "low", "high"), [(4, 8, 0.2152, 0.7848), (42, 50, 0.7149, 0.9166), (12, 40, 0.1807, 0.4543)]
)
def test_wilson_interval_of_the_worked_examples(k: int, n: int, low: float, high: float) -> None:
    share = Share.of(k, n)
    assert share.value == k / n
    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)


def test_division_by_zero_is_no_data() -> None:
    share = Share.of(0, 0)
    assert (share.k, share.n, share.value, share.low, share.high) == (0, 0, None, None, None)
    assert share.reason == "no_cases"


def test_nobody_and_everybody_still_have_an_interval() -> None:
    nobody, everybody = Share.of(0, 5), Share.of(5, 5)
    assert (nobody.low, everybody.high) == (0.0, 1.0)
    assert (nobody.high, everybody.low) == pytest.approx((0.4345, 0.5655), abs=5e-5)


@pytest.mark.parametrize(
    ("n", "few", "counts_only"), [(9, True, True), (10, True, False), (29, True, False), (30, False, False)]
)
def test_small_denominators_are_marked(n: int, few: bool, counts_only: bool) -> None:
    share = Share.of(1, n)
    assert (share.is_few, share.counts_only) == (few, counts_only)


@pytest.mark.parametrize(("k", "n"), [(-1, 5), (6, 5), (0, 0)])
def test_impossible_counts_are_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match="needed 0 <= k <= n"):
        wilson(k, n)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_is_that_of_statsmodels(counts: tuple[int, int]) -> None:
    from statsmodels.stats.proportion import proportion_confint

    k, n = counts
    low, high = wilson(k, n)
    assert 0 <= low <= k / n <= high <= 1
    expected = proportion_confint(k, n, alpha=0.05, method="wilson")
    assert (low, high) == pytest.approx(expected, abs=1e-6)
