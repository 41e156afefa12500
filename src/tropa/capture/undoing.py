"""Taking an import back: touches removed, created records deleted when nothing hangs on them, changed ones restored
when nobody changed them since. What has to stay is named with its reason."""

from datetime import datetime
from time import monotonic
from typing import Any

from django.db import transaction

from tropa.capture.models import Import, ImportedRow, ImportedTouch
from tropa.capture.running import give_way, locked
from tropa.capture.taking_back import Batch
from tropa.facts import actions as facts

BATCH_ROWS = 1_000
Status = Import.Status


def undo(of: Import, *, now: datetime) -> bool:
    """Take back what the import did, the last row first. False when it is not being undone."""
    since = monotonic()
    while _step(of.pk, now=now):
        since = give_way(since)
    done = Import.objects.filter(pk=of.pk, status=Status.UNDOING)
    return bool(done.update(status=Status.UNDONE, finished_at=now))


@transaction.atomic
def _step(pk: int, *, now: datetime) -> bool:
    of = locked(pk)
    if of.status != Status.UNDOING:
        return False
    if "touches" not in of.undone:
        of.undone["touches"] = 0 if of.source is None else facts.remove_of_source(of.source, now=now)
        # Their lines stay for the report; the next file with the same rows is new again.
        ImportedTouch.objects.filter(of=of, is_stored=True).update(is_stored=False)
    rows = list(ImportedRow.objects.filter(of=of, is_undone=False).order_by("-line")[:BATCH_ROWS])
    changes = [(row, change) for row in rows for change in reversed(row.changes)]
    batch = Batch(of.workspace, [change for _, change in changes])
    for row, change in changes:
        kept = batch.take_back(change)
        row.kept = row.kept or kept
        _count(of.undone, change, kept)
    for place in batch.finish(now=now):
        changes[place][0].kept = "in_use"
        _count(of.undone, changes[place][1], "in_use", instead=True)
    ImportedRow.objects.filter(of=of, pk__in=[row.pk for row in rows]).update(is_undone=True)
    ImportedRow.objects.bulk_update([row for row in rows if row.kept], ["kept"])
    of.save(update_fields=["undone"])
    return bool(rows)


def _count(undone: dict[str, int], change: list[Any], kept: str, *, instead: bool = False) -> None:
    done = "deleted" if change[1] is None else "restored"
    if instead:
        undone[done] -= 1
    what = f"kept_{kept}" if kept else done
    undone[what] = undone.get(what, 0) + 1
