"""Jobs that come round: queued when due, once however many workers look, and never while the last one still runs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction


@dataclass(frozen=True, slots=True)
class Every:
    """Run a job (without arguments) every so many seconds."""

    seconds: float
    function: Callable[..., None]


def queue_due(schedule: Sequence[Every], *, now: datetime) -> int:
    """Queue what is due. Returns how many were queued."""
    return sum(_queue(entry, now) for entry in schedule)


def _queue(entry: Every, now: datetime) -> bool:
    from tropa.jobs.models import ScheduledJob
    from tropa.jobs.queue import is_waiting
    from tropa.jobs.registry import enqueue, job_of

    name = job_of(entry.function).name
    rows = ScheduledJob.objects.filter(name=name)
    if not rows.filter(due_at__gt=now).exists():
        ScheduledJob.objects.get_or_create(name=name, defaults={"due_at": now})
        with transaction.atomic():
            # Whoever moves the due time queues the job; the others change no row.
            moved = rows.filter(due_at__lte=now).update(due_at=now + timedelta(seconds=entry.seconds), queued_at=now)
            if moved and not is_waiting(name):
                enqueue(entry.function)
                return True
    return False
