"""What is in the queue: claiming, finishing, trying again, taking over from dead workers, dead letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from django.db import transaction
from django.db.models import QuerySet
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from tropa.jobs.models import WorkerBeat
from tropa.jobs.registry import JOBS, RETRIES

# A row of the queue; what its task takes and returns is the same for all: a name and arguments, nothing.
Queued: TypeAlias = DBTaskResult[..., Any]

DEAD_AFTER = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
KEEP_FINISHED = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A job that was given up."""

    id: str
    name: str
    arguments: dict[str, object]
    attempts: int
    error: str
    at: datetime | None


def claim(worker: str, *, now: datetime) -> Queued | None:
    """The next due job, marked as this worker's. Nobody else gets it: the mark is set only on a row that is free."""
    for row in DBTaskResult.objects.ready()[:5]:
        taken = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.READY).update(
            status=TaskResultStatus.RUNNING, started_at=now, worker_ids=[*row.worker_ids, worker]
        )
        if taken:
            row.refresh_from_db()
            return row
    return None


def finished(row: Queued) -> None:
    row.set_successful(None)


def failed(row: Queued, error: BaseException, *, now: datetime, final: bool) -> None:
    """Queue a failed job again after a pause, or give it up when its tries are used up."""
    row.set_failed(error)
    if not final and len(row.worker_ids) <= _retries(row):
        _again(row, now + pause(len(row.worker_ids)))


def pause(attempts: int) -> timedelta:
    """5 s, 10 s, 20 s … at most an hour."""
    doublings = min(attempts - 1, 20)
    return min(FIRST_PAUSE * (1 << doublings), LONGEST_PAUSE)


def take_over(*, now: datetime) -> int:
    """Give the jobs of dead workers back to the queue; one that has outlived too many workers is given up."""
    alive = set(WorkerBeat.objects.filter(at__gt=now - DEAD_AFTER).values_list("worker", flat=True))
    orphans = [row for row in DBTaskResult.objects.running() if row.worker_ids[-1] not in alive]
    for row in orphans:
        with transaction.atomic():
            failed(row, RuntimeError("The worker that ran this job is gone."), now=now, final=False)
    WorkerBeat.objects.filter(at__lt=now - KEEP_FINISHED).delete()
    return len(orphans)


def forget_finished(*, now: datetime) -> int:
    """Remove the rows of jobs that succeeded a week ago."""
    return int(DBTaskResult.objects.successful().filter(finished_at__lt=now - KEEP_FINISHED).delete()[0])


def dead_letters() -> Iterator[DeadLetter]:
    """Jobs that were given up, newest first."""
    for row in DBTaskResult.objects.failed().order_by("-finished_at"):
        name, arguments = row.args_kwargs["args"]
        last_line = row.traceback.strip().rsplit("\n", 1)[-1]
        yield DeadLetter(str(row.pk), name, arguments, len(row.worker_ids), last_line, row.finished_at)


def revive(identifier: str, *, now: datetime) -> bool:
    """Queue a dead letter once more, with all its tries. False when there is no such letter."""
    row = DBTaskResult.objects.failed().filter(pk=identifier).first()
    if row is None:
        return False
    row.worker_ids = []
    _again(row, now)
    return True


def is_waiting(name: str) -> bool:
    """Whether a job of this name is queued or running."""
    return any(row.args_kwargs["args"][0] == name for row in unfinished())


def unfinished() -> "QuerySet[Queued]":
    return DBTaskResult.objects.filter(status__in=(TaskResultStatus.READY, TaskResultStatus.RUNNING))


def oldest_due(*, now: datetime) -> datetime | None:
    """Since when the oldest due job has been waiting: the lag of the queue."""
    return (
        DBTaskResult.objects.filter(status=TaskResultStatus.READY, run_after__lte=now)
        .order_by("run_after")
        .values_list("run_after", flat=True)
        .first()
    )


def _again(row: Queued, at: datetime) -> None:
    row.status = TaskResultStatus.READY
    row.run_after = at
    row.save(update_fields=["status", "run_after", "worker_ids"])


def _retries(row: Queued) -> int:
    known = JOBS.get(row.args_kwargs["args"][0])
    return RETRIES if known is None else known.retries
