"""Everything that runs in the background: importing this module makes every job known, and SCHEDULE says what comes
round.
"""

from collections.abc import Sequence

from django.utils import timezone

from tropa.capture.jobs import sweep_uploads
from tropa.desk import jobs as desk_jobs  # noqa: F401  # asked for by people alone
from tropa.facts.jobs import follow as follow_log
from tropa.facts.jobs import reconcile as reconcile_copies
from tropa.jobs import Every, job, queue
from tropa.journeys.jobs import refresh_all as refresh_placements
from tropa.workspace.jobs import sweep as sweep_sessions


@job("jobs.forget_finished")
def forget_finished() -> None:
    """Rows of jobs that succeeded long ago."""
    queue.forget_finished(now=timezone.now())


SCHEDULE: Sequence[Every] = (
    Every(3600, forget_finished),
    Every(3600, sweep_sessions),
    Every(15, refresh_placements),
    Every(15, follow_log),
    Every(3600, reconcile_copies),
    Every(3600, sweep_uploads),
)
