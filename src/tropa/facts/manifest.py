"""Which files make up the copy of a workspace. A file counts once it is listed here; it is listed once it is durable.

The files of a workspace do not overlap: each touch up to the cursor lies in exactly one.
"""

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import transaction

from tropa.facts import segments
from tropa.facts.models import CopySegment, Removal
from tropa.facts.segments import Written
from tropa.facts.truth import Range
from tropa.workspace.models import Workspace


def folder(workspace_id: int) -> Path:
    """Where the files of a workspace lie."""
    return Path(settings.DATA) / "copy" / str(workspace_id)


def remove_folder(workspace: Workspace) -> None:
    """Remove the files of a workspace that is removed."""
    shutil.rmtree(folder(workspace.pk), ignore_errors=True)


def listed(workspace_id: int) -> list[CopySegment]:
    """The files of touches, older ones first."""
    files = CopySegment.objects.filter(workspace_id=workspace_id, kind=CopySegment.Kind.TOUCHES)
    return list(files.order_by("first_id", "bucket"))


def entry(covered: Range, written: Written, *, removal_id: int) -> CopySegment:
    """The entry of a file of touches, not yet saved. removal_id: the last removal before its touches were read."""
    return CopySegment(
        workspace_id=covered.workspace_id,
        kind=CopySegment.Kind.TOUCHES,
        bucket=covered.bucket,
        first_id=covered.after + 1,
        last_id=covered.up_to,
        removal_id=removal_id,
        **asdict(written),
    )


def entry_of_hashes(workspace_id: int, written: Written, first_id: int, last_id: int) -> CopySegment:
    """The entry of a file of hashes, not yet saved."""
    return CopySegment(
        workspace_id=workspace_id,
        kind=CopySegment.Kind.HASHES,
        first_id=first_id,
        last_id=last_id,
        **asdict(written),
    )


def swap(workspace_id: int, old: Sequence[CopySegment], new: Sequence[CopySegment]) -> bool:
    """List new files in the place of old ones with the same content, all at once. When another process was faster, the
    new files are removed and False comes back."""
    with transaction.atomic():
        gone, _ = CopySegment.objects.filter(pk__in=[each.pk for each in old]).delete()
        is_first = gone == len(old)
        if is_first:
            CopySegment.objects.bulk_create(new)
        else:
            transaction.set_rollback(True)
    if is_first:
        segments.retire(folder(workspace_id), [each.file for each in old])
    else:
        for each in new:
            (folder(workspace_id) / each.file).unlink(missing_ok=True)
    return is_first


def range_of(segment: CopySegment) -> Range:
    """What a file covers."""
    return Range(segment.workspace_id, segment.first_id - 1, segment.last_id, segment.bucket)


def last_removal(workspace_id: int) -> int:
    """The id of the last removal of a workspace, 0 when there was none."""
    found = Removal.objects.filter(workspace_id=workspace_id).order_by("-id").values_list("id", flat=True).first()
    return found or 0


def removals(workspace_id: int, files: Sequence[CopySegment]) -> list[tuple[int, int]]:
    """(source, id) of removals that some of the files do not know of."""
    if not files:
        return []
    known = min(each.removal_id for each in files)
    found = Removal.objects.filter(workspace_id=workspace_id, id__gt=known).order_by("id")
    return list(found.values_list("source_id", "id"))
