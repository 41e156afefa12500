"""Time on stage: the worked example and edge cases of metrics.md section 1.2."""

from itertools import pairwise
from statistics import median

import numpy as np
import pytest

from tropa.analysis.dwell import Dwell, dwell, histogram
from tropa.analysis.placed import SECOND
from tropa.analysis.tests.logs import Row, model, passages_of, touches
from tropa.analysis.tests.twin import DAY, Journey

T = 100
JOURNEY = Journey(("a", "b"), horizon=(60, 60), silence=(500, 500))
DAYS = DAY / SECOND


def times(*stories: list[Row], as_of: float = T, journey: Journey = JOURNEY) -> Dwell:
    """Time on the first stage."""
    rows = [row for story in stories for row in story]
    with passages_of(rows, model(journey), int(as_of * DAY)) as passages:
        return dwell(passages)[0]


def left(case: str, days: float) -> list[Row]:
    return touches(case, (0, "a"), (days, "b"))


def still(case: str, days: float) -> list[Row]:
    return touches(case, (T - days, "a"))


def test_the_worked_example() -> None:
    found = times(left("1", 2), left("2", 4), still("3", 4), left("4", 6), still("5", 9), left("6", 12))
    assert (found.completed, found.open) == (4, 2)
    assert found.median == 6 * DAYS
    # For contrast the completed ones alone: mean 6, median 5.
    assert found.mean == 6 * DAYS
    assert median([2, 4, 6, 12]) == 5
    assert (found.p25, found.p75, found.p90) == (4 * DAYS, 12 * DAYS, 12 * DAYS)
    assert found.longest == 12 * DAYS
    assert found.median_interval == (2 * DAYS, None)


@pytest.mark.parametrize("way_out", ["b", "lost", "done"])
def test_any_exit_ends_the_time(way_out: str) -> None:
    found = times(touches("k", (0, "a"), (5, way_out)))
    assert (found.completed, found.open, found.median) == (1, 0, 5 * DAYS)


def test_a_drop_ends_the_time_with_the_last_sign_of_life() -> None:
    found = times(touches("k", (0, "a"), (7, "note")), journey=Journey(("a", "b"), (60, 60), (90, 90)))
    assert (found.completed, found.median) == (1, 7 * DAYS)


def test_dwell_is_the_sum_of_the_visits_without_the_time_elsewhere() -> None:
    there_and_back = (0, "b"), (10, "a"), (13, "b"), (50, "a"), (54, "b")
    assert times(touches("k", *there_and_back)).median == (3 + 4) * DAYS


def test_a_stay_that_goes_on_is_open_with_all_its_visits() -> None:
    found = times(touches("k", (0, "a"), (5, "b"), (T - 10, "a")))
    assert (found.completed, found.open, found.longest) == (0, 1, 15 * DAYS)
    assert (found.median, found.mean, found.reason) == (None, None, "none_completed")


def test_same_day_pass_through_is_kept_as_zero() -> None:
    found = times(*[left(f"same {i}", 0) for i in range(2)], left("slow", 9))
    assert (found.completed, found.p25, found.median, found.mean) == (3, 0, 0, 3 * DAYS)


def test_time_that_never_half_left_shows_the_longest() -> None:
    found = times(left("1", 3), still("2", 20), still("3", 30))
    assert (found.median, found.longest, found.reason) == (None, 30 * DAYS, "never_half_left")
    assert found.tail is None


def test_a_stage_nobody_entered_has_no_data() -> None:
    found = times(touches("k", (0, "b")))
    assert (found.completed, found.open, found.median, found.longest) == (0, 0, None, None)
    assert (found.reason, found.histogram) == ("no_cases", ())


def test_the_tail_is_named_the_longest_first() -> None:
    quick = [left(f"q{i}", 4) for i in range(8)]
    found = times(*quick, left("edge", 12), left("slow", 12.5), still("stuck", 40))
    assert found.tail is not None
    assert found.tail.beyond_seconds == 12 * DAYS
    assert (found.tail.share.k, found.tail.share.n) == (2, 11)
    assert found.tail.cases == ("stuck", "slow")


def test_of_a_long_tail_the_twenty_longest_are_named() -> None:
    found = times(*[left(f"q{i}", 1) for i in range(60)], *[left(f"t{i:02}", 10 + i) for i in range(30)])
    assert found.tail is not None
    assert found.tail.share.k == 30
    assert found.tail.cases == tuple(f"t{i:02}" for i in range(29, 9, -1))


def test_bars_hold_every_stay_once_and_the_last_one_the_longest() -> None:
    days = np.array([0, 1, 1, 2, 3, 400])
    bars = histogram(days * DAY, np.array([True, True, False, True, True, True]))
    assert sum(bar.completed for bar in bars) == 5
    assert sum(bar.open for bar in bars) == 1
    assert len(bars) <= 60
    assert all(earlier.to_seconds == later.from_seconds for earlier, later in pairwise(bars))
    assert bars[0].from_seconds == 0
    assert bars[-1].to_seconds >= 400 * DAYS
    assert bars[-1].completed == 1


def test_bars_of_equal_stays() -> None:
    bars = histogram(np.zeros(5, np.int64), np.ones(5, np.bool_))
    assert [(bar.completed, bar.open) for bar in bars] == [(5, 0)]
