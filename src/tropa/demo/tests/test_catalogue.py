"""The touches of the demo world and its journey file say the same."""

import pytest

from tropa.demo.catalogue import STAGES, code, touches, weights
from tropa.demo.story import INACTIVITY_DAYS, LOYALTY, OUTCOMES
from tropa.demo.tests.retelling import ENTRY, NOT_THE_CLIENT, SILENCE, journey

LOST_BY = {"deal_lost", "contract_cancelled"}


def test_the_journey_has_the_stages_of_the_story() -> None:
    stages = journey()["stages"]
    assert tuple(stage["key"] for stage in stages) == STAGES
    assert [stage.get("target_conversion") for stage in stages] == [0.10, 0.30, 0.25, 0.95, 0.84, 0.90]
    assert [stage.get("target_days") for stage in stages] == [30, 21, 30, 10, 28, None]
    assert list(SILENCE.values()) == INACTIVITY_DAYS.tolist()


def test_client_activity_follows_the_catalogue() -> None:
    assert {touch.key for touch in touches() if not touch.client} == NOT_THE_CLIENT


def test_visits_open_with_a_touch_of_their_stage() -> None:
    for stage, types in zip(STAGES, weights("entry"), strict=True):
        assert {ENTRY[key] for key in types} == {stage}


def test_everyday_touches_never_move_an_account() -> None:
    moved = [
        (stage, key)
        for purpose in ("client", "supplier")
        for stage, types in zip(STAGES, weights(purpose), strict=True)
        for key in types
        if ENTRY.get(key, stage) != stage or key in LOST_BY
    ]
    assert moved == []


@pytest.mark.parametrize(("purpose", "is_client"), [("client", True), ("supplier", False)])
def test_everyday_touches_are_filed_under_who_acts(purpose: str, is_client: bool) -> None:
    by_key = {touch.key: touch.client for touch in touches()}
    assert {by_key[key] for types in weights(purpose) for key in types} == {is_client}


def test_last_touches_are_touches_of_the_client() -> None:
    planted = {outcome.last for outcome in OUTCOMES if outcome.last is not None}
    assert all(touches()[code(key)].client for key in planted)
    assert max(outcome.reach for outcome in OUTCOMES) == LOYALTY


def test_an_unknown_type_has_no_code() -> None:
    with pytest.raises(ValueError, match="fax"):
        code("fax")
