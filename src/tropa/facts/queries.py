"""Reads of the log of touches."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tropa.facts.cursor import last_id as _last_id
from tropa.facts.cursor import safe_cursor
from tropa.facts.models import SettledTouch, Touch
from tropa.workspace.models import Workspace

__all__ = ["TouchRow", "count", "last_id", "safe_cursor", "touches_of"]


@dataclass(frozen=True, slots=True)
class TouchRow:
    """One stored touch, as lists and cards show it. Moments in microseconds since 1970-01-01 UTC."""

    id: int
    type: str
    type_id: int
    source_id: int
    account_id: int | None
    contact_id: int | None
    deal_id: int | None
    occurred_us: int
    ended_us: int | None
    received_us: int
    channel: str
    campaign: str
    page: str
    value: float | None
    properties: Mapping[str, str]


_FIELDS = (
    "id", "type__key", "type_id", "source_id", "account_id", "contact_id", "deal_id", "occurred_us", "ended_us",
    "received_us", "channel", "campaign", "page", "value", "properties",
)  # fmt: skip


def touches_of(
    workspace: Workspace, account_id: int, *, before_us: int | None = None, limit: int = 100
) -> list[TouchRow]:
    """The newest touches of an account, newest first. before_us: only earlier ones, for the next page."""
    rows: list[Any] = []
    for table in (Touch, SettledTouch):
        found = table.objects.filter(workspace=workspace, account_id=account_id)
        if before_us is not None:
            found = found.filter(occurred_us__lt=before_us)
        rows += found.order_by("-occurred_us", "-id").values_list(*_FIELDS)[:limit]
    rows.sort(key=lambda row: (row[7], row[0]), reverse=True)
    return [_row(row) for row in rows[:limit]]


def count(workspace: Workspace) -> int:
    """How many touches a workspace has."""
    return sum(table.objects.filter(workspace=workspace).count() for table in (Touch, SettledTouch))


def last_id(workspace: Workspace) -> int:
    """The id of the last touch of a workspace, 0 when there is none."""
    for table in (Touch, SettledTouch):
        found = table.objects.filter(workspace=workspace).order_by("-id").values_list("id", flat=True).first()
        if found is not None:
            return int(found)
    return min(0, _last_id())


def _row(values: tuple[Any, ...]) -> TouchRow:
    return TouchRow(*values)
