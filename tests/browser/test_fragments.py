"""Fragments by htmx: refusals are told, the focus is not lost, an ended session leads to the page to sign in."""

from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from scripts.chromium import CHROMIUM
from tests.browser.pages import Open, is_built

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it by apt"),
    pytest.mark.skipif(not is_built(), reason="the front end is not built (scripts/front.sh)"),
    pytest.mark.django_db(transaction=True),
]

REQUEST = '<section id="place"><button hx-get="/fragment/" hx-target="#place">Ещё</button></section>'


@pytest.fixture
def page(opened: Open) -> Page:
    """A page with a button that asks for a fragment."""

    def with_button(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace('<div class="kit-2">', REQUEST))

    page = opened()
    page.route("**/components/", with_button)
    page.reload()
    return page


def answer(page: Page, **answer: Any) -> None:
    """What the server says to the button."""
    page.route("**/fragment/", lambda route: route.fulfill(**answer))
    page.get_by_role("button", name="Ещё").click()


def test_it_works(page: Page) -> None:
    answer(page, body="<h2>Готово</h2><p>Ещё строки</p>")
    page.get_by_role("heading", name="Готово").wait_for()

    page.wait_for_function("document.activeElement.innerText === 'Готово'")
    assert page.locator("#place").get_attribute("aria-busy") is None


def test_a_message_comes_with_a_fragment(page: Page) -> None:
    told = '{"toasts": {"messages": [{"text": "<b>Saved</b>", "undo": "/undo/"}]}}'
    answer(page, body="<p>…</p>", headers={"HX-Trigger": told})

    toast = page.get_by_role("status").filter(has_text="<b>Saved</b>")
    expect(toast.get_by_role("button", name="Вернуть")).to_be_visible()


def test_an_ended_session_leads_to_the_page_to_sign_in(page: Page) -> None:
    page.context.clear_cookies()
    page.unroute("**/components/")
    answer(page, body="<!doctype html><html><h1>Вход</h1></html>")

    page.wait_for_url("**/login/**")


@pytest.mark.parametrize(
    ("status", "words"),
    [(403, "Ваша роль не позволяет это сделать"), (404, "Этого больше нет"), (500, "На сервере ошибка")],
)
def test_a_refusal_is_told_and_stays_until_it_is_closed(
    page: Page, complaints: list[str], status: int, words: str
) -> None:
    answer(page, status=status, body="<h1>Traceback</h1>")
    toast = page.locator(".toast-bad").filter(has_text=words)
    toast.get_by_role("button", name="Закрыть").click()

    expect(toast).to_have_count(0)
    expect(page.get_by_role("button", name="Ещё")).to_be_visible()
    assert "Traceback" not in page.content()
    assert any(str(status) in line for line in complaints)
    complaints.clear()
