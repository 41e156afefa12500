"""The first ten minutes through their pages: a template becomes a map, first steps are told until they are done."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tropa.desk.models import FirstSteps
from tropa.jobs.testing import run_all
from tropa.journeys.models import Journey
from tropa.journeys.tests.making import append, company, touch
from tropa.maps.models import JourneyMap
from tropa.workspace.models import Role
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return make_world()


def test_it_works(world: World, client: Client) -> None:
    sign_in(client, world.owner)
    page = _read(client.get(_url(world, "start")))
    assert page.count('class="st-tpl"') == 5
    answer = client.post(
        _url(world, "start_begin"),
        {"template": "b2b_key_account_5", "product": "Насосы", "persona": "Главный инженер завода"},
    )
    made = JourneyMap.objects.of(world.own).get()
    assert answer["Location"] == reverse("map", args=[world.own.slug, made.pk])
    assert (made.journey.product.name, str(made.persona)) == ("Насосы", "Главный инженер завода")
    assert made.lanes.count() > 10
    run_all()
    assert made.journey.serving is not None
    assert made.journey.template == "b2b_key_account_5"


def test_what_is_missing_is_told_and_nothing_is_made(world: World, client: Client) -> None:
    sign_in(client, world.owner)
    answer = client.post(_url(world, "start_begin"), {"template": "abm_4", "product": "Насосы", "persona": ""})
    page = _read(answer)
    assert answer.status_code == 422
    assert 'value="abm_4" checked' in page
    assert 'value="Насосы"' in page
    assert not Journey.objects.exists()


@pytest.mark.parametrize("pane", ["tpl", "demo", "crm", "csv", "nonsense"])
def test_the_part_in_the_address_is_open(world: World, client: Client, pane: str) -> None:
    sign_in(client, world.owner)
    page = _read(client.get(_url(world, "start"), {"p": pane}))
    shown = "tpl" if pane == "nonsense" else pane
    assert f'value="{shown}" aria-controls="sp-{shown}" checked' in page
    assert page.count(" checked>") == 2  # the part, and the usual template


def test_readers_see_whom_to_ask(world: World, client: Client) -> None:
    sign_in(client, world.members[Role.VIEWER])
    page = _read(client.get(_url(world, "start")))
    assert "создают владелец и редакторы" in page
    assert "загружают владелец и редакторы" in page
    assert client.post(_url(world, "start_begin"), {"product": "A", "persona": "B"}).status_code == 403


def test_an_empty_workspace_opens_with_the_first_steps_until_they_are_skipped(world: World, client: Client) -> None:
    sign_in(client, world.owner)
    start = _url(world, "start")
    assert client.get(_url(world, "workspace"))["Location"] == start
    client.post(_url(world, "start_skip"))
    assert client.get(_url(world, "workspace"))["Location"] != start
    sign_in(client, world.members[Role.VIEWER])
    assert client.get(_url(world, "workspace"))["Location"] != start


def test_first_steps_are_shown_until_all_are_done_or_put_away(world: World, client: Client) -> None:
    sign_in(client, world.owner)
    assert _told(world, client) == "готово 0 из 3"
    client.post(_url(world, "start_begin"), {"template": "classic_7", "product": "CRM", "persona": "Директор"})
    assert _told(world, client) == "готово 2 из 3"
    undo = _read(client.post(_url(world, "start_hide"), follow=True))
    assert _told(world, client) == ""
    assert "?back=1" in undo
    client.post(_url(world, "start_hide") + "?back=1")
    assert FirstSteps.objects.get().hidden_at is None
    append(world.own, [touch(company(world.own), "demo_held", 0)])
    assert _told(world, client) == ""


def _told(world: World, client: Client) -> str:
    page = _read(client.get(_url(world, "home_of")))
    return next((line for line in (f"готово {n} из 3" for n in range(4)) if line in page), "")


def _read(response: Any) -> str:
    """A page with plain blanks."""
    return str(response.content.decode()).replace("\xa0", " ")


def _url(world: World, name: str) -> str:
    return reverse(name, args=[world.own.slug])
