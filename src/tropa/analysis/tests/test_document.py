"""The whole analysis through the public door, above all at the edges of input."""

import json

import pytest

from tropa.analysis import EventLog, InputError, JourneyModel, analyse, document
from tropa.analysis.document import Document
from tropa.analysis.summary import moment
from tropa.analysis.tests.logs import Row, model, touches
from tropa.analysis.tests.twin import DAY, Journey

JOURNEY = model(Journey(("a", "b", "c"), horizon=(60,) * 3, silence=(30,) * 3, won=2, supplier=frozenset({"mail"})))


def analysed(rows: list[Row], journey: JourneyModel | None = JOURNEY, as_of: int | None = None) -> Document:
    """The document as a program would read it: through JSON, in which NaN is an error."""
    with EventLog.from_rows(rows) as log:
        found = document(analyse(log, journey, as_of=None if as_of is None else moment(as_of)))
    read: Document = json.loads(json.dumps(found, allow_nan=False))
    return read


@pytest.mark.parametrize("journey", [JOURNEY, None], ids=["journey", "activities"])
def test_one_row(journey: JourneyModel | None) -> None:
    found = analysed(touches("k", (3, "a")), journey)
    assert found["log"] | {"first_at": 0, "last_at": 0} == {
        "events": 1,
        "cases": 1,
        "activities": 1,
        "variants": 1,
        "first_at": 0,
        "last_at": 0,
        "case_duration_seconds": {"mean": 0, "median": 0, "p90": 0},
    }
    assert found["log"]["first_at"] == "1970-01-04T00:00:00+00:00"
    assert found["trips_total"] == 1
    assert found["transitions"] == []
    assert found["variants"][0]["path"] == ["a"]


def test_one_case() -> None:
    found = analysed(touches("k", (0, "a"), (1, "b"), (5, "c")))
    assert [stage["entered"] for stage in found["stages"]] == [1, 1, 1]
    assert found["stages"][0]["conversion"]["mature"]["reason"] == "no_mature_cases"
    assert found["stages"][0]["conversion"]["to_date"]["k"] == 1
    assert found["stages"][2]["conversion"]["mature"]["reason"] == "last_stage"
    assert found["touches_to_won"]["median"] == 3


@pytest.mark.parametrize("journey", [JOURNEY, None], ids=["journey", "activities"])
def test_all_times_equal(journey: JourneyModel | None) -> None:
    rows = [row for case in "klm" for row in touches(case, (7, "a"), (7, "b"), (7, "a"))]
    found = analysed(rows, journey)
    assert found["log"]["case_duration_seconds"] == {"mean": 0, "median": 0, "p90": 0}
    assert found["variants"][0]["path"] == ["a", "b", "a"]
    assert {move["median_seconds"] for move in found["transitions"]} == {0}
    assert [stage["dwell"]["longest_seconds"] for stage in found["stages"] if stage["entered"]] == [0, 0]


@pytest.mark.parametrize("type_", ["note", "mail"])
def test_a_journey_whose_stages_never_occur(type_: str) -> None:
    """Neither with signs of life that enter nothing, nor with touches of the supplier alone."""
    found = analysed(touches("k", (0, type_), (5, type_)) + touches("m", (2, type_)))
    assert (found["trips_total"], found["variants"], found["transitions"]) == (0, [], [])
    assert found["log"]["events"] == 3
    for stage in found["stages"]:
        assert (stage["entered"], stage["visits"], stage["lost"]) == (0, 0, 0)
        assert stage["dwell"]["reason"] == "no_cases"
        assert stage["conversion"]["estimate"]["value"] is None
        assert "reason" in stage["conversion"]["estimate"]
    assert found["path_shape"]["linear"]["reason"] == "no_cases"
    never = [finding for finding in found["quality"] if finding["code"] == "never_on_a_stage"]
    assert [(finding["count"], finding["examples"]) for finding in never] == [(2, ["k", "m"])]


def test_a_moment_before_everything_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        analysed(touches("k", (5, "a")), as_of=4 * DAY)
    assert refused.value.code == "no_touches"


def test_a_moment_behind_everything_lets_the_silence_grow() -> None:
    found = analysed(touches("k", (0, "a")), as_of=100 * DAY)
    assert found["stages"][0]["losses"] == {"explicit": 0, "implicit": 1, "recovered": 0}
    assert found["question"]["as_of"] == "1970-04-11T00:00:00+00:00"


def test_five_hundred_activities() -> None:
    rows = [row for case in range(40) for row in touches(f"k{case}", *((i, f"step {i:03}") for i in range(500)))]
    found = analysed(rows, None)
    assert len(found["stages"]) == 500
    assert {stage["entered"] for stage in found["stages"]} == {40}
    assert len(found["transitions"]) == 499
    assert [(variant["count"], len(variant["path"])) for variant in found["variants"]] == [(40, 500)]


def test_without_a_journey_conversions_are_null_with_a_reason() -> None:
    stage = analysed(touches("k", (0, "a"), (1, "b")), None)["stages"][0]
    assert stage["conversion"]["mature"] == {
        "k": None, "n": None, "value": None, "low": None, "high": None, "reason": "no_model"
    }  # fmt: skip
    assert (stage["reached"], stage["next"], stage["lost"], stage["reason"]) == (None, None, None, "no_model")


def test_a_loss_that_was_taken_back_is_an_exit_back() -> None:
    exits = analysed(touches("k", (0, "a"), (3, "lost"), (9, "b")))["stages"][0]["exits"]
    assert exits == {"forward": 0, "back": 1, "lost": 0, "dropped": 0, "completed": 0, "open": 0}


def test_touches_that_end_before_they_start_are_listed_and_last_nothing() -> None:
    rows = [row | {"ended_at": 2 * DAY} for row in touches("wrong", (5, "a"))]
    rows += [row | {"ended_at": 3 * DAY} for row in touches("right", (1, "a"))]
    found = analysed(rows)
    assert found["log"]["case_duration_seconds"]["mean"] == 86_400
    assert found["stages"][0]["active"] == {"n": 1, "median_seconds": 172_800, "mean_seconds": 172_800}
    assert {"code": "negative_duration", "count": 1, "examples": ["wrong: a"]} in found["quality"]
    early = analysed(rows, as_of=4 * DAY)
    assert [finding["code"] for finding in early["quality"]] == []


def test_churn_stands_at_stages_behind_the_sale_alone() -> None:
    journey = model(Journey(("a", "b", "c"), horizon=(60,) * 3, silence=(30,) * 3, won=0))
    stages = analysed(touches("k", (0, "a"), (1, "b"), (5, "c")), journey)["stages"]
    assert ["churn_after_90_days" in stage for stage in stages] == [False, True, True]
