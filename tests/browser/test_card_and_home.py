"""The card of a customer and the home page in Chromium: usable by everybody, the drawing at every width, filters."""

from datetime import timedelta
from itertools import product
from typing import TYPE_CHECKING

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


@pytest.fixture
def card(person: "Member") -> str:
    """The address of a company that returned once and is on its stage for longer than planned."""
    from django.utils import timezone

    from tropa.customers import actions
    from tropa.facts.actions import append, source
    from tropa.facts.domain import microseconds
    from tropa.facts.models import Source
    from tropa.facts.touches import NewTouch
    from tropa.journeys.models import Stage
    from tropa.journeys.tests.making import built, day, small_journey

    now, workspace = timezone.now(), person.workspace
    account = actions.create_account(
        workspace=workspace, by=None, name="ООО «Гранит-Север»", industry="Промышленное оборудование", owner=person
    )
    director = actions.create_contact(
        workspace=workspace, by=None, account=account, position="Финансовый директор", buying_role="economic_buyer"
    )
    steps = [("ask", 120), ("offer", 90), ("ask", 64), ("offer", 38), *(("call", 30 - n / 2) for n in range(50))]
    touches = [
        NewTouch(
            f"{kind}:{ago}",
            kind,
            microseconds(now - timedelta(days=ago)),
            account.pk,
            contact_id=director.pk if kind == "ask" else None,
            channel="phone" if kind == "call" else "email",
        )
        for kind, ago in steps
    ]
    append(source(workspace, "test", Source.Kind.API, "Проверка"), touches, now=now)
    journey = small_journey(workspace)
    Stage.objects.filter(journey=journey).update(target_days=30, inactivity_days=None)
    built(journey, on_day=(now - day(0)).total_seconds() / 86_400)
    return f"/w/{workspace.slug}/accounts/{account.pk}/"


@pytest.mark.once
def test_everybody_can_use_them(opened: Open, card: str) -> None:
    home = card.split("accounts/")[0] + "home/"
    for path, look in product((card, home, home + "late/?whose=all"), LOOKS):
        page = opened(path, **look)
        assert fits(page), (path, look)
        assert violations(page) == [], (path, look)


@pytest.mark.once
def test_the_profile_says_what_it_draws(opened: Open, card: str) -> None:
    page = opened(card)
    drawing = page.get_by_role("img", name="Профиль пути")
    name = drawing.get_attribute("aria-label") or ""
    assert "возврат на «Интерес»" in name
    assert "идёт 39-й день при цели 30" in name
    expect(page.locator(".cc-risk")).to_contain_text("Застряли на этапе «Предложение»")
    expect(page.locator(".cc-risk")).to_contain_text("Финансовый директор: контакта нет")
    expect(drawing).to_contain_text("возврат на 26 дней")
    page.get_by_text("Те же числа таблицей").click()
    table = page.locator(".pf-t table")
    expect(table.locator("tbody tr")).to_have_count(4)
    touches = [int(cell) for cell in table.locator("tbody tr td:nth-child(6)").all_inner_texts()]
    assert sum(touches) == 54


def test_filters_change_the_timeline_and_the_address(opened: Open, card: str) -> None:
    page = opened(card)
    page.get_by_label("Канал").first.select_option("email")
    page.wait_for_url("**channel=email**")
    expect(page.locator(".tl-i")).to_have_count(4)
    page.goto(page.url.split("?")[0])
    before = page.locator(".tl-i").count()
    page.get_by_role("link", name="Показать ещё").click()
    expect(page.locator(".tl-i")).not_to_have_count(before)
    expect(page.get_by_role("link", name="Показать ещё")).to_have_count(0)


def test_without_script_the_card_answers_too(opened: Open, card: str) -> None:
    page = opened(card, java_script_enabled=False)
    expect(page.get_by_role("img", name="Профиль пути")).to_be_visible()
    expect(page.locator(".cc-risk")).to_contain_text("39-й день при цели 30")
    page.get_by_role("link", name="Показать ещё").click()
    assert "after=" in page.url
    page.get_by_label("Канал").first.select_option("email")
    page.locator(".cc-f noscript button, .cc-f button").first.click()
    assert "channel=email" in page.url
    expect(page.locator(".tl-i")).to_have_count(4)


def test_a_count_of_the_home_page_opens_its_rows(opened: Open, card: str) -> None:
    page = opened(card.split("accounts/")[0] + "home/")
    page.get_by_role("link", name="Дольше цели на этапе: 1").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Дольше цели на этапе")
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_role("link", name="ООО «Гранит-Север»").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ООО «Гранит-Север»")
