"""Comparing cohorts: the worked values of metrics.md 6.2 and the trend alert of 1.1."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.figure import Share
from tropa.analysis.tests.logs import Row, model, passages_of, touches
from tropa.analysis.tests.twin import DAY, Journey
from tropa.analysis.trend import Cohort, fisher, latest_alert, monthly_cohorts, trend_alert, two_proportions

# statsmodels imports scipy and patsy modules that announce their own removals.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.mark.parametrize(
    ("a", "b", "z", "p", "points"),
    [
        ((120, 1_000), (150, 1_000), 1.9630, 0.0496, (3.0, 0.01, 5.99)),
        ((40, 200), (60, 200), 2.3094, 0.0209, (10.0, 1.57, 18.43)),
    ],
)
def test_two_proportions_of_the_worked_examples(
    a: tuple[int, int], b: tuple[int, int], z: float, p: float, points: tuple[float, float, float]
) -> None:
    found = two_proportions(*a, *b)
    assert (found.z, found.p) == pytest.approx((z, p), abs=5e-5)
    percent = [100 * value for value in (found.difference, found.low, found.high)]
    assert percent == pytest.approx(points, abs=5e-3)
    assert not found.exact


def test_fisher_of_the_worked_examples() -> None:
    small = two_proportions(1, 8, 6, 8)
    assert small.exact
    assert (small.p, fisher(3, 20, 9, 20)) == pytest.approx((0.0406, 0.0824), abs=5e-5)


COUNTS = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS, COUNTS)
def test_two_proportions_are_those_of_statsmodels_and_scipy(a: tuple[int, int], b: tuple[int, int]) -> None:
    from scipy.stats import fisher_exact
    from statsmodels.stats.proportion import proportions_ztest

    found = two_proportions(*a, *b)
    if found.exact:
        table = np.array([[a[0], a[1] - a[0]], [b[0], b[1] - b[0]]])
        assert found.p == pytest.approx(fisher_exact(table).pvalue, abs=1e-9)
    else:
        z, p = proportions_ztest([b[0], a[0]], [b[1], a[1]])
        assert (found.z, found.p) == pytest.approx((z, p), abs=1e-9)
    assert found.low <= found.difference <= found.high


def test_equal_cohorts_without_any_conversion_do_not_differ() -> None:
    found = two_proportions(0, 50, 0, 50)
    assert (found.difference, found.z, found.p) == pytest.approx((0, 0, 1))


def test_nothing_cannot_be_compared() -> None:
    with pytest.raises(ValueError, match="n > 0"):
        two_proportions(0, 0, 1, 2)


def test_an_alert_needs_thirty_on_both_sides_and_a_small_p() -> None:
    before = [Share.of(10, 20)] * 4
    fall, rise = trend_alert(Share.of(3, 30), before), trend_alert(Share.of(28, 30), before)
    assert fall is not None
    assert rise is not None
    assert (fall.direction, rise.direction) == ("fall", "rise")
    assert fall.comparison.difference == pytest.approx(-0.4)
    assert trend_alert(Share.of(0, 29), before) is None
    assert trend_alert(Share.of(3, 30), [Share.of(20, 29)]) is None
    assert trend_alert(Share.of(12, 30), before) is None


JOURNEY = Journey(("lead", "deal"), horizon=(20, 20), silence=(500, 500))
JANUARY, APRIL = 18_262, 18_353  # days of 2020-01-01 and 2020-04-01 since the epoch


def entries(month: str, start: int, n: int, k: int) -> list[Row]:
    """n cases that enter on the first of the month, k of them reach the deal on the twentieth day."""
    rows: list[Row] = []
    for number in range(n):
        rows += touches(f"{month}-{number:03}", (start, "lead"), *([(start + 20, "deal")] if number < k else []))
    return rows


def test_cohorts_are_cut_by_the_month_of_first_entry_and_only_mature_ones_count() -> None:
    rows = entries("jan", JANUARY, 4, 3) + entries("mar", JANUARY + 60, 2, 1) + entries("apr", APRIL, 5, 5)
    rows += touches("late", (JANUARY + 5, "lead"), (JANUARY + 26, "deal"))
    rows += touches("again", (JANUARY + 6, "lead"), (JANUARY + 7, "deal"), (APRIL, "lead"))
    with passages_of(rows, model(JOURNEY), (APRIL + 30 + 20) * DAY - 1) as passages:
        found = monthly_cohorts(passages, "lead")
        assert monthly_cohorts(passages, "deal") == ()
    assert found == (
        Cohort("2020-01", Share.of(4, 6)),
        Cohort("2020-02", Share.of(0, 0)),
        Cohort("2020-03", Share.of(1, 2)),
    )
    with passages_of(rows, model(JOURNEY), (APRIL + 30 + 20) * DAY) as passages:
        assert [cohort.month for cohort in monthly_cohorts(passages, "lead")][-1] == "2020-04"


def test_months_are_cut_in_the_time_zone() -> None:
    rows = touches("evening", (APRIL - 2 / 24, "lead")) + touches("end", (APRIL + 200, "lead"))
    with passages_of(rows, model(JOURNEY)) as passages:
        assert monthly_cohorts(passages, "lead")[0] == Cohort("2020-03", Share.of(0, 1))
        assert monthly_cohorts(passages, "lead", timezone="Europe/Moscow")[0] == Cohort("2020-04", Share.of(0, 1))


def test_the_latest_mature_cohort_is_compared_with_the_four_before_it() -> None:
    starts = [JANUARY + day for day in (-31, 0, 31, 60, 91, 121)]
    rows = [row for i, start in enumerate(starts) for row in entries(f"m{i}", start, 32, (0, 16, 16, 16, 16, 4)[i])]
    with passages_of(rows, model(JOURNEY), (JANUARY + 121 + 31 + 20) * DAY) as passages:
        cohorts = monthly_cohorts(passages, "lead")
    assert [cohort.share.k for cohort in cohorts] == [0, 16, 16, 16, 16, 4]
    found = latest_alert(cohorts)
    assert found is not None
    # The empty month of six before is no part of the comparison: 64 of 128, not 64 of 160.
    assert found.comparison.difference == pytest.approx(4 / 32 - 64 / 128)
    assert latest_alert(()) is None


def test_nothing_to_compare_without_a_journey_or_without_entries() -> None:
    with passages_of(touches("k", (0, "lead"), (90, "deal")), None) as passages:
        assert monthly_cohorts(passages, "lead") == ()
    with passages_of(touches("k", (0, "note")), model(JOURNEY)) as passages:
        assert monthly_cohorts(passages, "lead") == ()
