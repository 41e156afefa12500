"""EventLog through its public door: good input of every kind becomes the same canonical table."""

import gzip
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tropa.analysis.log import EventLog
from tropa.analysis.problem import InputError
from tropa.engine import Engine

TYPES = {
    "seq": "int64",
    "case_id": "string",
    "account_id": "string",
    "contact_id": "string",
    "deal_id": "string",
    "occurred_at": "int64",
    "ended_at": "int64",
    "type": "string",
    "channel": "string",
    "campaign": "string",
    "value": "float64",
}
SMALL = "case_id,activity,timestamp\na,start,2024-01-01 10:00:00\nb,start,2024-01-02\na,stop,2024-01-01T12:30:00.5Z\n"
MICROS = 1_000_000


def at(text: str) -> int:
    moment = datetime.fromisoformat(text)
    return int(moment.replace(tzinfo=moment.tzinfo or UTC).timestamp() * MICROS)


def rows(log: EventLog) -> list[dict[str, Any]]:
    return list(log.engine.run(log.table.order_by("seq")).to_pylist())


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def test_it_works(cwd: Path, engine: Engine) -> None:
    log = EventLog.read(write(cwd, "log.csv", SMALL), engine=engine)
    assert {name: str(kind) for name, kind in log.table.schema().items()} == TYPES
    assert [(row["seq"], row["case_id"], row["type"], row["occurred_at"]) for row in rows(log)] == [
        (0, "a", "start", at("2024-01-01T10:00:00")),
        (1, "b", "start", at("2024-01-02")),
        (2, "a", "stop", at("2024-01-01T12:30:00.5")),
    ]
    assert all(row["account_id"] is None and row["value"] is None and row["ended_at"] is None for row in rows(log))
    assert log.count() == 3
    assert log.findings == ()
    assert (log.source.path, log.source.format, log.source.rows_read, log.source.rows_rejected) == (
        "log.csv",
        "csv",
        3,
        0,
    )
    assert log.source.columns == {"case": "case_id", "activity": "activity", "at": "timestamp"}
    assert log.source.guessed == ("columns", "date_format", "delimiter", "encoding")
    assert [path.name for path in cwd.iterdir()] == ["log.csv"]


def test_it_closes_only_its_own_engine(cwd: Path, engine: Engine) -> None:
    path = write(cwd, "log.csv", SMALL)
    with EventLog.read(path, engine=engine) as log:
        assert log.count() == 3
    assert log.count() == 3
    with EventLog.read(path) as own:
        folder = own.engine.folder
        assert folder.is_dir()
    assert not folder.exists()


@pytest.mark.parametrize("name", ["log.csv.gz", "log.tsv.gz", "log.txt"])
def test_gzip_and_tabs(cwd: Path, engine: Engine, name: str) -> None:
    text = SMALL.replace(",", "\t") if "tsv" in name else SMALL
    path = cwd / name
    path.write_bytes(gzip.compress(text.encode()) if name.endswith(".gz") else text.encode())
    log = EventLog.read(path, engine=engine)
    assert log.source.compressed == name.endswith(".gz")
    assert log.source.format == ("tsv" if "tsv" in name else "csv")
    assert log.count() == 3


def test_russian_headers_semicolon_cp1251_and_decimal_comma(cwd: Path, engine: Engine) -> None:
    text = (
        "Компания;Сделка;Этап;Дата;Канал;Сумма;Контакт\r\n"
        "Ромашка;Д-1;Первый звонок;31.12.2024 23:59;телефон;1 234,50;Закупщик\r\n"
        "Ромашка;Д-1;Договор;01.02.2025;почта;;\r\n"
    )
    log = EventLog.read(write(cwd, "выгрузка.csv", text, "cp1251"), engine=engine, timezone="Europe/Moscow")
    first, second = rows(log)
    assert (first["case_id"], first["account_id"], first["deal_id"]) == ("Ромашка", "Ромашка", "Д-1")
    assert (first["type"], first["channel"], first["value"]) == ("Первый звонок", "телефон", 1234.5)
    assert first["occurred_at"] == at("2024-12-31T20:59")
    assert (second["occurred_at"], second["value"], second["contact_id"]) == (at("2025-01-31T21:00"), None, None)
    source = log.source
    assert (source.encoding, source.delimiter, source.decimal, source.date_format) == ("cp1251", ";", ",", "dmy")
    assert source.timezone == "Europe/Moscow"
    assert source.columns["case"] == "Компания"


def test_everything_guessed_can_be_said(cwd: Path, engine: Engine) -> None:
    text = "a|b|c|d\nk|x|03/04/2024 05:06|1.234\n"
    log = EventLog.read(
        write(cwd, "log.csv", text, "utf-16"),
        engine=engine,
        columns={"case": "a", "activity": "b", "at": "c", "value": "d", "channel": ""},
        encoding="utf-16",
        delimiter="|",
        decimal=",",
        date_format="%m/%d/%Y %H:%M",
    )
    (row,) = rows(log)
    assert (row["occurred_at"], row["value"]) == (at("2024-03-04T05:06"), 1234.0)
    assert log.source.guessed == ()


def test_start_and_end(cwd: Path, engine: Engine) -> None:
    text = (
        "case:concept:name,concept:name,time:timestamp,start_timestamp\n"
        "1,a,2024-01-01 11:00+00:00,2024-01-01 10:00+00:00\n1,b,2024-01-01 12:00+00:00,2024-01-01 13:00+00:00\n"
    )
    log = EventLog.read(write(cwd, "log.csv", text), engine=engine)
    first, _ = rows(log)
    assert (first["occurred_at"], first["ended_at"]) == (at("2024-01-01T10:00"), at("2024-01-01T11:00"))
    assert log.source.columns["at"] == "start_timestamp"
    # An end before its start is a matter of the figures (`negative_duration`), in whatever format it comes.
    assert log.findings == ()


def test_named_columns_also_take_the_end(cwd: Path, engine: Engine) -> None:
    text = "who,what,begun,done\n1,a,2024-01-01,2024-01-03\n1,b,2024-01-02,\n1,c,2024-01-02,soon\n"
    columns = {"case": "who", "activity": "what", "at": "begun", "end": "done"}
    log = EventLog.read(write(cwd, "log.csv", text), engine=engine, columns=columns)
    assert [row["ended_at"] for row in rows(log)] == [at("2024-01-03"), None, None]
    assert [(finding.code, finding.examples) for finding in log.findings] == [("bad_end", ("line 4: soon",))]
    assert log.source.rows_rejected == 0


def test_kept_columns(cwd: Path, engine: Engine) -> None:
    text = "case_id,type,occurred_at,Причина,p_size\n1,a,2024-01-01,дорого,\n1,b,2024-01-02,,XL\n"
    log = EventLog.read(write(cwd, "log.csv", text), engine=engine, keep={"причина", "size", "absent"})
    assert list(log.table.columns)[-3:] == ["p_absent", "p_size", "p_причина"]
    assert [(row["p_причина"], row["p_size"], row["p_absent"]) for row in rows(log)] == [
        ("дорого", None, None),
        (None, "XL", None),
    ]
    assert [finding.code for finding in log.findings] == ["missing_column"]


def test_mixed_offsets_and_ties_keep_file_order(cwd: Path, engine: Engine) -> None:
    text = (
        "user_id,event,time\nu,late,2011-10-30T02:30:00+01:00\nu,same,2011-10-30T03:30:00+02:00\n"
        "u,naive,2011-10-30 01:30\nu,utc,2011-10-30 01:30:00Z\n"
    )
    log = EventLog.read(write(cwd, "log.csv", text), engine=engine)
    assert {row["occurred_at"] for row in rows(log)} == {at("2011-10-30T01:30")}
    assert [row["type"] for row in rows(log)] == ["late", "same", "naive", "utc"]
    assert log.source.columns["case"] == "user_id"


def test_one_row_and_values_with_newlines(cwd: Path, engine: Engine) -> None:
    text = 'case_id,type,occurred_at,"note, long"\n1,"a ""quoted""\nname",2024-01-01,x\n'
    log = EventLog.read(write(cwd, "log.csv", text), engine=engine, keep=["note, long"])
    (row,) = rows(log)
    assert (row["type"], row["p_note, long"]) == ('a "quoted"\nname', "x")


def test_unnamed_index_and_repeated_other_columns(cwd: Path, engine: Engine) -> None:
    text = ",case_id,x,x,type,occurred_at\n0,1,p,q,a,2024-01-01\n"
    log = EventLog.read(write(cwd, "log.csv", text), engine=engine, keep=["x"])
    assert [(row["case_id"], row["p_x"]) for row in rows(log)] == [("1", "p")]
    assert [(finding.code, finding.examples) for finding in log.findings] == [("repeated_column", ("x",))]


def test_name_that_promises_another_format(cwd: Path, engine: Engine) -> None:
    table = pa.table({"case_id": ["1"], "type": ["a"], "occurred_at": [datetime(2024, 1, 1, tzinfo=UTC)]})
    pq.write_table(table, cwd / "log.csv")
    log = EventLog.read(cwd / "log.csv", engine=engine)
    assert log.source.format == "parquet"
    assert [finding.code for finding in log.findings] == ["extension_mismatch"]
    (cwd / "packed.csv").write_bytes(gzip.compress(SMALL.encode()))
    assert EventLog.read(cwd / "packed.csv", engine=engine).source.compressed


def test_from_rows(engine: Engine) -> None:
    log = EventLog.from_rows(
        [
            {"account_id": "A", "type": "x", "occurred_at": datetime(2024, 1, 1, tzinfo=UTC), "reason": "price"},
            {"case_id": "k", "account_id": "A", "type": "y", "occurred_at": "2024-01-02T03:00:00+03:00", "value": 2},
        ],
        engine=engine,
    )
    first, second = rows(log)
    assert {name: str(kind) for name, kind in log.table.schema().items()} == TYPES | {"p_reason": "string"}
    assert (first["case_id"], first["occurred_at"], first["p_reason"]) == ("A", at("2024-01-01"), "price")
    assert (second["case_id"], second["occurred_at"], second["value"]) == ("k", at("2024-01-02"), 2.0)
    with pytest.raises(InputError, match="row 0: no value for type"):
        EventLog.from_rows([{"case_id": "1", "occurred_at": 0}], engine=engine)


def test_no_rows_in_memory_are_an_empty_log(engine: Engine) -> None:
    assert EventLog.from_rows([], engine=engine).count() == 0
