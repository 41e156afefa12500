"""The one task that django-tasks knows of: it performs a job by its name."""

from typing import Any

from django_tasks import task

from tropa.jobs.registry import JOBS, GiveUp


@task()
def perform(name: str, arguments: dict[str, Any]) -> None:
    """Run the job. Raises GiveUp for a name that this version does not know."""
    found = JOBS.get(name)
    if found is None:
        raise GiveUp(f"No job is called {name}: it was queued by another version. Known: {', '.join(sorted(JOBS))}")
    found.function(**arguments)
