"""Background work of the log: the copy follows, old touches settle, the copy is compared with the truth."""

import logging

from django.utils import timezone

from tropa.facts import copy, healing, ledger, settling
from tropa.jobs import job
from tropa.workspace.models import Workspace

log = logging.getLogger("tropa.facts")


@job("facts.follow", retries=0)
def follow() -> None:
    """Bring the copy of every workspace to the end of the log, then let old touches settle. Every 15 seconds."""
    for workspace in Workspace.objects.all():
        if copy.lag(workspace):
            _try("follow", workspace)
    settling.settle(now=timezone.now(), most=10 * settling.STEP)


@job("facts.reconcile", retries=0)
def reconcile() -> None:
    """Compare every copy with the truth, make anew what differs, add up the ledger. Every hour."""
    for workspace in Workspace.objects.all():
        _try("reconcile", workspace)
    ledger.fold(now=timezone.now())


def _try(what: str, workspace: Workspace) -> None:
    """One workspace whose copy cannot be written shall not keep the others waiting."""
    work = {"follow": copy.refresh, "reconcile": healing.reconcile}[what]
    try:
        work(workspace, now=timezone.now())
    except Exception:
        log.exception("%s: the copy of workspace %s", what, workspace.pk)
