"""Trips of an account and their drawing: returns, the plan, history that was corrected."""

from datetime import timedelta

import pytest

from tropa.customers.models import Account
from tropa.desk import stuck
from tropa.desk.profile import Profile, Touches, profile
from tropa.desk.trips import Trip, chosen, trips
from tropa.journeys import placement
from tropa.journeys.models import JourneyVersion, Stage, State
from tropa.journeys.tests.making import DAY_US, START_US, append, built, company, day, small_journey, touch
from tropa.workspace.models import Workspace
from tropa.workspace.tests import people

pytestmark = pytest.mark.django_db
LOOK = day(40)


@pytest.fixture
def workspace() -> Workspace:
    return people.make_workspace("Своё")


def walked(workspace: Workspace, *steps: tuple[str, float], on_day: float = 40) -> tuple[Account, JourneyVersion]:
    """A company that did this, on a journey whose first two stages are planned for 10 and 20 days."""
    firm = company(workspace)
    append(workspace, [touch(firm, kind, at) for kind, at in steps])
    journey = small_journey(workspace)
    for key, target in (("interest", 10), ("offer", 20)):
        Stage.objects.filter(journey=journey, key=key).update(target_days=target)
    return firm, built(journey, on_day=on_day)


def the_trip(account: Account) -> Trip:
    account.__dict__.pop("_trips", None)
    (found,) = trips(account, now=LOOK)
    return found


def told(trip: Trip) -> list[tuple[str, bool]]:
    return [(step.level.key, step.is_back) for step in trip.steps]


def drawn(trip: Trip, *on_days: float) -> Profile:
    moments = sorted(START_US + round(at * DAY_US) for at in on_days)
    return profile(trip, Touches(moments, [1] * len(moments), {1: "Звонок"}, set()), now=LOOK)


def test_it_works(workspace: Workspace) -> None:
    account, version = walked(workspace, ("ask", 0), ("offer", 12))
    trip = the_trip(account)
    assert (trip.version, trip.state, trip.ended, trip.is_open) == (version, State.OPEN, None, True)
    assert told(trip) == [("interest", False), ("offer", False)]
    assert [step.days(LOOK) for step in trip.steps] == [12, 28]
    assert trip.last.level.target_days == 20
    assert "ask" in trip.steps[0].origin


def test_a_return_is_told_until_it_came_as_far_again(workspace: Workspace) -> None:
    account, _version = walked(workspace, ("ask", 0), ("offer", 5), ("ask", 12), ("offer", 30))
    trip = the_trip(account)
    assert told(trip) == [("interest", False), ("offer", False), ("interest", True), ("offer", False)]
    (back,) = drawn(trip).backs
    assert (back.days, back.is_healed) == (18, True)
    assert trip.on_stage(LOOK) == timedelta(days=17)


def test_a_return_that_lasts_grows_older(workspace: Workspace) -> None:
    account, _version = walked(workspace, ("ask", 0), ("offer", 5), ("ask", 12))
    (back,) = drawn(the_trip(account)).backs
    assert (back.days, back.is_healed) == (28, False)


def test_what_is_beyond_the_target_stands_out(workspace: Workspace) -> None:
    account, _version = walked(workspace, ("ask", 0), ("offer", 12))
    found = drawn(the_trip(account))
    assert found.late is not None
    assert found.now_x is not None
    # Due on day 32 of 44 days of width, today is day 40.
    assert (round(found.late.x), round(found.late.x + found.late.width)) == (round(3200 / 44), round(4000 / 44))
    assert found.now_x == pytest.approx(found.late.x + found.late.width)


def test_a_stay_within_the_target_does_not(workspace: Workspace) -> None:
    account, _version = walked(workspace, ("ask", 0), ("offer", 25))
    assert drawn(the_trip(account)).late is None


def test_the_plan_begins_where_the_trip_does_and_ends_with_the_last_target(workspace: Workspace) -> None:
    account, _version = walked(workspace, ("ask", 0), ("ask", 20))
    found = drawn(the_trip(account))
    # Ten days, twenty days, and the stage without a target.
    assert found.plan.count("C") == 2
    assert found.plan_x == pytest.approx(100 * 30 / 44, abs=0.2)


def test_a_trip_that_is_over_has_an_end_and_no_today(workspace: Workspace) -> None:
    account, _version = walked(workspace, ("ask", 0), ("offer", 5), ("no", 9))
    trip = the_trip(account)
    assert (trip.state, trip.ended) == (State.LOST, day(9))
    found = drawn(trip)
    assert found.now_x is None
    assert found.late is None
    assert trip.last.days(LOOK) == 4


def test_corrected_history_is_told_once(workspace: Workspace) -> None:
    account, _version = walked(workspace, ("ask", 0), ("pay", 20), on_day=30)
    assert told(the_trip(account)) == [("interest", False), ("paid", False)]
    append(workspace, [touch(account, "offer", 10)], key="late")
    placement.refresh(workspace, now=day(30))
    assert told(the_trip(account)) == [("interest", False), ("offer", False), ("paid", False)]


def test_touches_stand_on_the_path_and_none_is_lost(workspace: Workspace) -> None:
    account, _version = walked(workspace, ("ask", 0), ("offer", 12))
    # One before the trip, one behind today; two of one moment.
    found = drawn(the_trip(account), -3, 0, 4, 4, 12, 39.5, 41)
    assert sum(dot.count for dot in found.dots) == 5
    heights = {row.level.key: row.y for row in found.rows}
    assert {dot.y for dot in found.dots if dot.x < 25} == {heights["interest"]}
    assert {dot.y for dot in found.dots if dot.x > 30} == {heights["offer"]}
    assert len(drawn(the_trip(account), *(number / 100 for number in range(4000))).dots) <= 90


def test_one_moment_is_drawn_too(workspace: Workspace) -> None:
    account, _version = walked(workspace, ("ask", 39.999), on_day=40)
    found = drawn(the_trip(account), 39.999)
    assert len(found.dots) == 1
    assert found.path.startswith("M0,")


def test_the_address_names_a_trip(workspace: Workspace) -> None:
    account, _version = walked(workspace, ("ask", 0), ("no", 2))
    (trip,) = trips(account, now=LOOK)
    assert chosen([trip], trip.key) == trip
    assert chosen([trip], "nothing.like.it") == trip
    assert chosen([], trip.key) is None


def test_those_who_stayed_as_long_are_counted_one_by_one(workspace: Workspace) -> None:
    """Left, went on, still there: every company that was on the stage so many days, and no unknown visitor."""
    plan = [("no", 20, 3), ("pay", 15, 4), ("no", 5, 2), ("", 0, 3)]
    for end, after, count in plan:
        for _number in range(count):
            firm = company(workspace)
            append(workspace, [touch(firm, "ask", 0), touch(firm, "offer", 1)], key="crowd")
            if end:
                append(workspace, [touch(firm, end, 1 + after)], key="crowd")
    visitor = company(workspace, "Посетитель", kind="unknown")
    append(workspace, [touch(visitor, "offer", 1), touch(visitor, "no", 30)], key="crowd")
    version = built(small_journey(workspace), on_day=25)
    counted = stuck.counted(version)
    assert counted is not None
    assert stuck.known(version) == counted
    found = stuck.others(counted, "offer", 12, without_one=True)
    assert found is not None
    assert (found.left, found.moved, found.here, found.count, found.is_few) == (3, 4, 2, 9, True)
    assert stuck.others(counted, "offer", 300, without_one=False) is None
