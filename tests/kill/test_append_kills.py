"""A1, A3: a process that appends, settles and copies is killed twenty times, anywhere; what it acknowledged is there,
and nothing is there twice. TROPA_KILLS=200 makes it long; TROPA_SEED repeats a run's pauses."""

import json
import os
import random
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import tables

TOTAL, KILLS = 20_000, int(os.environ.get("TROPA_KILLS", "20"))
# A sender that got no answer sends again; it also sends some that were stored.
OVERLAP = 300
MOST_SECONDS = 300
ROOT = Path(__file__).parent.parent.parent


class Other:
    """The process with the database; `ask` gives its answer to a line."""

    def __init__(self, environment: dict[str, str], acknowledged: Path) -> None:
        self.acknowledged = acknowledged
        self._pids: list[int] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.append_worker"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, line: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"no answer to {line!r}: the process ended with {self._process.poll()}"
        return json.loads(answer)

    def work(self) -> int:
        first = max(0, min(set(range(TOTAL + 1)) - self.known()) - OVERLAP)
        self._pids.append(int(self.ask(f"work {first} {self.acknowledged}")["pid"]))
        return self._pids[-1]

    def known(self) -> set[int]:
        """Numbers that were acknowledged."""
        return set(map(int, self.acknowledged.read_text().split())) if self.acknowledged.exists() else set()

    def close(self) -> None:
        for pid in self._pids:
            kill(pid)
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(60)
        if self._process.stdout is not None:
            self._process.stdout.close()


def kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Other]:
    """On the database of this run of the tests: a new file of SQLite, or a new database of the server."""
    environment = os.environ | {"TROPA_DATA": str(tmp_path / "data"), "TROPA_LOG": "ERROR"}
    url = os.environ.get("TROPA_DATABASE_URL")
    if url:
        environment["TROPA_DATABASE_URL"] = tables.new_database(url, f"kill_{secrets.token_hex(4)}")
    else:
        tables.new_file(tmp_path / "data" / "tropa.db")
    process = Other(environment, tmp_path / "acknowledged")
    try:
        yield process
    finally:
        process.close()


def test_kills_lose_and_double_nothing(other: Other) -> None:
    seed = os.environ.get("TROPA_SEED") or secrets.token_hex(4)
    print(f"TROPA_SEED={seed}")
    draw = random.Random(seed)
    other.ask("prepare")
    for _ in range(KILLS):
        before, pid = len(other.known()), other.work()
        wait_for(other, min(before + 1, TOTAL))
        time.sleep(draw.uniform(0, 0.5))
        kill(pid)
    assert other.ask(f"wait {other.work()}") == {"code": 0}
    assert other.known() == set(range(TOTAL))
    outcome = other.ask("outcome")
    assert outcome.pop("settled") == outcome.pop("hashes") > 0
    assert outcome == {
        "stored": TOTAL, "different": TOTAL, "again": [0, TOTAL], "ledger": [TOTAL, TOTAL], "mended": 0,
        "copy": {"rows": TOTAL, "different": TOTAL, "sum": sum(range(TOTAL))},
    }  # fmt: skip


def wait_for(other: Other, count: int) -> None:
    end = time.monotonic() + MOST_SECONDS
    while len(other.known()) < count:
        assert time.monotonic() < end, f"{len(other.known())} of {count}"
        time.sleep(0.02)
