"""The only way a view gets something of a tenant: a foreign id answers 404, as if it did not exist."""

from django.http import Http404

from tropa.journeys.models import Journey, JourneyVersion, Stage
from tropa.workspace.models import Workspace


def journey(workspace: Workspace, pk: int) -> Journey:
    found = Journey.objects.of(workspace).select_related("product").filter(pk=pk).first()
    if found is None:
        raise Http404("journey")
    return found


def stage(workspace: Workspace, pk: int, *, removed: bool = False) -> Stage:
    """A stage of a draft; removed: one that was taken out."""
    rows = Stage.objects.of(workspace).select_related("journey__product").filter(pk=pk)
    found = rows.filter(removed_at__isnull=not removed).first()
    if found is None:
        raise Http404("stage")
    return found


def version(workspace: Workspace, pk: int) -> JourneyVersion:
    rows = JourneyVersion.objects.of(workspace).select_related("journey__product", "created_by__user")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404("version")
    return found
