"""The only way a view gets something of a tenant: a foreign id answers 404, as if it did not exist."""

from django.http import Http404

from tropa.maps.models import Card, JourneyMap, MapVersion, Persona
from tropa.workspace.models import Workspace

_WITH_MAP = ("workspace", "journey__product", "persona", "account", "created_by__user", "origin")


def map_(workspace: Workspace, pk: int) -> JourneyMap:
    found = JourneyMap.objects.of(workspace).select_related(*_WITH_MAP).filter(pk=pk).first()
    if found is None:
        raise Http404("map")
    return found


def change_no(workspace: Workspace, pk: int) -> int:
    """The number of the last change of a map: all that is read when nothing is new."""
    found = JourneyMap.objects.of(workspace).filter(pk=pk).values_list("change_no", flat=True).first()
    if found is None:
        raise Http404("map")
    return found


def card(map: JourneyMap, pk: int) -> Card:
    """A card of the map, removed ones too."""
    found = Card.objects.of(map.workspace).filter(map=map, pk=pk).select_related("member__user", "contact").first()
    if found is None:
        raise Http404("card")
    return found


def version(map: JourneyMap, number: int) -> MapVersion:
    found = MapVersion.objects.of(map.workspace).filter(map=map, number=number).select_related("by__user").first()
    if found is None:
        raise Http404("version")
    return found


def persona(workspace: Workspace, pk: int) -> Persona:
    found = Persona.objects.of(workspace).filter(pk=pk).first()
    if found is None:
        raise Http404("persona")
    return found
