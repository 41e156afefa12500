"""Files of the copy that are missing, spoilt or wrong are made anew from the truth."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from tropa.facts import manifest, segments, settled, truth
from tropa.facts.compaction import without
from tropa.facts.domain import DAY_US, EARLIEST_US
from tropa.facts.manifest import folder, range_of
from tropa.facts.models import CopySegment, CopyState
from tropa.workspace.models import Workspace

log = logging.getLogger(__name__)

# Checksums of more than this are left to the hourly comparison.
_MOST_CHECKED_BYTES: Final = 256 << 20
_checked: set[tuple[int, str]] = set()


def heal(workspace_id: int, files: Sequence[CopySegment]) -> bool:
    """Make anew whatever of the files is missing or cut; whether there was any.

    A checksum is compared when this process meets a file for the first time, as long as the file is not too large.
    """
    spoilt = [each for each in files if not _is_good(each)]
    for each in spoilt:
        rebuild(each)
    if spoilt:
        CopyState.objects.filter(pk=workspace_id).update(damaged=False)
    return bool(spoilt)


def check(workspace_id: int) -> list[CopySegment]:
    """Files that are missing or whose bytes have changed. Reads all of them."""
    return [
        each
        for each in manifest.listed(workspace_id)
        if not segments.is_whole(folder(workspace_id) / each.file, each.size, each.checksum)
    ]


def rebuild(segment: CopySegment) -> bool:
    """Write the touches that a file covers once more, from the truth. False when another process was faster."""
    path = folder(segment.workspace_id) / segment.file
    log.warning("The copy's file %s is missing, spoilt or wrong; it is made anew from the truth.", path)
    CopyState.objects.filter(pk=segment.workspace_id).update(damaged=True)
    covered, known = range_of(segment), manifest.last_removal(segment.workspace_id)
    properties = CopyState.objects.get(pk=segment.workspace_id).properties
    touches, _ = truth.touches(covered, properties)
    new = []
    if touches.num_rows:
        written = segments.write(path.parent, segments.ordered(touches), segment.file.rpartition("-")[0])
        new = [manifest.entry(covered, written, removal_id=known)]
    is_first = manifest.swap(segment.workspace_id, [segment], new)
    if is_first:
        segments.set_aside(path)
    return is_first


def reconcile(workspace: Workspace, *, now: datetime) -> int:
    """Compare files with their checksums and counts by type and day with the truth; make anew what differs.

    Returns how many files that were.
    """
    wrong = check(workspace.pk)
    mended = sum(rebuild(each) for each in wrong) + settled.check(workspace.pk)
    state = CopyState.objects.filter(pk=workspace.pk).first()
    if state is None:
        return mended
    if _drifted(workspace.pk, state.cursor):
        mended += sum(rebuild(each) for each in manifest.listed(workspace.pk) if _has_drifted(each))
    CopyState.objects.filter(pk=workspace.pk).update(damaged=False, checked_at=now)
    return mended


def _is_good(segment: CopySegment) -> bool:
    path = folder(segment.workspace_id) / segment.file
    key = (segment.workspace_id, segment.file)
    if key in _checked or segment.size > _MOST_CHECKED_BYTES:
        return segments.is_whole(path, segment.size)
    good = segments.is_whole(path, segment.size, segment.checksum)
    if good:
        _checked.add(key)
    return good


def _drifted(workspace_id: int, cursor: int) -> bool:
    in_files: Counter[tuple[str, int]] = Counter()
    for each in manifest.listed(workspace_id):
        in_files.update(_in_file(each))
    return truth.counts(truth.Range(workspace_id, 0, cursor)) != in_files


def _has_drifted(segment: CopySegment) -> bool:
    return truth.counts(range_of(segment)) != _in_file(segment)


def _in_file(segment: CopySegment) -> Counter[tuple[str, int]]:
    """Touches of a file by key of type and day, as `truth.counts` has them."""
    path = folder(segment.workspace_id) / segment.file
    touches = segments.read([path], columns=["type", "occurred", "source", "id"])
    touches = without(touches, manifest.removals(segment.workspace_id, [segment]))
    days = pc.divide(pc.subtract(touches["occurred"], EARLIEST_US), DAY_US)
    counted = pa.table({"type": touches["type"], "day": days}).group_by(["type", "day"]).aggregate([([], "count_all")])
    keys = zip(counted["type"].to_pylist(), counted["day"].to_pylist(), strict=True)
    return Counter(dict(zip(keys, counted["count_all"].to_pylist(), strict=True)))
