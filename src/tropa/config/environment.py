"""Settings come from the environment. A value that is not understood names itself, what is allowed and an example."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from tropa.analysis.problem import InputError

FLAGS = {"1": True, "true": True, "yes": True, "on": True, "0": False, "false": False, "no": False, "off": False}


class Environment:
    """Reads variables that begin with TROPA_. Raises InputError `bad_setting`."""

    def __init__(self, variables: Mapping[str, str] = os.environ) -> None:
        self._variables = variables

    def text(self, name: str, default: str) -> str:
        return self._variables.get(name) or default

    def optional(self, name: str) -> str | None:
        return self._variables.get(name) or None

    def flag(self, name: str, *, default: bool) -> bool:
        given = self._variables.get(name)
        if not given:
            return default
        if given.lower() not in FLAGS:
            raise _bad(name, given, ", ".join(FLAGS))
        return FLAGS[given.lower()]

    def number(self, name: str, default: int, *, low: int, high: int) -> int:
        given = self._variables.get(name)
        if not given:
            return default
        if not given.isdecimal() or not low <= int(given) <= high:
            raise _bad(name, given, f"{low}…{high}")
        return int(given)

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        given = self._variables.get(name) or default
        if given not in allowed:
            raise _bad(name, given, ", ".join(allowed))
        return given

    def words(self, name: str, default: str = "") -> list[str]:
        """A list divided by commas."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def folder(self, name: str, default: Path) -> Path:
        return Path(self._variables.get(name) or default).absolute()

    def database(self, name: str, default: Path) -> dict[str, Any]:
        """Django's entry of a database: `postgresql://user:password@host:port/name` or `sqlite:///path`."""
        given = self._variables.get(name)
        if not given:
            return sqlite(default)
        parts = urlsplit(given)
        if parts.scheme == "sqlite" and parts.path:
            return sqlite(Path(parts.path))
        if parts.scheme in ("postgresql", "postgres") and parts.path.strip("/"):
            return {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": parts.path.strip("/"),
                "USER": unquote(parts.username or ""),
                "PASSWORD": unquote(parts.password or ""),
                "HOST": unquote(parts.hostname or ""),
                "PORT": parts.port or "",
                "CONN_MAX_AGE": 60,
                # The database may have been restarted meanwhile.
                "CONN_HEALTH_CHECKS": True,
                "OPTIONS": {"options": "-c lock_timeout=5s -c statement_timeout=60s -c timezone=UTC"},
            }
        shown = given.replace(parts.password, "***") if parts.password else given
        raise _bad(name, shown, "postgresql://user:password@host:port/name, sqlite:///path/to/file.db")


def sqlite(path: Path) -> dict[str, Any]:
    """Durable on commit (FULL), one writer at a time without lock errors (IMMEDIATE), readers never blocked (WAL)."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        # The last connection that closes writes the log back: not at every request.
        "CONN_MAX_AGE": 60,
        # In a file as in production: an in-memory database knows neither WAL nor several connections.
        "TEST": {"NAME": str(path.with_name(f"test-{path.name}"))},
        "OPTIONS": {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
                "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA cache_size=-65536;"
            ),
        },
    }


def _bad(name: str, given: str, allowed: str) -> InputError:
    return InputError(
        "bad_setting",
        ru=f"{name}={given}: такого значения нет. Допустимо: {allowed}",
        en=f"{name}={given}: not a legal value. Allowed: {allowed}",
    )
