"""Targets set in place: they hold at once and place nobody."""

import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tropa.journeys import actions, definition
from tropa.journeys.models import Journey, JourneyVersion, Placement
from tropa.journeys.publishing import propose
from tropa.journeys.targets import UnknownStage, current
from tropa.journeys.tests.making import append, built, company, small_journey, touch
from tropa.workspace.models import AuditEntry, Role
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_target_holds_in_the_draft_and_in_the_serving_version_and_places_nobody(world: World, client: Client) -> None:
    firm = company(world.own)
    append(world.own, [touch(firm, "ask", 0), touch(firm, "offer", 5)])
    journey = small_journey(world.own)
    version = built(journey, on_day=7)
    placed = list(Placement.objects.values())
    sign_in(client, world.owner)
    given: dict[str, Any] = {"conversion": "12,5 %", "days": "30", "drop": "40", "nps": "−5"}
    answer = _post(client, journey, stage="offer", next="/account/", **given)
    assert answer["Location"] == "/account/"
    version.refresh_from_db()
    stage = journey.stages.get(key="offer")
    assert (stage.target_conversion, stage.target_days, stage.target_drop) == (0.125, 30, 0.4)
    assert current(journey, "offer") == {"conversion": 0.125, "days": 30, "drop": 0.4, "nps": -5}
    assert definition.model_of(version).stages[1].target_drop == 0.4
    assert definition.model_of(version).stages[1].target_nps == stage.target_nps == -5
    assert definition.is_published(journey, version)
    assert definition.same_figures(version.document, definition.document(journey))
    assert list(Placement.objects.values()) == placed
    assert JourneyVersion.objects.count() == 1


def test_a_version_that_is_being_checked_gets_it_too(world: World) -> None:
    journey = small_journey(world.own)
    built(journey, on_day=0)
    actions.update_stage(stage=journey.draft_stages()[1], fields={"horizon_days": 9.0})
    proposed = propose(journey=journey, by=world.owner, note="")
    actions.set_target(journey=journey, stage_key="offer", by=world.owner, at=timezone.now(), days=4.0)
    proposed.refresh_from_db()
    assert [stage.target_days for stage in definition.model_of(proposed).stages] == [None, 4.0, None]


def test_what_is_not_named_stays_and_none_clears(world: World) -> None:
    journey = small_journey(world.own)
    built(journey, on_day=0)
    now = timezone.now()
    actions.set_target(journey=journey, stage_key="offer", by=None, at=now, conversion=0.3, days=4.0)
    assert actions.set_target(journey=journey, stage_key="offer", by=None, at=now, days=None) == {"days": (4.0, None)}
    assert current(journey, "offer") == {"conversion": 0.3, "days": None, "drop": None, "nps": None}
    assert "target_days" not in journey.versions.get().document["stages"][1]
    assert actions.set_target(journey=journey, stage_key="offer", by=None, at=now, days=None) == {}
    assert AuditEntry.objects.filter(action="journey.target").count() == 2
    journey.refresh_from_db()
    assert journey.targets_at == now


def test_the_audit_trail_says_from_what_to_what(world: World) -> None:
    journey = small_journey(world.own)
    actions.set_target(journey=journey, stage_key="offer", by=world.owner, at=timezone.now(), drop=0.4)
    entry = AuditEntry.objects.get(action="journey.target")
    assert (entry.actor, entry.target) == (world.owner.user, f"journeys.journey:{journey.pk}")
    assert entry.details == {"stage": "offer", "drop": [None, 0.4]}


@pytest.mark.parametrize("value", [0.0, -1.0, 1.01, float("nan"), float("inf")])
def test_a_share_outside_its_range_is_refused(world: World, value: float) -> None:
    journey = small_journey(world.own)
    for measure in ("conversion", "drop"):
        with pytest.raises(ValueError, match="at most 1"):
            actions.set_target(journey=journey, stage_key="offer", by=None, at=timezone.now(), **{measure: value})


def test_a_stage_that_is_not_there_has_no_target(world: World, client: Client) -> None:
    journey = small_journey(world.own)
    with pytest.raises(UnknownStage):
        actions.set_target(journey=journey, stage_key="gone", by=None, at=timezone.now(), days=3.0)
    sign_in(client, world.owner)
    assert _post(client, journey, stage="gone", days="3").status_code == 404


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("days", "месяц", "Нужно число дней, например 30"),
        ("days", "0", "Нужно число дней больше 0"),
        ("days", "99999", "не больше 36 525"),
        ("conversion", "половина", "Нужны проценты, например 25"),
        ("conversion", "101", "больше 0 и не больше 100"),
        ("drop", "-5", "больше 0 и не больше 100"),
        ("nps", "101", "от −100 до 100"),
        ("nps", "много", "от −100 до 100"),
    ],
)
def test_what_cannot_be_a_target_is_told_and_changes_nothing(
    world: World, client: Client, field: str, text: str, said: str
) -> None:
    journey = small_journey(world.own)
    built(journey, on_day=0)
    sign_in(client, world.owner)
    answer = _post(client, journey, True, stage="offer", **{field: text})
    assert answer.status_code == 422
    assert said in answer.content.decode().replace("\xa0", " ")
    page = client.get(_post(client, journey, None, stage="offer", **{field: text})["Location"]).content.decode()
    assert said in page.replace("\xa0", " ")
    assert set(current(journey, "offer").values()) == {None}


def test_htmx_gets_an_event_and_a_message_that_takes_it_back_exactly(world: World, client: Client) -> None:
    journey = small_journey(world.own)
    built(journey, on_day=0)
    actions.set_target(journey=journey, stage_key="offer", by=None, at=timezone.now(), conversion=1 / 3)
    sign_in(client, world.owner)
    answer = _post(client, journey, True, stage="offer", conversion="", days="2.5", next="/account/")
    events = json.loads(answer["HX-Trigger"])
    assert (answer.status_code, events["targets"]) == (204, {"journey": journey.pk, "stage": "offer"})
    message = events["toasts"]["messages"][0]
    assert message["text"] == "Цель изменена"
    assert current(journey, "offer") == {"conversion": None, "days": 2.5, "drop": None, "nps": None}
    assert client.post(message["undo"])["Location"] == "/account/"
    assert current(journey, "offer") == {"conversion": 1 / 3, "days": None, "drop": None, "nps": None}


def test_a_score_may_be_nothing_and_has_both_ends(world: World) -> None:
    journey, now = small_journey(world.own), timezone.now()
    built(journey, on_day=0)
    for score in (0.0, -100.0, 100.0):
        actions.set_target(journey=journey, stage_key="offer", by=None, at=now, nps=score)
        assert current(journey, "offer")["nps"] == score
    for score in (-100.5, 101.0, float("nan")):
        with pytest.raises(ValueError, match="nps"):
            actions.set_target(journey=journey, stage_key="offer", by=None, at=now, nps=score)


def test_a_foreign_address_is_not_followed(world: World, client: Client) -> None:
    journey = small_journey(world.own)
    sign_in(client, world.owner)
    answer = _post(client, journey, stage="offer", days="3", next="https://example.org/")
    assert answer["Location"] == reverse("journey_stages", args=[world.own.slug, journey.pk])


def test_readers_set_no_targets(world: World, client: Client) -> None:
    journey = small_journey(world.own)
    for role in (Role.ANALYST, Role.SALES, Role.VIEWER):
        sign_in(client, world.members[role])
        assert _post(client, journey, stage="offer", days="3").status_code == 403
    assert current(journey, "offer")["days"] is None


def _post(client: Client, journey: Journey, htmx: bool | None = None, **fields: str) -> Any:
    url = reverse("stage_target", args=[journey.workspace.slug, journey.pk])
    return client.post(url, fields, headers={"HX-Request": "true"} if htmx else {})
