"""Imports in the background: trial run, run, undoing. Each goes on where a killed one was; a stopped one stays so."""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.utils import timezone

from tropa.analysis.problem import InputError
from tropa.capture import problems, running, undoing, uploads
from tropa.capture.models import Import
from tropa.capture.running import open_import
from tropa.jobs import job

__all__ = ["check_import", "open_import", "run_import", "sweep_uploads", "undo_import"]

Status = Import.Status
log = logging.getLogger(__name__)


@job("capture.check_import")
def check_import(*, import_id: int) -> None:
    """The trial run of an import that waits for it."""
    of = Import.objects.select_related("workspace").filter(pk=import_id, status=Status.CHECKING).first()
    if of is None:
        return
    try:
        running.check(of)
    except InputError as error:
        Import.objects.filter(pk=of.pk, status=Status.CHECKING).update(
            status=Status.UPLOADED, error=problems.told(error)
        )


# Each death of a worker counts as a try, and a long import may outlive many workers.
@job("capture.run_import", retries=50)
def run_import(*, import_id: int) -> None:
    """Load an import that waits or was broken off."""
    waiting = Import.objects.filter(pk=import_id, status__in=(Status.QUEUED, Status.RUNNING))
    if not waiting.update(status=Status.RUNNING):
        return
    _guarded(import_id, Status.RUNNING, lambda of: running.run(of, now=timezone.now))


@job("capture.undo_import", retries=50)
def undo_import(*, import_id: int) -> None:
    """Take back an import that waits for it."""
    _guarded(import_id, Status.UNDOING, lambda of: undoing.undo(of, now=timezone.now()))


def _guarded(import_id: int, status: str, step: Callable[[Import], bool]) -> None:
    of = Import.objects.select_related("workspace", "source").filter(pk=import_id, status=status).first()
    if of is None:
        return
    here = Import.objects.filter(pk=import_id, status=status)
    try:
        step(of)
    except InputError as error:
        here.update(status=Status.FAILED, error=problems.told(error), finished_at=timezone.now())
    except (DatabaseError, OSError):
        # Of the machine, not of the file: the queue tries again, behind the last committed row.
        raise
    except Exception:
        log.exception("Import %d broke off", import_id)
        here.update(status=Status.FAILED, error=problems.failed(), finished_at=timezone.now())


@job("capture.sweep_uploads")
def sweep_uploads() -> None:
    """Remove files that no import knows: what a server that died in the middle of an upload left behind."""
    uploads.sweep(now=timezone.now())
