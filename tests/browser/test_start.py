"""The first ten minutes in a browser: by the keyboard alone, in both themes, on a phone, in English."""

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from scripts.chromium import CHROMIUM
from tests.browser.pages import LOOKS, Open, fits, is_built, violations

if TYPE_CHECKING:
    from tropa.workspace.models import Member

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it by apt"),
    pytest.mark.skipif(not is_built(), reason="the front end is not built (scripts/front.sh)"),
    pytest.mark.django_db(transaction=True),
]

PARTS = ("tpl", "demo", "crm", "csv")


def test_the_keyboard_alone_makes_the_first_map(opened: Open, person: "Member") -> None:
    from tropa.maps.models import JourneyMap

    page = opened("/")
    page.wait_for_url("**/start/")
    page.locator("#p-tpl").focus()
    for part in (*PARTS[1:], "tpl"):
        page.keyboard.press("ArrowDown")
        expect(page.locator(f"#sp-{part}")).to_be_visible()
        expect(page.locator(".st-r > .st-p:visible")).to_have_count(1)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.value") == "research_6"
    for words in ("Насосы", "Главный инженер"):
        page.keyboard.press("Tab")
        page.keyboard.type(words)
    page.keyboard.press("Enter")
    page.wait_for_url("**/maps/*/")
    made = JourneyMap.objects.of(person.workspace).get()
    assert made.journey.template == "research_6"
    assert str(made.persona) == "Главный инженер"


@pytest.mark.once
@pytest.mark.parametrize("look", LOOKS)
def test_every_part_can_be_used_by_everybody(opened: Open, person: "Member", look: dict[str, Any]) -> None:
    page = opened(f"/w/{person.workspace.slug}/start/", **look)
    for part in PARTS:
        page.goto(page.url.partition("?")[0] + f"?p={part}")
        assert violations(page) == []
        assert fits(page)
    page.goto(page.url.partition("/w/")[0] + "/start/demo/")
    assert violations(page) == []


@pytest.mark.once
def test_in_english_nothing_is_russian(opened: Open, person: "Member") -> None:
    person.user.language = "en"
    person.user.save()
    page = opened(f"/w/{person.workspace.slug}/start/?p=crm")
    for part in PARTS:
        page.locator(f"#p-{part}").check(force=True)
        shown = page.locator("main").inner_text()
        assert not any("а" <= letter <= "я" for letter in shown.lower()), shown


def test_without_a_script_the_parts_open_all_the_same(opened: Open, person: "Member") -> None:
    page = opened(f"/w/{person.workspace.slug}/start/", java_script_enabled=False)
    page.get_by_text("Загрузить CSV").click()
    expect(page.locator("#sp-csv")).to_be_visible()
    expect(page.locator("#sp-tpl")).to_be_hidden()


def test_the_demo_world_tells_how_far_it_is_until_it_opens(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from tropa.demo import loading
    from tropa.demo.world import Size
    from tropa.desk import demo
    from tropa.jobs.testing import run_all

    def load_world(**told: Any) -> Any:
        return loading.load_world(Size(60), **told)

    small = SimpleNamespace(load_world=load_world, disband=loading.disband, DEFAULT_SIZE=loading.DEFAULT_SIZE)
    monkeypatch.setattr(demo, "world", lambda: small)
    page = opened("/start/demo/")
    page.get_by_role("button", name="Загрузить пример").click()
    expect(page.locator(".st-do [aria-current]")).to_have_text("Придумываем компании и их историю")
    assert violations(page) == []
    run_all()
    page.get_by_role("link", name="Открыть пример").click()
    expect(page.get_by_text("Это пример.")).to_be_visible()
    page.get_by_role("button", name="Удалить демо-мир").click()
    page.locator("#confirm").get_by_role("button", name="Удалить демо-мир").click()
    expect(page.get_by_text("Демо-мир удалён")).to_be_visible()
