"""Rows that cannot be used are counted, shown and listed; the rest is analysed; nothing is overwritten."""

import csv
from pathlib import Path

import pytest

from tropa.analysis.figure import Finding
from tropa.analysis.log import EventLog
from tropa.analysis.problem import InputError
from tropa.analysis.tests.test_log import rows, write
from tropa.engine import Engine

BAD = (
    "case_id,type,occurred_at,value\n"
    "1,a,31.12.2024,5\n"
    "1,b,32.13.2024,5\n"
    "1,c,,5\n"
    ",d,01.01.2025,5\n"
    "2, ,01.01.2025,5\n"
    "2,e,01.01.2025\n"
    '"2\nx",f,02.01.2025,many\n'
    "\n"
    "3,g,29.02.2025,5\n"
    "3,=cmd(),30.02.2024,1\n"
    "3,h,01.03.2025 25:00,1\n"
)


def listed(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


def test_it_works(cwd: Path, engine: Engine) -> None:
    log = EventLog.read(write(cwd, "log.csv", BAD), engine=engine)
    assert [(row["seq"], row["type"]) for row in rows(log)] == [(0, "a"), (1, "f")]
    assert (log.source.rows_read, log.source.rows_rejected) == (10, 8)
    assert log.findings == (
        Finding(
            "bad_date",
            4,
            ("line 3: 32.13.2024", "line 11: 29.02.2025", "line 12: 30.02.2024", "line 13: 01.03.2025 25:00"),
        ),
        Finding("bad_row", 1, ("line 7: 2,e,01.01.2025",)),
        Finding("bad_value", 1, ("line 8: many",)),
        Finding("empty_activity", 1, ("line 6",)),
        Finding("empty_case", 1, ("line 5",)),
        Finding("empty_date", 1, ("line 4",)),
    )
    assert log.source.rejects_file == "log.csv.rejects.csv"
    table = listed(cwd / "log.csv.rejects.csv")
    assert table[0] == ["line", "column", "value", "reason"]
    assert ["3", "occurred_at", "32.13.2024", "bad_date"] in table
    assert ["8", "value", "many", "bad_value"] in table
    assert len(table) == 1 + 9


def test_nothing_is_overwritten(cwd: Path, engine: Engine) -> None:
    path = write(cwd, "log.csv", BAD)
    taken = write(cwd, "log.csv.rejects.csv", "mine")
    assert EventLog.read(path, engine=engine).source.rejects_file == "log.csv.rejects-2.csv"
    assert EventLog.read(path, engine=engine).source.rejects_file == "log.csv.rejects-3.csv"
    assert EventLog.read(path, engine=engine, rejects=path).source.rejects_file == "log-2.csv"
    assert taken.read_text() == "mine"
    assert path.read_text() == BAD


def test_no_file_without_rejects_and_none_of_a_refused_log(cwd: Path, engine: Engine) -> None:
    path = write(
        cwd, "log.csv", "case_id,type,occurred_at\n1,a,never\n1,b,2024-01-01\n1,c,2024-01-01\n" + "x" * 11_000_000
    )
    with pytest.raises(InputError, match="longer than 10 MB"):
        EventLog.read(path, engine=engine)
    assert [entry.name for entry in cwd.iterdir()] == ["log.csv"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_formulas_are_made_inert(cwd: Path, engine: Engine, start: str) -> None:
    text = f'case_id,type,occurred_at\n1,a,2024-01-01\n1,b\n"{start}1+1",c\n'
    EventLog.read(write(cwd, "log.csv", text), engine=engine)
    EventLog.read(write(cwd, "dates.csv", f"case_id,type,occurred_at\n1,a,2024-01-01\n1,b,{start}1+1\n"), engine=engine)
    for name in ("log.csv.rejects.csv", "dates.csv.rejects.csv"):
        for row in listed(cwd / name)[1:]:
            assert not row[2].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_an_unwritable_rejects_file_is_a_finding(cwd: Path, engine: Engine) -> None:
    log = EventLog.read(write(cwd, "log.csv", BAD), engine=engine, rejects=cwd / "absent" / "r.csv")
    assert log.count() == 2
    assert "rejects_not_written" in {finding.code for finding in log.findings}
    assert log.source.rejects_file is None


def test_all_rejected(cwd: Path, engine: Engine) -> None:
    path = write(cwd, "log.csv", "case_id,type,occurred_at\n1,,2024-01-01\n,b,2024-01-01\n")
    with pytest.raises(InputError, match="none of the rows can be used") as caught:
        EventLog.read(path, engine=engine)
    assert caught.value.code == "all_rejected"
    assert "empty_activity 1 (line 2)" in caught.value.en
    assert "log.csv.rejects.csv" in caught.value.ru


def test_rows_of_another_width_than_the_header(cwd: Path, engine: Engine) -> None:
    path = write(cwd, "log.csv", "case_id,type,occurred_at\n" + "1,a,2024-01-01,x\n" * 3)
    with pytest.raises(InputError, match="bad_row 3") as caught:
        EventLog.read(path, engine=engine)
    assert caught.value.code == "all_rejected"


def test_an_unclosed_quote_costs_one_line(cwd: Path, engine: Engine) -> None:
    text = 'case_id,type,occurred_at\n1,a,2024-01-01\n"2,b,2024-01-01\n3,c,2024-01-01\n4,d,2024-01-01\n'
    log = EventLog.read(write(cwd, "log.csv", text), engine=engine)
    assert [row["case_id"] for row in rows(log)] == ["1", "3", "4"]
    assert log.findings == (Finding("bad_row", 1, ('line 3: "2,b,2024-01-01',)),)


def test_three_percent_of_bad_dates(cwd: Path, engine: Engine) -> None:
    lines = [f"{i % 50},a,{'nonsense' if i % 33 == 0 else '2024-01-01 10:00'}\n" for i in range(3_300)]
    log = EventLog.read(write(cwd, "log.csv", "case_id,type,occurred_at\n" + "".join(lines)), engine=engine)
    assert (log.count(), log.source.rows_rejected) == (3_200, 100)
    (finding,) = log.findings
    assert (finding.code, finding.count, len(finding.examples)) == ("bad_date", 100, 5)
    assert finding.examples[:2] == ("line 2: nonsense", "line 35: nonsense")
    assert len(listed(cwd / "log.csv.rejects.csv")) == 101
