"""Time to moving forward, with the other ways out of a stage as competing ends."""

import numpy as np
import pytest

from tropa.analysis import EventLog, JourneyModel, find_visits, place
from tropa.analysis.dwell import forward
from tropa.analysis.survival import CENSORED, LEFT, REACHED, competing

DAY = 86_400
MODEL = JourneyModel.parse(
    """
    journey: {key: forward}
    stages:
      - {key: demo, rank: 1, inactivity_days: 1000}
      - {key: deal, rank: 2, inactivity_days: 1000, won: true}
    lost: {touch: refused}
    """
)


def at(day: float) -> int:
    return int(1_700_000_000_000_000 + day * DAY * 1_000_000)


def test_it_counts_those_who_went_on_among_all() -> None:
    """Four come to the demo: two buy (days 2 and 6), one refuses (day 4), one is there for 5 days at the end."""
    days = {"a": ("deal", 2.0), "b": ("refused", 4.0), "c": ("deal", 6.0)}
    rows = [{"case_id": case, "type": "demo", "occurred_at": at(0)} for case in days]
    rows += [{"case_id": case, "type": type_, "occurred_at": at(day)} for case, (type_, day) in days.items()]
    rows += [{"case_id": "d", "type": "demo", "occurred_at": at(1)}]
    with EventLog.from_rows(rows) as log:
        demo, deal = forward(find_visits(place(log, MODEL)))
    # Undecided before day 2: 4 of 4; before day 4: 3 of 3; day 5 is censored; before day 6: 1 of 1.
    assert demo.visits == 4
    assert demo.moved == pytest.approx(1 / 4 + 1 / 2 * 1 / 1)
    assert demo.left == pytest.approx(3 / 4 * 1 / 3)
    assert (demo.p25, demo.median, demo.p75) == (2 * DAY, 6 * DAY, 6 * DAY)
    assert (deal.moved, deal.left, deal.median) == (0.0, 0.0, None)


def test_a_stage_nobody_entered_has_no_shares() -> None:
    with EventLog.from_rows([{"case_id": "a", "type": "demo", "occurred_at": at(0)}]) as log:
        _, deal = forward(find_visits(place(log, MODEL)))
    assert (deal.visits, deal.moved, deal.left) == (0, None, None)


def test_without_a_journey_nothing_is_forward() -> None:
    with EventLog.from_rows([{"case_id": "a", "type": "demo", "occurred_at": at(0)}]) as log:
        assert forward(find_visits(place(log))) == ()


def test_the_curves_and_the_undecided_sum_to_one() -> None:
    chance = np.random.default_rng(3)
    durations, kinds = chance.integers(0, 30, 200), chance.choice([CENSORED, REACHED, LEFT], 200)
    curve = competing(durations, kinds)
    undecided = curve.before * (1 - (curve.reached + curve.left) / curve.at_risk)
    assert curve.to_reached + curve.to_left + undecided == pytest.approx(1.0)
    assert curve.quantile(2.0) is None
