"""Placement: where everybody stands, and how it follows the log."""

import ibis.expr.types as ir
import pytest

from tropa.engine import sql
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


def test_a_refresh_at_another_moment_for_another_company_asks_in_the_same_words(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Compiling takes longer than a small question: a refresh that does nothing new finds its texts."""
    firms = [company(workspace), company(workspace), company(workspace)]
    append(workspace, [touch(firm, "ask", 0) for firm in firms])
    built(small_journey(workspace), on_day=1)
    texts: list[list[str]] = []

    def noted(asked: ir.Table) -> str:
        texts[-1].append(sql(asked))
        return texts[-1][-1]

    monkeypatch.setattr("tropa.engine.run.sql", noted)
    for number, firm in enumerate(firms, 2):
        texts.append([])
        append(workspace, [touch(firm, "offer", number)])
        placement.refresh(workspace, now=day(number))
    assert len(texts[1]) > 10
    assert texts[1] == texts[2]


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
