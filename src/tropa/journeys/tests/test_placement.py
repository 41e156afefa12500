"""Placement: where everybody stands, and how it follows the log."""

import pytest

from tropa.journeys import placement
from tropa.journeys.models import StageChange
from tropa.journeys.tests.making import (
    DAY_US,
    START_US,
    append,
    built,
    company,
    day,
    history,
    positions,
    small_journey,
    touch,
)
from tropa.workspace.models import Workspace
from tropa.workspace.tests.people import make_workspace

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace() -> Workspace:
    return make_workspace("Своё")


def test_a_company_stands_where_its_touches_led_it(workspace: Workspace) -> None:
    firm = company(workspace)
    append(workspace, [touch(firm, "ask", 0), touch(firm, "offer", 5)])
    version = built(small_journey(workspace), on_day=10)
    assert [row[:4] for row in positions(version)] == [(firm.pk, 1, "offer", "open")]
    assert [row[3:6] for row in history(version)] == [("", "interest", "open"), ("interest", "offer", "open")]


def test_new_touches_move_it_and_silence_drops_it(workspace: Workspace) -> None:
    firm = company(workspace)
    append(workspace, [touch(firm, "ask", 0)])
    version = built(small_journey(workspace), on_day=1)
    append(workspace, [touch(firm, "offer", 2)])
    placement.refresh(workspace, now=day(3))
    assert positions(version)[0][2:4] == ("offer", "open")
    placement.refresh(workspace, now=day(31))
    assert positions(version)[0][2:4] == ("offer", "open")
    placement.refresh(workspace, now=day(32))
    assert positions(version)[0][2:6] == ("offer", "dropped", START_US + 2 * DAY_US, START_US + 2 * DAY_US)
    kinds = StageChange.objects.filter(version=version).order_by("id").values_list("kind", "to_stage", "state")
    assert list(kinds) == [("built", "interest", "open"), ("new", "offer", "open"), ("new", "", "dropped")]
