"""The companies behind a figure: the address of the list, and the list."""

from typing import Any

from django.urls import reverse

from tropa.insights.question import Question
from tropa.journeys.models import Journey
from tropa.workspace.models import Workspace


def address(workspace: Workspace, journey: Journey, question: Question, *, what: str, **of: Any) -> str:
    """Where the rows behind a figure are. what: entered, reached, not_reached, here, lost, dropped, gone, completed,
    mature, tail, point, reason, path, transition, trips, bought, onboarded. of: stage, type (of a point), reason,
    path (stage keys joined by `>`), source, target."""
    asked = {name: value for name, value in of.items() if value is not None}
    return reverse("behind", args=[workspace.slug, journey.pk]) + question.query(what=what, **asked)
