"""The worker: threads that take jobs from the queue, one that keeps the schedule and shows that the worker lives."""

import logging
import os
import secrets
import socket
from collections.abc import Sequence
from datetime import datetime
from threading import Event, Thread

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from tropa.jobs import queue
from tropa.jobs.models import WorkerBeat
from tropa.jobs.registry import GiveUp
from tropa.jobs.schedule import Every, queue_due
from tropa.jobs.tasks import perform

IDLE_SECONDS = 0.5
BEAT_SECONDS = 10.0
THREADS = 2

log = logging.getLogger(__name__)


def run(stop: Event, *, schedule: Sequence[Every] = (), threads: int = THREADS) -> None:
    """Work until `stop` is set; the jobs at hand are finished first."""
    name = f"{socket.gethostname()[:30]}:{os.getpid()}:{secrets.token_hex(4)}"
    beat(name, now=timezone.now())
    done = Event()
    keeper = Thread(target=_keep, args=(name, schedule, stop, done), name="jobs-keeper")
    workers = [Thread(target=_work, args=(name, stop), name=f"jobs-{n}") for n in range(threads)]
    for thread in (keeper, *workers):
        thread.start()
    for thread in workers:
        thread.join()
    done.set()
    keeper.join()
    WorkerBeat.objects.filter(worker=name).delete()
    connection.close()


def beat(worker: str, *, now: datetime) -> None:
    """Show that a worker lives."""
    WorkerBeat.objects.update_or_create(
        worker=worker, defaults={"at": now}, create_defaults={"at": now, "started_at": now}
    )


def work_one(worker: str, *, now: datetime) -> bool:
    """Take one due job and run it. False when there is none."""
    row = queue.claim(worker, now=now)
    if row is None:
        return False
    run_row(row)
    return True


def run_row(row: queue.Queued) -> None:
    """Run a claimed job and record what came of it."""
    name, arguments = row.args_kwargs["args"]
    try:
        perform.call(name, arguments)
    except Exception as error:  # whatever a job raises is recorded, and the queue goes on
        log.exception("Job %s failed (try %d)", name, len(row.worker_ids))
        queue.failed(row, error, now=timezone.now(), final=isinstance(error, GiveUp))
    else:
        queue.finished(row)


def _work(worker: str, stop: Event) -> None:
    while not stop.is_set():
        try:
            worked = work_one(worker, now=timezone.now())
        except DatabaseError:
            log.exception("The queue cannot be read; trying again")
            worked = False
        close_old_connections()
        if not worked:
            stop.wait(IDLE_SECONDS)
    connection.close()


def _keep(worker: str, schedule: Sequence[Every], stop: Event, done: Event) -> None:
    """Beats, orphans and the schedule. It goes on while the last jobs are finished, or these would count as orphans."""
    last_beat = None
    while not done.is_set():
        now = timezone.now()
        try:
            if last_beat is None or (now - last_beat).total_seconds() >= BEAT_SECONDS:
                beat(worker, now=now)
                queue.take_over(now=now)
                last_beat = now
            if not stop.is_set():
                queue_due(schedule, now=now)
        except DatabaseError:
            log.exception("The schedule cannot be kept; trying again")
        close_old_connections()
        done.wait(IDLE_SECONDS)
    connection.close()
