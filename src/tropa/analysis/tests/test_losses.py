"""Losses: the rules of metrics.md 1.3 and the worked examples of 1.4 and 1.5."""

import pytest

from tropa.analysis.figure import Share
from tropa.analysis.losses import Losses, churn_after, losses, severity, weights_from_costs
from tropa.analysis.model import JourneyModel
from tropa.analysis.tests.logs import Row, listed, model, passages_of, touches, visits_of
from tropa.analysis.tests.twin import DAY, Journey

T = 300
JOURNEY = Journey(
    ("a", "b"),
    horizon=(60, 60),
    silence=(45, 45),
    reopen=90,
    weights=(0.5, 1),
    also={"offer": "b"},
    supplier=frozenset({"mail", "offer"}),
)


def lost(*rows: list[Row], as_of: float = T) -> Losses:
    with passages_of([row for story in rows for row in story], model(JOURNEY), int(as_of * DAY)) as passages:
        found = losses(passages)
    assert found is not None
    return found


def counts(found: Losses, stage: int = 0) -> tuple[int, int, int]:
    figures = found.stages[stage]
    return figures.explicit, figures.implicit, figures.recovered


def visits(*told: tuple[float, str], as_of: float = T) -> list[tuple[float, float, int]]:
    """entered and left in days, left_to as coded."""
    with visits_of(touches("k", *told), model(JOURNEY), int(as_of * DAY)) as found:
        return [(row["entered"] / DAY, row["left"] / DAY, row["left_to"]) for row in listed(found)]


def test_a_recorded_loss_is_explicit() -> None:
    assert counts(lost(touches("k", (280, "a"), (290, "lost")))) == (1, 0, 0)


def test_silence_for_the_horizon_is_an_implicit_loss() -> None:
    assert counts(lost(touches("k", (240, "a"), (T - 45, "note")))) == (0, 1, 0)
    assert counts(lost(touches("k", (240, "a"), (T - 44.9, "note")))) == (0, 0, 0)


def test_the_effective_time_of_an_implicit_loss_is_the_last_sign_of_life() -> None:
    assert [(entered, left) for entered, left, _ in visits((0, "a"), (30, "note"))] == [(0, 30)]


@pytest.mark.parametrize("supplier", ["mail", "offer"])
def test_what_the_supplier_does_breaks_no_silence(supplier: str) -> None:
    """Neither a mail nor a touch that would enter the stage the client stands on already."""
    rows = touches("k", (200, "b"), (T - 10, supplier))
    assert counts(lost(rows), 1) == (0, 1, 0)
    assert [left for _, left, _ in visits((200, "b"), (T - 10, supplier))] == [200]


def test_the_supplier_can_move_the_client_and_the_clock_starts_there() -> None:
    assert visits((200, "a"), (T - 10, "offer"))[1][:2] == (T - 10, T)
    assert counts(lost(touches("k", (100, "a"), (110, "offer"))), 1) == (0, 1, 0)


def test_a_sign_of_life_behind_a_silence_recovers_the_trip_and_splits_no_visit() -> None:
    rows = touches("k", (0, "a"), (100, "note"), (200, "note"), (290, "note"))
    assert counts(lost(rows)) == (0, 0, 3)
    assert len(visits((0, "a"), (100, "note"), (200, "note"), (290, "note"))) == 1


def test_a_move_behind_a_silence_recovers_the_trip_too() -> None:
    assert counts(lost(touches("k", (200, "a"), (290, "b")))) == (0, 0, 1)


def test_explicit_beats_implicit_and_the_effective_time_stays() -> None:
    rows = [row | {"why": "price"} for row in touches("k", (0, "a"), (20, "note"), (100, "lost"))]
    found = lost(rows)
    assert counts(found) == (1, 0, 0)
    assert [(reason.reason, reason.count, reason.share) for reason in found.reasons] == [("price", 1, 1)]
    assert [(entered, left) for entered, left, _ in visits((0, "a"), (20, "note"), (100, "lost"))] == [(0, 20)]


def test_a_loss_before_the_silence_is_over_takes_effect_when_recorded() -> None:
    assert [left for _, left, _ in visits((0, "a"), (20, "note"), (64, "lost"))] == [64]


def test_a_loss_that_was_taken_back_in_time_is_recovered() -> None:
    assert counts(lost(touches("k", (200, "a"), (210, "lost"), (T, "b")))) == (0, 0, 1)


def test_a_loss_that_was_taken_back_too_late_stands() -> None:
    rows = touches("k", (100, "a"), (110, "lost"), (200.01, "b"), (290, "note"))
    with visits_of(rows, model(JOURNEY), T * DAY) as found:
        assert len({row["trip"] for row in listed(found)}) == 2
    assert counts(lost(rows)) == (1, 0, 0)


def test_who_stands_on_the_won_last_stage_is_not_lost_by_silence_unless_the_journey_says_when() -> None:
    text = "journey: {key: j}\nstages: [{key: a, rank: 1}, {key: b, rank: 2, won: true%s}]"
    for limit, implicit in (("", 0), (", inactivity_days: 45", 1)):
        with passages_of(touches("k", (0, "a"), (1, "b")), JourneyModel.parse(text % limit), T * DAY) as passages:
            found = losses(passages)
        assert found is not None
        assert (found.stages[1].implicit, found.stages[1].drop_off.k) == (implicit, implicit)


def test_lost_and_recovered_is_left_out_of_the_drop_off() -> None:
    found = lost(
        touches("lost", (0, "a"), (10, "lost")),
        touches("back", (0, "a"), (10, "lost"), (20, "a"), (30, "b")),
        touches("young", (T - 59, "a"), (T - 50, "lost")),
    )
    assert found.stages[0].drop_off == Share.of(1, 2)


def test_the_point_of_a_loss_is_the_last_touch_of_the_client_on_the_stage() -> None:
    """With dates that have no time everything of a day shares one moment: file order decides, the loss is no touch."""
    day = touches("k", (0, "a"), (5, "z-call"), (5, "demo"), (5, "lost"))
    point = lost(day).points[0]
    assert (point.stage, point.last_type, point.explicit, point.implicit) == ("a", "demo", 1, 0)
    assert point.severity == 0.5


def test_losses_without_a_column_of_reasons_have_none() -> None:
    assert lost(touches("k", (0, "a"), (5, "lost"))).reasons == ()


def test_unknown_reasons_are_shown_and_shares_are_of_all_losses() -> None:
    rows = [row | {"why": None} for row in touches("silent", (0, "a"), (5, "lost"))]
    for case in range(120):
        why = f"reason {case % 60}"
        rows += [row | {"why": why} for row in touches(f"k{case}", (0, "a"), (5, "lost"))]
    found = lost(rows).reasons
    assert len(found) == 50
    assert {reason.share for reason in found} <= {2 / 121, 1 / 121}
    few = lost(rows[:2]).reasons
    assert [(reason.reason, reason.count, reason.share) for reason in few] == [(None, 1, 1)]


def test_weights_from_costs_of_the_worked_example() -> None:
    found = [round(weight, 4) for weight in weights_from_costs([10, 40, 150, 50, 100])]
    assert found == [0.0286, 0.1429, 0.5714, 0.7143, 1.0]


CLASSIC = {"awareness": 100, "consideration": 40, "decision": 12, "purchase": 3, "onboarding": 7}
EXPECTED = (5.00, 8.00, 6.00, 2.25, 7.00)


def test_severity_of_the_worked_example_with_default_weights() -> None:
    """Default weights come with the names of the stages."""
    stages = "".join(f"  - {{key: {key}, rank: {rank}}}\n" for rank, key in enumerate(CLASSIC))
    journey = JourneyModel.parse(f"journey: {{key: classic}}\nlost: {{touch: lost}}\nstages:\n{stages}")
    rows = []
    for key, count in CLASSIC.items():
        for case in range(count):
            rows += touches(f"{key} {case}", (0, key), (3, "lost"))
    with passages_of(rows, journey) as passages:
        found = losses(passages)
    assert found is not None
    assert [stage.lost for stage in found.stages] == list(CLASSIC.values())
    assert [stage.severity for stage in found.stages] == pytest.approx(EXPECTED)
    assert severity(list(CLASSIC.values()), [0.05, 0.2, 0.5, 0.75, 1]) == pytest.approx(EXPECTED)
    order = [point.stage for point in found.points]
    assert order == ["consideration", "onboarding", "decision", "awareness", "purchase"]


def test_churn_after_onboarding_of_the_worked_example() -> None:
    """40 completed it at least 90 days ago, 6 of them left in time; 10 completed it later and are not counted."""
    rows: list[Row] = []
    for case in range(50):
        done = T - 90 if case < 40 else T - 89.9
        rows += touches(f"k{case}", (0, "onboarding"), (done, "loyalty"))
        rows += touches(f"k{case}", (done + (90 if case < 6 else 90.5), "lost")) if case < 8 else []
        rows += touches(f"k{case}", (done + 1, "lost")) if case > 45 else []
    journey = Journey(("onboarding", "loyalty"), horizon=(60, 60), silence=(500, 500))
    with passages_of(rows, model(journey), T * DAY) as passages:
        assert churn_after(passages, "onboarding") == Share.of(6, 40)
        assert churn_after(passages, "onboarding").value == 0.15
        assert churn_after(passages, "onboarding", days=400).reason == "no_mature_cases"
