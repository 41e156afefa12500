"""Touches to purchase and first value (metrics.md sections 1.6 and 1.7)."""

import pytest

from tropa.analysis.figure import Share
from tropa.analysis.purchase import FirstValue, TouchesToWon, first_value, touches_to_won
from tropa.analysis.tests.logs import Row, model, read, touches
from tropa.analysis.tests.twin import DAY, Journey

T = 100
MINUTE = 1 / 24 / 60
JOURNEY = Journey(("a", "b", "c"), horizon=(60,) * 3, silence=(1_000,) * 3, won=1)
AHA = "first_value: {touch: [aha]}"


def to_won(rows: list[Row], journey: Journey = JOURNEY, as_of: float = T) -> TouchesToWon | None:
    with read(rows, model(journey), int(as_of * DAY)) as (log, passages):
        return touches_to_won(log, passages)


def value(rows: list[Row], *more: str, as_of: float = T) -> FirstValue | None:
    with read(rows, model(JOURNEY, *more), int(as_of * DAY)) as (log, passages):
        return first_value(log, passages)


def test_touches_are_counted_from_the_first_to_the_win_of_won_trips() -> None:
    rows = touches("k", (0, "mail"), (1, "a"), (2, "note"), (3, "b"), (4, "note")) + touches("m", (0, "a"))
    found = to_won(rows)
    assert found is not None
    assert (found.trips, found.median, found.p90) == (1, 4, 4)


def test_who_jumped_over_the_won_stage_has_won_too() -> None:
    found = to_won(touches("k", (0, "a"), (1, "c"), (2, "c")))
    assert found is not None
    assert (found.trips, found.median) == (1, 2)


def test_median_and_p90_over_trips() -> None:
    rows = []
    for case, notes in enumerate((0, 1, 2, 3, 8)):
        rows += touches(f"k{case}", *((day, "note") for day in range(notes)), (50, "b"))
    found = to_won(rows)
    assert found is not None
    assert (found.trips, found.median, found.p90) == pytest.approx((5, 3, 7))


@pytest.mark.parametrize(("minutes", "count"), [((0, 30), 1), ((0, 30.01), 2), ((0, 20, 40), 1), ((0, 0, 0), 1)])
def test_repeats_of_one_type_by_one_contact_within_half_an_hour_count_once(
    minutes: tuple[float, ...], count: int
) -> None:
    rows = touches("k", *((at * MINUTE, "note") for at in minutes), contact_id="p")
    found = to_won(rows + touches("k", (9, "b")))
    assert found is not None
    assert found.median == count + 1


def test_the_same_by_two_contacts_or_of_two_types_counts_twice() -> None:
    rows = touches("k", (0, "note"), contact_id="p", channel="email")
    rows += touches("k", (0, "note"), contact_id="q", channel="phone")
    rows += touches("k", (0, "note2"), contact_id="q", channel="phone")
    found = to_won(rows + touches("k", (9, "b"), contact_id="q"))
    assert found is not None
    assert (found.median, found.channels_median, found.people_median) == (4, 2, 2)


def test_without_a_won_stage_or_a_win_there_is_nothing_to_count() -> None:
    rows = touches("k", (0, "a"))
    assert to_won(rows) is None
    assert to_won(touches("k", (0, "b")), Journey(("a", "b"), (60, 60), (60, 60))) is None


def test_days_to_first_value_with_those_still_waiting_as_open() -> None:
    """Purchases 40, 40, 40 and 10 days ago; value after 5, 35 days, never, never."""
    rows = touches("1", (60, "b"), (65, "aha"), (70, "aha")) + touches("2", (60, "b"), (95, "aha"))
    rows += touches("3", (60, "b")) + touches("4", (90, "b"))
    found = value(rows, AHA)
    assert found is not None
    assert (found.customers, found.reached) == (4, 2)
    # At risk: 4 on day 5, 2 on day 35.
    assert found.median_days == 35
    assert found.within_30_days == Share.of(1, 3)


def test_value_before_the_purchase_is_not_its_value() -> None:
    found = value(touches("k", (0, "aha"), (10, "b")), AHA)
    assert found is not None
    assert (found.reached, found.median_days) == (0, None)
    same_moment = value(touches("k", (10, "b"), (10, "aha")), AHA)
    assert same_moment is not None
    assert same_moment.median_days == 0


def test_what_comes_behind_the_moment_of_the_report_is_not_known() -> None:
    rows = touches("k", (0, "b"), (40, "aha"))
    found = value(rows, AHA, as_of=39)
    assert found is not None
    assert (found.reached, found.median_days) == (0, None)
    assert to_won(touches("k", (0, "a"), (40, "b")), as_of=39) is None


def test_young_purchases_leave_the_share_without_data() -> None:
    found = value(touches("k", (80, "b"), (81, "aha")), AHA)
    assert found is not None
    assert found.within_30_days == Share.of(0, 0, none="no_mature_cases")


def test_without_a_rule_or_customers_there_is_no_first_value() -> None:
    assert value(touches("k", (0, "b"))) is None
    assert value(touches("k", (0, "a")), AHA) is None
