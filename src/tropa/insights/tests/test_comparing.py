"""Comparisons: with a target, and with the period before."""

from dataclasses import replace

import pytest

from tropa.analysis.figure import Share
from tropa.analysis.nps import of_counts
from tropa.insights.comparing import compared, of_money, of_scores, of_shares, of_times
from tropa.insights.counted import Money, Times
from tropa.insights.figures import Figure


def share(k: int, n: int) -> Figure:
    found = Share.of(k, n)
    return Figure(found.k, found.n, found.value, found.low, found.high)


@pytest.mark.parametrize(
    ("value", "target", "n", "more_is_better", "word"),
    [
        (0.25, 0.25, 30, True, "good"),
        (0.245, 0.25, 30, True, "good"),
        (0.24, 0.25, 30, True, "warn"),
        (0.2125, 0.25, 30, True, "warn"),
        (0.21, 0.25, 30, True, "bad"),
        (0.9, 0.25, 30, True, "good"),
        (0.1, 0.25, 29, True, "few"),
        (30.6, 30, 30, False, "good"),
        (34.5, 30, 30, False, "warn"),
        (35, 30, 30, False, "bad"),
        (1, 30, 30, False, "good"),
        (None, 30, 30, False, "none"),
        (35, None, 30, False, "none"),
        (0.2, 0.25, None, True, "few"),
    ],
)
def test_a_figure_is_compared_with_its_target(
    value: float | None, target: float | None, n: int | None, more_is_better: bool, word: str
) -> None:
    assert compared(value, target, n, more_is_better=more_is_better) == word


def test_a_share_moved_only_where_chance_would_not_move_it() -> None:
    assert of_shares(share(60, 100), share(30, 100)).moved == "better"
    assert of_shares(share(30, 100), share(60, 100)).moved == "worse"
    assert of_shares(share(33, 100), share(30, 100)).moved == "flat"
    few = of_shares(share(20, 29), share(30, 100))
    assert (few.moved, few.reason, few.before) == (None, "few", 0.3)
    assert of_shares(share(1, 40), replace(share(1, 40), k=None, n=0)).reason == "no_cases"


def test_a_median_moved_only_outside_of_its_error() -> None:
    before = Times(100, 30.0, 28.0, 32.0)
    assert of_times(Times(100, 40.0, 38.0, 42.0), before).moved == "worse"
    assert of_times(Times(100, 31.0, 29.0, 33.0), before).moved == "flat"
    assert of_times(Times(10, 40.0, 38.0, 42.0), before).reason == "few"
    assert of_times(Times(0, None, None, None), before).reason == "no_cases"


def test_money_moved_only_outside_of_what_chance_makes_of_its_deals() -> None:
    before = Money((1000.0,), {}, squares=100 * 10.0**2, deals=100)
    assert of_money(Money((2000.0,), {}, squares=200 * 10.0**2, deals=200), before).moved == "worse"
    assert of_money(Money((1050.0,), {}, squares=105 * 10.0**2, deals=105), before).moved == "flat"
    assert of_money(Money((90.0,), {}, squares=900.0, deals=9), before).reason == "few"


def test_a_score_moved_only_where_chance_would_not_move_it() -> None:
    before = of_counts(40, 30, 30)
    flat = of_scores(of_counts(50, 30, 20), before)
    assert (flat.moved, flat.before, flat.difference) == ("flat", 10, 20)
    assert of_scores(of_counts(60, 25, 15), before).moved == "better"
    assert of_scores(of_counts(20, 30, 50), before).moved == "worse"
    assert of_scores(of_counts(40, 0, 0), of_counts(0, 40, 0)).moved == "better"
    few = of_scores(of_counts(20, 9, 0), before)
    assert (few.moved, few.reason, few.before) == (None, "few", 10)
    assert of_scores(before, of_counts(0, 0, 0)).reason == "no_cases"
