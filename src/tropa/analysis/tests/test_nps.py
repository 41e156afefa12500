"""NPS against the worked examples of the reference (metrics.md 2.1)."""

from math import nan, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.nps import Nps, answers_wanted, difference, nps, of_counts, variance


def test_hundred_answers() -> None:
    """50 promoters, 30 passives, 20 detractors: +30 with a margin of 15.31."""
    found = nps([9] * 25 + [10] * 25 + [7] * 15 + [8] * 15 + [6] * 10 + [0] * 10)
    assert (found.promoters, found.passives, found.detractors, found.n) == (50, 30, 20, 100)
    assert found.value == found.centre == 30
    assert variance(50, 20, 100) == pytest.approx(0.61)
    assert 100 * sqrt(variance(50, 20, 100) / 100) == pytest.approx(7.81, abs=0.005)
    assert found.margin == pytest.approx(15.31, abs=0.005)
    assert found.low == pytest.approx(14.7, abs=0.05)
    assert found.high == pytest.approx(45.3, abs=0.05)
    assert not found.is_few


def test_few_customers_narrow_the_margin() -> None:
    found, plain = of_counts(50, 30, 20, customers=150), of_counts(50, 30, 20)
    assert found.margin is not None
    assert plain.margin is not None
    assert found.margin / plain.margin == pytest.approx(0.57928, abs=0.000005)
    assert found.margin == pytest.approx(8.87, abs=0.005)
    assert of_counts(50, 30, 20, customers=100).margin == 0
    assert of_counts(1, 0, 0, customers=1).margin == 0


def test_ten_answers_are_adjusted() -> None:
    found = of_counts(6, 3, 1)
    assert found.value == 50
    assert 100 * 1.959964 * sqrt(variance(6, 1, 10) / 10) == pytest.approx(41.58, abs=0.005)
    assert found.centre == pytest.approx(38.46, abs=0.005)
    assert found.margin == pytest.approx(38.66, abs=0.005)
    assert found.low == pytest.approx(-0.2, abs=0.05)
    assert found.high == pytest.approx(77.1, abs=0.05)
    assert found.is_few


def test_answers_wanted() -> None:
    assert pytest.approx(234.33, abs=0.005) == 0.61 * (100 * 1.959964 / 10) ** 2
    assert answers_wanted(0.61, 10) == 235


def test_two_cohorts_that_look_far_apart() -> None:
    found = difference(of_counts(50, 30, 20), of_counts(40, 30, 30))
    assert found is not None
    assert found.points == 20
    assert found.error == pytest.approx(11.40, abs=0.005)
    assert found.z == pytest.approx(1.754, abs=0.0005)
    assert found.p == pytest.approx(0.079, abs=0.0005)
    assert difference(of_counts(50, 30, 20), of_counts(0, 0, 0)) is None
    assert difference(of_counts(5, 0, 0), of_counts(3, 0, 0)) is None


def test_nobody_answered() -> None:
    """No data and not 0."""
    assert nps([]) == Nps(0, 0, 0, reason="no_cases")
    assert nps([None, 11, -1]).value is None
    assert nps([None, 11, -1]).left_out == 3


def test_what_is_no_answer_is_left_out_and_counted() -> None:
    found = nps([10, None, nan, 11, -1, 8.5, 0])
    assert (found.promoters, found.passives, found.detractors) == (1, 0, 1)
    assert found.left_out == 5
    assert found.value == 0


def test_counts_that_cannot_be() -> None:
    with pytest.raises(ValueError, match="customers"):
        of_counts(2, 0, 0, customers=1)
    with pytest.raises(ValueError, match="-1"):
        of_counts(-1, 0, 2)


@given(st.lists(st.one_of(st.none(), st.integers(-2, 12)), max_size=200))
def test_score_lies_in_its_scale(scores: list[int | None]) -> None:
    found = nps(scores)
    assert found.n + found.left_out == len(scores)
    if found.value is None:
        assert found.n == 0
    else:
        assert found.low is not None
        assert found.high is not None
        assert -100 <= found.low <= found.high <= 100
        assert -100 <= found.value <= 100
        mirrored = nps([None if score is None else _mirror(score) for score in scores])
        assert mirrored.promoters + mirrored.detractors == found.promoters + found.detractors


def _mirror(score: int) -> int:
    """A promoter for a detractor and back; anything else stays."""
    if 0 <= score < 7:
        return 10
    return 0 if score in (9, 10) else score
