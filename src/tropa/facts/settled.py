"""Duplicates among settled touches: the files of hashes that count are looked up, kept few, made anew when lost."""

import logging
from collections.abc import Collection, Sequence
from typing import Final

from django.db import connection

from tropa.facts import hashes, manifest, segments
from tropa.facts.hashes import Keys
from tropa.facts.manifest import folder
from tropa.facts.models import CopySegment, SettledTouch

log = logging.getLogger(__name__)

# A file is merged with the one before it until that is this many times as large: then a hundred million hashes lie in
# half a dozen files, and each was rewritten about a dozen times.
FACTOR: Final = 4
_LISTED: Final = "SELECT id, file, rows, size FROM facts_copysegment WHERE workspace_id = %s AND kind = 'hashes'"
# Files that this process has opened, by workspace.
_opened: dict[int, dict[str, Keys]] = {}

File = tuple[int, str, int, int]


class Settled:
    """The settled messages of a workspace, as one transaction sees them."""

    def __init__(self, workspace_id: int) -> None:
        self._workspace_id = workspace_id
        self._seen: set[str] = set()

    def known(self, keys: Collection[bytes]) -> set[bytes]:
        """Those of the keys that are settled; asked again, those that were settled since."""
        files = [file for file in _listed(self._workspace_id) if file[1] not in self._seen]
        self._seen.update(name for _, name, _, _ in files)
        if not files or not keys:
            return set()
        asked = Keys.of(keys)
        return {key for file in files for key in _open(self._workspace_id, file).find(asked)}


def hold_still() -> None:
    """Let no touch settle until the end of this transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as sql:
            sql.execute("LOCK TABLE facts_settledtouch IN SHARE ROW EXCLUSIVE MODE")


def count(workspace_id: int) -> int:
    """How many touches of a workspace are settled."""
    return sum(rows for _, _, rows, _ in _listed(workspace_id))


def forget(workspace_id: int, keys: Collection[bytes]) -> None:
    """Let settled messages come again, within the caller's transaction, which removes their touches."""
    if not keys:
        return
    asked, done = Keys.of(keys), False
    while not done:
        holding = [each for each in files(workspace_id) if _open(workspace_id, _file(each)).find(asked)]
        done = all(_replace([each], [hashes.without(_open(workspace_id, _file(each)), keys)]) for each in holding)


def merge(workspace_id: int) -> None:
    """Bring the files back to a few, each some times as large as the next."""
    while True:
        found = files(workspace_id)
        due = next((place for place in range(len(found) - 1, 0, -1)
                    if found[place - 1].rows < FACTOR * found[place].rows), None)  # fmt: skip
        if due is None:
            return
        pair = found[due - 1 : due + 1]
        if not _replace(pair, [_open(workspace_id, _file(each)) for each in pair]):
            return


def files(workspace_id: int) -> list[CopySegment]:
    """The files of hashes, older ones first."""
    found = CopySegment.objects.filter(workspace_id=workspace_id, kind=CopySegment.Kind.HASHES)
    return list(found.order_by("first_id", "last_id"))


def check(workspace_id: int) -> int:
    """Compare all files with their checksums and make anew what differs; how many that were."""
    wrong = [
        each
        for each in files(workspace_id)
        if not segments.is_whole(folder(workspace_id) / each.file, each.size, each.checksum)
    ]
    for each in wrong:
        rebuild(each)
    return len(wrong)


def rebuild(segment: CopySegment) -> Keys:
    """Write a file once more, from the settled touches it covers."""
    path = folder(segment.workspace_id) / segment.file
    log.warning("The file of hashes %s is missing or spoilt; it is made anew from the truth.", path)
    settled = SettledTouch.objects.filter(workspace_id=segment.workspace_id)
    settled = settled.filter(id__gte=segment.first_id, id__lte=segment.last_id)
    found = settled.values_list("message_hash", flat=True).iterator(chunk_size=50_000)
    keys = Keys.of([bytes(key) for key in found])
    _opened.get(segment.workspace_id, {}).pop(segment.file, None)
    segments.set_aside(path)
    _replace([segment], [keys])
    return keys


def add(workspace_id: int, keys: Collection[bytes], first_id: int, last_id: int) -> CopySegment:
    """A file for hashes that are about to be settled; it counts once the caller has saved what is returned."""
    written = hashes.write(folder(workspace_id), iter([Keys.of(keys)]), len(keys), last_id)
    return manifest.entry_of_hashes(workspace_id, written, first_id, last_id)


def _replace(old: Sequence[CopySegment], keys: Sequence[Keys]) -> bool:
    """One file in the place of several. False when another process was faster."""
    workspace_id, rows = old[0].workspace_id, sum(map(len, keys))
    new = []
    if rows:
        written = hashes.write(folder(workspace_id), hashes.merged(keys), rows, old[-1].last_id)
        new = [manifest.entry_of_hashes(workspace_id, written, old[0].first_id, old[-1].last_id)]
    return manifest.swap(workspace_id, old, new)


def _listed(workspace_id: int) -> list[File]:
    with connection.cursor() as sql:
        sql.execute(_LISTED, [workspace_id])
        return list(sql.fetchall())


def _open(workspace_id: int, file: File) -> Keys:
    key, name, rows, size = file
    opened = _opened.setdefault(workspace_id, {})
    found = opened.get(name)
    if found is None:
        path = folder(workspace_id) / name
        if not segments.is_whole(path, size):
            return rebuild(CopySegment.objects.get(pk=key))
        listed = {each[1] for each in _listed(workspace_id)}
        # Other threads open and forget files meanwhile.
        for gone in set(opened) - listed:
            opened.pop(gone, None)
        found = opened[name] = Keys.at(path, rows)
    return found


def _file(segment: CopySegment) -> File:
    return segment.pk, segment.file, segment.rows, segment.size
