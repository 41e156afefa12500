"""What a browser is told of a change, its own and those of others; what is no change."""

import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tropa.maps import actions, queries
from tropa.maps import log as changes
from tropa.maps.board import TouchCount
from tropa.maps.models import Card, JourneyMap
from tropa.maps.tests.making import (
    a_map,
    add,
    at,
    card,
    fresh,
    log,
    url,
)
from tropa.workspace.models import Role
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def world() -> World:
    return make_world()


def test_a_change_is_answered_with_the_cells_that_are_other_now(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    given = {"do": "add", "lane": "pains", "column": "decision", "text": EVIL, "seen": fresh(made).change_no}
    answer = client.post(url(world, "map_change", made.pk), given, headers={"Accept": "application/json"}).json()
    assert list(answer["cells"]) == ["pains|decision", "evidence|decision"]
    assert "<script>" not in answer["cells"]["pains|decision"]
    assert answer["number"] == answer["change"]["number"] == fresh(made).change_no
    assert (answer["can_undo"], answer["can_redo"]) == (True, False)
    undone = client.post(url(world, "map_undo", made.pk), headers={"Accept": "application/json"}).json()
    assert EVIL not in undone["cells"]["pains|decision"]
    assert undone["can_redo"]


def test_others_are_told_and_nothing_new_is_nothing(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.members[Role.VIEWER])
    number = fresh(made).change_no
    changes = url(world, "map_changes", made.pk) + f"?after={number}"
    first = client.get(changes)
    assert client.get(changes, headers={"If-None-Match": first["ETag"]}).status_code == 304
    pk = add(made, world.owner)
    actions.move_card(map=made, by=world.owner, card=pk, lane="pains", column="purchase", at=at(1))
    news = client.get(changes, headers={"If-None-Match": first["ETag"]}).json()
    assert {"customer_actions|decision", "pains|purchase"} <= set(news["cells"])
    assert [(each["card"], each["member"]) for each in news["by"]] == [(pk, world.owner.pk)]
    assert client.get(url(world, "map_changes", made.pk) + f"?after={news['number']}").json()["cells"] == {}


def test_a_page_of_a_map_that_went_to_the_archive_writes_nothing_into_it(world: World, client: Client) -> None:
    made = a_map(world.own)
    pk = add(made, world.owner)
    actions.archive(map=made, by=world.owner, at=at(1), archived=True)
    sign_in(client, world.owner)
    number = fresh(made).change_no
    edit = {"do": "edit", "card": str(pk), "text": "Поздно"}
    for name, given in (("map_change", edit), ("map_undo", {}), ("map_redo", {})):
        answer = client.post(url(world, name, made.pk), given, headers={"Accept": "application/json"})
        assert (answer.status_code, "в архиве" in answer.json()["error"]) == (409, True)
    assert fresh(made).change_no == number


@pytest.mark.parametrize(
    ("given", "status", "told"),
    [
        ({"do": "fly"}, 400, "Такого действия нет: fly"),
        ({"do": "add", "lane": "pains", "column": "decision", "text": " "}, 400, "Напишите текст"),
        ({"do": "add", "lane": "pains", "column": "decision", "text": "\u200b\u202e"}, 400, "Напишите текст"),
        ({"do": "add", "lane": "emotions", "column": "decision", "text": "х", "emotion": "3"}, 400, "от −2 до 2"),
        ({"do": "add", "lane": "pains", "column": "nowhere", "text": "х"}, 409, "Такого этапа"),
        ({"do": "edit", "card": "999999999", "text": "х"}, 409, "Карточки уже нет"),
        ({"do": "edit", "card": "x"}, 400, "Нужен номер"),
        ({"do": "move", "card": "1" * 40}, 400, "Нужен номер"),
        ({"do": "edit", "card": "1", "seen": "9" * 5000}, 400, "Нужен номер"),
    ],
)
def test_a_bad_change_is_told_and_changes_nothing(
    world: World, client: Client, given: dict[str, str], status: int, told: str
) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    before = len(log(made))
    answer = client.post(url(world, "map_change", made.pk), given, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert told in json.loads(answer.content)["error"]
    page = client.post(url(world, "map_change", made.pk), given, follow=True)
    assert page.status_code == 200
    assert told in page.content.decode().replace("\xa0", " ")
    assert len(log(made)) == before


def test_both_who_wrote_at_once_hear_of_it(world: World, client: Client) -> None:
    made = a_map(world.own)
    pk = add(made)
    seen = fresh(made).change_no
    actions.edit_card(map=made, by=world.members[Role.EDITOR], card=pk, text="Их слова", at=at(1))
    sign_in(client, world.owner)
    given = {"do": "edit", "card": pk, "text": "Мои слова", "seen": seen}
    answer = client.post(url(world, "map_change", made.pk), given, headers={"Accept": "application/json"}).json()
    assert answer["overwritten"] == {"text": "Их слова"}
    assert "Их слова" in answer["warning"].replace("\xa0", " ")
    assert card(pk).text == "Мои слова"


def test_without_a_script_a_change_leads_back_to_the_board(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    given = {"do": "add", "lane": "pains", "column": "decision", "text": "Ждёт договора"}
    page = client.post(url(world, "map_change", made.pk), given, follow=True)
    assert "Карточка добавлена" in page.content.decode()
    assert url(world, "map_undo", made.pk) in page.content.decode()


def test_touches_of_a_bound_type_measure_a_card(world: World) -> None:
    made = a_map(world.own)
    pk = add(made, lane="touchpoints", text="Договор подписан")
    actions.edit_card(map=made, by=None, card=pk, touch_type="contract_signed", at=at(1))
    marks = [
        [each.mark for each in queries.board(made, now=at(), counts=counts).cards]
        for counts in (None, {}, {"contract_signed": TouchCount(3, 2, 0)})
    ]
    assert marks == [["0"], ["0"], ["m"]]


def test_a_board_of_600_cards_takes_a_handful_of_queries(world: World) -> None:
    made = a_map(world.own)
    small = _queries(made)
    add(made)
    source = a_map(world.own, journey=made.journey)
    for _ in range(2):
        add(source, lane="touchpoints")
    for name in "абвгдежз":
        source = actions.copy(map=_doubled(source), by=None, name=name, at=at())
    assert source.cards.count() > 500
    assert _queries(source) == small
    assert small <= 7


def _doubled(made: JourneyMap) -> JourneyMap:
    """The same map with every card twice."""
    again = [
        Card(
            workspace_id=each.workspace_id,
            map=made,
            lane=each.lane,
            column=each.column,
            position=each.position,
            text=each.text,
        )
        for each in made.cards.all()
    ]
    changes.add(fresh(made), again, by=None, at=at())
    return fresh(made)


def _queries(made: JourneyMap) -> int:
    now = fresh(made)
    with CaptureQueriesContext(connection) as caught:
        queries.board(now, now=at())
    return len(caught)
