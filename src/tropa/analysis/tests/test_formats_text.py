"""Delimited text: encodings, delimiters, quotes and line numbers."""

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.formats.container import look_at
from tropa.analysis.formats.delimited import Delimited
from tropa.analysis.formats.records import blocks
from tropa.analysis.formats.text import guess_encoding
from tropa.analysis.log import EventLog
from tropa.analysis.tests.test_log import rows
from tropa.engine import Engine

RUSSIAN = "Компания;Этап;Дата\nООО «Ромашка»;Заявка получена;01.02.2024\nАО «Вектор»;Договор;13.02.2024\n"


@pytest.mark.parametrize(
    ("encoding", "guess"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("cp1251", "cp1251"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(cwd: Path, engine: Engine, encoding: str, guess: str, end: str) -> None:
    (cwd / "log.csv").write_bytes(RUSSIAN.replace("\n", end).encode(encoding))
    log = EventLog.read(cwd / "log.csv", engine=engine)
    assert (log.source.encoding, log.source.delimiter) == (guess, ";")
    assert [row["case_id"] for row in rows(log)] == ["ООО «Ромашка»", "АО «Вектор»"]
    (cwd / "said.csv").write_bytes(RUSSIAN.replace("\n", end).encode(encoding))
    said = EventLog.read(cwd / "said.csv", engine=engine, encoding=encoding)
    assert "encoding" not in said.source.guessed
    assert rows(said) == rows(log)


@pytest.mark.parametrize(("encoding"), ["cp866", "koi8-r", "cp1251"])
def test_old_russian_encodings_are_told_apart(encoding: str) -> None:
    assert guess_encoding("Первый звонок, Договор подписан; Оплата".encode(encoding)) == encoding


def test_wide_text_without_a_mark_and_western_text() -> None:
    assert guess_encoding("case_id,type".encode("utf-16-le")) == "utf-16-le"
    assert guess_encoding("case_id,type".encode("utf-16-be")) == "utf-16-be"
    assert guess_encoding(("Müller, Zürich, Grüße, naïve café. " * 5).encode("cp1252")).startswith("cp12")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a,b;c\n1,2;3\n", ","),
        ("a;b;c\n1,5;2,5;3,5\n", ";"),
        ("a\tb, c\n1\t2\n", "\t"),
        ("a|b|c\nx, y|2|3\n", "|"),
        ('"a,b";c\n"1,2";3\n', ";"),
        ("sep=|\na,b|c\n", "|"),
    ],
)
def test_delimiters(tmp_path: Path, text: str, delimiter: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    assert Delimited(look_at(tmp_path / "a.csv")).settings.delimiter == delimiter


def test_lines_before_the_header_are_counted(cwd: Path, engine: Engine) -> None:
    (cwd / "log.csv").write_text("sep=;\n\n\ncase_id;type;occurred_at\n1;a;2024-01-01\n1;b;never\n")
    log = EventLog.read(cwd / "log.csv", engine=engine)
    assert log.findings[0].examples == ("line 6: never",)


_FIELD = st.text(alphabet="ab1,;\"\n é'", max_size=6)


@given(st.lists(st.tuples(_FIELD, _FIELD, _FIELD), min_size=1, max_size=30), st.integers(1, 40))
def test_like_the_standard_library(records: list[tuple[str, str, str]], piece: int) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(records)
    given = text.getvalue()
    pieces = [given[at : at + piece] for at in range(0, len(given), piece)]
    found = list(blocks(iter(pieces), ","))
    assert b"".join(block.data for block in found).decode() == given
    lines, line = [], 1
    for record in records:
        lines.append(line)
        line += 1 + sum(field.count("\n") for field in record)
    assert [int(line) for block in found for line in block.lines] == lines
    assert not any(block.bad for block in found)


def test_stray_quotes_in_fields_are_text(cwd: Path, engine: Engine) -> None:
    text = 'case_id,type,occurred_at\n1,5" pipe,2024-01-01\n2,"a, ""b""\nc",2024-01-02\n3,6" pipe,never\n'
    (cwd / "log.csv").write_text(text)
    log = EventLog.read(cwd / "log.csv", engine=engine)
    assert [row["type"] for row in rows(log)] == ['5" pipe', 'a, "b"\nc']
    assert log.findings[0].examples == ("line 5: never",)


def test_blocks_of_a_long_file_join_without_loss(cwd: Path, engine: Engine) -> None:
    lines = [f'{i},"step, {i % 7}\n",2024-01-01T00:00:{i % 60:02}Z\n' for i in range(200_000)]
    lines[150_000] = "150000,x,never\n"
    (cwd / "log.csv").write_text("case_id,type,occurred_at\n" + "".join(lines))
    log = EventLog.read(cwd / "log.csv", engine=engine)
    assert log.count() == 199_999
    assert log.findings[0].examples == ("line 300002: never",)
    last = log.engine.run(log.table.filter(log.table.seq == 199_998)).to_pylist()
    assert (last[0]["case_id"], last[0]["type"]) == ("199999", f"step, {199_999 % 7}")


def test_ambiguous_dates_are_settled_by_the_whole_file(cwd: Path, engine: Engine) -> None:
    header, open_row = "case_id,type,occurred_at\n", "1,a,03/04/2024\n"
    (cwd / "open.csv").write_text(header + open_row * 3 + "1,a,05/05/2024\n")
    log = EventLog.read(cwd / "open.csv", engine=engine)
    assert (log.source.date_format, log.findings[0].code, log.findings[0].count) == ("dmy", "ambiguous_dates", 3)
    assert log.findings[0].examples[0] == "line 2: 03/04/2024"
    (cwd / "settled.csv").write_text(header + open_row * 12_000 + "1,a,03/14/2024\n")
    log = EventLog.read(cwd / "settled.csv", engine=engine)
    assert (log.source.date_format, log.findings, log.count()) == ("mdy", (), 12_001)
    said = EventLog.read(cwd / "open.csv", engine=engine, date_format="mdy")
    assert (said.findings, said.source.guessed) == ((), ("columns", "delimiter", "encoding"))
