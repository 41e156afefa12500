"""The figures of the library find the planted truths of the default world."""

from collections.abc import Iterator
from typing import Any

import pytest

from tropa.analysis import EventLog, JourneyModel, analyse, document
from tropa.demo import JOURNEY, TRUTHS, World
from tropa.engine import Engine

DAY = 86_400
Found = dict[str, Any]


@pytest.fixture(scope="module")
def found(world: World) -> Iterator[Found]:
    model = JourneyModel.read(JOURNEY)
    with Engine() as engine:
        log = EventLog.read(world.path, engine=engine, timezone="Europe/Moscow", keep=model.properties())
        yield document(analyse(log, model))


@pytest.fixture(scope="module")
def stages(found: Found) -> dict[str, Found]:
    return {stage["key"]: stage for stage in found["stages"]}


def test_every_touch_is_read(found: Found, world: World) -> None:
    assert (found["log"]["events"], found["log"]["cases"]) == (world.touches, world.accounts)
    assert found["source"]["rows_rejected"] == 0
    assert found["trips_total"] == world.accounts


@pytest.mark.parametrize("key", TRUTHS.stages)
def test_counts_of_the_funnel(stages: dict[str, Found], key: str) -> None:
    stage, truth = stages[key], TRUTHS.stages[key]
    assert (stage["entered"], stage["visits"], stage["here"]) == (truth.entered, truth.visits, truth.here)
    assert (stage["losses"]["explicit"], stage["losses"]["implicit"]) == (truth.lost, truth.silent)


def test_conversions_follow_from_the_counts(stages: dict[str, Found]) -> None:
    entered = [truth.entered for truth in TRUTHS.stages.values()]
    to_date = [stages[key]["conversion"]["to_date"] for key in list(TRUTHS.stages)[:-1]]
    assert [(share["k"], share["n"]) for share in to_date] == list(zip(entered[1:], entered, strict=False))
    assert {stages[key]["skipped"]["k"] for key in list(TRUTHS.stages)[1:-1]} == {0}


@pytest.mark.parametrize("key", [key for key, truth in TRUTHS.stages.items() if truth.median_days])
def test_medians_of_time_on_stage(stages: dict[str, Found], key: str) -> None:
    median = stages[key]["dwell"]["km_median_seconds"] / DAY
    assert median == pytest.approx(TRUTHS.stages[key].median_days, rel=0.05)


def test_the_slow_stage_is_found(stages: dict[str, Found]) -> None:
    late = {
        key: stage["dwell"]["km_median_seconds"] / DAY - stage["target_days"] for key, stage in timed(stages).items()
    }
    assert stages[TRUTHS.slow_stage]["target_days"] == TRUTHS.slow_target_days
    assert max(late, key=lambda key: late[key]) == TRUTHS.slow_stage
    assert stages[TRUTHS.slow_stage]["dwell"]["median_low_seconds"] > TRUTHS.slow_target_days * DAY


def timed(stages: dict[str, Found]) -> dict[str, Found]:
    return {key: stage for key, stage in stages.items() if stage["target_days"]}


def test_the_tail_is_listed_by_name(stages: dict[str, Found]) -> None:
    tail = stages[TRUTHS.tail_stage]["dwell"]["tail"]
    assert (tail["share"]["k"], tail["share"]["n"]) == (TRUTHS.tail_accounts, TRUTHS.stages[TRUTHS.tail_stage].entered)
    assert len(set(tail["cases"])) == TRUTHS.tail_accounts


def test_returns_are_the_planted_ones(found: Found, stages: dict[str, Found]) -> None:
    returns = {
        (move["source"], move["target"]): move["count"] for move in found["transitions"] if move["kind"] == "return"
    }
    assert returns == dict(TRUTHS.returns)
    assert {source: stages[source]["returned"]["k"] for source, _ in TRUTHS.returns} == {
        source: count for (source, _), count in TRUTHS.returns.items()
    }


def test_those_who_return_buy_about_twice_as_often(found: Found) -> None:
    loop = ["decision", "consideration", "decision"]
    decided = [path for path in found["variants"] if "decision" in path["path"]]
    returners = [path for path in decided if has(path["path"], loop)]
    others = [path for path in decided if path not in returners]
    assert bought(returners) == TRUTHS.returners_bought
    assert bought(others) == TRUTHS.others_bought


def has(path: list[str], part: list[str]) -> bool:
    return any(path[at : at + len(part)] == part for at in range(len(path)))


def bought(paths: list[Found]) -> tuple[int, int]:
    return sum(p["count"] for p in paths if "purchase" in p["path"]), sum(p["count"] for p in paths)


def test_the_worst_drop_off_point_is_behind_the_demo(found: Found) -> None:
    worst, truth = found["drop_offs"][0], TRUTHS.worst_drop_off
    assert (worst["stage"], worst["last_type"], worst["count"]) == (truth.stage, truth.last_type, truth.count)
    assert worst["severity"] == pytest.approx(truth.severity)


def test_every_planted_drop_off_point_is_found(found: Found) -> None:
    points = {(point["stage"], point["last_type"]): point["count"] for point in found["drop_offs"]}
    assert {point: count for point, count in points.items() if point[0] != "awareness"} == dict(TRUTHS.drop_offs)
    silent = sum(count for (stage, _), count in points.items() if stage == "awareness")
    assert silent == TRUTHS.stages["awareness"].silent


def test_reasons_and_the_unknown_share(found: Found) -> None:
    shares = {reason["reason"]: reason["share"] for reason in found["reasons"]}
    assert shares == pytest.approx(dict(TRUTHS.reason_shares), abs=0.01)


def test_broken_silences_are_recovered_not_lost(stages: dict[str, Found]) -> None:
    assert sum(stage["losses"]["recovered"] for stage in stages.values()) > 10


def test_touches_until_the_purchase(found: Found) -> None:
    won = found["touches_to_won"]
    assert won["trips"] == TRUTHS.stages["purchase"].entered
    assert won["median"] > 10
    assert won["people_median"] >= 2
