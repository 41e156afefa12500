"""The ledger: what came in by the hour and from where, and whether the log holds what it says."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Sum

from tropa.facts.domain import hour_of
from tropa.facts.models import LedgerHour
from tropa.facts.queries import count
from tropa.workspace.models import Workspace

COUNTS: Final = ("received", "stored", "duplicate", "rejected", "suppressed", "removed")
# Hours that nobody counts in any more, even a transaction that takes its time.
_CLOSED_AFTER: Final = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of one source: received = stored + duplicate + rejected + suppressed. removed: taken out again."""

    hour: datetime
    source: str
    received: int
    stored: int
    duplicate: int
    rejected: int
    suppressed: int
    removed: int


@dataclass(frozen=True, slots=True)
class Balance:
    """What the ledger says the log holds, and what it holds."""

    expected: int
    held: int


def hours(workspace: Workspace, *, since: datetime | None = None) -> list[Hour]:
    """The ledger of a workspace, the latest hour first. since: only hours from then on."""
    rows = LedgerHour.objects.of(workspace)
    if since is not None:
        rows = rows.filter(hour__gte=hour_of(since))
    sums = {f"{name}_sum": Sum(name) for name in COUNTS}
    summed = rows.values("hour", "source__key").annotate(**sums).order_by("-hour", "source__key")
    return [Hour(*row) for row in summed.values_list("hour", "source__key", *sums)]


def balance(workspace: Workspace) -> Balance:
    """The ledger against the log, over all time."""
    found = LedgerHour.objects.of(workspace).aggregate(stored=Sum("stored"), removed=Sum("removed"))
    return Balance((found["stored"] or 0) - (found["removed"] or 0), count(workspace))


def fold(*, now: datetime) -> int:
    """Add up the lanes of hours that are over; how many rows that saved."""
    over = LedgerHour.objects.filter(hour__lt=hour_of(now - _CLOSED_AFTER)).exclude(lane=0)
    saved = 0
    for workspace_id, source_id, hour in set(over.values_list("workspace_id", "source_id", "hour")):
        saved += _fold_hour(workspace_id, source_id, hour)
    return saved


def as_json(found: Sequence[Hour]) -> list[dict[str, object]]:
    """The hours as plain values, for `tropa ledger --json`."""
    return [asdict(row) | {"hour": row.hour.isoformat()} for row in found]


@transaction.atomic
def _fold_hour(workspace_id: int, source_id: int, hour: datetime) -> int:
    rows = list(
        LedgerHour.objects.select_for_update().filter(workspace_id=workspace_id, source_id=source_id, hour=hour)
    )
    LedgerHour.objects.filter(pk__in=[row.pk for row in rows]).delete()
    summed = {name: sum(getattr(row, name) for row in rows) for name in COUNTS}
    LedgerHour.objects.create(workspace_id=workspace_id, source_id=source_id, hour=hour, **summed)
    return len(rows) - 1
