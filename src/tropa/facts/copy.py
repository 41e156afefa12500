"""The columnar copy of a workspace's log: it follows the truth, is read by the analytical library, and can be deleted
at any time (docs/adr/0006)."""

from collections.abc import Collection
from datetime import datetime
from typing import Final

from django.db import transaction

from tropa.engine import Engine
from tropa.facts import compaction, healing, manifest, segments, truth
from tropa.facts.cursor import safe_cursor
from tropa.facts.manifest import folder
from tropa.facts.models import CopySegment, CopyState, Removal
from tropa.facts.reading import CopiedLog, Part, Snapshot, event_log
from tropa.workspace.models import Workspace

# How many ids one step looks at, and how many touches behind the copy a question reads from the truth.
STEP: Final = 500_000
MOST_TAIL: Final = 100_000


def refresh(workspace: Workspace, *, now: datetime) -> None:
    """Bring the copy to the end of what is certain, then merge small files. Several may do so at once."""
    up_to = safe_cursor()
    state, _ = CopyState.objects.get_or_create(workspace=workspace)
    while state.cursor < up_to:
        _extend(state, min(up_to, state.cursor + STEP))
        state.refresh_from_db()
    CopyState.objects.filter(pk=state.pk).update(followed_at=now)
    compaction.compact(workspace.pk, now=now)


def open(
    workspace: Workspace, engine: Engine, *, accounts: Collection[int] | None = None, keep: Collection[str] = ()
) -> CopiedLog:
    """The log of a workspace, exactly the touches up to the `cursor` it names: the files, then what came since.

    accounts: only theirs, at the cost of reading theirs. keep: names of properties, given as p_<name>.
    """
    return event_log(snapshot(workspace), engine, accounts=accounts, keep=keep)


def snapshot(workspace: Workspace) -> Snapshot:
    """What `open` reads, as plain values for another process. Files that are missing or spoilt are made anew first."""
    up_to = safe_cursor()
    state, listed = _consistent(workspace)
    if up_to - state.cursor > MOST_TAIL:
        for first in range(state.cursor, up_to, STEP):
            _extend(CopyState.objects.get(pk=workspace.pk), min(up_to, first + STEP))
        state, listed = _consistent(workspace)
    if healing.heal(workspace.pk, listed):
        state, listed = _consistent(workspace)
    up_to = max(up_to, state.cursor)
    tail, _ = truth.touches(truth.Range(workspace.pk, state.cursor, up_to), state.properties)
    parts = [Part(folder(workspace.pk) / each.file, each.bucket) for each in listed]
    removed = manifest.removals(workspace.pk, listed)
    return Snapshot(f"workspace-{workspace.pk}", parts, tail, up_to, state.properties, removed)


def changed_accounts(workspace: Workspace, after_id: int, up_to: int) -> list[int]:
    """Accounts whose touches came or were taken out between two cursors (the first excluded)."""
    changed = set(truth.accounts(workspace.pk, after_id, up_to))
    for removal in Removal.objects.of(workspace).filter(id__gt=after_id, id__lte=up_to):
        changed.update(removal.accounts)
    return sorted(changed)


def lag(workspace: Workspace) -> int:
    """How many numbers of the log the copy is behind; most of them are touches."""
    state = CopyState.objects.filter(workspace=workspace).first()
    return safe_cursor() - (0 if state is None else state.cursor)


def _extend(state: CopyState, up_to: int) -> None:
    """Add one file for the touches up to an id. Whoever comes second finds the cursor moved and lets it be."""
    if state.cursor >= up_to:
        return
    asked, known = truth.Range(state.workspace_id, state.cursor, up_to), manifest.last_removal(state.workspace_id)
    rows, properties = truth.touches(asked, state.properties, learn=True)
    written = None
    if rows.num_rows:
        written = segments.write(folder(state.workspace_id), segments.ordered(rows), f"t-{up_to}")
    with transaction.atomic():
        moved = CopyState.objects.filter(pk=state.pk, cursor=state.cursor).update(cursor=up_to, properties=properties)
        if moved and written is not None:
            manifest.entry(asked, written, removal_id=known).save()
    if not moved and written is not None:
        (folder(state.workspace_id) / written.file).unlink(missing_ok=True)


def _consistent(workspace: Workspace) -> tuple[CopyState, list[CopySegment]]:
    """The cursor and the files that hold everything up to it, though both may move while they are read."""
    state, _ = CopyState.objects.get_or_create(workspace=workspace)
    while True:
        listed = list(manifest.listed(workspace.pk))
        again = CopyState.objects.get(pk=workspace.pk)
        if again.cursor == state.cursor:
            return again, listed
        state = again
