"""What placements rest on besides new touches."""

from django.db.models import Sum

from tropa.facts.models import CopyState, LedgerHour
from tropa.workspace.models import Workspace


def facts_version(workspace: Workspace) -> str:
    """Changes when owners of keys were decided anew or touches were taken out: then everybody is placed anew."""
    state = CopyState.objects.filter(workspace=workspace).first()
    removed = LedgerHour.objects.of(workspace).aggregate(n=Sum("removed"))["n"] or 0
    return f"{0 if state is None else state.identity_version}.{removed}"
