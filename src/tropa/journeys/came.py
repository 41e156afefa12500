"""Who ever came to a stage, wherever they are now: the rows behind «Приходили» and behind the median of days.

A trip came to a stage when a change that holds says so (StageChange). The figures count the same trips from the cached
visits (questions.stage_figures), which is faster over all stages at once; a test holds the two equal.
"""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from tropa.journeys import queries
from tropa.journeys.models import JourneyVersion, Placement, StageChange, State


def entries(version: JourneyVersion, stage: str) -> QuerySet[StageChange]:
    """The changes to a stage that hold: nothing supersedes them, and they are no withdrawals."""
    rows = StageChange.objects.filter(version=version, to_stage=stage, state=State.OPEN, superseded_by=None)
    return rows.exclude(kind=StageChange.Kind.WITHDRAWN)


def placements(version: JourneyVersion, *, stage: str, kind: str = "") -> QuerySet[Any]:
    """Trips that ever stood on a stage, each as it stands now, with `came_us` and `came_certainty`: when they last came
    to the stage (µs), and how sure that is."""
    came = entries(version, stage)
    of_trip = came.filter(unit_id=OuterRef("unit_id"), trip=OuterRef("trip"))
    latest = of_trip.order_by("-visit")
    # The units come first: they are found by the index of the stage, and the trips of the others are never looked at.
    rows = Placement.objects.filter(Exists(of_trip), version=version, unit_id__in=came.values("unit_id"))
    return queries.of_kind(rows, kind).annotate(
        came_us=Subquery(latest.values("at_us")[:1]), came_certainty=Subquery(latest.values("certainty")[:1])
    )
