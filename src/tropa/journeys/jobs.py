"""Background work of journeys: counting a difference, building a version, following the log."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from tropa.analysis import InputError
from tropa.facts import copy
from tropa.jobs import GiveUp, enqueue, job
from tropa.journeys import difference, placement, visit_files
from tropa.journeys.claims import CLAIM_HOLDS
from tropa.journeys.engines import opened
from tropa.journeys.models import Journey, JourneyVersion, Placement
from tropa.journeys.switching import fail, switch
from tropa.workspace.models import Workspace

Status = JourneyVersion.Status
# Longer than files without a row are kept for whoever still reads them.
READERS_LET_GO = timedelta(hours=2)
log = logging.getLogger("tropa.journeys")


@job("journeys.count_difference")
def count_difference(*, version_id: int) -> None:
    """Who would move if this version were published."""
    version = JourneyVersion.objects.filter(pk=version_id, status=Status.PREVIEW).first()
    if version is None:
        return
    now = timezone.now()
    copy.refresh(version.workspace, now=now)
    try:
        with opened(None) as engine:
            found = difference.count(version, now=now, engine=engine)
    except InputError as error:
        fail(version, error)
        raise GiveUp(error.en) from error
    JourneyVersion.objects.filter(pk=version_id, status=Status.PREVIEW).update(difference=found)


@job("journeys.build")
def build(*, version_id: int) -> None:
    """Place everybody on a version, then let it serve."""
    version = JourneyVersion.objects.filter(pk=version_id, status=Status.BUILDING).first()
    if version is None:
        return
    try:
        placement.build(version, now=timezone.now())
    except placement.Overtaken:
        # Somebody else builds it, or died while building: look again when their claim has run out.
        enqueue(build, at=timezone.now() + CLAIM_HOLDS, version_id=version_id)
        return
    except InputError as error:
        fail(version, error)
        raise GiveUp(error.en) from error
    with transaction.atomic():
        before = switch(version)
        if before is not None:
            enqueue(forget_retired, version_id=before.pk)
        enqueue(refresh, workspace_id=version.workspace_id)


@job("journeys.refresh", retries=0)
def refresh(*, workspace_id: int) -> None:
    """Let the placements of a workspace follow its log."""
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    if workspace is not None:
        placement.refresh(workspace, now=timezone.now())


@job("journeys.refresh_all", retries=0)
def refresh_all() -> None:
    """Every workspace that has a journey, one after another: new touches, and silence that has become too long."""
    serving = Journey.objects.filter(versions__status=Status.SERVING)
    for workspace in Workspace.objects.filter(pk__in=serving.values("workspace_id")):
        try:
            placement.refresh(workspace, now=timezone.now())
        except Exception:
            # One workspace that cannot be placed shall not keep the others waiting.
            log.exception("Placements of workspace %s could not be refreshed", workspace.pk)


@job("journeys.forget_retired")
def forget_retired(*, version_id: int) -> None:
    """Placements of a version that serves no longer; what it said of changes stays."""
    version = JourneyVersion.objects.filter(pk=version_id, status=Status.RETIRED).first()
    if version is not None:
        Placement.objects.filter(version=version).delete()
        version.files.all().delete()
        enqueue(remove_files, at=timezone.now() + READERS_LET_GO, version_id=version_id)


@job("journeys.remove_files")
def remove_files(*, version_id: int) -> None:
    """Cached visits of a version that is not read any more."""
    version = JourneyVersion.objects.filter(pk=version_id, status=Status.RETIRED).first()
    if version is not None:
        visit_files.clean(version)
