"""Lanes of a map in its settings: called otherwise, put above a neighbour; the catalogue's word comes back."""

import pytest
from django.test import Client
from django.utils import translation

from tropa.maps import actions, lanes, queries, rows
from tropa.maps.difference import between_states
from tropa.maps.domain import STEP, Refused, fold
from tropa.maps.models import JourneyMap
from tropa.maps.tests.making import a_map, at, fresh, lane, log, url
from tropa.maps.undoing import undo
from tropa.workspace.models import Role
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


def _order(made: JourneyMap, group: str = "experience") -> list[str]:
    return [each.key for name, members in lanes.groups(made) for each in members if name == group]


def _places(made: JourneyMap) -> list[str]:
    """All lanes by their positions, whatever their group."""
    return list(made.lanes.order_by("position", "pk").values_list("key", flat=True))


def _change(client: Client, world: World, made: JourneyMap, **given: str) -> str:
    """Posted from the settings without a script: the page that follows."""
    page = client.post(url(world, "map_change", made.pk) + "?next=settings", given, follow=True)
    return page.content.decode().replace("\xa0", " ")


def test_a_lane_is_renamed_and_the_word_of_the_catalogue_comes_back(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    page = _change(client, world, made, do="lane", lane="pains", label=" Где болит у склада ")
    assert "Дорожка переименована" in page
    assert "Вернуть «Болевые точки»" in page
    assert "Где болит у склада" in client.get(url(world, "map", made.pk)).content.decode().replace("\xa0", " ")
    told = client.get(url(world, "map_changes", made.pk) + f"?after={fresh(made).change_no - 1}").json()
    assert told["lanes"]
    assert url(world, "map_undo", made.pk) + "?next=settings" in page
    client.post(url(world, "map_undo", made.pk))
    assert lane(made, "pains").label == ""
    client.post(url(world, "map_redo", made.pk))
    assert "Вернуть «" not in _change(client, world, made, do="lane_word", lane="pains")
    with translation.override("en"):
        assert {each.key: each.label for each in queries.board(made, now=at()).lanes}["pains"] == "Pain points"


@pytest.mark.parametrize("label", ["", "  ", "\u200b\u202e"])
def test_a_lane_without_a_name_is_refused_with_a_reason(world: World, client: Client, label: str) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    before = len(log(made))
    page = _change(client, world, made, do="lane", lane="pains", label=label)
    assert "Назовите дорожку" in page
    assert "Настройки карты" in page
    assert len(log(made)) == before


def test_saving_the_word_of_the_catalogue_keeps_it_translated(world: World) -> None:
    made = a_map(world.own)
    assert actions.set_lane(map=made, by=world.owner, lane="pains", label="Болевые точки", at=at(1)) is None
    own = actions.add_lane(map=made, by=world.owner, label="Своя", at=at(2))
    assert own is not None
    with pytest.raises(Refused, match="no_word"):
        actions.restore_lane_name(map=made, by=world.owner, lane="svoya", at=at(3))


def test_a_lane_moves_inside_its_group_and_is_moved_back(world: World, client: Client) -> None:
    made = a_map(world.own)
    first, second, *rest = _order(made)
    sign_in(client, world.owner)
    page = _change(client, world, made, do="lane_move", lane=second, to="up")
    assert "Дорожка переставлена" in page
    assert _order(made) == [second, first, *rest]
    assert page.count("autofocus") == 1
    assert "Дорожка переставлена" not in _change(client, world, made, do="lane_move", lane=second, to="up")
    assert "Дорожку так не переставить" in _change(client, world, made, do="lane_move", lane=second, to="left")
    groups = queries.board(made, now=at()).groups
    assert [each.key for name, members in groups for each in members if name == "experience"][:2] == [second, first]
    client.post(url(world, "map_undo", made.pk))
    assert _order(made) == [first, second, *rest]


def test_lanes_change_places_as_often_as_wanted(world: World) -> None:
    made = a_map(world.own)
    begun = rows.state(made)
    first, second, *rest = _order(made)
    for moved in (first, second) * 35:  # each halves the room above the third one: more often than a float can be
        before = _places(made)
        actions.move_lane(map=made, by=world.owner, lane=moved, step=1, at=at(1))
        if lane(made, moved).position >= STEP:
            break
    else:
        pytest.fail("no room was ever made")
    assert _places(made) != before
    undo(map=made, by=world.owner, at=at(2))
    assert _places(made) == before
    if _order(made) == [first, second, *rest]:
        actions.move_lane(map=made, by=world.owner, lane=first, step=1, at=at(3))
    assert _order(made) == [second, first, *rest]
    assert fold(map(rows.change_of, log(made))) == rows.state(made)
    lines = [line for part in between_states(made, begun, rows.state(made)) for line in part.lines]
    assert lines == ["изменился порядок дорожек"]


def test_no_lane_of_a_blueprint_goes_across_a_line(world: World) -> None:
    made = a_map(world.own, "service_blueprint")
    before = [each.key for each in queries.board(made, now=at()).lanes]
    for key in ("frontstage", "backstage", "support_processes"):
        for step in (-1, 1):
            assert actions.move_lane(map=made, by=world.owner, lane=key, step=step, at=at(1)) is None
    assert actions.move_lane(map=made, by=world.owner, lane="time_sla", step=-1, at=at(2)) is not None
    after = [each.key for each in queries.board(made, now=at()).lanes]
    place = before.index("time_sla")
    before[place - 1], before[place] = before[place], before[place - 1]
    assert after == before


def test_a_copy_keeps_the_names_and_the_order_of_lanes(world: World) -> None:
    made = a_map(world.own)
    first, second, *_ = _order(made)
    actions.set_lane(map=made, by=world.owner, lane=first, label="Наше слово", at=at(1))
    actions.move_lane(map=made, by=world.owner, lane=first, step=1, at=at(1))
    again = actions.copy(map=made, by=world.owner, name="Копия", at=at(2))
    assert _order(again)[:2] == [second, first]
    assert lane(again, first).label == "Наше слово"


def test_whoever_may_only_read_is_refused(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.members[Role.VIEWER])
    assert client.get(url(world, "map_settings", made.pk)).status_code == 403
    assert url(world, "map_settings", made.pk) not in client.get(url(world, "map", made.pk)).content.decode()
    before = len(log(made))
    for given in ({"do": "lane", "label": "Моё"}, {"do": "lane_move", "to": "down"}, {"do": "lane_word"}):
        assert client.post(url(world, "map_change", made.pk), given | {"lane": "pains"}).status_code == 403
    assert len(log(made)) == before
