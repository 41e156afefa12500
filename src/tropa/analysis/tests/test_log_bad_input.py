"""Input that cannot be used ends in one clear message in both languages, and leaves nothing behind."""

import gzip
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.log import EventLog
from tropa.analysis.problem import InputError
from tropa.analysis.tests.test_log import SMALL, write
from tropa.engine import Engine


def refused(path: Path | str, engine: Engine, **options: Any) -> InputError:
    with pytest.raises(InputError) as caught:
        EventLog.read(path, engine=engine, **options)
    assert caught.value.ru != caught.value.en
    assert "Traceback" not in caught.value.en
    return caught.value


def truncated_gzip() -> bytes:
    return gzip.compress(os.urandom(300_000) + SMALL.encode())[:200_000]


CASES: list[tuple[str, str, bytes | Callable[[], bytes], str, dict[str, Any]]] = [
    ("empty", "log.csv", b"", "empty_file", {}),
    ("only a mark", "log.csv", b"\xef\xbb\xbf\r\n", "empty_file", {}),
    ("header only", "log.csv", b"case_id,type,occurred_at\n", "no_rows", {}),
    ("header and empty lines", "log.csv", b"case_id,type,occurred_at\n\n\n", "no_rows", {}),
    ("random bytes", "log.csv", bytes(range(256)) * 20, "binary_data", {}),
    ("picture", "log.csv", b"\x89PNG\r\n\x1a\n" + bytes(100), "unsupported_format", {}),
    ("old Excel", "log.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "unsupported_format", {}),
    ("gzip in gzip", "log.csv.gz", gzip.compress(gzip.compress(b"x")), "unsupported_format", {}),
    ("NUL in a field", "log.csv", SMALL.encode() + b"a,\0,2024-01-01\n", "binary_data", {}),
    ("unknown encoding", "log.csv", SMALL.encode(), "unknown_encoding", {"encoding": "cp1252x"}),
    ("not a text codec", "log.csv", SMALL.encode(), "unknown_encoding", {"encoding": "base64"}),
    ("bytes outside", "log.csv", SMALL.encode() + b"a,b\xff,2024-01-01\n", "undecodable", {"encoding": "utf-8"}),
    ("delimiter", "log.csv", SMALL.encode(), "bad_delimiter", {"delimiter": ";;"}),
    ("decimal", "log.csv", SMALL.encode(), "bad_decimal", {"decimal": "'"}),
    ("zone", "log.csv", SMALL.encode(), "unknown_timezone", {"timezone": "Europe/Moskow"}),
    ("zone path", "log.csv", SMALL.encode(), "unknown_timezone", {"timezone": "../../etc/passwd"}),
    ("date format", "log.csv", SMALL.encode(), "bad_date_format", {"date_format": "%Y-%Q"}),
    ("role", "log.csv", SMALL.encode(), "unknown_role", {"columns": {"acount": "case_id"}}),
    ("column", "log.csv", SMALL.encode(), "unknown_column", {"columns": {"at": "timestmp"}}),
    ("no columns known", "log.csv", b"x;y;z\n1;2;3\n", "columns_not_found", {}),
    ("repeated column", "log.csv", b"case_id,type,type,time\n1,a,b,2024-01-01\n", "repeated_column", {}),
    ("no dates", "log.csv", b"case_id,type,time\n1,a,soon\n2,b,later\n", "unreadable_dates", {}),
    ("truncated gzip", "log.csv.gz", truncated_gzip, "truncated_gzip", {}),
    ("damaged gzip", "log.csv.gz", b"\x1f\x8b\x08\0\0\0\0\0\0\x03" + b"garbage" * 99, "damaged_file", {}),
    ("parquet", "log.parquet", b"PAR1" + bytes(200), "damaged_file", {}),
    ("parquet by name", "log.parquet", bytes(200) + b"x", "damaged_file", {}),
    ("xlsx", "log.xlsx", b"PK\x03\x04" + bytes(300), "damaged_file", {}),
    ("broken XML", "log.xes", b"<log>\n<trace>\n<event></trace></log>", "bad_xml", {}),
    ("XML cut off", "log.xes", b"<log>\n<trace>\n<event>", "bad_xml", {}),
    ("other XML", "page.xml", b"<html><body/></html>", "bad_xml", {}),
    ("XES without events", "log.xes", b"<log></log>", "no_rows", {}),
    ("broken JSON line", "log.jsonl", b'{"case_id": 1}\n{"case_id": \n', "bad_json", {}),
    ("JSON list", "log.json", b'[{"case_id": 1}]', "bad_json", {}),
    ("deep JSON", "log.jsonl", b'{"a":' + b"[" * 100_000, "bad_json", {}),
    ("broken OCEL", "log.json", b'{"objectTypes": [], "events": [{]}', "bad_json", {}),
    ("OCEL 1.0", "log.json", b'{"ocel:events": {}, "ocel:objects": {}}', "bad_ocel", {}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content", "code", "options"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_refused(
    cwd: Path, engine: Engine, *, name: str, content: bytes | Callable[[], bytes], code: str, options: dict[str, Any]
) -> None:
    path = cwd / name
    path.write_bytes(content() if callable(content) else content)
    assert refused(path, engine, **options).code == code
    assert [entry.name for entry in cwd.iterdir()] == [name]
    assert not list(engine.folder.glob("log-*"))


def test_a_missing_file_names_its_neighbour(cwd: Path, engine: Engine) -> None:
    write(cwd, "sales_log.csv", SMALL)
    error = refused(cwd / "sale_log.csv", engine)
    assert error.code == "no_file"
    assert "Did you mean sales_log.csv?" in error.en


def test_a_folder_and_a_device(cwd: Path, engine: Engine) -> None:
    assert refused(cwd, engine).code == "is_directory"
    os.mkfifo(cwd / "pipe")
    assert refused(cwd / "pipe", engine).code == "not_a_file"
    assert refused("a\0b", engine).code == "no_file"


def test_messages_name_the_place_and_the_next_step(cwd: Path, engine: Engine) -> None:
    error = refused(write(cwd, "log.csv", SMALL), engine, columns={"at": "timestmp"})
    assert "'timestmp'" in error.en
    assert "Did you mean 'timestamp'?" in error.en
    assert "case_id, activity, timestamp" in error.ru
    error = refused(write(cwd, "x.csv", "Case No;Activty;When\n1;a;2024-01-01\n"), engine)
    assert "--columns 'case=Case No,activity=Activty,at=When'" in error.en
    bad = SMALL.encode() + "я,б,2024-01-01\n".encode("cp1251")
    (cwd / "bytes.csv").write_bytes(bad)
    assert "bytes.csv, line 5" in refused(cwd / "bytes.csv", engine, encoding="utf-8").en
    assert "log.jsonl, line 2" in refused(write(cwd, "log.jsonl", '{"a": 1}\n{\n'), engine).en
    assert "log.xes, line 3" in refused(write(cwd, "log.xes", "<log>\n<trace>\n</log>"), engine).en
    assert "binary.csv, line 5" in refused(write(cwd, "binary.csv", SMALL + "a\0,,\n"), engine).en
    dates = refused(write(cwd, "dates.csv", "case_id,type,time\n1,a,\n1,a,soon\n"), engine)
    assert "dates.csv, line 3" in dates.en
    assert "'soon'" in dates.en


def test_bytes_outside_a_guessed_encoding_change_the_guess(cwd: Path, engine: Engine) -> None:
    ascii_rows = "".join(f"{i},step,2024-01-01\n" for i in range(40_000))
    path = cwd / "log.csv"
    path.write_bytes(("case_id,type,occurred_at\n" + ascii_rows + "1,Заявка получена,2024-01-01\n").encode("cp1251"))
    log = EventLog.read(path, engine=engine)
    assert log.source.encoding == "cp1251"
    assert log.engine.run(log.table.filter(log.table.type == "Заявка получена").count().as_table()).num_rows == 1
    assert log.count() == 40_001


def test_a_plain_zip_is_no_workbook(cwd: Path, engine: Engine) -> None:
    with zipfile.ZipFile(cwd / "log.zip", "w") as archive:
        archive.writestr("log.csv", SMALL)
    assert refused(cwd / "log.zip", engine).code == "damaged_file"


@given(
    content=st.binary(max_size=400), name=st.sampled_from(["a.csv", "a.xes", "a.json", "a.xlsx", "a.parquet", "a.gz"])
)
def test_garbage_never_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str) -> None:
    folder = tmp_path_factory.mktemp("garbage")
    (folder / name).write_bytes(content)
    with Engine(memory_mb=64, threads=1) as engine, pytest.raises(InputError):
        EventLog.read(folder / name, engine=engine, rejects=folder / "rejects.csv")


_PIECES = st.sampled_from(
    ["case_id,type,occurred_at", "\n", ",", '"', ";", "2024-01-01", "1,a,2024-01-01\n", "\r", "é", '""', "a b", " "]
)


@given(parts=st.lists(_PIECES, max_size=30))
def test_almost_tables_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, parts: list[str]) -> None:
    folder = tmp_path_factory.mktemp("almost")
    path = write(folder, "a.csv", "case_id,type,occurred_at\n1,a,2024-01-01\n" + "".join(parts))
    with Engine(memory_mb=64, threads=1) as engine:
        log = EventLog.read(path, engine=engine, delimiter=",", rejects=folder / "rejects.csv")
        assert log.count() == log.source.rows_read - log.source.rows_rejected >= 1
