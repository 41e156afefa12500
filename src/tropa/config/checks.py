"""System checks: what must hold before the server may run, each with an id and a hint."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.db import connection

PRAGMAS = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


@register("database", deploy=False)
def durable_commits(databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """A commit must survive a power cut: asserted on the open connection, not believed from the settings."""
    if not databases:
        return []
    return _sqlite() if connection.vendor == "sqlite" else _postgresql()


def _sqlite() -> list[CheckMessage]:
    found = {}
    with connection.cursor() as cursor:
        for name in PRAGMAS:
            cursor.execute(f"PRAGMA {name}")
            found[name] = cursor.fetchone()[0]
    wrong = {name: found[name] for name, wanted in PRAGMAS.items() if found[name] != wanted}
    if connection.settings_dict["OPTIONS"].get("transaction_mode") != "IMMEDIATE":
        wrong["transaction_mode"] = "not IMMEDIATE"
    if not wrong:
        return []
    return [
        Error(
            f"SQLite runs with {wrong}; needed is {PRAGMAS} and IMMEDIATE transactions.",
            hint="Keep the database on a local disk (WAL does not work on network shares) and the settings as shipped.",
            id="tropa.E001",
        )
    ]


def _postgresql() -> list[CheckMessage]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('synchronous_commit'), current_setting('fsync')")
        commit, fsync = cursor.fetchone()
    if commit not in ("off", "local") and fsync == "on":
        return []
    return [
        Error(
            f"PostgreSQL runs with synchronous_commit={commit}, fsync={fsync}: a commit may be lost.",
            hint="Set synchronous_commit = on and fsync = on in postgresql.conf, or for the role of Tropa.",
            id="tropa.E002",
        )
    ]
