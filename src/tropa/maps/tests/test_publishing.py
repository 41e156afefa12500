"""Publishing a map and what is refused; the marks of a map that nobody looks at."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tropa.maps import actions
from tropa.maps.models import JourneyMap
from tropa.maps.tests.making import (
    AIM,
    a_journey,
    a_map,
    add,
    at,
    company,
    evidenced_point,
    fresh,
    ready,
    url,
)
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def world() -> World:
    return make_world()


def test_publishing_names_what_is_missing(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    page = client.post(url(world, "map_publish", made.pk))
    text = page.content.decode().replace("\xa0", " ")
    assert page.status_code == 422
    for told in ("зачем карта", "«Болевые точки»", "ни на что не опирается", "точка эмоций с источником"):
        assert told in text
    assert fresh(made).publication == "draft"


def test_a_rough_map_goes_live_as_a_hypothesis(world: World, client: Client) -> None:
    made = ready(a_map(world.own))
    sign_in(client, world.owner)
    warned = client.get(url(world, "map_publish", made.pk)).content.decode().replace("\xa0", " ")
    assert "Этапы после продажи «Онбординг», «Лояльность», «Адвокация» пусты" in warned
    client.post(url(world, "map_publish", made.pk), {"note": "первая"})
    assert (fresh(made).publication, fresh(made).confidence) == ("published", "hypothesis")
    assert made.versions.get().note == "первая"


def test_five_interviews_confirm_a_map(world: World) -> None:
    made = ready(a_map(world.own))
    pain = made.cards.get(lane="pains").pk
    for number in range(4):
        actions.add_evidence(map=made, by=None, card=pain, kind="interview", quote="…", source=f"№ {number}", at=at(1))
    actions.publish(map=made, by=world.owner, at=at(2))
    assert fresh(made).confidence == "validated"


def test_a_map_of_a_client_is_not_published_while_a_touchpoint_has_no_owner(world: World) -> None:
    """KAM-1: the message names the touchpoints."""
    made = actions.create(
        workspace=world.own, by=None, journey=a_journey(world.own, "b2b_key_account_5"), kind="key_account_map",
        name="Карта завода", account=company(world), at=at(), **AIM,
    )  # fmt: skip
    bare = add(made, lane="touchpoints", column="implementation", text="Пуск линии")
    owned = add(made, lane="touchpoints", column="solution_search", text="Выставка")
    for lane in ("client_owner", "risk_points"):
        add(made, lane=lane, column="solution_search")
    evidenced_point(made, "solution_search")
    actions.edit_card(map=made, by=None, card=owned, role="Инженер", at=at(1))
    with pytest.raises(Exception, match="Пуск линии") as refused:
        actions.publish(map=made, by=world.owner, at=at(2))
    assert "Выставка" not in str(refused.value)
    actions.edit_card(map=made, by=None, card=bare, member_id=world.owner.pk, at=at(3))
    actions.publish(map=made, by=world.owner, at=at(4))
    assert fresh(made).publication == "published"


def test_a_map_that_nobody_looked_at_is_stale_wherever_it_is_shown(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    pages = (url(world, "maps"), url(world, "map", made.pk), url(world, "persona", made.persona_id))
    for days, told in ((89, None), (91, "Пора пересмотреть"), (181, "Устарела")):
        JourneyMap.objects.filter(pk=made.pk).update(reviewed_at=timezone.now() - timedelta(days=days))
        for page in pages:
            text = client.get(page).content.decode()
            assert ("Пора пересмотреть" in text, "Устарела" in text) == (
                told == "Пора пересмотреть", told == "Устарела",
            )  # fmt: skip


def test_looking_at_a_map_again_asks_what_has_changed_and_saves_a_version(world: World, client: Client) -> None:
    made = a_map(world.own)
    JourneyMap.objects.filter(pk=made.pk).update(reviewed_at=at() - timedelta(days=200))
    sign_in(client, world.owner)
    assert client.post(url(world, "map_review", made.pk), {}).status_code == 422
    client.post(url(world, "map_review", made.pk), {"reasons": ["new_research"], "note": "спросили пятерых"})
    version = made.versions.get()
    assert version.note == "Исследование показало неожиданное; спросили пятерых"
    assert fresh(made).reviewed_at > at()
    assert "Устарела" not in client.get(url(world, "maps")).content.decode()
