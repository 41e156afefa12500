"""The board of a map when somebody else edits it too, and when there is no network."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from playwright.sync_api import Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from scripts.chromium import CHROMIUM
from tests.browser import boards
from tests.browser.boards import address, card, cell, ready, rows, saved, texts
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


def test_two_people_see_each_other_and_decide_together(
    board: Page, opened: Open, map_: "JourneyMap", live_server: LiveServer, person: "Member"
) -> None:
    from tropa.workspace.models import Role
    from tropa.workspace.tests import people

    other = people.make_member(person.workspace, Role.EDITOR)
    other.position = "Key Account"
    other.save()
    page = opened("/")
    session = people.sign_in(Client(), other).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(live_server.url + address(map_))
    ready(page)

    # Somebody writes in the cell that another one changes: not a letter is lost, nor the caret.
    card(board, "Сравнивает").focus()
    board.keyboard.press("n")
    board.keyboard.type("Пробует")
    board.keyboard.press("ArrowLeft")
    card(page, "Ищет решение").focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(texts(board, "consideration")).to_have_text(["Сравнивает", "Ищет решение"])
    expect(card(board, "Ищет решение")).to_have_attribute("data-who", "Key Account")
    board.keyboard.type("!")
    assert board.evaluate("[document.activeElement.value, document.activeElement.selectionStart]") == ["Пробуе!т", 7]
    board.keyboard.press("Enter")
    expect(card(page, "Пробуе!т")).to_be_visible()

    for each in (board, page):
        card(each, "Мало времени").click()
        expect(each.locator("#pn-text")).to_be_visible()
    board.locator("#pn-text").fill("Нет времени")
    page.locator("#pn-text").fill("Времени мало всем")
    page.locator("#panel form[data-change] button[type=submit]").first.click()
    saved(page)
    expect(card(board, "Времени мало всем")).to_be_visible()
    expect(board.locator("#pn-text")).to_have_value("Нет времени")
    board.locator("#panel form[data-change] button[type=submit]").first.click()
    asked = board.get_by_role("dialog")
    expect(asked).to_contain_text("«Времени мало всем»")
    expect(asked).to_contain_text("«Нет времени»")
    asked.get_by_role("button", name="Взять чужую").click()
    expect(card(board, "Времени мало всем")).to_be_visible()
    expect(board.locator("#pn-text")).to_have_value("Времени мало всем")
    saved(board)
    assert "Нет времени" not in rows(map_)


def test_changes_wait_for_the_network_and_none_is_doubled(
    board: Page, map_: "JourneyMap", complaints: list[str]
) -> None:
    card(board, "Ищет решение").focus()
    # The first one arrives, but its answer is lost on the way back.
    lost: list[int] = []

    def answer_is_lost(route: Route) -> None:
        if not lost:
            lost.append(route.fetch().status)
        route.abort()

    board.route("**/change/", answer_is_lost)
    board.keyboard.press("n")
    board.keyboard.type("Без сети")
    board.keyboard.press("Enter")
    expect(board.locator(".b-offline")).to_have_text("Нет сети. Изменения ждут отправки: 1")
    board.context.set_offline(True)
    board.unroute("**/change/")
    board.keyboard.press("Alt+ArrowRight")
    board.keyboard.press("Alt+ArrowRight")
    expect(texts(board, "decision")).to_have_text(["Без сети"])
    expect(board.locator(".b-offline")).to_have_text("Нет сети. Изменения ждут отправки: 3")
    board.keyboard.press("Control+z")
    expect(texts(board, "consideration")).to_have_text(["Сравнивает", "Без сети"])

    board.context.set_offline(False)
    expect(board.locator(".b-offline")).to_have_count(0)
    saved(board)
    assert lost == [200]
    made = map_.cards.filter(text="Без сети")
    assert [each.column for each in made] == ["consideration"]
    expect(board.locator(":focus")).to_have_attribute("id", f"c{made.get().pk}")

    # What the server refuses is put back, with its words.
    map_.cards.filter(text="Сравнивает").update(is_removed=True)
    card(board, "Сравнивает").focus()
    board.keyboard.press("Alt+ArrowRight")
    expect(board.locator(".toast-bad")).to_contain_text("Карточки уже нет")
    expect(cell(board, "consideration").locator(".jc")).to_have_count(2)
    assert complaints
    complaints.clear()
