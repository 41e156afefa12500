"""Changes of a map: each is taken back and done again; two who write over each other hear of it."""

from typing import Any

import pytest

from tropa.maps import actions, columns, queries, rows
from tropa.maps.domain import Overtaken, Refused, fold
from tropa.maps.models import JourneyMap
from tropa.maps.tests.making import NOW, a_map, add, at, card, lane, log
from tropa.workspace.models import Role
from tropa.workspace.tests.people import World
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def map_(world: World) -> JourneyMap:
    return a_map(world.own)


def test_a_card_is_added_changed_moved_removed_and_each_step_is_taken_back(world: World, map_: JourneyMap) -> None:
    me = world.owner
    pk = add(map_, me)
    before = rows.state(map_)
    actions.edit_card(map=map_, by=me, card=pk, text="Пишет коллегам", at=at(1))
    actions.move_card(map=map_, by=me, card=pk, lane="pains", column="purchase", at=at(2))
    actions.remove_card(map=map_, by=me, card=pk, at=at(3))
    assert card(pk).is_removed
    for _ in range(3):
        assert actions.undo(map=map_, by=me, at=at(4)) is not None
    assert rows.state(map_) == before
    for _ in range(3):
        assert actions.redo(map=map_, by=me, at=at(5)) is not None
    assert actions.redo(map=map_, by=me, at=at(5)) is None
    assert (card(pk).text, card(pk).lane, card(pk).column, card(pk).is_removed) == (
        "Пишет коллегам", "pains", "purchase", True,
    )  # fmt: skip


def test_a_new_step_ends_what_could_be_done_again(world: World, map_: JourneyMap) -> None:
    pk = add(map_, world.owner)
    actions.edit_card(map=map_, by=world.owner, card=pk, text="А", at=at(1))
    actions.undo(map=map_, by=world.owner, at=at(2))
    actions.edit_card(map=map_, by=world.owner, card=pk, text="Б", at=at(3))
    assert actions.redo(map=map_, by=world.owner, at=at(4)) is None
    assert card(pk).text == "Б"


def test_everybody_takes_back_their_own_steps_alone(world: World, map_: JourneyMap) -> None:
    mine, theirs = world.owner, world.members[Role.EDITOR]
    first, second = add(map_, mine), add(map_, theirs)
    actions.undo(map=map_, by=mine, at=at(1))
    assert (card(first).is_removed, card(second).is_removed) == (True, False)
    assert actions.undo(map=map_, by=mine, at=at(1)) is None


def test_what_somebody_else_changed_since_is_not_taken_back(world: World, map_: JourneyMap) -> None:
    mine, theirs = world.owner, world.members[Role.EDITOR]
    pk = add(map_, mine)
    actions.edit_card(map=map_, by=mine, card=pk, text="Моё", at=at(1))
    change = actions.edit_card(map=map_, by=theirs, card=pk, text="Их", at=at(2))
    with pytest.raises(Overtaken) as refused:
        actions.undo(map=map_, by=mine, at=at(3))
    assert change is not None
    assert refused.value.theirs is not None
    assert refused.value.theirs.number == change.number
    assert card(pk).text == "Их"
    actions.undo(map=map_, by=theirs, at=at(4))
    actions.undo(map=map_, by=mine, at=at(5))
    assert card(pk).text != "Моё"


def test_another_field_of_the_same_card_is_no_hindrance(world: World, map_: JourneyMap) -> None:
    mine, theirs = world.owner, world.members[Role.EDITOR]
    pk = add(map_, mine)
    actions.edit_card(map=map_, by=mine, card=pk, text="Моё", at=at(1))
    actions.edit_card(map=map_, by=theirs, card=pk, details="Их подробности", at=at(2))
    actions.undo(map=map_, by=mine, at=at(3))
    assert (card(pk).text, card(pk).details) == ("Ищет, с кем посоветоваться", "Их подробности")


def test_the_later_one_wins_and_hears_what_was_there(world: World, map_: JourneyMap) -> None:
    mine, theirs = world.owner, world.members[Role.EDITOR]
    pk = add(map_, mine)
    seen = log(map_)[-1].number
    actions.edit_card(map=map_, by=theirs, card=pk, text="Их", severity=2, at=at(1), seen=seen)
    change = actions.edit_card(map=map_, by=mine, card=pk, text="Моё", at=at(2), seen=seen)
    assert change is not None
    assert dict(change.overwritten) == {"text": "Их"}
    assert card(pk).text == "Моё"
    again = actions.edit_card(map=map_, by=mine, card=pk, text="Моё второе", at=at(3), seen=change.number)
    assert again is not None
    assert not again.overwritten


def test_saying_the_same_is_no_change(world: World, map_: JourneyMap) -> None:
    pk = add(map_, world.owner)
    count = len(log(map_))
    assert actions.edit_card(map=map_, by=world.owner, card=pk, text=card(pk).text, at=at(1)) is None
    moved = actions.move_card(map=map_, by=world.owner, card=pk, lane="customer_actions", column="decision", at=at(1))
    assert moved is None
    assert len(log(map_)) == count


def test_a_card_whose_words_change_waits_for_its_sources(world: World, map_: JourneyMap) -> None:
    pk = add(map_, world.owner)
    source = actions.add_evidence(map=map_, by=world.owner, card=pk, kind="interview", quote="Спросил соседа", at=at(1))
    assert _mark(map_, pk) == "1"
    actions.edit_card(map=map_, by=world.owner, card=pk, text="Никого не спрашивает", at=at(2))
    assert _mark(map_, pk) == "0"
    actions.undo(map=map_, by=world.owner, at=at(3))
    assert _mark(map_, pk) == "1"
    actions.redo(map=map_, by=world.owner, at=at(4))
    actions.confirm_card(map=map_, by=world.owner, card=pk, at=at(5))
    assert _mark(map_, pk) == "1"
    actions.edit_evidence(map=map_, by=world.owner, evidence=source.target, contradicts=True, at=at(6))
    assert _mark(map_, pk) == "c"
    actions.remove_evidence(map=map_, by=world.owner, evidence=source.target, at=at(7))
    assert _mark(map_, pk) == "0"


def test_an_opinion_proves_nothing_and_data_measure(world: World, map_: JourneyMap) -> None:
    pk = add(map_, world.owner)
    actions.add_evidence(map=map_, by=world.owner, card=pk, kind="opinion", quote="Мы так думаем", at=at(1))
    assert _mark(map_, pk) == "0"
    actions.add_evidence(map=map_, by=world.owner, card=pk, kind="data", quote="Каждый третий", at=at(2))
    assert _mark(map_, pk) == "m"


def test_cards_keep_the_order_they_are_put_in(world: World, map_: JourneyMap) -> None:
    first, second, third = (add(map_, text=text) for text in "абв")
    put: dict[str, Any] = {"map": map_, "by": None, "lane": "customer_actions", "column": "decision", "at": at(1)}
    actions.move_card(card=third, before=first, **put)
    assert _order(map_) == [third, first, second]
    actions.move_card(card=third, before=second, **put)
    assert _order(map_) == [first, third, second]
    for _ in range(70):  # more often than a float can be halved
        actions.move_card(card=second, before=third, **put)
        actions.move_card(card=third, before=second, **put)
    assert _order(map_) == [first, third, second]
    assert fold(map(rows.change_of, log(map_))) == rows.state(map_)


def test_a_card_that_leaves_the_curve_is_no_point_any_more(world: World, map_: JourneyMap) -> None:
    pk = add(map_, lane="emotions")
    assert (card(pk).emotion, card(pk).offset) == (0, 50)
    actions.edit_card(map=map_, by=None, card=pk, emotion=-1.5, offset=20.0, at=at(1))
    actions.move_card(map=map_, by=None, card=pk, lane="pains", column="decision", at=at(2))
    assert card(pk).emotion is None


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"lane": "nowhere"}, "no_lane"),
        ({"lane": "evidence"}, "derived_lane"),
        ({"column": "nowhere"}, "no_column"),
    ],
)
def test_a_cell_that_takes_no_cards_refuses(map_: JourneyMap, wanted: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        actions.add_card(map=map_, by=None, text="х", at=NOW, **({"lane": "pains", "column": "decision"} | wanted))
    assert refused.value.code == code


def test_cards_of_another_map_are_not_touched(world: World, map_: JourneyMap) -> None:
    other = a_map(world.stranger.workspace)
    pk = add(other)
    with pytest.raises(Refused, match="no_card"):
        actions.edit_card(map=map_, by=None, card=pk, text="х", at=at(1))


def test_a_stage_that_left_the_journey_keeps_its_cards_in_sight(world: World, map_: JourneyMap) -> None:
    pk = add(map_, column="advocacy")
    version = map_.journey.serving
    assert version is not None
    version.document["stages"] = [each for each in version.document["stages"] if each["key"] != "advocacy"]
    version.number += 1
    version.save()
    board = queries.board(map_, now=at(1))
    assert [column.key for column in board.gone] == ["advocacy"]
    assert [each.number for each in board.cell("customer_actions", "advocacy")] == [pk]
    with pytest.raises(Refused, match="no_column"):
        add(map_, column="advocacy")
    add(map_, column="decision")
    assert any(change.after == {"journey_version": version.number} and change.by is None for change in log(map_))
    assert "advocacy" in [column.key for column in columns.of(map_, version, {"advocacy"})]


def _mark(map_: JourneyMap, pk: int) -> str:
    return next(each.mark for each in queries.board(map_, now=at(1)).cards if each.number == pk)


def _order(map_: JourneyMap) -> list[int]:
    return [each.number for each in queries.board(map_, now=at(1)).cell("customer_actions", "decision")]


def test_lanes_are_hidden_named_and_added(world: World, map_: JourneyMap) -> None:
    actions.set_lane(map=map_, by=world.owner, lane="channels", is_hidden=True, at=at(1))
    made = actions.add_lane(map=map_, by=world.owner, label="Что говорит закупщик", at=at(2))
    assert lane(map_, "channels").is_hidden
    assert made is not None
    assert queries.board(map_, now=at(3)).groups[-1][0] == "own"
    actions.undo(map=map_, by=world.owner, at=at(4))
    assert lane(map_, "chto_govorit_zakupschik").is_hidden
