"""Parquet: in place when nothing must be interpreted, streamed otherwise, and the same table either way."""

import gzip
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tropa.analysis.log import EventLog
from tropa.analysis.problem import InputError
from tropa.analysis.tests.test_log import TYPES, at, rows
from tropa.engine import Engine

MOMENT = datetime(2024, 1, 1, 10, 0, 0, 250_000, tzinfo=UTC)
MICROS = at("2024-01-01T10:00:00.25")


def table(stamps: pa.Array, **more: Any) -> pa.Table:
    return pa.table({"Case": ["a", "b"], "Activity": ["x", "y"], "time": stamps, **more})


def read(folder: Path, engine: Engine, content: pa.Table, **options: Any) -> EventLog:
    pq.write_table(content, folder / "log[1]*.parquet")
    return EventLog.read(folder / "log[1]*.parquet", engine=engine, **options)


def is_in_place(engine: Engine) -> bool:
    return not list(engine.folder.glob("log-*"))


def moments(kind: pa.DataType, zone: bool = True) -> pa.Array:
    values = [MOMENT, MOMENT + timedelta(days=1)]
    return pa.array([value if zone else value.replace(tzinfo=None) for value in values]).cast(kind)


@pytest.mark.parametrize(
    "stamps",
    [
        moments(pa.timestamp("us", "UTC")),
        moments(pa.timestamp("ms", "Europe/Moscow")),
        moments(pa.timestamp("ns"), zone=False),
        moments(pa.timestamp("us"), zone=False),
        pa.array([MICROS, MICROS + 86_400_000_000]),
        pa.array([MICROS // 1000, MICROS // 1000 + 86_400_000]),
    ],
    ids=str,
)
def test_it_works_in_place(cwd: Path, engine: Engine, stamps: pa.Array) -> None:
    log = read(cwd, engine, table(stamps, Amount=[1.5, None]))
    assert {name: str(kind) for name, kind in log.table.schema().items()} == TYPES
    assert [(row["seq"], row["case_id"], row["occurred_at"], row["value"]) for row in rows(log)] == [
        (0, "a", MICROS, 1.5),
        (1, "b", MICROS + 86_400_000_000, None),
    ]
    assert is_in_place(engine)
    assert (log.source.format, log.source.rows_read, log.source.rows_rejected) == ("parquet", 2, 0)


@pytest.mark.parametrize(
    ("stamps", "zone", "expected"),
    [
        (pa.array(["01.02.2024 10:00", "13.02.2024"]), "UTC", at("2024-02-01T10:00")),
        (moments(pa.timestamp("us"), zone=False), "Europe/Moscow", MICROS - 3 * 3_600_000_000),
        (pa.array([date(2024, 1, 1), date(2024, 1, 2)]), "Europe/Moscow", at("2023-12-31T21:00")),
    ],
    ids=str,
)
def test_values_to_interpret_are_streamed(
    cwd: Path, engine: Engine, stamps: pa.Array, zone: str, expected: int
) -> None:
    log = read(cwd, engine, table(stamps), timezone=zone)
    assert rows(log)[0]["occurred_at"] == expected
    assert not is_in_place(engine)


def test_dates_in_place(cwd: Path, engine: Engine) -> None:
    log = read(cwd, engine, table(pa.array([date(2024, 1, 1), date(2024, 1, 2)])))
    assert [row["occurred_at"] for row in rows(log)] == [at("2024-01-01"), at("2024-01-02")]
    assert is_in_place(engine)


def test_canonical_names_and_order(cwd: Path, engine: Engine) -> None:
    content = pa.table(
        {
            "seq": [5, 4],
            "case_id": pa.array(["a", "b"]).dictionary_encode(),
            "account_id": [1, 2],
            "occurred_at": [100, 0],
            "ended_at": pa.array([None, 7], pa.int64()),
            "type": ["x", "y"],
            "event": ["not", "this"],
            "p_reason": ["", "price"],
            "value": pa.array([1, 2], pa.int32()),
        }
    )
    log = read(cwd, engine, content, keep=["reason"])
    assert [(row["seq"], row["case_id"], row["account_id"], row["p_reason"]) for row in rows(log)] == [
        (4, "b", "2", "price"),
        (5, "a", "1", None),
    ]
    assert [(row["occurred_at"], row["ended_at"], row["type"], row["value"]) for row in rows(log)] == [
        (0, 7, "y", 2.0),
        (100, None, "x", 1.0),
    ]
    assert is_in_place(engine)


@pytest.mark.parametrize("gap", [None, "", "  "])
def test_rows_with_gaps_are_rejected(cwd: Path, engine: Engine, gap: str | None) -> None:
    content = pa.table({"Case": ["a", gap, "c"], "Activity": ["x", "y", "z"], "time": [MICROS] * 3})
    log = read(cwd, engine, content)
    assert [(row["seq"], row["case_id"]) for row in rows(log)] == [(0, "a"), (1, "c")]
    assert [(finding.code, finding.examples) for finding in log.findings] == [("empty_case", ("line 2",))]


def test_the_log_of_one_format_is_the_log_of_another(cwd: Path, engine: Engine) -> None:
    (cwd / "log.csv").write_text(
        "account_id,type,occurred_at,ended_at,channel,value\nA,x,2024-01-01,2024-01-02,web,1.5\nB,y,2024-01-03,,,\n"
    )
    log = EventLog.read(cwd / "log.csv", engine=engine)
    engine.write(log.table.order_by("seq"), cwd / "copy.parquet")
    copy = EventLog.read(cwd / "copy.parquet", engine=engine)
    assert rows(copy) == rows(log)
    (cwd / "copy.parquet.gz").write_bytes(gzip.compress((cwd / "copy.parquet").read_bytes()))
    packed = EventLog.read(cwd / "copy.parquet.gz", engine=engine)
    assert rows(packed) == rows(log)
    assert packed.source.compressed


def test_float_ids_and_lists(cwd: Path, engine: Engine) -> None:
    content = pa.table({"user": [17.0, None, 18.0], "event": [["a"], ["b"], ["c"]], "time": [MICROS] * 3})
    log = read(cwd, engine, content)
    assert [row["case_id"] for row in rows(log)] == ["17", "18"]
    assert rows(log)[0]["type"] == "['a']"


def test_no_rows_and_damage(cwd: Path, engine: Engine) -> None:
    with pytest.raises(InputError) as caught:
        read(cwd, engine, table(moments(pa.timestamp("us"), zone=False)).slice(0, 0))
    assert caught.value.code == "no_rows"
    path = cwd / "log[1]*.parquet"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(InputError) as caught:
        EventLog.read(path, engine=engine)
    assert caught.value.code == "damaged_file"
