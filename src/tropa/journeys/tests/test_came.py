"""«Приходили»: the number on the page of a journey is the number of rows that it opens, however history went."""

import random
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tropa.facts import actions as facts
from tropa.facts.models import Source
from tropa.journeys import came, placement, queries
from tropa.journeys.models import JourneyVersion, Placement, StageChange
from tropa.journeys.tests.making import append, built, company, day, history, small_journey, touch
from tropa.workspace.models import Workspace
from tropa.workspace.tests.people import World, make_workspace, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db
TYPES = ("ask", "ask", "site", "offer", "offer", "pay", "no", "mail")


@pytest.fixture
def world() -> World:
    return make_world()


def test_the_number_opens_as_many_rows(world: World, client: Client) -> None:
    version = _lived_through(world.own, "account")
    sign_in(client, world.owner)
    page = client.get(reverse("journey", args=[world.own.slug, version.journey_id])).content.decode()
    figures = re.findall(r'<a class="jn-u( t-12)?" href="([^"]+\?state=(\w+)[^"]*)">(?:\+\s)?(\d+)', page)
    assert {state for _, _, state, _ in figures} == {"open", "came", "lost", "dropped"}
    assert {bool(unknown) for unknown, _, _, _ in figures} == {True, False}
    for _, url, _, number in figures:
        opened = client.get(url.replace("&amp;", "&"))
        assert opened.context["page"].paginator.count == int(number), url


@pytest.mark.parametrize("unit", ["account", "deal"])
def test_figures_and_list_tell_the_same_of_a_log_with_returns_losses_and_late_touches(unit: str) -> None:
    version = _lived_through(make_workspace("Своё"), unit)
    kinds = set(StageChange.objects.filter(version=version).values_list("kind", flat=True))
    assert kinds == {"built", "new", "corrected", "withdrawn"}
    assert Placement.objects.filter(version=version, trip__gt=1).exists()
    told = history(version)
    assert any(row[3] == "offer" and row[4] == "interest" for row in told)  # somebody returned
    for counts in queries.stage_counts(version):
        assert counts.entered is not None
        listed = [came.placements(version, stage=counts.key, kind=kind).count() for kind in ("company", "unknown")]
        assert listed == [counts.entered.companies, counts.entered.unknown]
        everybody = came.placements(version, stage=counts.key)
        trips = {(placed.unit_id, placed.trip): placed.came_us for placed in everybody}
        latest = {(row[0], row[1]): row[6] for row in told if row[4] == counts.key}
        assert trips == latest
        assert len(everybody) == len(trips) == counts.stays


def test_the_list_says_where_they_are_now_and_when_they_last_came_here(world: World, client: Client) -> None:
    firm, other = company(world.own, "Завод"), company(world.own, "Лавка")
    append(world.own, [touch(firm, "ask", 0), touch(firm, "offer", 3), touch(firm, "ask", 5), touch(firm, "pay", 9)])
    append(world.own, [touch(other, "ask", 4)])
    version = built(small_journey(world.own), on_day=10)
    sign_in(client, world.owner)
    url = reverse("journey_units", args=[world.own.slug, version.journey_id, "interest"])
    found = client.get(url, {"state": "came"})
    rows = [(row["name"], row["where"], row["entered"]) for row in found.context["rows"]]
    assert rows == [("Лавка", "Интерес", day(4)), ("Завод", "Оплата", day(5))]
    assert "Где сейчас" in found.content.decode()
    found = client.get(url, {"state": "came", "q": "завод"})
    assert [row["name"] for row in found.context["rows"]] == ["Завод"]
    found = client.get(url, {"state": "came", "sort": "-visits"})
    assert [row["name"] for row in found.context["rows"]] == ["Завод", "Лавка"]
    assert [row["name"] for row in client.get(url, {"state": "open"}).context["rows"]] == ["Лавка"]
    export = reverse("journey_units_export", args=[world.own.slug, version.journey_id, "interest"])
    file = client.post(export, {"format": "csv", "query": "state=came&sort=-entered"}).getvalue().decode()
    lines = file.strip().splitlines()[1:]
    assert ["Завод" in lines[0], "Оплата" in lines[0], "Лавка" in lines[1], len(lines)] == [True, True, True, 2]


def test_who_came_by_a_touch_that_was_taken_out_never_came() -> None:
    workspace = make_workspace("Своё")
    firm = company(workspace)
    append(workspace, [touch(firm, "ask", 0)])
    append(workspace, [touch(firm, "offer", 1)], key="import")
    version = built(small_journey(workspace), on_day=2)
    assert [came.placements(version, stage=stage).count() for stage in ("interest", "offer")] == [1, 1]
    facts.remove_of_source(Source.objects.get(workspace=workspace, key="import"), now=day(3))
    placement.refresh(workspace, now=day(4))
    assert [came.placements(version, stage=stage).count() for stage in ("interest", "offer")] == [1, 0]


def test_a_page_of_the_list_costs_the_same_for_many(world: World, client: Client) -> None:
    few, many = small_journey(world.own), small_journey(world.foreign)
    for workspace, journey, firms in ((world.own, few, 2), (world.foreign, many, 70)):
        append(workspace, [touch(company(workspace), "ask", 0) for _ in range(firms)])
        built(journey, on_day=1)
    costs = []
    for member, journey, shown in ((world.owner, few, 2), (world.stranger, many, 50)):
        sign_in(client, member)
        url = reverse("journey_units", args=[journey.workspace.slug, journey.pk, "interest"])
        client.get(url, {"state": "came"})
        with CaptureQueriesContext(connection) as asked:
            assert len(client.get(url, {"state": "came"}).context["rows"]) == shown
        costs.append(len(asked))
        assert sum("stagechange" in query["sql"] for query in asked) == 2  # the rows, and how many there are
    assert costs[0] == costs[1]


def _lived_through(workspace: Workspace, unit: str) -> JourneyVersion:
    """A version that followed a log in which touches come late, and silence and losses end trips that come back."""
    chance = random.Random(11)
    units = [company(workspace, f"Завод {n}", "unknown" if n % 3 == 0 else "company") for n in range(24)]
    append(workspace, [touch(firm, "ask", 0, deal_id=1000 + firm.pk) for firm in units[:5]])
    version = built(small_journey(workspace, unit=unit), on_day=1)
    for now in (60, 90, 200, 300, 330):
        some = [(chance.choice(units), chance.choice(TYPES), chance.uniform(max(0, now - 120), now)) for _ in range(90)]
        append(workspace, [touch(firm, type_, on, deal_id=1000 + firm.pk) for firm, type_, on in some])
        placement.refresh(workspace, now=day(now))
    version.refresh_from_db()
    return version
