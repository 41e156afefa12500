"""Many small files of the copy become few large ones, and touches that were taken out of the log go.

While a workspace is small, files of the same size are merged eight at a time. A large one is laid out in 64 buckets of
accounts, so that whatever concerns an account rewrites a 64th.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import log
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tropa.facts import manifest, segments
from tropa.facts.domain import BUCKETS
from tropa.facts.manifest import folder
from tropa.facts.models import CopySegment
from tropa.facts.truth import Range

FAN: Final = 8
SMALLEST_TIER: Final = 1_000
BUCKETED_FROM: Final = 2_000_000
# Files that were replaced stay for readers that still have them in hand.
GRACE: Final = timedelta(hours=1)


def compact(workspace_id: int, *, now: datetime, bucketed_from: int = BUCKETED_FROM) -> None:
    """Merge what is due. Safe to stop at any point: files count only once they are listed."""
    apply_removals(workspace_id)
    while due := _due(manifest.listed(workspace_id)):
        if not merge(workspace_id, due):
            return
    files = manifest.listed(workspace_id)
    if wants_buckets(files, bucketed_from):
        lay_out(workspace_id, files)
    listed = set(CopySegment.objects.filter(workspace_id=workspace_id).values_list("file", flat=True))
    segments.remove_old(folder(workspace_id), listed, older_than=(now - GRACE).timestamp())


def merge(workspace_id: int, files: Sequence[CopySegment]) -> bool:
    """One file in the place of several neighbours. False when another process was faster."""
    known, removed = manifest.last_removal(workspace_id), manifest.removals(workspace_id, files)
    paths = [folder(workspace_id) / each.file for each in files]
    touches = without(segments.read(paths), removed)
    covered = Range(workspace_id, files[0].first_id - 1, files[-1].last_id, files[0].bucket)
    return manifest.swap(workspace_id, files, _write(covered, touches, known))


def lay_out(workspace_id: int, files: Sequence[CopySegment]) -> bool:
    """All touches in one file for each bucket. False when another process was faster."""
    known, removed = manifest.last_removal(workspace_id), manifest.removals(workspace_id, files)
    covered = (min(each.first_id for each in files) - 1, max(each.last_id for each in files))
    written = []
    for bucket in range(BUCKETS):
        paths = [folder(workspace_id) / each.file for each in files if each.bucket in (bucket, None)]
        touches = without(segments.read(paths, filters=[("bucket", "=", bucket)]), removed)
        written += _write(Range(workspace_id, *covered, bucket), touches, known)
    return manifest.swap(workspace_id, files, written)


def apply_removals(workspace_id: int) -> None:
    """Rewrite the files that hold touches which were taken out; the others only learn of it."""
    last = manifest.last_removal(workspace_id)
    for each in manifest.listed(workspace_id):
        if each.removal_id >= last:
            continue
        removed = manifest.removals(workspace_id, [each])
        held = segments.read([folder(workspace_id) / each.file], columns=["source", "id"])
        if without(held, removed).num_rows < held.num_rows:
            merge(workspace_id, [each])
        else:
            CopySegment.objects.filter(pk=each.pk).update(removal_id=last)


def without(touches: pa.Table, removed: Sequence[tuple[int, int]]) -> pa.Table:
    """The touches without those of removals."""
    for source, up_to in removed:
        stays = pc.or_(pc.not_equal(touches["source"], source), pc.greater(touches["id"], up_to))
        touches = touches.filter(stays)
    return touches


def wants_buckets(files: Sequence[CopySegment], bucketed_from: int) -> bool:
    """Whether what lies outside of buckets has grown to a fifth of what lies in them, in a large workspace."""
    inside = sum(each.rows for each in files if each.bucket is not None)
    outside = sum(each.rows for each in files if each.bucket is None)
    return inside + outside >= bucketed_from and outside > max(inside // 5, bucketed_from // 4)


def _due(files: Sequence[CopySegment]) -> Sequence[CopySegment]:
    """The neighbours that should become one: an older file that is smaller than a newer one, or eight of a size."""
    loose = [each for each in files if each.bucket is None]
    tiers = [_tier(each.rows) for each in loose]
    for place in range(len(loose) - 1):
        larger = [later for later in range(place + 1, len(loose)) if tiers[later] > tiers[place]]
        if larger:
            return loose[place : larger[-1] + 1]
        if tiers[place : place + FAN] == [tiers[place]] * FAN:
            return loose[place : place + FAN]
    return []


def _tier(rows: int) -> int:
    return int(log(max(rows, SMALLEST_TIER) / SMALLEST_TIER, FAN))


def _write(covered: Range, touches: pa.Table, removal_id: int) -> list[CopySegment]:
    if not touches.num_rows:
        return []
    name = f"t-{covered.up_to}" if covered.bucket is None else f"b{covered.bucket:02}-{covered.up_to}"
    written = segments.write(folder(covered.workspace_id), segments.ordered(touches), name)
    return [manifest.entry(covered, written, removal_id=removal_id)]
