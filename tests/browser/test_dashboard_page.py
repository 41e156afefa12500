"""The dashboard in a browser: WCAG, filters in the address, charts read by pointer and keys, and without a script."""

from typing import TYPE_CHECKING

import pytest
from django.core.cache import cache
from playwright.sync_api import Page, expect

from scripts.chromium import CHROMIUM
from tests.browser.pages import LOOKS, Open, fits, is_built, violations
from tropa.insights.tests.worlds import random_world
from tropa.journeys.models import JourneyVersion
from tropa.workspace.models import Role

if TYPE_CHECKING:
    from tropa.workspace.models import Member

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it by apt"),
    pytest.mark.skipif(not is_built(), reason="the front end is not built (scripts/front.sh)"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def version() -> JourneyVersion:
    cache.clear()
    return random_world(1)


@pytest.fixture
def person(version: JourneyVersion) -> "Member":
    from tropa.workspace.tests import people

    return people.make_member(version.workspace, Role.ANALYST)


def address(version: JourneyVersion, query: str = "") -> str:
    return f"/w/{version.workspace.slug}/dashboard/{query}"


def test_it_works(opened: Open, version: JourneyVersion) -> None:
    page = opened(address(version))
    expect(page.get_by_role("heading", name="Воронка по этапам")).to_be_visible()
    expect(page.get_by_role("link", name="Дашборд").first).to_have_attribute("aria-current", "page")
    page.get_by_role("row", name="Предложение").first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Предложение")


@pytest.mark.once
def test_everybody_can_use_it_and_nothing_is_cut_off(opened: Open, version: JourneyVersion) -> None:
    for look in LOOKS:
        page = opened(address(version), **look)
        for closed in page.locator("#dash details").all():
            closed.evaluate("each => { each.open = true }")
        for width in (390, 1440, 1920):
            page.set_viewport_size({"width": width, "height": 900})
            assert fits(page), (look, width)
        page.set_viewport_size(look["viewport"])
        page.locator("#dash-actions summary").nth(1).click()
        assert violations(page) == [], look
        form = page.get_by_role("form", name="Фильтры").bounding_box()
        assert form is not None
        assert form["x"] >= 0
        assert form["x"] + form["width"] <= look["viewport"]["width"]


def test_filters_change_the_page_and_the_address(opened: Open, version: JourneyVersion) -> None:
    page = opened(address(version))
    whole = page.locator(".fn-n").first.inner_text()
    filters = page.locator("#dash-actions summary").nth(1)
    filters.click()
    page.get_by_label("Кто").select_option("company")
    page.get_by_label("Отрасль").select_option("ИТ")
    page.get_by_role("button", name="Показать").click()
    expect(page.locator(".dash-chips .chip")).to_have_count(2)
    assert "who=company" in page.url
    assert page.locator(".fn-n").first.inner_text() != whole
    expect(page.locator("#announce")).to_have_text("Показатели обновлены")
    expect(filters).to_be_focused()
    page.get_by_role("link", name="Убрать: Отрасль: ИТ").click()
    expect(page.locator(".dash-chips .chip")).to_have_count(1)
    page.go_back()
    expect(page.locator(".dash-chips .chip")).to_have_count(2)


@pytest.mark.once
def test_a_histogram_is_read_by_pointer_and_by_keys(opened: Open, version: JourneyVersion) -> None:
    page = opened(address(version))
    bars = page.locator("tropa-bars").first
    bars.scroll_into_view_if_needed()
    bars.hover(position={"x": 5, "y": 30})
    page.mouse.move(*middle(page))
    expect(page.locator(".figure-tip")).to_contain_text("Интерес")
    bars.focus()
    page.keyboard.press("Home")
    expect(page.locator(".figure-tip td").last).to_contain_text("прохожден")
    first = page.locator("#announce").inner_text()
    page.keyboard.press("End")
    expect(page.locator("#announce")).not_to_have_text(first)
    page.keyboard.press("Escape")
    expect(page.locator(".figure-tip")).not_to_have_class("tip figure-tip is-on")


def middle(page: Page) -> tuple[float, float]:
    box = page.locator("tropa-bars").first.bounding_box()
    assert box is not None
    return box["x"] + 12, box["y"] + 30


@pytest.mark.once
def test_one_list_is_open_at_a_time_and_escape_goes_back(opened: Open, version: JourneyVersion) -> None:
    page = opened(address(version))
    period, filters = (page.locator("#dash-actions summary").nth(place) for place in (0, 1))
    period.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="12 месяцев")).to_be_visible()
    filters.click()
    expect(page.get_by_role("link", name="12 месяцев")).to_be_hidden()
    page.get_by_label("Кто").focus()
    page.keyboard.press("Escape")
    expect(page.get_by_label("Кто")).to_be_hidden()
    expect(filters).to_be_focused()


def test_a_tile_is_taken_away_as_a_file(opened: Open, version: JourneyVersion) -> None:
    page = opened(address(version, "?who=company"))
    page.locator("#dash-actions summary").nth(2).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Время на этапе: CSV").click()
    assert download.value.suggested_filename.endswith("-time.csv")


def test_the_page_works_without_a_script(opened: Open, version: JourneyVersion) -> None:
    page = opened(address(version), java_script_enabled=False)
    expect(page.locator(".fn svg.bullet").first).to_be_visible()
    page.locator("#dash-actions summary").nth(1).click()
    page.get_by_label("Кто").select_option("company")
    page.get_by_role("button", name="Показать").click()
    expect(page.locator(".dash-chips .chip")).to_have_count(1)
    page.locator(".tile-data summary").nth(1).click()
    expect(page.get_by_role("table", name="Воронка: сколько").first).to_be_visible()
    page.get_by_role("link", name="Зрелая когорта").click()
    assert "measure=mature" in page.url
    assert "who=company" in page.url
