"""Background work and schedule: a thin layer over django-tasks that knows no capability.

    @job("capture.run_import", retries=5)
    def run_import(*, import_id: int) -> None: ...

    enqueue(run_import, import_id=7)  # inside the transaction of the change that needs it

django-tasks keeps the queue in the database; this room adds retries with growing pauses, workers that die and are
replaced, a schedule, and a list of what was given up. A job may run twice: write it so that this harms nobody.
"""

from tropa.jobs.registry import GiveUp, Job, enqueue, job
from tropa.jobs.schedule import Every

__all__ = ["Every", "GiveUp", "Job", "enqueue", "job"]
