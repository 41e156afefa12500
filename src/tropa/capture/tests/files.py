"""Files for the tests of this room: stored as an upload leaves them, and taken through the wizard's verbs."""

import hashlib
import secrets
from pathlib import Path

from django.utils import timezone

from tropa.capture import actions, uploads
from tropa.capture.actions import Chosen
from tropa.capture.models import Import
from tropa.capture.uploads import StoredFile
from tropa.jobs.testing import run_all
from tropa.workspace.models import Member


def stored(content: bytes | str, name: str = "file.csv") -> StoredFile:
    """A file where an upload leaves it."""
    raw = content.encode() if isinstance(content, str) else content
    key = secrets.token_hex(16)
    uploads.path_of(key).write_bytes(raw)
    return StoredFile(key, name, len(raw), hashlib.sha256(raw).hexdigest())


def accepted(by: Member, content: bytes | str, name: str = "file.csv", kind: str = "") -> Import:
    return actions.accept(by=by, file=stored(content, name), kind=kind)


def accepted_file(by: Member, path: Path, kind: str = "") -> Import:
    return accepted(by, path.read_bytes(), path.name, kind)


def wide(columns: int) -> str:
    """A touch in a table of so many columns."""
    names = ["Компания", "Дата", "Тип", *(f"c{number}" for number in range(4, columns + 1))]
    return f"{','.join(names)}\nА,2025-01-01,Демо{',x' * (columns - 3)}\n"


def chosen(of: Import, mapping: dict[str, str] | None = None, kind: str = "", **options: str) -> Import:
    """Choose as the person in the second step."""
    kept = {name: of.options.get(name, "") for name in ("encoding", "delimiter", "timezone", "constant")}
    return actions.choose(of, Chosen(kind or of.kind, of.mapping | (mapping or {}), kept | options))


def checked(of: Import) -> Import:
    """The trial run."""
    actions.start_check(of)
    run_all()
    of.refresh_from_db()
    return of


def loaded(of: Import, by: Member) -> Import:
    """Through the trial run and the run."""
    of = checked(of)
    assert of.status == Import.Status.CHECKED, (of.status, of.error)
    actions.start_run(of, by=by, now=timezone.now())
    run_all()
    of.refresh_from_db()
    assert of.status == Import.Status.DONE, (of.status, of.error)
    assert of.checked is not None
    for name in ("counts", "reasons", "findings", "made"):
        assert of.checked[name] == getattr(of, name), name
    return of


def taken_back(of: Import, by: Member) -> Import:
    actions.start_undo(of, by=by)
    run_all()
    of.refresh_from_db()
    assert of.status == Import.Status.UNDONE, (of.status, of.error)
    return of
