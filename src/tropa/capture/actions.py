"""Verbs of imports. Each changes the status only from one that allows it, so that two clicks do one thing."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from tropa.analysis.formats.numbers import checked_decimal
from tropa.analysis.formats.tables import count_table
from tropa.analysis.formats.zones import checked_zone
from tropa.capture import guessing, jobs, uploads
from tropa.capture.guessing import Sample
from tropa.capture.models import Import, ImportedRow, ImportedTouch, Kind, SavedMapping
from tropa.capture.uploads import StoredFile
from tropa.facts import actions as facts
from tropa.facts.models import Source
from tropa.jobs import enqueue
from tropa.workspace import audit
from tropa.workspace.models import Member, Workspace

Status = Import.Status
# As many rows are checked while the person waits; more are checked in the background.
CHECKED_AT_ONCE = 2_000
_MOST_CONSTANT = 80
_ANEW = (Status.UPLOADED, Status.CHECKED, Status.CHECKING)


class NotNow(Exception):
    """The import is in no state for this; somebody was quicker."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a person chose for a file. options: encoding, delimiter, decimal, date_format, timezone (empty: guessed),
    constant."""

    kind: str
    mapping: Mapping[str, str]
    options: Mapping[str, str]


def accept(*, by: Member, file: StoredFile, kind: str = "") -> Import:
    """Look at an uploaded file and keep it with what can be guessed. Raises InputError, and the file is gone then."""
    try:
        table = count_table(file.path, shown=file.shown, most_bytes=uploads.MOST_BYTES)
        uploads.check_size(file, table.opened.kind)
        names = table.source.all_names()
        uploads.check_columns(names, file.shown)
        options = {"encoding": table.source.settings.encoding or "", "delimiter": table.source.settings.delimiter or ""}
        of = Import(
            workspace=by.workspace, file_name=file.shown, stored_as=file.stored_as, size_bytes=file.size or 0,
            sha256=file.sha256, headers=list(names), rows=table.rows, created_by=by,
        )  # fmt: skip
        sample = Sample(names, table.source.sample(), table.source.settings.delimiter)
        _apply_guesses(of, sample, kind, options)
        of.save()
    except BaseException:
        file.discard()
        raise
    return of


def _apply_guesses(of: Import, sample: Sample, kind: str, options: dict[str, str]) -> None:
    saved = saved_for(of.workspace, of.headers)
    if saved is not None and kind in ("", saved.kind):
        of.options = saved.options | options | {"saved": saved.name}
        of.kind, of.mapping = saved.kind, saved.mapping
        settle(of, sample)
        return
    guess = guessing.guess(sample, kind)
    of.kind, of.mapping = guess.kind, dict(guess.mapping)
    of.options = options | {"timezone": of.workspace.timezone, "constant": guess.constant}
    settle(of, sample)


def settle(of: Import, sample: Sample) -> None:
    """Settle the date layouts and the decimal mark, so that preview, trial and run read alike."""
    options = of.options
    told = str(options.get("date_format", ""))
    layouts = guessing.layouts_of(sample, guessing.moments(of.kind, of.mapping), told)
    told_decimal = str(options.get("told_decimal", ""))
    decimal = told_decimal or guessing.decimal_of(sample, guessing.numbers(of.kind, of.mapping))
    options.setdefault("timezone", of.workspace.timezone)
    open_days = [] if told else guessing.has_open_days(sample, layouts)
    of.options = options | {"layouts": layouts, "decimal": checked_decimal(decimal), "open_days": open_days}


@transaction.atomic
def choose(of: Import, chosen: Chosen) -> Import:
    """Keep what a person chose; what was checked before is checked again. Raises InputError, NotNow."""
    fresh = _in(of, _ANEW)
    checked_zone(chosen.options["timezone"])
    changed_reading = any(
        chosen.options.get(key, "") != fresh.options.get(key, "") for key in ("encoding", "delimiter")
    )
    fresh.options = {key: fresh.options[key] for key in ("saved",) if key in fresh.options} | _told(chosen.options)
    if changed_reading:
        _read_again(fresh)
    if chosen.kind != fresh.kind:
        guess = guessing.guess(sample_of(fresh), chosen.kind)
        fresh.mapping, fresh.options["constant"] = dict(guess.mapping), guess.constant
    elif not changed_reading:
        fresh.mapping = {name: chosen.mapping.get(name, "") for name in fresh.headers}
    fresh.kind = chosen.kind
    settle(fresh, sample_of(fresh))
    fresh.status, fresh.checked, fresh.check_cursor = Status.UPLOADED, None, 0
    fresh.save()
    return fresh


def _told(options: Mapping[str, str]) -> dict[str, Any]:
    kept = {key: options.get(key, "") for key in ("encoding", "delimiter", "date_format", "timezone", "told_decimal")}
    return kept | {"constant": options.get("constant", "").strip()[:_MOST_CONSTANT]}


def _read_again(of: Import) -> None:
    """Other characters or another delimiter make another table."""
    encoding, delimiter = of.options["encoding"] or None, of.options["delimiter"] or None
    path = uploads.path_of(of.stored_as)
    table = count_table(path, shown=of.file_name, encoding=encoding, delimiter=delimiter, most_bytes=uploads.MOST_BYTES)
    names, settings = table.source.all_names(), table.source.settings
    uploads.check_columns(names, of.file_name)
    of.rows, of.options["delimiter"] = table.rows, settings.delimiter or ""
    of.options["encoding"] = settings.encoding or ""
    if list(names) != of.headers:
        of.headers = list(names)
        guess = guessing.guess(Sample(names, table.source.sample(), settings.delimiter), of.kind)
        of.mapping, of.options["constant"] = dict(guess.mapping), guess.constant


def sample_of(of: Import) -> Sample:
    """The first rows of the file. Raises InputError."""
    source = jobs.open_import(of)
    return Sample(tuple(of.headers), source.sample(), source.settings.delimiter)


@transaction.atomic
def start_check(of: Import) -> Import:
    """Begin the trial run; a small file is done when this returns. Raises NotNow."""
    fresh = _in(of, _ANEW)
    fresh.status, fresh.checked, fresh.check_cursor, fresh.error = Status.CHECKING, None, 0, None
    fresh.save()
    if (fresh.rows or 0) > CHECKED_AT_ONCE:
        enqueue(jobs.check_import, import_id=fresh.pk)
    else:
        jobs.check_import(import_id=fresh.pk)
        fresh.refresh_from_db()
    return fresh


@transaction.atomic
def start_run(of: Import, *, by: Member, now: datetime) -> Import:
    """Load the checked file in the background. Raises NotNow."""
    fresh = _in(of, (Status.CHECKED,))
    fresh.source = facts.source(fresh.workspace, f"import-{fresh.pk}", Source.Kind.IMPORT, fresh.file_name[:120])
    fresh.status, fresh.started_at = Status.QUEUED, now
    fresh.save()
    remember(fresh, now=now)
    enqueue(jobs.run_import, import_id=fresh.pk)
    _note(fresh, by, "import.start", {"kind": fresh.kind, "rows": fresh.rows, "sha256": fresh.sha256})
    return fresh


@transaction.atomic
def go_on(of: Import, *, by: Member) -> Import:
    """Load the rest of a file that was stopped or failed. Raises NotNow."""
    fresh = _in(of, (Status.STOPPED, Status.FAILED))
    if fresh.source is None:
        raise NotNow
    fresh.status, fresh.error, fresh.finished_at = Status.QUEUED, None, None
    fresh.save()
    if fresh.undone:
        # Undoing broke off behind the touches; the rest of the file may say them again.
        ImportedTouch.objects.filter(of=fresh).delete()
    enqueue(jobs.run_import, import_id=fresh.pk)
    _note(fresh, by, "import.continue", {"rows": fresh.cursor})
    return fresh


@transaction.atomic
def stop(of: Import, *, by: Member, now: datetime) -> Import:
    """Load no further rows; those that are loaded stay. A trial run is just called off. Raises NotNow."""
    fresh = _in(of, (Status.QUEUED, Status.RUNNING, Status.CHECKING))
    if fresh.status == Status.CHECKING:
        fresh.status, fresh.check_cursor = Status.UPLOADED, 0
    else:
        fresh.status, fresh.finished_at = Status.STOPPED, now
        _note(fresh, by, "import.stop", {"rows": fresh.cursor})
    fresh.save()
    return fresh


@transaction.atomic
def start_undo(of: Import, *, by: Member) -> Import:
    """Take the import back in the background. Raises NotNow."""
    fresh = _in(of, (Status.DONE, Status.STOPPED, Status.FAILED))
    fresh.status, fresh.undone, fresh.error = Status.UNDOING, {}, None
    fresh.save()
    ImportedRow.objects.filter(of=fresh).update(is_undone=False, kept="")
    enqueue(jobs.undo_import, import_id=fresh.pk)
    _note(fresh, by, "import.undo", {"rows": fresh.cursor})
    return fresh


@transaction.atomic
def forget(of: Import, *, by: Member) -> None:
    """Remove an import that has loaded nothing, or nothing any more, with its file. Raises NotNow."""
    fresh = _in(of, (Status.UPLOADED, Status.CHECKED, Status.UNDONE, Status.FAILED))
    if fresh.status == Status.FAILED and fresh.cursor:
        raise NotNow
    _note(fresh, by, "import.delete", {"status": fresh.status})
    path = uploads.path_of(fresh.stored_as)
    ImportedTouch.objects.filter(of=fresh).delete()
    fresh.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def remember(of: Import, *, now: datetime) -> SavedMapping:
    """Keep the choices for the next file with the same headers."""
    told = {key: of.options.get(key, "") for key in ("date_format", "timezone", "told_decimal", "constant")}
    saved, _ = SavedMapping.objects.update_or_create(
        workspace=of.workspace,
        headers_key=headers_key(of.headers),
        defaults={
            "kind": of.kind, "name": of.file_name[:120], "headers": of.headers, "mapping": of.mapping,
            "options": told, "used_at": now,
        },
    )  # fmt: skip
    return saved


def saved_for(workspace: Workspace, headers: Sequence[str]) -> SavedMapping | None:
    """The choices made for the last file with the same headers."""
    return SavedMapping.objects.of(workspace).filter(headers_key=headers_key(headers)).first()


def headers_key(headers: Sequence[str]) -> str:
    """One key for the same headers in any order; our own columns of a returned list do not count."""
    own = sorted(name for name in headers if name not in guessing.RETURNED_NAMES)
    return hashlib.sha256("\0".join(own).encode()).hexdigest()


def kinds() -> list[tuple[str, Any]]:
    return list(Kind.choices)


def _in(of: Import, allowed: Sequence[str]) -> Import:
    fresh = Import.objects.select_for_update(of=("self",)).select_related("workspace", "source").get(pk=of.pk)
    if fresh.status not in allowed:
        raise NotNow
    return fresh


def _note(of: Import, by: Member, action: str, details: dict[str, object]) -> None:
    audit.record(
        workspace=of.workspace, actor=by.user, action=action, target=f"capture.import:{of.pk}", details=details
    )
