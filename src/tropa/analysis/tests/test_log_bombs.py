"""Files made to exhaust memory or disk are refused while the memory of the process stays bounded."""

import gzip
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

MIB = 2**20
# A reader with all its libraries takes about 200 MiB.
MOST_RSS_MIB = 700

READER = """
import json, resource, sys
from pathlib import Path
from tropa.analysis.log import EventLog
from tropa.analysis.problem import InputError
from tropa.engine import Engine

with Engine(memory_mb=256, threads=1) as engine:
    try:
        code, rows = None, EventLog.read(sys.argv[1], engine=engine).count()
    except InputError as error:
        code, rows = error.code, 0
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
print(json.dumps({"code": code, "rows": rows, "peak_mib": peak}))
"""


def outcome(path: Path) -> tuple[str | None, int, int]:
    """The error code, the rows and the peak memory (MiB) of reading a file in a process of its own."""
    found = subprocess.run(
        [sys.executable, "-c", READER, str(path)],
        cwd=path.parent,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    result = json.loads(found.stdout)
    return result["code"], result["rows"], result["peak_mib"]


def gzip_bomb(path: Path, head: bytes = b"case_id,type,occurred_at\n") -> None:
    """More than a hundred megabytes of one repeated line in a few hundred kilobytes."""
    packer = zlib.compressobj(6, zlib.DEFLATED, 31)
    block = b"1,a,2024-01-01\n" * 70_000
    with path.open("wb") as file:
        file.write(packer.compress(head))
        for _ in range(110):
            file.write(packer.compress(block))
        file.write(packer.flush())


def packed_workbook_bomb(path: Path) -> None:
    gzip_bomb(path, b"PK\x03\x04")


def endless_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b"case_id,type,occurred_at\n")
        for _ in range(300):
            file.write(b"x" * MIB)


def endless_json_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'{"case_id": "')
        for _ in range(300):
            file.write(b"x" * MIB)


def endless_quoted_field(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'case_id,type,occurred_at\n1,a,2024-01-01\n"')
        for _ in range(30):
            file.write((b"some text" * 50 + b"\n") * 2_000)


def endless_attribute(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'<log><trace><string key="')
        for _ in range(300):
            file.write(b"x" * MIB)


def laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(12))
    path.write_text(f'<!DOCTYPE log [<!ENTITY a0 "ha">{entities}]><log><string key="a" value="&a12;"/></log>')


def endless_json_value(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'{"objectTypes": [], "objects": ["')
        for _ in range(300):
            file.write(b"x" * MIB)


@pytest.mark.parametrize(
    ("name", "make", "code"),
    [
        ("bomb.csv.gz", gzip_bomb, "gzip_bomb"),
        ("bomb.xlsx.gz", packed_workbook_bomb, "gzip_bomb"),
        ("line.csv", endless_line, "long_line"),
        ("line.jsonl", endless_json_line, "long_line"),
        ("attribute.xes", endless_attribute, "long_line"),
        ("laughs.xes", laughs, "unsafe_xml"),
        ("value.json", endless_json_value, "long_line"),
    ],
)
def test_refused_within_bounds(tmp_path: Path, name: str, make: Callable[[Path], None], code: str) -> None:
    make(tmp_path / name)
    found, _, peak_mib = outcome(tmp_path / name)
    assert found == code
    assert peak_mib < MOST_RSS_MIB
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_endless_quoted_field_costs_lines_not_memory(tmp_path: Path) -> None:
    endless_quoted_field(tmp_path / "quoted.csv")
    _, rows, peak_mib = outcome(tmp_path / "quoted.csv")
    assert rows == 1
    assert peak_mib < MOST_RSS_MIB


def test_a_long_honest_file_is_read_within_bounds(tmp_path: Path) -> None:
    """Well packed, but within the ratio: 600,000 rows."""
    block = "".join(f"{i},step {i % 9},2024-01-01T00:00:{i % 60:02}Z,{os.urandom(4).hex()}\n" for i in range(15_000))
    with gzip.open(tmp_path / "log.csv.gz", "wt") as file:
        file.write("case_id,type,occurred_at,note\n")
        for _ in range(40):
            file.write(block)
    code, rows, peak_mib = outcome(tmp_path / "log.csv.gz")
    assert (code, rows) == (None, 600_000)
    assert peak_mib < MOST_RSS_MIB


def test_very_many_tiny_bad_rows_are_counted_within_bounds(tmp_path: Path) -> None:
    (tmp_path / "tiny.csv").write_bytes(b'case_id,type,occurred_at\n1,a,2024-01-01\n"' + b"x\n" * 1_500_000)
    code, rows, peak_mib = outcome(tmp_path / "tiny.csv")
    assert (code, rows) == (None, 1)
    assert peak_mib < MOST_RSS_MIB
