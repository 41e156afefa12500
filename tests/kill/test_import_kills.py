"""B18: a worker that loads a file is killed twenty times, anywhere; the outcome is that of one clean run."""

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

ROWS, KILLS = 20_000, 20
MOST_SECONDS = 600
ROOT = Path(__file__).parent.parent.parent


class Other:
    """The process with the database; `ask` gives its answer to a line."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.kill.import_worker"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._workers: list[int] = []

    def ask(self, line: str) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(line + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, f"no answer to {line!r}: the process ended with {self._process.poll()}"
        return json.loads(answer)

    def work(self) -> int:
        pid = int(self.ask("work")["pid"])
        self._workers.append(pid)
        return pid

    def close(self) -> None:
        for pid in self._workers:
            kill(pid)
        if self._process.stdin is not None:
            self._process.stdin.close()
        self._process.wait(30)
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
    environment = os.environ | {"TROPA_DATA": str(tmp_path), "TROPA_LOG": "ERROR"}
    url = os.environ.get("TROPA_DATABASE_URL")
    if url:
        environment["TROPA_DATABASE_URL"] = tables.new_database(url, f"kill_{secrets.token_hex(4)}")
    else:
        tables.new_file(tmp_path / "tropa.db")
    process = Other(environment)
    try:
        yield process
    finally:
        process.close()


def test_twenty_kills_lose_and_double_nothing(other: Other) -> None:
    draw = random.Random()
    rows = other.ask(f"prepare {ROWS}")["rows"]
    assert rows == ROWS
    for number in range(KILLS):
        pid = other.work()
        wait_for(other, number * ROWS // KILLS)
        # Anywhere in the transaction of the next thousand rows, or between two.
        time.sleep(draw.uniform(0, 0.6))
        kill(pid)
        other.ask("revive")
    other.work()
    wait_for(other, ROWS)
    end = time.monotonic() + MOST_SECONDS
    while other.ask("state")["status"] == "running" and time.monotonic() < end:
        time.sleep(0.05)
    outcome = other.ask("outcome")
    killed, clean = outcome["Killed"], outcome["Clean"]
    assert killed["status"] == "done"
    for name in clean:
        assert killed[name] == clean[name], name
    received, stored, duplicate, rejected = killed["ledger"]
    assert received == stored + duplicate + rejected
    assert stored == killed["counts"]["created"] == sum(count for _, count in killed["touches"])
    assert sum(killed["counts"].values()) == ROWS


def wait_for(other: Other, cursor: int) -> None:
    end = time.monotonic() + MOST_SECONDS
    while (state := other.ask("state"))["cursor"] < cursor:
        assert state["status"] in ("queued", "running"), state
        assert time.monotonic() < end, state
        time.sleep(0.05)
