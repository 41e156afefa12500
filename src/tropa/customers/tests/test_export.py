"""Files for spreadsheets: nothing in them runs, and what is read again is what was written."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from tropa.customers import actions
from tropa.customers.export import inert, plain
from tropa.customers.tests import sample
from tropa.customers.tests.sample import World
from tropa.workspace.models import AuditEntry

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠A1", "'=1+1", "''=1",
    '=HYPERLINK("x")', "+7 343 000-00-00", "обычный текст", "it's", "'текст",
)  # fmt: skip


@pytest.fixture
def world() -> World:
    return sample.world()


def rows_of(world: World, noun: str, form: str, query: str = "") -> list[list[object]]:
    answer = sample.signed_in(world.analyst).post(world.url(f"{noun}/export/"), {"format": form, "query": query})
    assert answer.status_code == 200
    content = answer.getvalue()
    if form == "csv":
        return [list(row) for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";")]
    return [list(row) for row in CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()]


@pytest.mark.django_db
def test_it_works(world: World) -> None:
    account = sample.account(world, "ООО «Гранит-Север»", city="Казань")
    sample.account(world, "Другая", city="Москва")
    sample.deal(world, account, amount=Decimal("12500.50"))
    for form in ("csv", "xlsx"):
        rows = rows_of(world, "accounts", form, "city=Казань")
        assert [row[1] for row in rows] == ["Название", "ООО «Гранит-Север»"]
    assert rows_of(world, "deals", "csv")[1][6] == "12500,50"
    assert rows_of(world, "deals", "xlsx")[1][6] == 12500.5
    lines = AuditEntry.objects.filter(action="accounts.export").order_by("pk")
    assert [line.details for line in lines] == [{"format": "csv", "rows": 1}, {"format": "xlsx", "rows": 1}]


@pytest.mark.django_db
def test_contacts_come_with_where_they_work(world: World) -> None:
    account = sample.account(world)
    actions.create_contact(workspace=world.workspace, by=None, account=account, position="Юрист")
    assert rows_of(world, "contacts", "csv")[1][2:7] == ["Юрист", "", "", "", account.name]


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_no_cell_runs_and_every_value_comes_back(world: World, form: str) -> None:
    for text in FORMULAS:
        sample.account(world, text, city=text)
    names = [str(row[1]) for row in rows_of(world, "accounts", form)[1:]]
    if form == "csv":
        assert not [name for name in names if name.startswith(("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"))]
        names = [plain(name) for name in names]
    # A spreadsheet keeps no carriage return in a cell.
    assert sorted(name.strip() for name in names) == sorted(text.strip() for text in FORMULAS)


@given(st.text())
def test_what_is_made_inert_comes_back(text: str) -> None:
    assert plain(inert(text)) == text
    assert not inert(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠"))


@pytest.mark.django_db
def test_sellers_take_no_files(world: World) -> None:
    client = sample.signed_in(world.sales)
    assert client.post(world.url("accounts/export/"), {"format": "csv"}).status_code == 403
    assert client.get(world.url("accounts/export/")).status_code == 405


@pytest.mark.django_db
def test_a_file_holds_nothing_of_another_workspace(world: World) -> None:
    sample.account(sample.world("second"), "Чужая")
    assert len(rows_of(world, "accounts", "csv")) == 1
