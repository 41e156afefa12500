"""Figures in the head of a board: those of the dashboard, each with the rows behind it."""

import re

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tropa.analysis.words import Words
from tropa.insights import figures
from tropa.insights.figures import Figures
from tropa.insights.question import Question
from tropa.insights.shown import shown
from tropa.insights.tests.worlds import random_world
from tropa.journeys.actions import set_target
from tropa.journeys.models import JourneyVersion
from tropa.maps import actions, touch_counts
from tropa.maps.models import JourneyMap
from tropa.maps.tests.making import NOW, a_map, add
from tropa.maps.tests.reading import Element, read
from tropa.web import typography
from tropa.workspace.models import Member, Role
from tropa.workspace.tests.people import make_member, sign_in

pytestmark = pytest.mark.django_db
WORDS = Words("ru")


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


@pytest.fixture
def version() -> JourneyVersion:
    return random_world(1)


@pytest.fixture
def map_(version: JourneyVersion) -> JourneyMap:
    return a_map(version.workspace, journey=version.journey)


@pytest.fixture
def reader(client: Client, version: JourneyVersion) -> Client:
    return sign_in(client, make_member(version.workspace, Role.EDITOR))


def head(client: Client, map_: JourneyMap, query: str = "") -> Element:
    return read(client.get(reverse("map_figures", args=[map_.workspace.slug, map_.pk]) + query))


def found_of(version: JourneyVersion, **params: str) -> Figures:
    asked = QueryDict(mutable=True)
    asked.update(params)
    found = figures.of(Question.read(version, asked, now=timezone.now()))
    assert found is not None
    return found


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


def test_the_head_shows_the_figures_of_the_dashboard(reader: Client, version: JourneyVersion, map_: JourneyMap) -> None:
    found, page = found_of(version), head(reader, map_)
    stages = page.all("b-stage")
    assert [int(stage["data-n"]) for stage in stages] == [stage.entered.total for stage in found.stages]

    pills = page.all("conv")
    asked = [shown(stage.conversion, WORDS) for stage in found.stages[:-1]]
    assert [pill.all(name="b")[0].text for pill in pills] == [plain(each.head) for each in asked]
    for pill, each in zip(pills, asked, strict=True):
        assert plain(each.counts) in plain(pill["data-tip"])
        assert plain(each.interval) in plain(pill["data-tip"])

    days, drop = (row.all("met") for row in page.all("b-met")[:2])
    for stage, of_days, of_drop in zip(found.stages, days, drop, strict=True):
        if stage.median_days is not None:
            told = plain(typography.days(stage.median_days))
            assert told in plain(of_days.one("met-v")["data-tip"])
        if stage.drop_off.value is not None:
            assert plain(shown(stage.drop_off, WORDS).line) in plain(of_drop.one("met-v")["data-tip"])


def test_behind_every_figure_are_as_many_rows_as_it_says(
    reader: Client, version: JourneyVersion, map_: JourneyMap
) -> None:
    page, found = head(reader, map_), found_of(version)
    links = {link["href"] for link in page.one(id="b-head").all(name="a")}
    wanted: dict[str, int] = {}
    for stage in found.stages:
        wanted |= {
            f"what=entered&stage={stage.key}": stage.entered.total,
            f"what=reached&stage={stage.key}": stage.reached.total,
            f"what=followed_gone&stage={stage.key}": stage.drop_off.k or 0,
            f"what=entered&stage={stage.key}&who=company": stage.entered.companies,
            f"what=entered&stage={stage.key}&who=unknown": stage.entered.unknown,
        }
    checked = 0
    for link in links:
        query = link.split("?")[1]
        assert query in wanted, query
        assert reader.get(link).context["found"].total == wanted[query], link
        checked += 1
    assert checked >= 3 * len(found.stages) - 1


def test_the_question_of_the_address_narrows_the_head_and_its_links(
    reader: Client, version: JourneyVersion, map_: JourneyMap
) -> None:
    query = "?who=company&measure=mature"
    page, found = head(reader, map_, query), found_of(version, who="company", measure="mature")
    assert [pill.all(name="b")[0].text for pill in page.all("conv")] == [
        plain(shown(stage.mature, WORDS).head) for stage in found.stages[:-1]
    ]
    assert all("who=company" in link["href"] for link in page.one(id="b-head").all(name="a"))
    assert not page.all("b-un")
    board = read(reader.get(reverse("map", args=[map_.workspace.slug, map_.pk]) + query))
    assert board.one(id="b-head")["hx-get"].endswith(query)


def test_nobody_waits_for_figures_that_nobody_has_counted(
    reader: Client, version: JourneyVersion, map_: JourneyMap
) -> None:
    address = reverse("map", args=[map_.workspace.slug, map_.pk])
    before = read(reader.get(address))
    assert before.all("skel")
    assert not before.all("conv")
    assert "load" in before.one(id="b-head")["hx-trigger"]
    rows = len(before.one(id="b-head").all("b-row"))

    without_script = read(reader.get(address + before.one(id="b-head").one(name="noscript").one(name="a")["href"]))
    assert without_script.all("conv")
    cache.clear()

    filled = head(reader, map_)
    assert len(filled.one(id="b-head").all("b-row")) == rows
    after = read(reader.get(address))
    assert not after.all("skel")
    assert after.all("conv")
    assert "load" not in after.one(id="b-head")["hx-trigger"]
    assert after.one(id="b-age").text.startswith("Данные на ")


def test_a_target_colours_the_head_and_few_data_are_not_compared(
    reader: Client, version: JourneyVersion, map_: JourneyMap
) -> None:
    found = found_of(version)
    stage = max(found.stages[:-1], key=lambda each: each.conversion.n or 0)
    assert stage.conversion.n is not None
    assert stage.conversion.n >= 30
    form = read(reader.get(reverse("map", args=[map_.workspace.slug, map_.pk]))).one(id=f"target-{stage.key}")
    post = form.one(name="form")
    reader.post(post["action"], post.fields() | {"conversion": "99", "days": "0,5"})
    version.refresh_from_db()
    page = head(reader, map_)
    pill = page.all("conv")[stage.number - 1]
    assert "conv-bad" in pill.classes
    assert "цель 99 %" in plain(pill["data-tip"])
    assert pill.text.endswith("хуже цели")
    few = [each for each in found.stages[:-1] if each.conversion.is_few]
    for each in few:
        set_target(journey=version.journey, stage_key=each.key, by=None, at=NOW, conversion=0.99)
        assert "conv-few" in head(reader, map_).all("conv")[each.number - 1].classes


def test_touchpoints_tell_how_often_they_were_touched_on_their_stage(
    reader: Client, version: JourneyVersion, map_: JourneyMap
) -> None:
    counted = touch_counts.of(version)
    assert counted is not None
    (stage, type_), most = max(counted.by_place.items(), key=lambda pair: pair[1].touches)
    pk = add(map_, lane="touchpoints", column=stage, text="Касание")
    actions.edit_card(map=map_, by=None, card=pk, touch_type=type_, at=NOW)
    page = read(reader.get(reverse("map", args=[map_.workspace.slug, map_.pk])))
    card = page.one("jc", data_card=str(pk))
    assert card["data-ev"] == "m"
    assert re.sub(r"\D", "", card.one("jc-m").text) == str(most.touches)
    panel = read(
        reader.get(
            reverse("map_card", args=[map_.workspace.slug, map_.pk, pk]),
            headers={"x-requested-with": "XMLHttpRequest"},
        )
    )
    assert f"{most.touches}" in panel.one("pn-met").text.replace(" ", "")


def test_the_panel_tells_the_figures_of_its_stage(reader: Client, version: JourneyVersion, map_: JourneyMap) -> None:
    stage = found_of(version).stages[0]
    pk = add(map_, lane="customer_actions", column=stage.key)
    address = reverse("map_card", args=[map_.workspace.slug, map_.pk, pk])
    panel = read(reader.get(address, headers={"x-requested-with": "XMLHttpRequest"})).one("pn-met")
    assert panel.all("pn-v")[0].text == plain(shown(stage.conversion, WORDS).head)
    gone = next(link for link in panel.all(name="a") if "what=gone" in link["href"])
    assert gone.text == str(stage.gone.total)
    part = read(reader.get(address + "?part=figures", headers={"hx-request": "true"}))
    assert not part.all("panel-b")
    assert part.all("pn-met")


def test_everybody_sees_the_same_figures(client: Client, version: JourneyVersion, map_: JourneyMap) -> None:
    heads = []
    for role in (Role.VIEWER, Role.SALES, Role.ANALYST):
        member: Member = make_member(version.workspace, role)
        page = head(sign_in(client, member), map_)
        heads.append([each.all(name="b")[0].text for each in page.all("conv")])
    assert heads[0] == heads[1] == heads[2]
    assert heads[0]


def test_the_score_of_each_stage_stands_beside_its_target(reader: Client, version: JourneyVersion) -> None:
    """Every stage, with its list; a stage nobody answered on says so, and a journey without answers says it once."""
    calm = head(reader, a_map(version.workspace, journey=version.journey)).all("b-met")[2]
    assert (len(calm.all("met")), len(calm.all("met-all"))) == (0, 1)

    answered = random_world(2, answers=150)
    sign_in(reader, make_member(answered.workspace, Role.EDITOR))
    set_target(journey=answered.journey, stage_key="interest", by=None, at=timezone.now(), nps=45.0)
    row, found = head(reader, a_map(answered.workspace, journey=answered.journey)).all("b-met")[2], found_of(answered)
    cells = row.all("met")
    assert len(cells) == len(found.stages)
    for cell, stage in zip(cells, found.stages, strict=True):
        if stage.nps.value is None:
            assert cell.one("met-na").text == "ещё нет опросов"
            continue
        link = cell.one("met-v")
        assert link.text.startswith(typography.signed(stage.nps.value))
        assert ("b-few" in [name for each in cell.all("b-few") for name in each["class"].split()]) == stage.nps.is_few
        tip = plain(link["data-tip"])
        assert f"от {typography.signed(stage.nps.low)} до {typography.signed(stage.nps.high)}" in tip
        assert f"{stage.nps.n} ответ" in tip
        assert reader.get(link["href"]).context["found"].total == stage.nps.n
    assert found.stages[0].target_nps == 45
    assert "цель +45" in plain(cells[0].one("met-v")["data-tip"])
    assert "+45" in cells[0].one("met-t").text
