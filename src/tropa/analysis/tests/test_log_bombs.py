"""Files made to exhaust memory or disk are refused while the memory of the process stays bounded."""

import gzip
import json
import os
import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

MIB = 2**20
# A reader with all its libraries takes about 200 MiB.
MOST_RSS_MIB = 700

READER = """
import json, re, sys
from pathlib import Path
from tropa.analysis.log import EventLog
from tropa.analysis.problem import InputError
from tropa.engine import Engine

outcomes = []
with Engine(memory_mb=256, threads=1) as engine:
    for path in sys.argv[1:]:
        try:
            outcomes.append(EventLog.read(path, engine=engine).count())
        except InputError as error:
            outcomes.append(error.code)
# Not getrusage: its peak is handed down from the process that started this one.
peak = re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())
print(json.dumps([outcomes, int(peak[1]) // 1024]))
"""


def outcomes(*paths: Path) -> tuple[list[str | int], int]:
    """The error code or the rows of each file, and the peak memory (MiB) of the process that read them."""
    command = [sys.executable, "-c", READER, *map(str, paths)]
    found = subprocess.run(command, cwd=paths[0].parent, check=True, capture_output=True, text=True, timeout=120)
    codes, peak_mib = json.loads(found.stdout)
    return codes, peak_mib


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
        for _ in range(128):
            file.write(b"x" * MIB)


def endless_json_line(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'{"case_id": "')
        for _ in range(128):
            file.write(b"x" * MIB)


def endless_attribute(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'<log><trace><string key="')
        for _ in range(128):
            file.write(b"x" * MIB)


def laughs(path: Path) -> None:
    entities = "".join(f'<!ENTITY a{i + 1} "{f"&a{i};" * 10}">' for i in range(12))
    path.write_text(f'<!DOCTYPE log [<!ENTITY a0 "ha">{entities}]><log><string key="a" value="&a12;"/></log>')


def endless_json_value(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'{"objectTypes": [], "objects": ["')
        for _ in range(128):
            file.write(b"x" * MIB)


REFUSED: dict[str, tuple[Callable[[Path], None], str]] = {
    "bomb.csv.gz": (gzip_bomb, "gzip_bomb"),
    "bomb.xlsx.gz": (packed_workbook_bomb, "gzip_bomb"),
    "line.csv": (endless_line, "long_line"),
    "line.jsonl": (endless_json_line, "long_line"),
    "attribute.xes": (endless_attribute, "long_line"),
    "laughs.xes": (laughs, "unsafe_xml"),
    "value.json": (endless_json_value, "long_line"),
}


def test_refused_within_bounds(tmp_path: Path) -> None:
    for name, (make, _) in REFUSED.items():
        make(tmp_path / name)
    found, peak_mib = outcomes(*(tmp_path / name for name in REFUSED))
    assert dict(zip(REFUSED, found, strict=True)) == {name: code for name, (_, code) in REFUSED.items()}
    assert peak_mib < MOST_RSS_MIB
    assert {path.name for path in tmp_path.iterdir()} == set(REFUSED)


def endless_quoted_field(path: Path) -> None:
    with path.open("wb") as file:
        file.write(b'case_id,type,occurred_at\n1,a,2024-01-01\n"')
        for _ in range(30):
            file.write((b"some text" * 50 + b"\n") * 2_000)


def very_many_tiny_bad_rows(path: Path) -> None:
    path.write_bytes(b'case_id,type,occurred_at\n1,a,2024-01-01\n"' + b"x\n" * 1_000_000)


def long_honest_file(path: Path) -> None:
    """Well packed, but within the ratio: 600,000 rows."""
    block = "".join(f"{i},step {i % 9},2024-01-01T00:00:{i % 60:02}Z,{os.urandom(4).hex()}\n" for i in range(15_000))
    with gzip.open(path, "wt", compresslevel=1) as file:
        file.write("case_id,type,occurred_at,note\n")
        for _ in range(40):
            file.write(block)


def test_read_within_bounds(tmp_path: Path) -> None:
    files = {"quoted.csv": endless_quoted_field, "tiny.csv": very_many_tiny_bad_rows, "log.csv.gz": long_honest_file}
    for name, make in files.items():
        make(tmp_path / name)
    found, peak_mib = outcomes(*(tmp_path / name for name in files))
    assert found == [1, 1, 600_000]
    assert peak_mib < MOST_RSS_MIB
