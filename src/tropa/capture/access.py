"""The only way a view gets an import of a tenant: a foreign id answers 404, as if it did not exist."""

from django.http import Http404

from tropa.capture.models import Import, SavedMapping
from tropa.workspace.models import Workspace


def import_of(workspace: Workspace, pk: int) -> Import:
    found = Import.objects.of(workspace).select_related("workspace", "source", "created_by__user").filter(pk=pk).first()
    if found is None:
        raise Http404("import")
    return found


def saved_mapping(workspace: Workspace, pk: int) -> SavedMapping:
    found = SavedMapping.objects.of(workspace).filter(pk=pk).first()
    if found is None:
        raise Http404("saved mapping")
    return found
