"""Pages of journeys: who sees and changes what, and that nothing people typed becomes markup."""

import pytest
from django.test import Client
from django.urls import reverse

from tropa.jobs.testing import run_all
from tropa.journeys import actions
from tropa.journeys.models import Journey, JourneyVersion
from tropa.journeys.tests.making import append, built, company, published, small_journey, touch
from tropa.workspace.models import Role
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_journey_is_made_from_a_template_and_shows_who_stands_where(world: World, client: Client) -> None:
    firm = company(world.own, "Завод")
    append(world.own, [touch(firm, "demo_request", 0)])
    sign_in(client, world.owner)
    posted = {"template": "classic_7", "name": "Путь клиента", "product": "CRM", "segment": ""}
    response = client.post(_url(world, "journey_new") + "?way=template", posted)
    journey = Journey.objects.get(workspace=world.own)
    assert response["Location"] == _url(world, "journey", journey.pk)
    run_all()
    page = client.get(response["Location"]).content.decode()
    assert "Решение" in page
    # On a telephone there is no head of the table: each figure says what it is.
    assert page.count("<td") == page.count("data-label=") > 0
    listed = client.get(_url(world, "journey_units", journey.pk, "decision")).content.decode()
    assert "Завод" in listed


def test_every_page_opens(world: World, client: Client) -> None:
    firm = company(world.own)
    append(world.own, [touch(firm, "ask", 0), touch(firm, "offer", 5), touch(firm, "ask", 6)])
    journey = small_journey(world.own)
    version = built(journey, on_day=7)
    stage = journey.draft_stages()[0]
    sign_in(client, world.owner)
    for name, args in (
        ("journeys", ()),
        ("journey_new", ()),
        ("journey", (journey.pk,)),
        ("journey_file", (journey.pk,)),
        ("journey_edit", (journey.pk,)),
        ("journey_units", (journey.pk, "interest")),
        ("journey_stages", (journey.pk,)),
        ("journey_rule", (journey.pk, "lost")),
        ("journey_mapping", (journey.pk,)),
        ("journey_versions", (journey.pk,)),
        ("stage", (stage.pk,)),
        ("stage_rule", (stage.pk,)),
        ("journey_version", (version.pk,)),
    ):
        assert client.get(_url(world, name, *args)).status_code == 200, name
    assert "Профиль пути" in client.get(reverse("account", args=[world.own.slug, firm.pk])).content.decode()


def test_readers_see_journeys_and_change_nothing(world: World, client: Client) -> None:
    journey = small_journey(world.own)
    built(journey, on_day=0)
    stage = journey.draft_stages()[0]
    changing = (
        ("journey_new", ()),
        ("journey_edit", (journey.pk,)),
        ("stage_add", (journey.pk,)),
        ("stage_move", (stage.pk,)),
        ("stage_remove", (stage.pk,)),
        ("stage_rule", (stage.pk,)),
        ("journey_mapping", (journey.pk,)),
        ("journey_propose", (journey.pk,)),
        ("journey_archive", (journey.pk,)),
    )
    for role in (Role.ANALYST, Role.SALES, Role.VIEWER):
        sign_in(client, world.members[role])
        page = client.get(_url(world, "journey_stages", journey.pk))
        assert page.status_code == 200
        assert "Добавить этап" not in page.content.decode()
        for name, args in changing:
            assert client.post(_url(world, name, *args)).status_code == 403, (role, name)
        exported = client.post(_url(world, "journey_units_export", journey.pk, "interest"), {"format": "csv"})
        assert exported.status_code == (200 if role == Role.ANALYST else 403)
        if role == Role.ANALYST:
            assert "Название" in exported.getvalue().decode()


def test_a_foreign_workspace_sees_nothing(world: World, client: Client) -> None:
    journey = small_journey(world.foreign)
    version = built(journey, on_day=0)
    stage = journey.draft_stages()[0]
    sign_in(client, world.owner)
    assert journey.name not in client.get(_url(world, "journeys")).content.decode()
    for name, args in (
        ("journey", (journey.pk,)),
        ("journey_file", (journey.pk,)),
        ("journey_units", (journey.pk, "interest")),
        ("journey_stages", (journey.pk,)),
        ("journey_versions", (journey.pk,)),
        ("stage", (stage.pk,)),
        ("stage_rule", (stage.pk,)),
        ("journey_version", (version.pk,)),
        ("version_moves", (version.pk,)),
    ):
        assert client.get(_url(world, name, *args)).status_code == 404, name
    for name, args in (("stage_remove", (stage.pk,)), ("version_publish", (version.pk,)), ("stage_add", (journey.pk,))):
        assert client.post(_url(world, name, *args)).status_code == 404, name
    assert client.get(reverse("journeys", args=[world.foreign.slug])).status_code == 404


def test_what_people_type_never_becomes_markup(world: World, client: Client) -> None:
    firm = company(world.own, EVIL)
    append(world.own, [touch(firm, "ask", 0)])
    journey = small_journey(world.own, name=EVIL)
    stage = journey.draft_stages()[0]
    actions.update_stage(stage=stage, fields={"label_ru": EVIL, "rule": {"touch": ["ask", EVIL]}})
    version = built(journey, on_day=1)
    sign_in(client, world.owner)
    for url in (
        _url(world, "journeys"),
        _url(world, "journey", journey.pk),
        _url(world, "journey_stages", journey.pk),
        _url(world, "stage_rule", stage.pk),
        _url(world, "journey_units", journey.pk, stage.key),
        _url(world, "journey_version", version.pk),
        reverse("account", args=[world.own.slug, firm.pk]),
    ):
        page = client.get(url).content.decode()
        assert "<script>alert" not in page, url
        assert "script&gt;alert" in page or "alert(1)" in page, url


def test_a_stage_is_removed_and_returned(world: World, client: Client) -> None:
    journey = small_journey(world.own)
    stage = journey.draft_stages()[1]
    sign_in(client, world.owner)
    page = client.post(_url(world, "stage_remove", stage.pk), follow=True).content.decode()
    assert _url(world, "stage_return", stage.pk) in page
    assert [each.key for each in journey.draft_stages()] == ["interest", "paid"]
    client.post(_url(world, "stage_return", stage.pk))
    assert [each.key for each in journey.draft_stages()] == ["interest", "offer", "paid"]


def test_the_difference_is_shown_before_anything_changes(world: World, client: Client) -> None:
    firm = company(world.own, "Завод")
    append(world.own, [touch(firm, "ask", 0), touch(firm, "site", 1)])
    journey = small_journey(world.own)
    first = published(journey)
    actions.update_stage(stage=journey.draft_stages()[1], fields={"rule": {"touch": ["site"]}})
    sign_in(client, world.owner)
    assert "Есть неопубликованные изменения" in client.get(_url(world, "journey", journey.pk)).content.decode()
    response = client.post(_url(world, "journey_propose", journey.pk), {"note": "сайт"})
    run_all()
    page = client.get(response["Location"]).content.decode()
    assert "Завод" in page
    assert journey.serving == first
    version = JourneyVersion.objects.get(journey=journey, number=2)
    client.post(_url(world, "version_publish", version.pk), {"history": "recalculate"})
    run_all()
    assert journey.serving == version


def _url(world: World, name: str, *args: object) -> str:
    return reverse(name, args=[world.own.slug, *args])
