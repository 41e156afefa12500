"""The first walk of a new user, in a browser: signing in, a company and its deal, a file, a journey."""

import csv
import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from scripts.chromium import CHROMIUM
from tests.browser.pages import is_built
from tropa.config import cli

if TYPE_CHECKING:
    from tropa.workspace.models import Member

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it by apt"),
    pytest.mark.skipif(not is_built(), reason="the front end is not built: scripts/front.sh"),
]

PASSWORD = "a long way to walk"
LEADS, DEALS = "olist_marketing_qualified_leads_dataset.csv", "olist_closed_deals_dataset.csv"
JOURNEY = """
journey: {key: leads, label: {ru: "Заявки продавцов", en: "Seller leads"}}
stages:
  - {key: lead, rank: 1, phase: pre_sale, label: {ru: "Заявка", en: "Lead"}, enter: {touch: first_contact}}
  - {key: won, rank: 2, phase: sale, label: {ru: "Подключён", en: "Won"}, enter: {touch: deal_won}, won: true}
"""


@pytest.fixture
def person() -> "Member":
    """The owner of a workspace as the page of a new workspace makes it."""
    from tropa.workspace.actions import found_workspace
    from tropa.workspace.models import Member, User

    owner = User.objects.create_user("owner@company.example", PASSWORD)
    workspace = found_workspace(name="Наши клиенты", owner=owner, timezone="Europe/Moscow", currency="RUB")
    return Member.objects.get(workspace=workspace, user=owner)


@pytest.fixture
def page(browser: Browser, live_server: LiveServer) -> "Page":
    opened = browser.new_context(viewport={"width": 1440, "height": 900}, locale="ru-RU").new_page()
    opened.goto(live_server.url)
    return opened


def sign_in(page: Page, person: "Member") -> None:
    page.locator("input[name=login]").fill(person.user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Войти", exact=True).click()
    expect(page.get_by_role("heading", name="С чего начнём путь клиента?")).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_a_company_and_a_deal_that_moves(page: Page, live_server: LiveServer, person: "Member") -> None:
    from tropa.customers.models import DealMove
    from tropa.facts import queries

    sign_in(page, person)
    slug = person.workspace.slug
    page.goto(f"{live_server.url}/w/{slug}/accounts/")
    page.get_by_role("link", name="Добавить компанию").first.click()
    page.locator("input[name=name]").fill("Гранит-Север")
    page.locator("main form button[type=submit]").first.click()
    expect(page.get_by_role("heading", name="Гранит-Север", level=1)).to_be_visible()
    account = int(page.url.rstrip("/").rsplit("/", 1)[-1])

    page.goto(f"{live_server.url}/w/{slug}/deals/new/?account={account}")
    page.locator("input[name=title]").fill("Внедрение на двух складах")
    page.locator("input[name=amount]").fill("480 000,50")
    page.locator("main form button[type=submit]").first.click()
    page.goto(f"{live_server.url}/w/{slug}/deals/")
    deal = page.get_by_role("link", name="Внедрение на двух складах", exact=True)
    expect(deal).to_be_visible()
    page.locator("[data-deal]").first.focus()
    page.keyboard.press("Alt+ArrowRight")
    expect(page.locator("section[data-stage]").nth(1).get_by_role("link", name=re.compile("Внедрение"))).to_have_count(
        2
    )

    moves = DealMove.objects.of(person.workspace).order_by("id")
    assert [move.to_stage.key for move in moves] == ["new_lead", "qualification"]
    touches = queries.touches_of(person.workspace, account)
    assert {touch.type for touch in touches} == {"deal_created", "deal_stage"}
    page.goto(f"{live_server.url}/w/{slug}/accounts/{account}/")
    expect(page.get_by_text("Внедрение на двух складах").first).to_be_visible()


@pytest.mark.django_db(transaction=True)
def test_files_through_the_wizard_give_the_figures_of_the_command(
    page: Page, live_server: LiveServer, person: "Member", samples: Path, cwd: Path
) -> None:
    from tropa.jobs.testing import run_all
    from tropa.journeys.models import Journey, Placement

    sign_in(page, person)
    base = f"{live_server.url}/w/{person.workspace.slug}"
    for name in (LEADS, DEALS):
        load(page, base, samples / "olist-funnel" / name)

    journey = cwd / "journey.yaml"
    journey.write_text(JOURNEY, encoding="utf-8")
    page.goto(f"{base}/journeys/new/?way=file")
    page.set_input_files("main form input[type=file]", str(journey))
    if page.locator("input[name=product]").count():
        page.locator("input[name=product]").fill("Площадка")
    page.get_by_role("button", name="Создать путь").click()
    made = Journey.objects.get(workspace=person.workspace)
    run_all()  # a new journey is published at once: there is nothing yet that it could change
    page.goto(f"{base}/journeys/{made.pk}/")

    figures = analysed(samples / "olist-funnel", cwd)
    placed = Placement.objects.filter(version__journey=made)
    for stage in figures["stages"]:
        row = page.get_by_role("row").filter(has_text={"lead": "Заявка", "won": "Подключён"}[stage["key"]])
        cells = [number(cell) for cell in row.get_by_role("cell").all_inner_texts()]
        assert stage["entered"] in cells, (stage, cells)
        for state in ("open", "dropped"):
            of_state = placed.filter(stage=stage["key"], state=state).count()
            assert of_state == stage["exits"][state], (stage, state)
    assert [stage["entered"] for stage in figures["stages"]] == [8000, 842]


def load(page: Page, base: str, file: Path) -> None:
    """A file through every step of the wizard, to its end."""
    from tropa.jobs.testing import run_all

    page.goto(f"{base}/imports/new")
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="Дальше").click()
    page.get_by_role("button", name=re.compile("^Проверить")).click()
    run_all()
    page.get_by_role("button", name=re.compile("^Загрузить")).click(timeout=60_000)
    run_all()
    expect(page.get_by_role("link", name="Отчёт по строкам")).to_be_visible(timeout=60_000)


def analysed(folder: Path, target: Path) -> dict[str, Any]:
    """What `tropa analyze` says of the same two files joined into one log."""
    log = target / "log.csv"
    with log.open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened)
        rows.writerow(["case", "activity", "at"])
        for name, activity, column in ((LEADS, "first_contact", "first_contact_date"), (DEALS, "deal_won", "won_date")):
            with (folder / name).open(encoding="utf-8") as source:
                rows.writerows([row["mql_id"], activity, row[column]] for row in csv.DictReader(source))
    now = datetime.now(UTC).isoformat()
    said = cli.main(["analyze", str(log), "--journey", "journey.yaml", "--as-of", now, "--json", "figures.json"])
    assert said == 0
    found: dict[str, Any] = json.loads((target / "figures.json").read_text(encoding="utf-8"))
    return found


def number(text: str) -> int | None:
    """8 000 as a number; None for what is none."""
    plain = re.sub(r"\s", "", text.split("\n")[0])
    return int(plain) if plain.isdecimal() else None
