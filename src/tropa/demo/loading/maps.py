"""Maps of the demo world: the worked example on its journey, and both example personas."""

from datetime import datetime

from tropa.journeys.models import Journey
from tropa.maps import actions
from tropa.maps.models import JourneyMap
from tropa.maps.personas import example_persona
from tropa.workspace.models import Member, Role, Workspace

EXAMPLE = "saas_crm_sergey"
PERSONAS = ("sergey", "anna")


def draw(workspace: Workspace, *, now: datetime) -> JourneyMap:
    """The map of the worked example, unless it is there."""
    found = JourneyMap.objects.of(workspace).filter(key=EXAMPLE).first()
    if found is not None:
        return found
    for key in PERSONAS:
        example_persona(workspace, key)
    journey = Journey.objects.of(workspace).order_by("pk")[0]
    owner = Member.objects.of(workspace).filter(role=Role.OWNER).first()
    return actions.create_from_example(workspace=workspace, key=EXAMPLE, journey=journey, by=owner, at=now)
