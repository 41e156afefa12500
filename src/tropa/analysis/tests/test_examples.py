"""The worked examples and edge cases of metrics.md section 1.1 as they stand, on real logs."""

import pytest

from tropa.analysis.figure import Share
from tropa.analysis.funnel import Conversion, funnel
from tropa.analysis.losses import losses
from tropa.analysis.passages import Passages
from tropa.analysis.purchase import first_value
from tropa.analysis.tests.logs import Row, listed, model, passages_of, read, touches
from tropa.analysis.tests.twin import DAY, Journey

T = 200
STAGES = ("consideration", "decision", "purchase", "onboarding")
JOURNEY = Journey(STAGES, horizon=(60, 60, 60, 60), silence=(500, 25, 500, 500), won=2)
# Age at T, and what happened how many days after the entry. Notes are signs of life of those who are not dropped.
TEN = {
    "01": (120, [(20, "purchase")]),
    "02": (110, [(20, "note"), (40, "note"), (50, "purchase")]),
    "03": (100, [(20, "note"), (30, "lost")]),
    "04": (100, [(20, "note"), (40, "note"), (60, "note"), (75, "purchase")]),
    "05": (90, [(20, "note"), (40, "onboarding")]),
    "06": (80, [(10, "consideration"), (25, "decision"), (40, "note"), (55, "purchase")]),
    "07": (70, [(20, "note"), (45, "note")]),
    "08": (61, [(20, "note"), (40, "note"), (60, "note")]),
    "09": (30, [(20, "note")]),
    "10": (15, [(10, "purchase")]),
}


def ten_journeys() -> list[Row]:
    rows = []
    for case, (age, story) in TEN.items():
        rows += touches(case, (T - age, "decision"), *((T - age + day, type_) for day, type_ in story))
    return rows


def stage(passages: Passages, key: str) -> Conversion:
    return next(figures for figures in funnel(passages).stages if figures.key == key)


def test_the_ten_journeys() -> None:
    with passages_of(ten_journeys(), model(JOURNEY), T * DAY) as passages:
        decision = stage(passages, "decision")
        found = losses(passages)
    assert (decision.entered, decision.reached) == (10, 6)
    assert (decision.mature.k, decision.mature.n, decision.mature.value) == (4, 8, 0.5)
    assert (decision.mature.low, decision.mature.high) == pytest.approx((0.215, 0.785), abs=5e-4)
    assert (decision.next_mature.k, decision.next_mature.n, decision.next_mature.value) == (3, 8, 0.375)
    assert (decision.to_date.k, decision.to_date.n, decision.to_date.value) == (6, 10, 0.6)
    estimate = decision.estimate
    assert estimate is not None
    assert estimate.n == 10
    assert (estimate.reached, estimate.left, estimate.undecided) == pytest.approx((33 / 60, 13 / 60, 14 / 60))
    assert decision.returned == Share.of(1, 10)
    assert found is not None
    lost = found.stages[1]
    assert (lost.explicit, lost.implicit) == (1, 1)
    # Mature for max(60, 25) days are the first eight; journeys 3 and 7 are gone.
    assert (lost.drop_off.k, lost.drop_off.n) == (2, 8)


def test_the_drop_of_journey_seven_takes_effect_on_day_forty_five() -> None:
    with passages_of(ten_journeys(), model(JOURNEY), T * DAY) as passages:
        seventh = [row for row in listed(passages.visits) if row["case_id"] == "07"][-1]
    assert (seventh["left"] - seventh["entered"]) / DAY == 45


def figures_of(*stories: list[Row], as_of: float = T) -> list[Conversion]:
    with passages_of([row for story in stories for row in story], model(JOURNEY), int(as_of * DAY)) as passages:
        return list(funnel(passages).stages)


def test_a_skipped_stage_is_not_in_its_denominator() -> None:
    consideration, decision, *_ = figures_of(
        touches("skips", (0, "consideration"), (5, "purchase")),
        touches("goes", (0, "consideration"), (5, "decision"), (9, "purchase")),
    )
    assert decision.entered == 1
    assert (decision.skipped.k, decision.skipped.n) == (1, 2)
    assert (consideration.mature.k, consideration.next_mature.k) == (2, 1)


def test_falling_back_over_a_stage_is_no_skip_of_it() -> None:
    _, decision, *_ = figures_of(touches("falls", (0, "purchase"), (5, "consideration")))
    assert (decision.skipped.k, decision.skipped.n) == (0, 0)
    _, decision, *_ = figures_of(touches("climbs again", (0, "purchase"), (5, "consideration"), (9, "onboarding")))
    assert decision.skipped.k == 1


def test_a_jump_with_a_loss_in_between_is_a_skip() -> None:
    _, decision, *_ = figures_of(touches("k", (0, "consideration"), (5, "lost"), (9, "purchase")))
    assert (decision.skipped.k, decision.skipped.n) == (1, 1)


def test_who_returns_and_then_advances_is_converted_once() -> None:
    _, decision, *_ = figures_of(
        touches("k", (0, "decision"), (5, "consideration"), (9, "decision"), (12, "consideration"), (20, "purchase"))
    )
    assert (decision.entered, decision.mature.k) == (1, 1)
    assert (decision.returned.k, decision.returned.n) == (1, 1)


def test_entry_at_a_late_stage_counts_there_only() -> None:
    stages = figures_of(touches("referral", (0, "decision"), (5, "purchase")))
    assert [figures.entered for figures in stages] == [0, 1, 1, 0]
    assert stages[0].mature.reason == "no_mature_cases"
    assert stages[0].skipped.n == 0


def test_late_conversion_counts_to_date_but_not_in_the_mature_figure() -> None:
    _, decision, *_ = figures_of(
        touches("in time", (0, "decision"), (60, "purchase")), touches("late", (0, "decision"), (60.01, "purchase"))
    )
    assert (decision.mature.k, decision.mature.n) == (1, 2)
    assert (decision.to_date.k, decision.to_date.n) == (2, 2)


def test_maturity_begins_exactly_at_the_horizon() -> None:
    _, decision, *_ = figures_of(touches("k", (T - 60, "decision")))
    assert decision.mature.n == 1
    _, decision, *_ = figures_of(touches("k", (T - 59.99, "decision")))
    assert decision.mature.n == 0


def test_lost_then_reopened_is_the_same_journey() -> None:
    _, decision, *_ = figures_of(touches("k", (0, "decision"), (10, "lost"), (30, "decision"), (50, "purchase")))
    assert (decision.entered, decision.mature.k) == (1, 1)
    assert decision.estimate is not None
    assert decision.estimate.reached == 1


def test_merged_accounts_have_their_visits_united_and_the_earliest_entry_wins() -> None:
    merged = touches("both", (10, "decision"), (15, "note")) + touches("both", (4, "decision"), (30, "purchase"))
    with passages_of(merged, model(JOURNEY), T * DAY) as passages:
        found = [(row["entered"] / DAY, row["left"] / DAY) for row in listed(passages.visits)]
    assert found[0] == (4, 30)
    assert len(found) == 2


def test_stage_dates_out_of_order_are_excluded_and_listed() -> None:
    rows = touches("wrong", (0, "purchase"), (5, "decision")) + touches("right", (0, "decision"), (9, "purchase"))
    with passages_of(rows, model(JOURNEY), T * DAY) as passages:
        found = funnel(passages)
    decision = found.stages[1]
    assert (decision.entered, decision.mature.n) == (2, 1)
    assert decision.estimate is not None
    assert decision.estimate.n == 1
    assert decision.to_date == Share.of(2, 2)
    assert [(finding.code, finding.count, finding.examples) for finding in found.findings] == [
        ("out_of_order", 1, ("wrong",))
    ]


def test_entries_of_a_month_are_never_divided_by_those_of_another_stage() -> None:
    """Three old clients buy while one new client decides: conversion of Decision is theirs, never 3 of 1."""
    old = [touches(f"old{i}", (0, "decision"), (190, "purchase")) for i in range(3)]
    _, decision, *_ = figures_of(*old, touches("new", (190, "decision")))
    assert (decision.to_date.k, decision.to_date.n) == (3, 4)


def test_the_benchmark_chain() -> None:
    """2,000 aware clients: 10 % consider, 30 % of them decide, 25 % of them buy, 80 % of them get active in time."""
    chain = ("awareness", "consideration", "decision", "purchase")
    journey = Journey(chain, horizon=(90,) * 4, silence=(500,) * 4, won=3)
    rows = []
    for case in range(2_000):
        depth = sum(case < reaching for reaching in (200, 60, 15))
        rows += touches(f"c{case:04}", *((10 * i, chain[i]) for i in range(depth + 1)))
        rows += touches(f"c{case:04}", (40, "aha")) if case < 12 else []
    with read(rows, model(journey, "first_value: {touch: [aha]}"), T * DAY) as (log, passages):
        rates = [figures.mature.value for figures in funnel(passages).stages[:-1]]
        value = first_value(log, passages)
    assert rates == [0.1, 0.3, 0.25]
    assert value is not None
    assert value.within_30_days.value == 0.8
    sizes, clients = [], 1_000.0
    for rate in (*rates, value.within_30_days.value):
        assert rate is not None
        clients *= rate
        sizes.append(clients)
    assert sizes == pytest.approx([100, 30, 7.5, 6])
