"""From the hot table to the settled one: the oldest touches lose their indexes, so that those stay small enough for the
memory of any machine (docs/adr/0006)."""

from collections import defaultdict
from datetime import datetime
from typing import Final

from django.db import connection, transaction

from tropa.facts import copy, settled
from tropa.facts.cursor import safe_cursor
from tropa.facts.insertion import COLUMNS
from tropa.facts.models import CopySegment, CopyState, Touch
from tropa.workspace.models import Workspace

HOT_TOUCHES: Final = 1_000_000
# Moved in one transaction: a fifth of a second during which SQLite takes no other batch.
STEP: Final = 20_000
_NAMES: Final = ", ".join(("id", *COLUMNS))
_COPY: Final = f"INSERT INTO facts_settledtouch ({_NAMES}) SELECT {_NAMES} FROM facts_touch WHERE id <= %s ORDER BY id"
_DELETE: Final = "DELETE FROM facts_touch WHERE id <= %s"

Moving = dict[int, list[tuple[int, bytes]]]


def settle(*, now: datetime, hot: int = HOT_TOUCHES, step: int = STEP, most: int | None = None) -> int:
    """Move the oldest touches of all workspaces until no more than `hot`, and less than a step above it, are left.

    Each step is a transaction of its own, so it can be stopped at any point and taken up again. most: stop after so
    many. Only touches that the columnar copy holds are moved: it finds those of an account from then on. Returns how
    many were moved.
    """
    moved, surplus = 0, Touch.objects.count() - hot
    while surplus - moved >= step and (most is None or moved < most):
        done = _move(step, now)
        if not done:
            break
        moved += done
    return moved


def _move(step: int, now: datetime) -> int:
    """One step; 0 when somebody else changed the same touches meanwhile."""
    oldest = list(Touch.objects.order_by("id").values_list("id", "workspace_id", "message_hash")[:step])
    up_to = min(oldest[-1][0], safe_cursor())
    moving: Moving = defaultdict(list)
    for id_, workspace_id, key in oldest:
        if id_ <= up_to:
            moving[workspace_id].append((id_, bytes(key)))
    if not moving:
        return 0
    _let_the_copy_follow(moving, up_to, now)
    # Files first, then rows and manifest together: whatever happens in between leaves at most a file nobody lists.
    files = [
        settled.add(workspace_id, [key for _, key in rows], rows[0][0], rows[-1][0])
        for workspace_id, rows in moving.items()
    ]
    if not _commit(files, up_to, sum(map(len, moving.values()))):
        return 0
    for workspace_id in moving:
        settled.merge(workspace_id)
    return sum(map(len, moving.values()))


def _commit(files: list[CopySegment], up_to: int, rows: int) -> bool:
    with transaction.atomic(), connection.cursor() as sql:
        settled.hold_still()
        sql.execute(_COPY, [up_to])
        copied = sql.rowcount
        sql.execute(_DELETE, [up_to])
        if not copied == sql.rowcount == rows:
            transaction.set_rollback(True)
            return False
        CopySegment.objects.bulk_create(files)
    return True


def _let_the_copy_follow(moving: Moving, up_to: int, now: datetime) -> None:
    behind = set(moving) - set(
        CopyState.objects.filter(workspace_id__in=moving, cursor__gte=up_to).values_list("workspace_id", flat=True)
    )
    for workspace in Workspace.objects.filter(pk__in=behind):
        copy.refresh(workspace, now=now)
