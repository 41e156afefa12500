"""XLSX: native dates, empty rows, and workbooks that would cost too much."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from tropa.analysis.formats import limits
from tropa.analysis.log import EventLog
from tropa.analysis.problem import InputError
from tropa.analysis.tests.test_log import at, rows
from tropa.engine import Engine


def workbook(path: Path, *sheets: list[list[Any]], first: tuple[int, int] = (0, 0)) -> Path:
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "dd.mm.yyyy hh:mm", "remove_timezone": True})
    for sheet in sheets:
        page = book.add_worksheet()
        for number, row in enumerate(sheet):
            page.write_row(first[0] + number, first[1], row)
    book.close()
    return path


def test_it_works(cwd: Path, engine: Engine) -> None:
    path = workbook(
        cwd / "log.xlsx",
        [],
        [
            ["Клиент", "Этап", "Дата", "Сумма", "Флаг"],
            [17, "Заявка", datetime(2024, 2, 29, 10, 30, tzinfo=UTC), 12.5, True],
            [],
            ["АО", "Оплата", date(2024, 3, 1), "1 000,5", None],
            ["АО", "Отказ", "когда-нибудь", None, None],
        ],
        first=(2, 1),
    )
    log = EventLog.read(path, engine=engine, keep=["Флаг"])
    first, second = rows(log)
    assert (first["case_id"], first["type"], first["value"], first["p_Флаг"]) == ("17", "Заявка", 12.5, "true")
    assert (first["occurred_at"], second["occurred_at"]) == (at("2024-02-29T10:30"), at("2024-03-01"))
    assert [(finding.code, finding.examples) for finding in log.findings if finding.code == "bad_date"] == [
        ("bad_date", ("line 7: когда-нибудь",))
    ]
    assert (log.source.format, log.source.rows_read) == ("xlsx", 3)


def test_empty_workbooks(cwd: Path, engine: Engine) -> None:
    for name, sheet in (("none.xlsx", []), ("header.xlsx", [["case_id", "type", "occurred_at"]])):
        with pytest.raises(InputError) as caught:
            EventLog.read(workbook(cwd / name, sheet), engine=engine)
        assert caught.value.code == "no_rows"


def refused(path: Path, engine: Engine) -> InputError:
    with pytest.raises(InputError) as caught:
        EventLog.read(path, engine=engine)
    return caught.value


def replace_entry(source: Path, target: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == name else old.read(entry))
    return target


@pytest.fixture
def small(cwd: Path) -> Path:
    return workbook(cwd / "small.xlsx", [["case_id", "type", "occurred_at"], ["1", "a", "2024-01-01"]])


SHEET = "xl/worksheets/sheet1.xml"


def test_a_declared_bomb(cwd: Path, engine: Engine, small: Path) -> None:
    path = replace_entry(small, cwd / "bomb.xlsx", SHEET, b"<worksheet>" + b" " * (limits.XLSX_MOST_UNPACKED_BYTES))
    assert refused(path, engine).code == "xlsx_too_big"


def test_a_bomb_that_lies_about_its_size(cwd: Path, engine: Engine, small: Path) -> None:
    path = replace_entry(small, cwd / "bomb.xlsx", SHEET, b"<worksheet>" + b" " * 3_000_000)
    data = path.read_bytes()
    declared = (3_000_011).to_bytes(4, "little")
    assert data.count(declared) == 2
    path.write_bytes(data.replace(declared, (100).to_bytes(4, "little")))
    error = refused(path, engine)
    assert (error.code, "100 declared" in error.en) == ("damaged_file", True)


def test_too_many_parts(cwd: Path, engine: Engine, small: Path) -> None:
    with zipfile.ZipFile(small, "a") as archive:
        for number in range(limits.XLSX_MOST_ENTRIES):
            archive.writestr(f"x{number}", b"")
    assert refused(small, engine).code == "xlsx_too_big"


def test_cells_far_apart(cwd: Path, engine: Engine) -> None:
    book = xlsxwriter.Workbook(str(cwd / "far.xlsx"))
    page = book.add_worksheet()
    page.write(0, 0, "case_id")
    page.write(999_999, 16_000, "x")
    book.close()
    assert refused(cwd / "far.xlsx", engine).code == "xlsx_too_big"


def test_too_many_rows(cwd: Path, engine: Engine) -> None:
    book = xlsxwriter.Workbook(str(cwd / "rows.xlsx"))
    book.add_worksheet().write(limits.XLSX_MOST_ROWS + 1, 0, "x")
    book.close()
    assert "1000002 rows" in refused(cwd / "rows.xlsx", engine).en


def test_one_text_repeated_in_every_cell(cwd: Path, engine: Engine) -> None:
    path = workbook(cwd / "text.xlsx", [["x" * 30_000]] * 17_000)
    assert path.stat().st_size < 1_000_000
    assert "characters in cells" in refused(path, engine).en


@pytest.mark.parametrize(
    "content",
    [
        b"<worksheet><sheetData><row r='1'><c r='A1'>",
        b"not xml at all",
        b"<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet/>",
        b"<worksheet><sheetData><row r='one'/></sheetData></worksheet>",
    ],
)
def test_damaged_sheets(cwd: Path, engine: Engine, small: Path, content: bytes) -> None:
    assert refused(replace_entry(small, cwd / "bad.xlsx", SHEET, content), engine).code in ("damaged_file", "no_rows")


def test_a_workbook_cut_off(cwd: Path, engine: Engine, small: Path) -> None:
    (cwd / "cut.xlsx").write_bytes(small.read_bytes()[:-200])
    assert refused(cwd / "cut.xlsx", engine).code == "damaged_file"
