"""Reads of the log of touches."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from tropa.facts import compaction, healing, manifest, segments, settled
from tropa.facts.cursor import last_id as _last_id
from tropa.facts.cursor import safe_cursor
from tropa.facts.domain import bucket_of
from tropa.facts.marks import Coded, Mark, Marks, coded, in_order, numbers, together
from tropa.facts.models import SettledTouch, Touch, TouchType
from tropa.workspace.models import Workspace

__all__ = ["Mark", "Marks", "TouchRow", "count", "last_id", "marks_of", "safe_cursor", "touches_by_id", "touches_of"]


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
    # Settled ids first: a touch that settles in between is then found by neither, or by both, and counted once.
    older = _settled_ids(workspace, account_id, before_us, limit)
    found = Touch.objects.filter(workspace=workspace, account_id=account_id)
    if before_us is not None:
        found = found.filter(occurred_us__lt=before_us)
    rows = {row[0]: row for row in found.order_by("-occurred_us", "-id").values_list(*_FIELDS)[:limit]}
    rows |= _found(SettledTouch, workspace, [id_ for id_ in older if id_ not in rows])
    return _newest_first(rows)[:limit]


def touches_by_id(workspace: Workspace, ids: Collection[int]) -> list[TouchRow]:
    """A few touches of a workspace, newest first."""
    # Hot ones first: a touch that settles in between is then found in either place.
    rows = _found(Touch, workspace, ids)
    return _newest_first(rows | _found(SettledTouch, workspace, [id_ for id_ in ids if id_ not in rows]))


def marks_of(workspace: Workspace, account_id: int) -> Marks:
    """Every touch of an account in short, newest first: what a timeline filters, counts and draws."""
    # Settled ones first: a touch that settles in between is then found by both, and counted once.
    older = _settled_marks(workspace, account_id)
    hot = list(Touch.objects.filter(workspace=workspace, account_id=account_id).values_list(*Mark._fields))
    moments, ids, types, channels, people = zip(*hot, strict=True) if hot else ((),) * 5
    return together(older, in_order(numbers(moments), numbers(ids), numbers(types), numbers(people), coded(channels)))


def count(workspace: Workspace) -> int:
    """How many touches a workspace has."""
    return Touch.objects.filter(workspace=workspace).count() + settled.count(workspace.pk)


def last_id(workspace: Workspace) -> int:
    """The id of the last touch of a workspace, 0 when there is none."""
    for table in (Touch, SettledTouch):
        found = table.objects.filter(workspace=workspace).order_by("-id").values_list("id", flat=True).first()
        if found is not None:
            return int(found)
    return min(0, _last_id())


def _found(model: type[Touch] | type[SettledTouch], workspace: Workspace, ids: Collection[int]) -> dict[int, Any]:
    rows = model.objects.filter(workspace=workspace, id__in=ids).values_list(*_FIELDS) if ids else ()
    return {row[0]: row for row in rows}


def _newest_first(rows: Mapping[int, Any]) -> list[TouchRow]:
    return [TouchRow(*row) for row in sorted(rows.values(), key=lambda row: (row[7], row[0]), reverse=True)]


def _settled_ids(workspace: Workspace, account_id: int, before_us: int | None, limit: int) -> list[int]:
    """Ids of the newest touches of an account that the copy holds."""
    found = _copied(workspace, account_id, ["occurred", "id"], before_us)
    if found is None:
        return []
    pairs = zip(found["occurred"].to_pylist(), found["id"].to_pylist(), strict=True)
    return [id_ for _, id_ in sorted(pairs, reverse=True)[:limit]]


def _settled_marks(workspace: Workspace, account_id: int) -> Marks:
    found = _copied(workspace, account_id, ["occurred", "id", "type", "channel", "contact"])
    if found is None or not found.num_rows:
        return in_order(numbers(()), numbers(()), numbers(()), numbers(()), coded(()))
    which, keys = _coded(found["type"])
    known = dict(TouchType.objects.of(workspace).filter(key__in=keys).values_list("key", "pk"))
    types = np.array([known.get(key, 0) for key in keys], dtype=np.int64)
    moments, ids, people = (found[name].fill_null(0).to_numpy() for name in ("occurred", "id", "contact"))
    return in_order(moments, ids, types[which], people, _coded(found["channel"]))


def _coded(column: pa.ChunkedArray) -> Coded:
    """The texts of a column, and for each row which of them; null is an empty text."""
    codes = column.cast(pa.string()).fill_null("").combine_chunks().dictionary_encode()
    return codes.indices.to_numpy().astype(np.int64), tuple(codes.dictionary.to_pylist())


def _copied(
    workspace: Workspace, account_id: int, columns: Sequence[str], before_us: int | None = None
) -> pa.Table | None:
    """Touches of an account as the copy has them, once touches of the workspace have settled: they have no index by
    account, the copy is sorted by it."""
    if not settled.count(workspace.pk):
        return None
    listed = manifest.listed(workspace.pk)
    if healing.heal(workspace.pk, listed):
        listed = manifest.listed(workspace.pk)
    wanted = [each for each in listed if each.bucket in (None, bucket_of(account_id))]
    paths = [manifest.folder(workspace.pk) / each.file for each in wanted]
    only = [("account", "=", account_id), *([] if before_us is None else [("occurred", "<", before_us)])]
    if not paths:
        return None
    removals = manifest.removals(workspace.pk, listed)
    names = [*columns, "source"] if removals else list(columns)
    coded = [name for name in ("type", "channel") if name in columns]
    return compaction.without(segments.read(paths, filters=only, columns=names, coded=coded), removals)
