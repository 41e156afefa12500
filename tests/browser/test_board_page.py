"""The page of a board in Chromium: figures come by themselves, everybody can use it, without a script as well."""

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from scripts.chromium import CHROMIUM
from tests.browser.pages import LOOKS, Open, fits, is_built, violations

if TYPE_CHECKING:
    from tropa.maps.models import JourneyMap
    from tropa.workspace.models import Member

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it by apt"),
    pytest.mark.skipif(not is_built(), reason="the front end is not built (scripts/front.sh)"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def person() -> "Member":
    """An editor of a workspace with a journey that 500 touches have gone."""
    from tropa.insights.tests.worlds import random_world
    from tropa.workspace.models import Role
    from tropa.workspace.tests.people import make_member

    return make_member(random_world(1).workspace, Role.EDITOR)


@pytest.fixture
def drawn(person: "Member") -> "JourneyMap":
    """A map of it with cards of every kind."""
    from django.core.cache import cache

    from tropa.journeys.models import Journey
    from tropa.maps import actions
    from tropa.maps.tests.making import NOW, a_map, add

    cache.clear()
    map_ = a_map(person.workspace, journey=Journey.objects.get(workspace=person.workspace))
    for lane, text in (("customer_actions", "Просит показать продукт"), ("pains", "Боится внедрения"),
                       ("touchpoints", "Сайт"), ("channels", "Почта"), ("our_owner", "Отдел продаж")):  # fmt: skip
        add(map_, person, lane=lane, column="offer", text=text)
    told = add(map_, person, lane="thoughts", column="offer", text="А справимся ли?")
    for kind, contradicts in (("interview", False), ("survey", True)):
        actions.add_evidence(
            map=map_, by=person, card=told, kind=kind, quote="Слова клиента", contradicts=contradicts, at=NOW
        )
    for text, emotion, offset in (("Надежда", 1.0, 20.0), ("Тревога", -1.5, 70.0)):
        actions.add_card(
            map=map_, by=person, lane="emotions", column="offer", text=text, emotion=emotion, offset=offset, at=NOW
        )
    return map_


def address(map_: "JourneyMap", query: str = "") -> str:
    return f"/w/{map_.workspace.slug}/maps/{map_.pk}/{query}"


def ready(page: Page) -> Page:
    """The page with its figures and its behaviour."""
    expect(page.locator("#b-head .conv").first).to_be_visible()
    expect(page.locator("tropa-board[data-ready]")).to_be_attached()
    return page


@pytest.mark.once
def test_everybody_can_use_it(opened: Open, drawn: "JourneyMap") -> None:
    card = drawn.cards.get(lane="pains").pk
    for look in LOOKS:
        page = ready(opened(address(drawn), **look))
        assert fits(page)
        assert violations(page) == [], look

        page.goto(page.url + f"?card={card}")
        ready(page)
        expect(page.locator("#panel .pn-met")).to_be_visible()
        assert violations(page) == [], look


def test_a_target_answers_in_the_head(opened: Open, drawn: "JourneyMap", complaints: list[str]) -> None:
    page = ready(opened(address(drawn)))
    goal = page.locator("#goal-days-interest")
    goal.click()
    form = page.locator("#target-interest")
    assert violations(page) == []
    form.get_by_label("Цель: дней на этапе").fill("сколько-то")
    form.get_by_role("button", name="Сохранить").click()
    expect(form.get_by_role("alert")).to_contain_text("Нужно число дней")
    complaints[:] = [each for each in complaints if "422" not in each]
    form.get_by_label("Цель: дней на этапе").fill("0,5")
    form.get_by_role("button", name="Сохранить").click()
    expect(form).to_be_hidden()
    expect(goal).to_contain_text("0,5")
    expect(page.locator(".met-bad").first).to_be_visible()
    expect(page.get_by_role("button", name="Вернуть")).to_be_visible()


def test_without_a_script_it_is_read_and_edited(opened: Open, drawn: "JourneyMap") -> None:
    page = opened(address(drawn), java_script_enabled=False)
    expect(page.get_by_role("grid")).to_be_visible()
    page.get_by_role("link", name="Боится внедрения").click()
    page.get_by_label("Текст карточки").fill("Боится внедрения и его цены")
    page.locator("#panel").get_by_role("button", name="Сохранить").click()
    expect(page.locator("#panel").get_by_label("Текст карточки")).to_have_value("Боится внедрения и его цены")
    expect(page.get_by_role("link", name="Боится внедрения и его цены")).to_be_visible()
    page.get_by_role("slider", name="Предложение: Тревога").click()
    expect(page.locator("#panel").get_by_label("Оценка, от −2 до 2")).to_have_value("−1,5")


@pytest.mark.once
def test_the_poster_is_one_sheet(opened: Open, drawn: "JourneyMap") -> None:
    page = ready(opened(address(drawn)))
    sheet = page.pdf(prefer_css_page_size=True, print_background=True)
    assert sheet.count(b"/Type /Page\n") + sheet.count(b"/Type /Page ") <= 1
    assert b"2383" in sheet  # points of the long side of A1
