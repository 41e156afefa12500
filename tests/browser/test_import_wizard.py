"""The import wizard in a browser: a file is dropped, its columns are looked at, checked, loaded, taken back."""

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from scripts.chromium import CHROMIUM
from tests.browser.pages import Open, is_built, violations

if TYPE_CHECKING:
    from tropa.workspace.models import Member

pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium: `make browser` installs it by apt"),
    pytest.mark.skipif(not is_built(), reason="the front end is not built: scripts/front.sh"),
]

ROWS = "Компания;Дата;Тип;Кто\n" + "".join(
    f"{company};{at};{kind};{role}\n"
    for company, at, kind, role in [
        ("Тёплый Контур", "14.03.2025", "Демо", "ИТ-директор"),
        ("Лаборант-М", "14/03", "КП", "Финансы"),
        *[(f"Компания {n}", f"{n % 28 + 1:02}.04.2025 10:00", "Звонок", "Закупщик") for n in range(40)],
    ]
)


def fits(page: Page) -> bool:
    """Whether nothing sticks out to the side, and axe finds nothing to complain of."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    found = violations(page)
    assert not found, found
    return bool(wide <= 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1440, 390])
def test_a_file_from_the_disk_to_the_log_and_back(opened: Open, person: "Member", tmp_path: Path, width: int) -> None:
    from tropa.facts import queries
    from tropa.jobs.testing import run_all

    file = tmp_path / "касания-2025.csv"
    file.write_bytes(ROWS.encode("cp1251"))
    page = opened(f"/w/{person.workspace.slug}/imports/new", viewport={"width": width, "height": 900})
    assert fits(page)
    page.set_input_files("input[type=file]", str(file))
    expect(page.get_by_text("касания-2025.csv, ")).to_be_visible()
    page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("combobox", name="Столбец Дата")).to_have_value("at")
    expect(page.locator("td.t-pain")).to_contain_text("14/03")
    assert fits(page)
    page.get_by_role("button", name="Проверить 42 строки").click()
    page.get_by_role("button", name="Загрузить 41 строку").click()
    expect(page.get_by_text("Ждёт очереди")).to_be_visible()
    assert fits(page)
    run_all()
    # Without a click: the page asks by itself.
    expect(page.get_by_role("link", name="Отчёт по строкам")).to_be_visible(timeout=60_000)
    assert queries.count(person.workspace) == 41
    page.get_by_role("link", name="Отчёт по строкам").click()
    expect(page.get_by_text("Не разобрали дату")).to_be_visible()
    assert fits(page)
    page.get_by_role("link", name="касания-2025.csv").click()
    page.get_by_role("button", name="Отменить загрузку").click()
    page.get_by_role("dialog").get_by_role("button", name="Отменить загрузку").click()
    expect(page.get_by_text("Возвращаем как было")).to_be_visible()
    run_all()
    expect(page.get_by_text("Загрузку отменили.")).to_be_visible(timeout=60_000)
    assert queries.count(person.workspace) == 0
