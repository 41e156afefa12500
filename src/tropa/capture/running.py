"""A file through the appliers: the trial run, which writes nothing, and the real one, a transaction per thousand rows.

The cursor is committed with the rows: whoever is killed anywhere is resumed behind it, and the outcome is that of one
clean run.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from time import monotonic, sleep
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from tropa.analysis.formats.numbers import checked_decimal
from tropa.analysis.formats.rows import Source
from tropa.analysis.formats.tables import open_table
from tropa.capture import guessing, uploads
from tropa.capture.applying import accounts, contacts, deals, history, orders, touches
from tropa.capture.applying.books import Trace, encoded
from tropa.capture.applying.desk import Desk, Tally, target
from tropa.capture.applying.overlay import Overlay
from tropa.capture.models import Import, ImportedRow, Kind
from tropa.capture.problems import file_gone
from tropa.capture.rows import Reading, Row, batches
from tropa.facts import actions as facts
from tropa.facts.touches import Rejection
from tropa.workspace.models import Workspace
from tropa.workspace.plain_rows import insert

APPLY: Mapping[str, Callable[[Desk, list[Row]], list[Trace]]] = {
    Kind.ACCOUNTS: accounts.apply,
    Kind.CONTACTS: contacts.apply,
    Kind.DEALS: deals.apply,
    Kind.STAGE_HISTORY: history.apply,
    Kind.ORDERS: orders.apply,
    Kind.TOUCHES: touches.apply,
}
Status = Import.Status

# SQLite takes one writer at a time, and whoever waits for it asks ten times a second: batches that follow each other at
# once would let nobody else write for many seconds.
WRITING_SECONDS, PAUSE_SECONDS = 0.5, 0.11


class Overtaken(Exception):
    """The import was stopped, or another worker goes on with it."""


def open_import(of: Import) -> Source:
    """The table of an import. Raises InputError."""
    path = uploads.path_of(of.stored_as)
    if not path.is_file():
        raise file_gone(of.file_name)
    encoding, delimiter = of.options.get("encoding") or None, of.options.get("delimiter") or None
    return open_table(path, shown=of.file_name, encoding=encoding, delimiter=delimiter)[1]


def reading_of(of: Import) -> Reading:
    """How the rows of an import are read; everything was settled before."""
    options = of.options
    zone = ZoneInfo(options["timezone"])
    decimal = checked_decimal(options["decimal"])
    returned = guessing.is_returned(of.headers)
    return Reading(of.kind, dict(of.mapping), options.get("layouts", {}), decimal, zone, returned)


def check(of: Import) -> bool:
    """The trial run over the whole file. False when it was called off meanwhile."""
    overlay, tally, done = Overlay(), Tally(), 0
    try:
        for rows in batches(open_import(of), reading_of(of)):
            # What the person chose for the file is what the trial was asked about.
            if not Import.objects.filter(pk=of.pk, status=Status.CHECKING).update(check_cursor=done):
                return False
            _apply(_desk(of, tally, overlay), rows)
            done += len(rows)
    finally:
        overlay.close()
    found = Import.objects.filter(pk=of.pk, status=Status.CHECKING)
    return bool(found.update(checked=tally.as_json(), check_cursor=done, rows=done, status=Status.CHECKED))


def run(of: Import, *, now: Callable[[], datetime]) -> bool:
    """Load the rows that are not loaded yet. False when the import was stopped, or is run by somebody else."""
    cursor, since = of.cursor, monotonic()
    try:
        for rows in batches(open_import(of), reading_of(of), skip=cursor):
            cursor = _commit(of.pk, rows, cursor, now=now())
            since = give_way(since)
    except Overtaken:
        return False
    done = Import.objects.filter(pk=of.pk, status=Status.RUNNING, cursor=cursor)
    return bool(done.update(status=Status.DONE, finished_at=now(), rows=cursor))


def give_way(since: float) -> float:
    """Let others write after long writing, which began at a moment of `monotonic`. Gives the moment it goes on from."""
    if connection.vendor != "sqlite" or monotonic() - since < WRITING_SECONDS:
        return since
    sleep(PAUSE_SECONDS)
    return monotonic()


@transaction.atomic
def _commit(pk: int, rows: list[Row], cursor: int, *, now: datetime) -> int:
    of = locked(pk)
    if of.status != Status.RUNNING or of.cursor != cursor:
        raise Overtaken
    tally = Tally(of.counts, of.reasons, of.findings, of.made)
    desk = _desk(of, tally, None)
    traces = _apply(desk, rows)
    if (desk.touches or desk.rejections) and of.source is not None:
        done = facts.append(of.source, desk.touches, rejected=desk.rejections, batch=f"import:{of.pk}", now=now)
        if done.refused:
            raise ValueError(f"the log refused touches: {done.refused[:3]}")
    _record(of, traces)
    of.cursor = cursor + len(rows)
    of.save(update_fields=["cursor", "counts", "reasons", "findings", "made"])
    return of.cursor


def locked(pk: int) -> Import:
    """The import, with its workspace: two imports that make the same company wait for each other."""
    workspace = Import.objects.values_list("workspace", flat=True).get(pk=pk)
    Workspace.objects.select_for_update(no_key=True).get(pk=workspace)
    return Import.objects.select_for_update(of=("self",)).select_related("source", "workspace").get(pk=pk)


def _desk(of: Import, tally: Tally, overlay: Overlay | None) -> Desk:
    return Desk(of, of.workspace, overlay, of.created_at, ZoneInfo(of.options["timezone"]), tally)


def _apply(desk: Desk, rows: list[Row]) -> list[Trace]:
    """The outcome of each row, in order; rows with a cell that cannot be read are rejected before."""
    sound = [row for row in rows if row.flaw is None]
    applied = iter(APPLY[desk.of.kind](desk, sound))
    traces = [next(applied) if row.flaw is None else desk.reject(row, row.flaw) for row in rows]
    desk.tally.add(traces)
    if desk.of.kind == Kind.TOUCHES:
        rejected = ((trace, row) for trace, row in zip(traces, rows, strict=True) if trace.outcome == "rejected")
        desk.rejections += [_rejection(trace, row) for trace, row in rejected]
    return traces


def _rejection(trace: Trace, row: Row) -> Rejection:
    """A rejected row as the log keeps it."""
    details = {key: text.replace("\0", "") for key, text in trace.details.items()}
    return Rejection(trace.line, trace.reason, json.dumps(row.raw, ensure_ascii=False), details)


def _record(of: Import, traces: list[Trace]) -> None:
    """A row of the report for each row of the file that did not simply turn into a touch."""
    told = (trace for trace in traces if trace.changes or of.kind != Kind.TOUCHES or trace.outcome != "created")
    insert(
        ImportedRow,
        ("line", "outcome", "target", "changes", "reason", "details"),
        (
            (trace.line, trace.outcome, target(trace.main), list(_changes(trace)), trace.reason, trace.details)
            for trace in told
        ),
        same={"workspace_id": of.workspace_id, "of_id": of.pk, "kept": ""},
    )


def _changes(trace: Trace) -> Iterator[list[Any]]:
    for book, entry, before, after in trace.changes:
        yield [target((book, entry)), None if before is None else encoded(before), encoded(after)]
