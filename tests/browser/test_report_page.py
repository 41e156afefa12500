"""The report in Chromium: fits every width, works by keyboard, keeps its policy, prints light."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from scripts.chromium import CHROMIUM, launch
from tropa.analysis.report import render
from tropa.analysis.tests import summaries, summaries_edge, summaries_process

DOCUMENTS = {"journey": summaries.journey, "process": summaries_process.process, "edge": summaries_edge.edge}
BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(242, 244, 243)", "rgb(15, 20, 18)"

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it by apt"),
]

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = launch(playwright)
        yield started
        started.close()


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a report; the test fails if the page reports an error or breaks its own policy."""
    complaints: list[str] = []
    contexts = []

    def open_report(name: str = "journey", **options: object) -> Page:
        path = tmp_path / f"{name}.html"
        path.write_text(render(DOCUMENTS[name](), language="ru"), encoding="utf-8")
        context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, **options})  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield open_report
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_wider_than_the_window(opened: Open, name: str) -> None:
    page = opened(name)
    widths = (390, 761, 1181, 1440, 1920)
    shown = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        shown.append(page.evaluate("document.documentElement.scrollWidth"))

    assert shown == list(widths)


def test_the_page_follows_the_system_until_a_theme_is_chosen(opened: Open) -> None:
    page = opened(color_scheme="dark")
    assert page.evaluate(BACKGROUND) == DARK

    page.get_by_role("button", name="Светлая тема").click()
    assert page.evaluate(BACKGROUND) == LIGHT

    page.reload()
    assert page.evaluate(BACKGROUND) == LIGHT


def test_print_is_always_light(opened: Open) -> None:
    page = opened(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate(BACKGROUND) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(23, 32, 29)"


def test_each_chart_has_a_table_behind_a_button(opened: Open) -> None:
    page = opened()
    buttons = page.get_by_role("button", name="Таблица", exact=True)
    expect(buttons).to_have_count(4)

    for table in ("t-f", "t-t", "t-d", "t-p"):
        button = page.locator(f"[data-table={table}]")
        expect(page.locator(f"#{table}")).not_to_be_visible()
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator(f"#{table}")).to_be_visible()
        assert button.get_attribute("aria-expanded") == "true"


def test_without_a_script_everything_can_be_read(opened: Open) -> None:
    page = opened(java_script_enabled=False)

    expect(page.locator("#t-f")).to_be_visible()
    expect(page.locator("[data-do=theme]")).to_be_hidden()
    expect(page.locator(".f-mature").first).to_be_visible()


def test_the_three_conversions_change_places(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Оценка").click()

    expect(page.locator(".f-estimate").first).to_be_visible()
    expect(page.locator(".f-mature").first).not_to_be_visible()


def test_rows_are_reached_by_tab_and_explained(opened: Open) -> None:
    page = opened()
    page.locator("tr[data-tip]").first.focus()
    page.keyboard.press("Tab")

    tip = page.locator("#tip.is-on")
    assert tip.locator("b").inner_text() == "Исследование"
    page.keyboard.press("Escape")
    expect(page.locator("#tip.is-on")).to_have_count(0)


def test_a_tooltip_holds_hostile_text_as_text(opened: Open) -> None:
    page = opened("edge")
    page.locator("tr[data-tip]").first.hover()

    assert page.locator("#tip b").inner_text() == summaries_edge.HOSTILE
    expect(page.locator("#tip img")).to_have_count(0)


def test_no_label_of_the_paths_lies_on_another(opened: Open) -> None:
    page = opened()
    overlaps = page.evaluate(
        """() => {
          const texts = [...document.querySelectorAll('.flow text')];
          const boxes = texts.map(t => [t.textContent, t.getBoundingClientRect()]);
          return boxes.flatMap(([a, p], i) => boxes.slice(i + 1)
            .filter(([, q]) => p.left < q.right && q.left < p.right && p.top < q.bottom - 2 && q.top < p.bottom - 2)
            .map(([b]) => a + ' / ' + b));
        }"""
    )

    assert overlaps == []


def test_high_contrast_keeps_the_charts(opened: Open) -> None:
    page = opened(forced_colors="active")
    fill = page.evaluate("getComputedStyle(document.querySelector('.river')).fill")

    assert fill == "rgb(0, 0, 0)"
