"""What the browser tests of the board share: a small map, its cards and cells on the page, a hand that drags."""

from typing import TYPE_CHECKING

from django.urls import reverse
from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from tropa.maps.models import Card, JourneyMap
    from tropa.workspace.models import Workspace

ACTIONS = "customer_actions"


def a_map(workspace: "Workspace") -> "JourneyMap":
    """Two cards at one stage, one at the next, one of pains, and a curve of three points."""
    from tropa.maps import actions
    from tropa.maps.tests import making

    made = making.a_map(workspace)
    making.add(made, column="awareness", text="Ищет решение")
    making.add(made, column="awareness", text="Спрашивает коллег")
    making.add(made, column="consideration", text="Сравнивает")
    making.add(made, lane="pains", column="awareness", text="Мало времени")
    curve = (("awareness", "Любопытство", 1.0), ("consideration", "Сомнение", -0.5), ("decision", "Надежда", 0.5))
    for column, text, emotion in curve:
        actions.add_card(map=made, by=None, lane="emotions", column=column, text=text, emotion=emotion, at=making.NOW)
    return made


def address(map_: "JourneyMap") -> str:
    return reverse("map", args=[map_.workspace.slug, map_.pk])


def ready(page: Page) -> Page:
    """The page once its behaviour is there and its figures have come: nothing moves by itself any more."""
    page.wait_for_selector("tropa-board[data-ready]")
    page.wait_for_load_state("networkidle")
    return page


def saved(page: Page) -> None:
    expect(page.locator("#b-saved")).to_contain_text("Сохранено")


def card(page: Page, text: str) -> Locator:
    return page.locator(".jc").filter(has_text=text)


def cell(page: Page, column: str, lane: str = ACTIONS) -> Locator:
    return page.locator(f'[data-cell="{lane}|{column}"]')


def texts(page: Page, column: str) -> Locator:
    return cell(page, column).locator(".jc-t")


def rows(map_: "JourneyMap") -> "dict[str, Card]":
    """Cards of the map by their texts, as the server has them."""
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


def rests(page: Page) -> None:
    """A swipe has run out: a finger that comes before that stops the board, and is no tap."""
    page.evaluate(
        """async () => {
          const scroll = document.querySelector('#b-scroll');
          for (let was = -1; was !== scroll.scrollTop; ) {
            was = scroll.scrollTop;
            await new Promise((resolve) => setTimeout(resolve, 200));
          }
        }"""
    )


def russian(page: Page, key: str, code: str) -> None:
    """A key of a keyboard that is switched to Russian."""
    session = page.context.new_cdp_session(page)
    for kind in ("keyDown", "keyUp"):
        session.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": code})
    session.detach()
