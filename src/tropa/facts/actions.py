"""Verbs of the log of touches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from tropa.facts import cursor
from tropa.facts.catalogue import Touchpoint, touchpoints
from tropa.facts.domain import flaw, hour_of, message_hash, microseconds, rejection, storable
from tropa.facts.insertion import Row, as_json, insert
from tropa.facts.models import LedgerHour, Quarantined, Removal, SettledTouch, Source, Touch, TouchType
from tropa.facts.settled import Settled, forget, hold_still
from tropa.facts.touches import Appended, NewTouch, Rejection
from tropa.workspace.models import Workspace

_LEDGER = """
INSERT INTO facts_ledgerhour
    (workspace_id, source_id, hour, lane, received, stored, duplicate, rejected, suppressed, removed)
VALUES (%s, %s, %s, {lane}, %s, %s, %s, %s, %s, %s)
ON CONFLICT (workspace_id, source_id, hour, lane) DO UPDATE SET
    received = facts_ledgerhour.received + excluded.received,
    stored = facts_ledgerhour.stored + excluded.stored,
    duplicate = facts_ledgerhour.duplicate + excluded.duplicate,
    rejected = facts_ledgerhour.rejected + excluded.rejected,
    suppressed = facts_ledgerhour.suppressed + excluded.suppressed,
    removed = facts_ledgerhour.removed + excluded.removed
"""


def source(workspace: Workspace, key: str, kind: Source.Kind, name: str) -> Source:
    """The source of a workspace with this key; made when there is none."""
    found, _ = Source.objects.get_or_create(workspace=workspace, key=key, defaults={"kind": kind, "name": name})
    return found


def load_catalogue(workspace: Workspace) -> int:
    """Give a workspace the shipped types it does not have; its own changes stay. Returns how many were added."""
    return add_types(workspace, touchpoints(), is_shipped=True)


def add_types(workspace: Workspace, entries: Sequence[Touchpoint], *, is_shipped: bool = False) -> int:
    """Give a workspace the types it does not have. Returns how many were added."""
    known = set(TouchType.objects.of(workspace).values_list("key", flat=True))
    missing = [entry for entry in entries if entry.key not in known]
    TouchType.objects.bulk_create(
        (
            TouchType(
                workspace=workspace, is_shipped=is_shipped, **dict(zip(entry.__slots__, astuple(entry), strict=True))
            )
            for entry in missing
        ),
        ignore_conflicts=True,
    )
    return len(missing)


def append(
    source: Source,
    touches: Sequence[NewTouch],
    *,
    rejected: Sequence[Rejection] = (),
    suppressed: int = 0,
    batch: str = "",
    now: datetime,
) -> Appended:
    """Store what is new, count all of it, keep what is refused with its reason: all in one transaction, joined to the
    caller's. Nothing in a batch raises; ids of one batch grow in its order.

    rejected: what the caller refused before, to be counted and kept. suppressed: how many the caller left out on
    purpose. batch: what they came with, for the list of refused touches. now: moment of receipt.
    """
    # Before the transaction: on SQLite it keeps everybody else from writing.
    good, refused = _sorted_out(touches)
    with transaction.atomic():
        cursor.announce()
        stored = _insert_new(source.workspace_id, _rows(source, good, microseconds(now)))
        done = Appended(stored, len(good) - stored, len(rejected) + len(refused), suppressed, tuple(refused))
        _keep_refused(source, [*rejected, *refused], batch, now)
        if done.received:
            _count(source, now, done)
    return done


@transaction.atomic
def remove_of_source(source: Source, *, now: datetime) -> int:
    """Take out every touch of a source, as when an import is undone; its messages can then come again.

    What was received stays in the ledger, with the removal beside it. Returns how many touches there were.
    """
    cursor.announce()
    removal = Removal(id=cursor.next_id(), workspace_id=source.workspace_id, source=source)
    cursor.wait_for(removal.id)
    hold_still()
    given = {"workspace_id": source.workspace_id, "source_id": source.pk, "id__lt": removal.id}
    hot, settled = Touch.objects.filter(**given), SettledTouch.objects.filter(**given)
    removal.accounts = sorted({account for part in (hot, settled) for account in _accounts_of(part)})
    forget(source.workspace_id, [bytes(key) for key in settled.values_list("message_hash", flat=True)])
    removed = sum(part._raw_delete(part.db) for part in (hot, settled))
    if removed:
        removal.save(force_insert=True)
        _count(source, now, Appended(0, 0, 0), removed=removed)
    return removed


def _accounts_of(touches: QuerySet[Any]) -> Iterable[int]:
    return touches.filter(account_id__isnull=False).values_list("account_id", flat=True).distinct()


def _sorted_out(touches: Iterable[NewTouch]) -> tuple[list[NewTouch], list[Rejection]]:
    good: list[NewTouch] = []
    refused: list[Rejection] = []
    for position, touch in enumerate(touches):
        found = flaw(touch)
        if found is None:
            good.append(touch)
        else:
            refused.append(rejection(touch, position, found))
    return good, refused


def _rows(source: Source, touches: Sequence[NewTouch], received_us: int) -> list[Row]:
    """The rows of a batch, each message once."""
    workspace_id, source_id = source.workspace_id, source.pk
    types = _types(workspace_id, {touch.type for touch in touches})
    rows: dict[bytes, Row] = {}
    for touch in touches:
        key = message_hash(source_id, touch.message_id)
        if key not in rows:
            rows[key] = Row(
                workspace_id, source_id, key, touch.message_id, types[touch.type],
                touch.account_id, touch.contact_id, touch.deal_id,
                touch.occurred_us, touch.ended_us, received_us, touch.sent_us, touch.client_us,
                touch.channel, touch.campaign, touch.page,
                None if touch.value is None else float(touch.value), as_json(touch.properties),
            )  # fmt: skip
    return list(rows.values())


def _insert_new(workspace_id: int, rows: Sequence[Row]) -> int:
    settled = Settled(workspace_id)
    known = settled.known([row.message_hash for row in rows])
    fresh = [row for row in rows if row.message_hash not in known] if known else rows
    stored = insert(fresh)
    if connection.vendor == "sqlite":
        return stored
    # A message may have moved to the settled part between the look-up and the insert.
    late = settled.known([row.message_hash for row in fresh])
    return stored - Touch.objects.filter(message_hash__in=late).delete()[0] if late else stored


def _types(workspace_id: int, keys: set[str]) -> Mapping[str, int]:
    """Ids of types by key; keys that the workspace does not know become types of its own."""
    found = _known_types(workspace_id, keys)
    missing = sorted(keys - found.keys())
    if not missing:
        return found
    TouchType.objects.bulk_create(
        (TouchType(workspace_id=workspace_id, key=key, label_ru=key, label_en=key) for key in missing),
        ignore_conflicts=True,
    )
    return found | _known_types(workspace_id, set(missing))


def _known_types(workspace_id: int, keys: set[str]) -> dict[str, int]:
    rows = TouchType.objects.filter(workspace_id=workspace_id, key__in=keys)
    return dict(rows.values_list("key", "id"))


def _keep_refused(source: Source, refused: Sequence[Rejection], batch: str, now: datetime) -> None:
    Quarantined.objects.bulk_create(
        Quarantined(
            workspace_id=source.workspace_id,
            source=source,
            batch=batch[:60],
            position=each.position,
            reason=each.reason[:60],
            details=dict(each.details),
            payload=storable(each.payload),
            received_at=now,
        )
        for each in refused
    )


def _count(source: Source, now: datetime, done: Appended, *, removed: int = 0) -> None:
    counts = (done.received, done.stored, done.duplicate, done.rejected, done.suppressed, removed)
    hour = LedgerHour._meta.get_field("hour").get_db_prep_value(hour_of(now), connection)
    lane = "pg_backend_pid()" if connection.vendor == "postgresql" else "0"
    with connection.cursor() as sql:
        sql.execute(_LEDGER.format(lane=lane), [source.workspace_id, source.pk, hour, *counts])
