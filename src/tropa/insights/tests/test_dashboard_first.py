"""The dashboard before there is anything to show, and of names and workspaces that are not one's own."""

import pytest
from django.test import Client
from django.urls import reverse

from tropa.insights.tests.reading import seen
from tropa.journeys.models import JourneyVersion
from tropa.journeys.tests.making import append, built, company, small_journey, touch
from tropa.workspace.models import Role
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db

EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def world() -> World:
    return make_world()


def test_without_a_journey_it_says_what_comes_first(world: World, client: Client) -> None:
    address = reverse("dashboard", args=[world.own.slug])
    assert "Создать путь" in seen(sign_in(client, world.owner).get(address))
    assert "Создать путь" not in seen(sign_in(client, world.members[Role.VIEWER]).get(address))


def test_a_journey_that_is_not_published_has_no_figures_yet(world: World, client: Client) -> None:
    small_journey(world.own)
    page = sign_in(client, world.owner).get(reverse("dashboard", args=[world.own.slug]))
    assert "Путь ещё не опубликован" in seen(page)


def test_a_journey_under_way_asks_again(world: World, client: Client) -> None:
    journey = small_journey(world.own)
    JourneyVersion.objects.create(workspace=world.own, journey=journey, number=1, document={}, status="building")
    page = sign_in(client, world.owner).get(reverse("dashboard", args=[world.own.slug]))
    assert "Путь пересчитывается" in seen(page)
    assert 'hx-trigger="every 5s"' in page.content.decode()


def test_without_touches_there_is_nothing_to_count(world: World, client: Client) -> None:
    built(small_journey(world.own), on_day=3)
    page = sign_in(client, world.owner).get(reverse("dashboard", args=[world.own.slug]))
    assert "Путь есть, касаний пока нет" in seen(page)


def test_names_never_become_markup(world: World, client: Client) -> None:
    firm = company(world.own, EVIL)
    append(world.own, [touch(firm, "ask", 0), touch(firm, "offer", 5), touch(firm, EVIL[:40], 6)])
    journey = small_journey(world.own, name=EVIL)
    journey.stages.filter(key="offer").update(label_ru=EVIL)
    built(journey, on_day=50)
    page = sign_in(client, world.owner).get(reverse("dashboard", args=[world.own.slug]))
    assert EVIL not in page.content.decode()
    assert "alert(1)" in page.content.decode()


def test_another_workspace_has_nothing_here(world: World, client: Client) -> None:
    journey = small_journey(world.own)
    sign_in(client, world.stranger)
    address = reverse("dashboard", args=[world.foreign.slug])
    assert client.get(f"{address}?journey={journey.pk}").status_code == 404
    # What was never a number of a journey is answered as one that is not here; an empty field asks for nothing.
    for wrong in ("-1", "one", "9" * 40):
        assert client.get(f"{address}?journey={wrong}").status_code == 404
    assert client.get(f"{address}?journey=").status_code == 200
    assert client.get(reverse("dashboard", args=[world.own.slug])).status_code == 404
