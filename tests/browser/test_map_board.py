"""The board of a map in a browser: dragging, the keyboard alone, two people at once, no network, a phone."""

from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Locator, Page, Route, expect
from pytest_django.live_server_helper import LiveServer

from tests.browser.pages import CHROMIUM, Open, is_built, violations

if TYPE_CHECKING:
    from tropa.maps.models import Card, JourneyMap
    from tropa.workspace.models import Member

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it by apt"),
    pytest.mark.skipif(not is_built(), reason="the front end is not built: scripts/front.sh"),
    pytest.mark.django_db(transaction=True),
]

ACTIONS = "customer_actions"


@pytest.fixture
def map_(person: "Member") -> "JourneyMap":
    """Two cards at one stage, one at the next, one of pains, and a curve of three points."""
    from tropa.maps.tests import making

    made = making.a_map(person.workspace)
    making.add(made, column="awareness", text="Ищет решение")
    making.add(made, column="awareness", text="Спрашивает коллег")
    making.add(made, column="consideration", text="Сравнивает")
    making.add(made, lane="pains", column="awareness", text="Мало времени")
    for column, text, emotion in (
        ("awareness", "Любопытство", 1.0),
        ("consideration", "Сомнение", -0.5),
        ("decision", "Надежда", 0.5),
    ):
        point(made, column, text, emotion)
    return made


def point(map_: "JourneyMap", column: str, text: str, emotion: float) -> None:
    from tropa.maps import actions
    from tropa.maps.tests import making

    actions.add_card(map=map_, by=None, lane="emotions", column=column, text=text, emotion=emotion, at=making.NOW)


@pytest.fixture
def board(opened: Open, map_: "JourneyMap") -> Page:
    page = opened(address(map_))
    return ready(page)


def address(map_: "JourneyMap") -> str:
    return reverse("map", args=[map_.workspace.slug, map_.pk])


def ready(page: Page) -> Page:
    page.wait_for_selector("tropa-board[data-ready]")
    page.wait_for_load_state("networkidle")
    return page


def card(page: Page, text: str) -> Locator:
    return page.locator(".jc").filter(has_text=text)


def cell(page: Page, column: str, lane: str = ACTIONS) -> Locator:
    return page.locator(f'[data-cell="{lane}|{column}"]')


def rows(map_: "JourneyMap") -> "dict[str, Card]":
    return {each.text: each for each in map_.cards.filter(is_removed=False)}


def drag(page: Page, what: Locator, x: float, y: float) -> None:
    box = what.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 20, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 28, box["y"] + 14)
    page.mouse.move(x, y, steps=4)
    page.mouse.move(x + 1, y)
    page.mouse.up()


def saved(page: Page) -> None:
    expect(page.locator("#b-saved")).to_contain_text("Сохранено")


def test_a_card_is_dragged_and_taken_back(board: Page, map_: "JourneyMap") -> None:
    target = card(board, "Сравнивает").bounding_box()
    assert target is not None
    drag(board, card(board, "Ищет решение"), target["x"] + 20, target["y"] + 4)

    expect(cell(board, "consideration").locator(".jc-t")).to_have_text(["Ищет решение", "Сравнивает"])
    expect(board.locator(".toast")).to_contain_text("Перенесено")
    saved(board)
    assert rows(map_)["Ищет решение"].column == "consideration"
    board.get_by_role("button", name="Вернуть", exact=True).click()
    expect(cell(board, "awareness").locator(".jc-t")).to_have_text(["Ищет решение", "Спрашивает коллег"])

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


def russian(page: Page, key: str, code: str) -> None:
    """A key of a keyboard that is switched to Russian."""
    session = page.context.new_cdp_session(page)
    for kind in ("keyDown", "keyUp"):
        session.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": code})
    session.detach()


def test_the_keyboard_alone_is_enough(board: Page, map_: "JourneyMap") -> None:
    stops = "[...document.querySelectorAll('#board .b-cell, #board .b-cell *')].filter(e => e.tabIndex >= 0).length"
    assert board.evaluate(stops) == 1
    focused = board.locator(":focus")
    card(board, "Ищет решение").focus()
    board.keyboard.press("ArrowDown")
    expect(focused).to_contain_text("Спрашивает коллег")
    board.keyboard.press("Alt+ArrowRight")
    expect(cell(board, "consideration").locator(".jc-t")).to_have_text(["Сравнивает", "Спрашивает коллег"])
    board.keyboard.press("Alt+ArrowUp")
    expect(cell(board, "consideration").locator(".jc-t")).to_have_text(["Спрашивает коллег", "Сравнивает"])
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
    expect(cell(board, "purchase").locator(".jc-t")).to_have_text(["gn: ночью"])
    board.keyboard.press("Control+z")
    expect(cell(board, "consideration").locator(".jc")).to_have_count(3)
    board.keyboard.press("Control+Shift+Z")
    expect(cell(board, "purchase").locator(".jc")).to_have_count(1)

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
    expect(cell(board, "consideration").locator(".jc-t")).to_have_text(["Сравнивает", "Ищет решение"], timeout=2_000)
    expect(card(board, "Ищет решение")).to_have_attribute("data-who", "Key Account")
    board.keyboard.type("!")
    assert board.evaluate("[document.activeElement.value, document.activeElement.selectionStart]") == ["Пробуе!т", 7]
    board.keyboard.press("Enter")
    expect(card(page, "Пробуе!т")).to_be_visible(timeout=2_000)

    for each in (board, page):
        card(each, "Мало времени").click()
        expect(each.locator("#pn-text")).to_be_visible()
    board.locator("#pn-text").fill("Нет времени")
    page.locator("#pn-text").fill("Времени мало всем")
    page.locator("#panel form[data-change] button[type=submit]").first.click()
    saved(page)
    expect(card(board, "Времени мало всем")).to_be_visible(timeout=2_000)
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
    expect(cell(board, "decision").locator(".jc-t")).to_have_text(["Без сети"])
    expect(board.locator(".b-offline")).to_have_text("Нет сети. Изменения ждут отправки: 3")
    board.keyboard.press("Control+z")
    expect(cell(board, "consideration").locator(".jc-t")).to_have_text(["Сравнивает", "Без сети"])

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


def swipe(page: Page, what: Locator, by: float) -> None:
    """A finger that goes up or down over something."""
    box = what.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
    for part in range(1, 9):
        moved = [{"x": x, "y": y + by * part / 8}]
        session.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": moved})
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    session.detach()


def test_a_phone_scrolls_without_dragging(opened: Open, map_: "JourneyMap") -> None:
    page = ready(opened(address(map_), viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True))
    first = page.locator(".ep").first
    first.scroll_into_view_if_needed()
    was = page.evaluate("document.querySelector('#b-scroll').scrollTop")
    swipe(page, first, -120)
    page.wait_for_function("was => document.querySelector('#b-scroll').scrollTop > was", arg=was)
    expect(first).to_have_attribute("data-v", "1")

    # A tap takes hold of a point, then the same finger moves it; a card opens.
    first.tap()
    expect(first).to_have_class("ep f-p1 is-edit")
    swipe(page, first, 60)
    expect(first).not_to_have_attribute("data-v", "1")
    saved(page)
    emotion = rows(map_)["Любопытство"].emotion
    assert emotion is not None
    assert emotion < 1
    card(page, "Ищет решение").tap()
    expect(page.locator("#panel")).to_be_visible()
    assert page.evaluate("document.documentElement.clientWidth") == 390
    assert violations(page) == []
    page.locator("#panel [data-panel-close]").tap()
    expect(page.locator("#panel")).to_be_hidden()
