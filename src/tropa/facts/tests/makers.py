"""What tests of the log start from."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

from tropa.facts import actions
from tropa.facts.models import LedgerHour, Source
from tropa.facts.touches import NewTouch
from tropa.workspace.models import Workspace

NOW = datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
DAY_US = 86_400_000_000
NOW_US = 1_772_454_600_000_000

_numbers: Iterator[int] = count(1)


def workspace(name: str = "Первая") -> Workspace:
    return Workspace.objects.create(name=name, slug=f"w{next(_numbers)}-{name.encode().hex()[:8]}")


def source(of: Workspace | None = None, key: str = "site") -> Source:
    return actions.source(of or workspace(), key, Source.Kind.SITE, "Сайт")


def touch(message_id: object, **fields: Any) -> NewTouch:
    given: dict[str, Any] = {"type": "website_visit", "occurred_us": NOW_US, "account_id": 1} | fields
    return NewTouch(message_id=str(message_id), **given)


def touches(first: int, last: int, **fields: Any) -> list[NewTouch]:
    """Touches first … last-1, one a minute, of seven accounts."""
    return [
        touch(n, **({"occurred_us": NOW_US - n * 60_000_000, "account_id": 1 + n % 7} | fields))
        for n in range(first, last)
    ]


def ledger(of: Source) -> dict[str, int]:
    """All hours of a source together."""
    names = ("received", "stored", "duplicate", "rejected", "suppressed", "removed")
    rows = LedgerHour.objects.filter(source=of).values_list(*names)
    return {name: sum(row[place] for row in rows) for place, name in enumerate(names)}
