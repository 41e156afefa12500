"""Trips and visits by hand: the edges of metrics.md section 0 and 1.1 that the definitions turn on."""

import pytest

from tropa.analysis.log import EventLog
from tropa.analysis.model import JourneyModel
from tropa.analysis.placed import place
from tropa.analysis.problem import InputError
from tropa.analysis.tests.logs import Row, as_twin, listed, model, touches, visits_of
from tropa.analysis.tests.twin import DAY, Journey

T = 400
JOURNEY = Journey(("a", "b", "c", "d"), horizon=(60,) * 4, silence=(1_000,) * 4, won=2, reopen=90)
Told = tuple[int, str, float, float, str]


def visits(rows: list[Row], journey: JourneyModel | None = None, as_of: float = T) -> list[Told]:
    """trip, stage, entered and left in days, left to."""
    with visits_of(rows, journey or model(JOURNEY), int(as_of * DAY)) as found_visits:
        names = found_visits.placed.stages
        found = []
        for _, trip, stage, entered, left, left_to, *_ in as_twin(listed(found_visits)):
            assert isinstance(trip, int)
            assert isinstance(stage, int)
            assert isinstance(entered, int)
            assert isinstance(left, int)
            target = names[left_to] if isinstance(left_to, int) else str(left_to)
            found.append((trip, names[stage], entered / DAY, left / DAY, target))
    return found


def test_touches_on_one_stage_are_one_visit() -> None:
    told = touches("k", (0, "a"), (1, "a"), (5, "b"), (6, "note"), (7, "b"), (9, "c"))
    assert visits(told) == [(1, "a", 0, 5, "b"), (1, "b", 5, 9, "c"), (1, "c", 9, T, "open")]


def test_returns_and_skips_are_visits_of_their_own() -> None:
    told = touches("k", (0, "a"), (1, "c"), (2, "a"), (3, "d"))
    assert [(stage, left_to) for _, stage, _, _, left_to in visits(told)] == [
        ("a", "c"),
        ("c", "a"),
        ("a", "d"),
        ("d", "open"),
    ]


def test_touches_before_the_first_stage_belong_to_no_visit() -> None:
    assert visits(touches("k", (0, "note"), (3, "a"))) == [(1, "a", 3, T, "open")]
    assert visits(touches("k", (0, "note"), (3, "note"))) == []


def test_a_touch_that_several_stages_claim_enters_the_highest() -> None:
    both = JourneyModel.parse(
        """
        journey: {key: j}
        stages: [{key: a, rank: 1, enter: {touch: [x]}}, {key: b, rank: 2, enter: {touch: [x, y]}}]
        """
    )
    assert [stage for _, stage, *_ in visits(touches("k", (0, "x")), both)] == ["b"]


def test_stages_go_by_rank_not_by_their_order_in_the_file() -> None:
    swapped = JourneyModel.parse("journey: {key: j}\nstages: [{key: late, rank: 9}, {key: early, rank: 2}]")
    with visits_of(touches("k", (0, "early"), (1, "late")), swapped) as found_visits:
        assert found_visits.placed.stages == ("early", "late")
        assert [row["stage"] for row in listed(found_visits)] == [3, 4]


def test_equal_times_keep_the_file_order_and_last_nothing() -> None:
    told = touches("k", (4, "a"), (4, "b"), (4, "a"), (4, "c"))
    assert visits(told) == [
        (1, "a", 4, 4, "b"),
        (1, "b", 4, 4, "a"),
        (1, "a", 4, 4, "c"),
        (1, "c", 4, T, "open"),
    ]


def test_late_rows_of_the_file_take_their_place_in_time() -> None:
    assert visits(touches("k", (9, "c"), (0, "a"), (5, "b"))) == visits(touches("k", (0, "a"), (5, "b"), (9, "c")))


def test_back_within_the_reopening_time_is_the_same_trip() -> None:
    told = touches("k", (0, "a"), (10, "lost"), (100, "a"))
    assert visits(told) == [(1, "a", 0, 10, "regained"), (1, "a", 100, T, "open")]


def test_back_later_is_a_new_trip() -> None:
    told = touches("k", (0, "a"), (10, "lost"), (100.5, "a"))
    assert visits(told) == [(1, "a", 0, 10, "lost"), (2, "a", 100.5, T, "open")]


def test_the_reopening_time_runs_from_the_first_record_of_the_loss() -> None:
    told = touches("k", (0, "a"), (10, "lost"), (60, "lost"), (110, "a"))
    assert [trip for trip, *_ in visits(told)] == [1, 2]


def test_a_note_behind_a_loss_reopens_nothing() -> None:
    assert visits(touches("k", (0, "a"), (10, "lost"), (20, "note"))) == [(1, "a", 0, 10, "lost")]


def test_a_loss_before_any_stage_is_no_trip_to_come_back_to() -> None:
    assert visits(touches("k", (0, "lost"), (5, "a"))) == [(1, "a", 5, T, "open")]


def test_completion_ends_the_trip_and_the_next_stage_opens_a_new_one() -> None:
    told = touches("k", (0, "a"), (10, "done"), (12, "note"), (20, "a"), (30, "lost"))
    assert visits(told) == [(1, "a", 0, 10, "completed"), (2, "a", 20, 30, "lost")]


def test_a_loss_behind_completion_takes_nothing_back() -> None:
    told = touches("k", (0, "a"), (10, "done"), (12, "lost"), (20, "b"))
    assert [(trip, left_to) for trip, *_, left_to in visits(told)] == [(1, "completed"), (2, "open")]


def deal(name: str, *told: tuple[float, str]) -> list[Row]:
    return touches("k", *told, deal_id=name)


def test_a_new_deal_behind_a_won_one_opens_a_new_trip() -> None:
    told = deal("d1", (0, "a"), (10, "c")) + deal("d2", (50, "a"), (60, "b"))
    assert visits(told) == [
        (1, "a", 0, 10, "c"),
        (1, "c", 10, 50, "completed"),
        (2, "a", 50, 60, "b"),
        (2, "b", 60, T, "open"),
    ]


def test_deals_that_run_beside_the_won_one_share_its_trip() -> None:
    told = deal("d1", (0, "a"), (10, "c")) + deal("d2", (5, "a"), (20, "b"))
    assert {trip for trip, *_ in visits(told)} == {1}


def test_only_the_first_new_deal_behind_a_win_opens_a_trip() -> None:
    told = deal("d1", (0, "c")) + deal("d2", (50, "a")) + deal("d3", (60, "a"))
    assert [(trip, entered) for trip, _, entered, *_ in visits(told)] == [(1, 0), (2, 50)]
    again = told + deal("d2", (70, "c")) + deal("d4", (80, "a"))
    assert [(trip, entered) for trip, _, entered, *_ in visits(again)] == [(1, 0), (2, 50), (2, 70), (3, 80)]


def test_a_new_deal_opens_a_trip_even_within_the_reopening_time_of_a_loss() -> None:
    told = deal("d1", (0, "c"), (10, "lost")) + deal("d2", (20, "a"))
    assert [(trip, left_to) for trip, *_, left_to in visits(told)] == [(1, "lost"), (2, "open")]


def test_new_deals_open_nothing_in_a_journey_without_a_won_stage() -> None:
    unwon = model(Journey(("a", "b", "c"), horizon=(60,) * 3, silence=(1_000,) * 3))
    assert {trip for trip, *_ in visits(deal("d1", (0, "c")) + deal("d2", (50, "a")), unwon)} == {1}


def test_without_a_journey_each_touch_is_a_visit() -> None:
    with visits_of(touches("k", (0, "x"), (2, "x"), (3, "y")), None, 9 * DAY) as found_visits:
        found = as_twin(listed(found_visits))
        assert found_visits.placed.stages == ("x", "y")
    assert [(stage, entered, left, left_to) for _, _, stage, entered, left, left_to, *_ in found] == [
        (0, 0, 2 * DAY, 0),
        (0, 2 * DAY, 3 * DAY, 1),
        (1, 3 * DAY, 9 * DAY, "open"),
    ]


def test_a_moment_before_the_first_touch_is_refused() -> None:
    with EventLog.from_rows(touches("k", (5, "a"))) as log, pytest.raises(InputError) as refused:
        place(log, model(JOURNEY), as_of=4 * DAY)
    assert refused.value.code == "no_touches"


def test_rules_over_counts_place_touches_row_by_row() -> None:
    """From the third x on every touch fits the rule of b, the mail of the supplier too; it is no sign of life."""
    by_row = JourneyModel.parse(
        """
        journey: {key: j}
        stages:
          - {key: a, rank: 1, enter: {touch: [x]}}
          - {key: b, rank: 2, enter: {count: {of: {touch: [x]}, at_least: 3}}, inactivity_days: 30}
        client_activity: {not: {touch: [mail]}}
        """
    )
    told = touches("k", (0, "x"), (1, "x"), (2, "x"), (31, "mail"))
    assert visits(told, by_row, 31) == [(1, "a", 0, 2, "b"), (1, "b", 2, 31, "open")]
    assert visits(told, by_row, 32) == [(1, "a", 0, 2, "b"), (1, "b", 2, 2, "dropped")]
