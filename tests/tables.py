"""Databases with all tables made. `tropa migrate` takes seconds, so it makes a pattern once and tests take copies.

On SQLite the pattern is a file in the cache of pytest, made anew when anything that forms tables changed; a server of
PostgreSQL lives as long as one run of the tests and has a pattern of its own.
"""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg

ROOT = Path(__file__).parent.parent
CACHE = ROOT / ".pytest_cache" / "tropa"
FORMING = ("src/tropa/*/migrations/*.py", "src/tropa/*/models*", "src/tropa/*/apps.py", "requirements.txt")
PATTERN = "tropa_pattern"
# Any number that nothing else locks.
LOCK = 20_260_301


def new_file(path: Path) -> None:
    """A file of SQLite."""
    path.parent.mkdir(parents=True, exist_ok=True)
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        shutil.copyfile(_pattern_file(), path)


def new_database(url: str, name: str) -> str:
    """A database of the server at an address. Returns its address."""
    _pattern_database(url)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE {PATTERN}")
    return _beside(url, name)


def pattern(url: str) -> str:
    """The name of the database of a server that others are copied from."""
    _pattern_database(url)
    return PATTERN


def _pattern_file() -> Path:
    made = CACHE / f"tables-{_forming()}.db"
    if not made.exists():
        with tempfile.TemporaryDirectory(dir=CACHE) as folder:
            file = Path(folder) / "tropa.db"
            _migrate(f"sqlite://{file}", folder)
            connection = sqlite3.connect(file)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.close()
            for old in CACHE.glob("tables-*.db"):
                old.unlink()
            file.rename(made)
    return made


def _pattern_database(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("SELECT pg_advisory_lock(%s)", [LOCK])  # until the connection is closed
        if server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [PATTERN]).fetchone():
            return
        server.execute(f"CREATE DATABASE {PATTERN}_unfinished")
        with tempfile.TemporaryDirectory() as folder:
            _migrate(_beside(url, f"{PATTERN}_unfinished"), folder)
        server.execute(f"ALTER DATABASE {PATTERN}_unfinished RENAME TO {PATTERN}")


def _migrate(url: str, data: str) -> None:
    variables = {name: value for name, value in os.environ.items() if not name.startswith("TROPA_")}
    variables |= {"TROPA_DATA": data, "TROPA_DATABASE_URL": url}
    command = [sys.executable, "-m", "tropa.config.cli", "migrate"]
    subprocess.run(command, env=variables, check=True, capture_output=True)


def _beside(url: str, name: str) -> str:
    return url.rsplit("/", 1)[0] + f"/{name}"


def _forming() -> str:
    files = [file for pattern in FORMING for file in sorted(ROOT.glob(pattern)) if file.is_file()]
    text = b"".join(file.read_bytes() for file in files)
    return hashlib.sha256(text).hexdigest()[:16]
