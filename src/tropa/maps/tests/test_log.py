"""The log of a map tells its tables, whatever two members do, one after the other or at once."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tropa.maps import actions, queries, rows
from tropa.maps.domain import Overtaken, Refused, State, fold, unfold
from tropa.maps.models import Evidence, JourneyMap, MapChange
from tropa.maps.tests.making import NOW, a_journey, a_map, add, at, log
from tropa.workspace.models import Member, Role
from tropa.workspace.tests.people import World
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


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
