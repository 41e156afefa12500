"""The showcase of components in Chromium: the design in both themes and widths, by mouse and by keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from scripts.chromium import CHROMIUM
from tests.browser.pages import LOOKS, Open, fits, is_built, violations
from tropa.workspace.models import Member

BACKGROUND = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(242, 244, 243)", "rgb(15, 20, 18)"

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it by apt"),
    pytest.mark.skipif(not is_built(), reason="the front end is not built (scripts/front.sh)"),
    pytest.mark.django_db(transaction=True),
]


@pytest.mark.parametrize("look", LOOKS)
def test_everybody_can_use_it(opened: Open, look: dict[str, Any]) -> None:
    page = opened(**look)

    assert page.evaluate(BACKGROUND) == (DARK if look["color_scheme"] == "dark" else LIGHT)
    assert fits(page)
    assert violations(page) == []


def test_a_chosen_theme_stays(opened: Open, person: Member) -> None:
    page = opened(color_scheme="light")
    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Тёмная тема").click()
    assert page.evaluate(BACKGROUND) == DARK
    expect(page.get_by_role("button", name="Светлая тема")).to_be_visible()

    person.user.refresh_from_db()
    assert person.user.theme == "dark"
    page.reload()
    assert page.evaluate(BACKGROUND) == DARK


def test_a_menu_works_by_keyboard(opened: Open) -> None:
    page = opened()
    button = page.get_by_role("button", name="Меню")
    button.focus()
    page.keyboard.press("Enter")
    assert focused(page) == "Дублировать"
    assert violations(page) == []

    for key, item in (("ArrowUp", "Удалить"), ("Home", "Дублировать"), ("End", "Удалить")):
        page.keyboard.press(key)
        assert focused(page).startswith(item)

    page.keyboard.press("Escape")
    assert focused(page) == "Меню"
    assert button.get_attribute("aria-expanded") == "false"


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.innerText")).strip()


def test_the_menu_of_the_person_leads_on(opened: Open) -> None:
    page = opened()
    page.get_by_title("@example.com").click()
    assert violations(page) == []
    page.get_by_role("menuitem", name="English").click()
    page.wait_for_url("**/components/")

    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_role("heading", name="Components and states")).to_be_visible()

    page.get_by_title("@example.com").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.wait_for_url("**/login/")


def test_a_dialog_opens_and_closes(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Диалог").click()
    dialog = page.get_by_role("dialog", name="Удалить этап «Покупка»?")
    expect(dialog).to_be_visible()
    assert violations(page) == []

    dialog.get_by_role("button", name="Отмена").click()
    expect(dialog).not_to_be_visible()
    assert focused(page) == "Диалог"


def test_a_toast_offers_to_undo(opened: Open) -> None:
    page = opened()
    page.get_by_role("button", name="Тост с возвратом").click()
    toast = page.get_by_role("status").filter(has_text="Карточка удалена")
    toast.get_by_role("button", name="Вернуть").click()

    expect(toast).to_have_count(0)


def test_tabs_tips_and_bars(opened: Open) -> None:
    page = opened()
    page.get_by_role("tab", name="Вопросы").focus()
    page.keyboard.press("ArrowRight")
    assert focused(page).startswith("Интервью")
    expect(page.locator("#kit-talks")).to_be_visible()
    expect(page.locator("#kit-questions")).not_to_be_visible()

    page.get_by_role("button", name="Подсказка").focus()
    assert page.get_by_role("tooltip").inner_text() == "Подсказка: одно короткое предложение"
    page.keyboard.press("Escape")
    expect(page.locator(".tip.is-on")).to_have_count(0)

    assert page.evaluate("getComputedStyle(document.querySelector('.bar')).getPropertyValue('--v')") == "82"


def test_filters_go_into_the_address_without_empty_ones(opened: Open) -> None:
    page = opened()
    page.get_by_role("combobox", name="Этап").select_option("decision")
    page.wait_for_url("**/components/?stage=decision")


def test_without_a_script_it_can_be_read_and_used(opened: Open) -> None:
    page = opened(java_script_enabled=False)

    expect(page.get_by_role("button", name="Сменить тему")).to_have_count(0)
    page.get_by_role("textbox", name="Поиск").fill("север")
    page.get_by_role("button", name="Найти").click()
    page.wait_for_url("**/components/?q=*")


def test_print_is_always_light(opened: Open) -> None:
    page = opened(color_scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate(BACKGROUND) == "rgb(255, 255, 255)"
    expect(page.get_by_role("navigation", name="Разделы")).not_to_be_visible()
