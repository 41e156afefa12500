"""Which state of a version figures rest on, and what makes them stale. Everything that is asked of one state is asked
as of one moment, so that a figure and the list behind it, the dashboard and the map agree.
"""

import hashlib
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Max, QuerySet, Sum
from django.utils.module_loading import import_string

from tropa.customers.models import Deal
from tropa.insights.crowd import accounts_asked, deals_asked
from tropa.insights.question import Question
from tropa.journeys.models import JourneyVersion, StageChange

# Open stays grow older and cohorts ripen without anything happening: so long may they wait for it.
SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class Moment:
    """key: of the visits and the deals it rests on. born: tells versions with the same number apart in a database that
    was made anew. as_of_us: the moment everything is asked for (µs)."""

    key: str
    born: int
    as_of_us: int


def moment_of(version: JourneyVersion) -> Moment | None:
    """The state of a version; None while it has no visits."""
    folders = list(version.files.values_list("folder", flat=True))
    if not folders or version.as_of_us is None:
        return None
    # Silence moves people without new files; it is told as a change.
    changes = StageChange.objects.filter(workspace=version.workspace_id).order_by("-pk").values_list("pk", flat=True)
    rows = Deal.objects.filter(workspace=version.workspace_id)
    deals = _stamp(rows, Max("updated_at"), Count("archived_at"), Count("closed_at"), Sum("amount"), Sum("stage_id"))
    key = _digest(folders, changes.first(), deals)
    as_of_us = cache.get_or_set(f"insights.moment.{key}", version.as_of_us, SECONDS)
    return Moment(key, int(version.created_at.timestamp()), as_of_us or version.as_of_us)


def asked_of(version: JourneyVersion, question: Question) -> str:
    """What of a question counts, and whom it finds now: companies may be given to somebody else without any touch."""
    if question.is_everybody:
        return ""
    found = [
        _stamp(rows) for rows in (accounts_asked(version, question), deals_asked(version, question)) if rows is not None
    ]
    return _digest(question.who, question.window, question.window_before, question.segment, question.owner, found)


def ask(name: str, **arguments: Any) -> Any:
    """The answer of a question of this room (tropa.insights.questions). Raises EngineError."""
    return import_string(settings.FIGURES)(f"tropa.insights.questions:{name}", **arguments)


def _stamp(rows: "QuerySet[Any]", *more: Any) -> list[Any]:
    """Changes whenever other rows are found."""
    given = {f"more_{number}": each for number, each in enumerate(more)}
    return list(rows.order_by().aggregate(n=Count("pk"), last=Max("pk"), whole=Sum("pk"), **given).values())


def _digest(*parts: Any) -> str:
    return hashlib.blake2b(repr(parts).encode(), digest_size=16).hexdigest()
