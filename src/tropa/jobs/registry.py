"""Jobs by name, and how one gets into the queue."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

RETRIES = 5


class GiveUp(Exception):
    """Raised by a job that no repetition can save: it goes to the dead letters at once."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function that runs in the background. retries: how often it is tried again after a failure."""

    name: str
    function: Callable[..., None]
    retries: int


JOBS: dict[str, Job] = {}


def job(name: str, *, retries: int = RETRIES) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Make a function a job. It takes keyword arguments that JSON can hold and returns nothing."""

    def register(function: Callable[..., None]) -> Callable[..., None]:
        known = JOBS.get(name)
        if known is not None and known.function.__qualname__ != function.__qualname__:
            raise ValueError(f"Two jobs are called {name}: {known.function.__qualname__}, {function.__qualname__}")
        JOBS[name] = Job(name, function, retries)
        return function

    return register


def job_of(function: Callable[..., None]) -> Job:
    """The job that a function was made. Raises LookupError for a function without @job."""
    for each in JOBS.values():
        if each.function is function:
            return each
    raise LookupError(f"{function.__qualname__} is no job; decorate it with @job(name)")


def enqueue(function: Callable[..., None], *, at: datetime | None = None, **arguments: Any) -> str:
    """Queue a job in the caller's transaction; it runs when that commits. at: not before. Returns its id."""
    from tropa.jobs.tasks import perform  # the queue needs loaded applications

    task = perform if at is None else perform.using(run_after=at)
    return str(task.enqueue(job_of(function).name, arguments).id)
