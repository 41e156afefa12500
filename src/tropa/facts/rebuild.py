"""`tropa rebuild`: the copy of a workspace written anew from the truth."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from tropa.facts import compaction, copy, manifest, segments, settled, truth
from tropa.facts.cursor import safe_cursor
from tropa.facts.manifest import folder
from tropa.facts.models import CopySegment, CopyState
from tropa.workspace.models import Workspace


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was written. mended: files of message hashes that had to be made anew."""

    workspace: str
    touches: int
    files: int
    mended: int


def rebuild(workspaces: Iterable[Workspace], *, now: datetime) -> list[Rebuilt]:
    """Write the copies of workspaces anew, one after another. The old ones serve until the new ones are complete."""
    return [_rebuild(workspace, now) for workspace in workspaces]


def as_json(found: Sequence[Rebuilt]) -> list[dict[str, object]]:
    """What was rebuilt as plain values."""
    return [asdict(each) for each in found]


def as_text(found: Sequence[Rebuilt], language: str = "ru") -> str:
    """What was rebuilt, a line for each workspace."""
    if language == "ru":
        return "\n".join(
            f"{each.workspace}: касаний в копии {each.touches}, файлов {each.files}, "
            f"восстановлено файлов учёта повторов {each.mended}"
            for each in found
        )
    return "\n".join(
        f"{each.workspace}: touches in the copy {each.touches}, files {each.files}, "
        f"files of duplicates restored {each.mended}"
        for each in found
    )


def _rebuild(workspace: Workspace, now: datetime) -> Rebuilt:
    up_to, known = safe_cursor(), manifest.last_removal(workspace.pk)
    CopyState.objects.get_or_create(workspace=workspace)
    entries, properties = _write(workspace.pk, up_to, known)
    with transaction.atomic():
        # Whoever extends the copy meanwhile finds another cursor and throws its file away.
        CopyState.objects.filter(pk=workspace.pk).update(
            cursor=up_to, properties=properties, damaged=False, checked_at=now
        )
        old = CopySegment.objects.filter(workspace=workspace, kind=CopySegment.Kind.TOUCHES)
        names = list(old.values_list("file", flat=True))
        old.delete()
        CopySegment.objects.bulk_create(entries)
    segments.retire(folder(workspace.pk), names)
    mended = settled.check(workspace.pk)
    compaction.compact(workspace.pk, now=now)
    return Rebuilt(workspace.slug, sum(each.rows for each in entries), len(manifest.listed(workspace.pk)), mended)


def _write(workspace_id: int, up_to: int, removal_id: int) -> tuple[list[CopySegment], list[str]]:
    """New files for all touches, in short steps over their ids."""
    entries: list[CopySegment] = []
    properties: list[str] = []
    for first in range(0, up_to, copy.STEP):
        covered = truth.Range(workspace_id, first, min(up_to, first + copy.STEP))
        touches, properties = truth.touches(covered, properties, learn=True)
        if touches.num_rows:
            written = segments.write(folder(workspace_id), segments.ordered(touches), f"t-{covered.up_to}")
            entries.append(manifest.entry(covered, written, removal_id=removal_id))
    return entries, properties
