"""The journey of the demo world: made from its file, tied to the stages of the pipeline, everybody placed on it."""

from tropa.demo import JOURNEY
from tropa.journeys import actions, jobs
from tropa.journeys.models import Journey, JourneyVersion
from tropa.workspace.models import Workspace

PRODUCT = "CRM по подписке"
# The world's own name for a move of a deal, and the product's.
WORLD_MOVE, MOVE = "deal_stage_changed", "deal_stage"

Status = JourneyVersion.Status


def place(workspace: Workspace) -> None:
    """Make the journey and place everybody, unless that is done. An interrupted try is taken up."""
    journey = Journey.objects.of(workspace).first() or _made(workspace)
    for version in journey.versions.filter(status=Status.BUILDING):
        jobs.build(version_id=version.pk)


def _made(workspace: Workspace) -> Journey:
    text = JOURNEY.read_text(encoding="utf-8").replace(WORLD_MOVE, MOVE)
    product = actions.product(workspace, PRODUCT)
    return actions.create_from_yaml(workspace=workspace, text=text, filename=JOURNEY.name, product=product, by=None)
