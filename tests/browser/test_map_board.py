"""The board of a map in a browser: dragging, the keyboard alone, a phone."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from scripts.chromium import CHROMIUM
from tests.browser import boards
from tests.browser.boards import address, card, cell, drag, ready, rests, rows, russian, saved, swipe, texts
from tests.browser.pages import Open, is_built, violations

if TYPE_CHECKING:
    from tropa.maps.models import JourneyMap
    from tropa.workspace.models import Member

FINGER_MS = 600

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


def test_a_card_is_dragged_and_taken_back(board: Page, map_: "JourneyMap") -> None:
    target = card(board, "Сравнивает").bounding_box()
    assert target is not None
    drag(board, card(board, "Ищет решение"), target["x"] + 20, target["y"] + 4)

    expect(texts(board, "consideration")).to_have_text(["Ищет решение", "Сравнивает"])
    expect(board.locator(".toast")).to_contain_text("Перенесено")
    saved(board)
    assert rows(map_)["Ищет решение"].column == "consideration"
    board.get_by_role("button", name="Вернуть", exact=True).click()
    expect(texts(board, "awareness")).to_have_text(["Ищет решение", "Спрашивает коллег"])

    # Not into a lane of another kind, and a point only along its stage and its scale.
    curve = cell(board, "awareness", "emotions").bounding_box()
    assert curve is not None
    drag(board, card(board, "Ищет решение"), curve["x"] + 20, curve["y"] + 20)
    expect(cell(board, "awareness").locator(".jc")).to_have_count(2)
    drag(board, board.locator(".ep").first, curve["x"] + curve["width"] * 0.7, curve["y"] + curve["height"] * 0.95)
    expect(board.locator(".ep").first).to_have_attribute("data-v", "-2")
    saved(board)
    moved = rows(map_)["Любопытство"]
    assert (moved.emotion, moved.column) == (-2, "awareness")
    assert moved.offset == pytest.approx(70, abs=2)
    assert "C" in (board.locator(".curve .c-line").get_attribute("d") or "")


def test_cards_are_made_moved_and_removed_by_the_keyboard_alone(board: Page, map_: "JourneyMap") -> None:
    stops = "[...document.querySelectorAll('#board .b-cell, #board .b-cell *')].filter(e => e.tabIndex >= 0).length"
    assert board.evaluate(stops) == 1
    focused = board.locator(":focus")
    card(board, "Ищет решение").focus()
    board.keyboard.press("ArrowDown")
    expect(focused).to_contain_text("Спрашивает коллег")
    board.keyboard.press("Alt+ArrowRight")
    expect(texts(board, "consideration")).to_have_text(["Сравнивает", "Спрашивает коллег"])
    board.keyboard.press("Alt+ArrowUp")
    expect(texts(board, "consideration")).to_have_text(["Спрашивает коллег", "Сравнивает"])
    expect(focused).to_contain_text("Спрашивает коллег")

    # Letters are commands in both layouts, and letters where somebody writes.
    russian(board, "т", "KeyN")
    board.keyboard.type("gn: ночью")
    board.keyboard.press("Enter")
    expect(focused).to_contain_text("gn: ночью")
    expect(board.locator("#board")).not_to_have_class("only-hyp")
    russian(board, "п", "KeyG")
    expect(board.locator("#board.only-hyp")).to_be_visible()
    board.keyboard.press("g")
    saved(board)
    assert rows(map_)["gn: ночью"].column == "consideration"

    board.keyboard.press("Delete")
    expect(card(board, "gn: ночью")).to_have_count(0)
    expect(focused).to_have_class("jc ")
    board.get_by_role("button", name="Вернуть", exact=True).press("Enter")
    expect(focused).to_contain_text("gn: ночью")
    russian(board, "ь", "KeyM")
    board.locator("#dlg-move select[name=column]").select_option("purchase")
    board.locator("#dlg-move button[type=submit]").press("Enter")
    expect(texts(board, "purchase")).to_have_text(["gn: ночью"])
    board.keyboard.press("Control+z")
    expect(cell(board, "consideration").locator(".jc")).to_have_count(3)
    board.keyboard.press("Control+Shift+Z")
    expect(cell(board, "purchase").locator(".jc")).to_have_count(1)


def test_a_point_of_the_curve_is_set_by_the_keyboard_alone(board: Page, map_: "JourneyMap") -> None:
    board.locator(".ep").nth(1).focus()
    board.keyboard.press("Enter")
    for key in ("ArrowUp", "ArrowUp", "PageUp", "ArrowLeft", "Enter"):
        board.keyboard.press(key)
    expect(board.locator("#announce")).to_have_text("Оценка сохранена: Сомнение, +0,7 по шкале от −2 до 2")
    board.keyboard.press("Enter")
    board.keyboard.press("PageDown")
    board.keyboard.press("Escape")
    expect(board.locator(".ep").nth(1)).to_have_attribute("data-v", "0.7")
    saved(board)
    assert rows(map_)["Сомнение"].emotion == pytest.approx(0.7)


@pytest.mark.once
def test_a_card_is_read_by_the_keyboard_alone(board: Page, map_: "JourneyMap") -> None:
    focused = board.locator(":focus")
    card(board, "Мало времени").focus()
    board.keyboard.press("Enter")
    expect(board.locator("#panel")).to_be_visible()
    expect(focused).to_have_text("Мало времени")
    assert "card=" in board.url
    assert violations(board) == []
    board.keyboard.press("Escape")
    expect(board.locator("#panel")).to_be_hidden()
    expect(focused).to_have_attribute("id", f"c{rows(map_)['Мало времени'].pk}")
    board.go_back()
    expect(board.locator("#panel")).to_be_visible()


@pytest.mark.once
def test_a_phone_scrolls_without_dragging(opened: Open, map_: "JourneyMap") -> None:
    page = ready(opened(address(map_), viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True))
    first = page.locator(".ep").first
    first.scroll_into_view_if_needed()
    was = page.evaluate("document.querySelector('#b-scroll').scrollTop")
    swipe(page, first, -120)
    page.wait_for_function("was => document.querySelector('#b-scroll').scrollTop > was", arg=was)
    expect(first).to_have_attribute("data-v", "1")
    rests(page)

    # A tap takes hold of a point, then the same finger moves it; a card opens.
    first.tap()
    expect(first).to_have_class("ep f-p1 is-edit")
    swipe(page, first, 60)
    expect(first).not_to_have_attribute("data-v", "1")
    saved(page)
    emotion = rows(map_)["Любопытство"].emotion
    assert emotion is not None
    assert emotion < 1
    # Chromium drops a tap that comes sooner behind a drag than a finger does.
    page.wait_for_timeout(FINGER_MS)
    card(page, "Ищет решение").tap()
    expect(page.locator("#panel")).to_be_visible()
    assert page.evaluate("document.documentElement.clientWidth") == 390
    assert violations(page) == []
    page.locator("#panel [data-panel-close]").tap()
    expect(page.locator("#panel")).to_be_hidden()


@pytest.mark.once
def test_keys_of_one_character_can_be_turned_off(board: Page) -> None:
    board.locator("#b-help").click()
    board.get_by_label("Клавиши из одного знака").uncheck()
    board.keyboard.press("Escape")
    card(board, "Сравнивает").focus()
    board.keyboard.press("n")
    board.keyboard.press("?")
    expect(board.locator("dialog[open], .jc-new, #board textarea")).to_have_count(0)

    board.locator("#b-help").click()
    board.get_by_label("Клавиши из одного знака").check()
    board.keyboard.press("Escape")
    card(board, "Сравнивает").focus()
    board.keyboard.press("n")
    expect(board.locator("#board textarea")).to_be_focused()
