"""The log of a map: every change is in it, and it tells the tables; taking back, writing over each other."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tropa.maps import actions, columns, queries, rows
from tropa.maps.domain import Overtaken, Refused, State, fold, unfold
from tropa.maps.models import Evidence, JourneyMap, MapChange
from tropa.maps.tests.making import NOW, a_journey, a_map, add, at, card, lane, log
from tropa.workspace.models import Member, Role
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


STEPS = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(
            ["add", "point", "text", "emotion", "move", "remove", "restore", "source", "doubt", "unsource", "confirm",
             "hide", "lane", "undo", "undo", "redo"]
        ),
        st.integers(0, 5),
        st.integers(0, 3),
    ),
    max_size=25,
)  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_log_folds_into_the_tables(world: World, steps: list[tuple[int, str, int, int]]) -> None:
    map_ = a_map(world.own, journey=world.own.__dict__.get("journey") or _journey_once(world))
    members = [world.owner, world.members[Role.EDITOR]]
    states: dict[int, State] = {}
    for who, what, one, two in steps:
        _step(map_, members[who], what, one, two)
        states[log(map_)[-1].number] = rows.state(JourneyMap.objects.get(pk=map_.pk))
    changes = [rows.change_of(each) for each in map_.changes.select_related("undoes").order_by("number")]
    assert [change.number for change in changes] == list(range(1, len(changes) + 1))
    assert fold(changes) == rows.state(JourneyMap.objects.get(pk=map_.pk))
    for number, state in states.items():
        assert queries.state_at(map_, number) == state
        assert unfold(fold(changes), [change for change in changes if change.number > number]) == state


@pytest.mark.django_db(transaction=True)
def test_two_who_edit_at_once_get_numbers_without_a_gap(world: World) -> None:
    map_ = a_map(world.own)
    pks = [add(map_) for _ in range(4)]
    failed: list[BaseException] = []

    def edit(member: Member) -> None:
        try:
            for turn in range(10):
                actions.edit_card(map=map_, by=member, card=pks[turn % 4], text=f"{member.pk}: {turn}", at=at(turn))
                if turn % 3 == 0:
                    _undo(map_, member)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(member,)) for member in (world.owner, world.members[Role.EDITOR])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    changes = [rows.change_of(each) for each in map_.changes.select_related("undoes").order_by("number")]
    assert [change.number for change in changes] == list(range(1, len(changes) + 1))
    assert fold(changes) == rows.state(JourneyMap.objects.get(pk=map_.pk))


def _journey_once(world: World) -> Any:
    world.own.__dict__["journey"] = a_journey(world.own)
    return world.own.__dict__["journey"]


def _undo(map_: JourneyMap, by: Member) -> MapChange | None:
    try:
        return actions.undo(map=map_, by=by, at=at(9))
    except Overtaken:
        return None


def _step(map_: JourneyMap, by: Member, what: str, one: int, two: int) -> None:
    cards = list(map_.cards.order_by("pk").values_list("pk", flat=True))
    sources = list(Evidence.objects.filter(card__map=map_).order_by("pk").values_list("pk", flat=True))
    pk = cards[one % len(cards)] if cards else 0
    source = sources[one % len(sources)] if sources else 0
    stages, lanes = ("awareness", "decision", "loyalty"), ("pains", "emotions", "customer_actions", "touchpoints")
    given: dict[str, Any] = {"map": map_, "by": by, "at": at(1)}
    cell: dict[str, Any] = {"lane": lanes[two], "column": stages[one % 3]}
    do: dict[str, Callable[[], MapChange | None]] = {
        "add": lambda: actions.add_card(**given, **cell, text=f"т{one}", before=pk),
        "point": lambda: actions.add_card(**given, lane="emotions", column=stages[two % 3], text="х", emotion=1.0),
        "text": lambda: actions.edit_card(**given, card=pk, text=f"т{two}", details=f"п{one}"),
        "emotion": lambda: actions.edit_card(**given, card=pk, emotion=float(two - 2), offset=float(one)),
        "move": lambda: actions.move_card(**given, card=pk, **cell, before=cards[two % len(cards)] if cards else None),
        "remove": lambda: actions.remove_card(**given, card=pk),
        "restore": lambda: actions.restore_card(**given, card=pk),
        "source": lambda: actions.add_evidence(**given, card=pk, kind="interview", quote="q", on_date=NOW.date()),
        "doubt": lambda: actions.edit_evidence(**given, evidence=source, contradicts=bool(two % 2), on_date=None),
        "unsource": lambda: actions.remove_evidence(**given, evidence=source),
        "confirm": lambda: actions.confirm_card(**given, card=pk),
        "hide": lambda: actions.set_lane(**given, lane=lanes[two], is_hidden=bool(one % 2), label=f"д{one}"),
        "lane": lambda: actions.add_lane(**given, label=f"Своя {one}"),
        "undo": lambda: _undo(map_, by),
        "redo": lambda: actions.redo(**given),
    }
    try:
        do[what]()
    except (Refused, Overtaken):
        return


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
