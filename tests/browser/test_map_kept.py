"""What is written on the board of a map and not saved is not lost: other cards, other pages, the end of a session."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from playwright.sync_api import Dialog, Page, expect
from pytest_django.live_server_helper import LiveServer

from scripts.chromium import CHROMIUM
from tests.browser import boards
from tests.browser.boards import address, card, ready, rows, saved
from tests.browser.pages import Open, is_built

if TYPE_CHECKING:
    from tropa.maps.models import JourneyMap
    from tropa.workspace.models import Member

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it by apt"),
    pytest.mark.skipif(not is_built(), reason="the front end is not built: scripts/front.sh"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def map_(person: "Member") -> "JourneyMap":
    return boards.a_map(person.workspace)


@pytest.fixture
def board(opened: Open, map_: "JourneyMap") -> Page:
    return ready(opened(address(map_)))


def test_another_card_and_a_closed_panel_keep_what_was_written(board: Page, map_: "JourneyMap") -> None:
    details = board.locator("#pn-details")
    card(board, "Сравнивает").click()
    details.fill("По цене и по срокам")
    card(board, "Ищет решение").click()
    expect(details).to_have_value("")
    card(board, "Сравнивает").click()
    expect(details).to_have_value("По цене и по срокам")
    board.locator("#panel [data-panel-close]").click()

    # Leaving the page asks first; whoever saves is asked nothing.
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    board.on("dialog", stay)
    board.evaluate("() => { location.href = '/'; }")
    card(board, "Сравнивает").click()
    expect(details).to_have_value("По цене и по срокам")
    assert asked == ["beforeunload"]
    board.locator("#panel form[data-change] button[type=submit]").first.click()
    saved(board)
    assert rows(map_)["Сравнивает"].details == "По цене и по срокам"
    board.goto(board.url)
    expect(details).to_have_value("По цене и по срокам")
    assert asked == ["beforeunload"]


def test_the_end_of_a_session_is_told_and_signing_in_again_saves(
    board: Page, map_: "JourneyMap", person: "Member", live_server: LiveServer, complaints: list[str]
) -> None:
    from tropa.workspace.tests import people

    details = board.locator("#pn-details")
    save = board.locator("#panel form[data-change] button[type=submit]").first
    card(board, "Сравнивает").click()
    details.fill("По цене и по срокам")
    board.context.clear_cookies(name="sessionid")
    expect(board.locator("#b-saved")).to_contain_text("Сеанс закончился")
    save.click()
    expect(board.locator(".toast-bad")).to_contain_text("Сеанс закончился")
    expect(details).to_have_value("По цене и по срокам")

    # Whoever signs in gets a new token too: the one on this page is of no use any more.
    session = people.sign_in(Client(), person).cookies["sessionid"].value
    board.context.clear_cookies()
    board.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    save.click()
    saved(board)
    expect(details).to_have_js_property("defaultValue", "По цене и по срокам")
    assert rows(map_)["Сравнивает"].details == "По цене и по срокам"
    complaints.clear()
