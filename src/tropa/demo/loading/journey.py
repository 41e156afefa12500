"""The journey of the demo world: made from its file, tied to the stages of the pipeline, everybody placed on it."""

from collections.abc import Callable
from datetime import datetime, timedelta

from tropa.demo import JOURNEY
from tropa.journeys import actions, jobs
from tropa.journeys.models import Journey, JourneyVersion
from tropa.workspace.models import Workspace

PRODUCT = "CRM по подписке"
# The world's own name for a move of a deal, and the product's.
WORLD_MOVE, MOVE = "deal_stage_changed", "deal_stage"

PLACING = timedelta(minutes=2)

Status = JourneyVersion.Status


def place(workspace: Workspace, *, now: datetime, tell: Callable[[], None]) -> bool:
    """Make the journey and place everybody, unless that is done. An interrupted try is taken up.

    tell: called before anything is done. False: a worker is at it.
    """
    journey = Journey.objects.of(workspace).first() or _made(workspace)
    building = journey.versions.filter(status=Status.BUILDING)
    for version in building:
        tell()
        # A claim that a killed process left would hold up everybody for longer than placing this world takes.
        building.filter(claimed_at__lt=now - PLACING).update(claim="", claimed_at=None)
        jobs.build(version_id=version.pk)
    return journey.versions.filter(status=Status.SERVING).exists()


def _made(workspace: Workspace) -> Journey:
    text = JOURNEY.read_text(encoding="utf-8").replace(WORLD_MOVE, MOVE)
    product = actions.product(workspace, PRODUCT)
    return actions.create_from_yaml(workspace=workspace, text=text, filename=JOURNEY.name, product=product, by=None)
