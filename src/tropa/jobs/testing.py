"""For tests of other rooms: run what is queued in this process, now."""

from django.utils import timezone

from tropa.jobs import queue
from tropa.jobs.registry import JOBS


def run_all(*, most: int = 100) -> int:
    """Run queued jobs, and what they queue, until none is due. The first failure is raised. Returns how many ran."""
    for done in range(most):
        row = queue.claim("test", now=timezone.now())
        if row is None:
            return done
        name, arguments = row.args_kwargs["args"]
        JOBS[name].function(**arguments)
        queue.finished(row)
    raise AssertionError(f"{most} jobs ran and the queue is not empty: does a job queue itself?")
