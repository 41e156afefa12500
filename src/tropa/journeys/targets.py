"""Targets of stages. A target places nobody, so it holds at once: no version is made (docs/adr/0012)."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from math import isfinite
from typing import Final, Literal

from django.db import transaction
from django.db.models import QuerySet

from tropa.analysis.condition.reading import MOST_DAYS
from tropa.journeys.models import Journey, JourneyVersion
from tropa.journeys.publishing import UNDER_WAY
from tropa.workspace import audit
from tropa.workspace.models import Member

Measure = Literal["conversion", "days", "drop", "nps"]

MOST: Final[Mapping[Measure, float]] = {"conversion": 1.0, "days": float(MOST_DAYS), "drop": 1.0, "nps": 100.0}
# What may be nothing or less; the other targets lie above 0.
LEAST: Final[Mapping[Measure, float]] = {"nps": -100.0}


class Kept(Enum):
    """The target that is not named stays."""

    KEPT = "kept"


class UnknownStage(LookupError):
    """No stage of this key, neither in the draft nor in the version that serves."""


Target = float | None | Kept


@transaction.atomic
def set_target(
    *,
    journey: Journey,
    stage_key: str,
    by: Member | None,
    at: datetime,
    conversion: Target = Kept.KEPT,
    days: Target = Kept.KEPT,
    drop: Target = Kept.KEPT,
    nps: Target = Kept.KEPT,
) -> dict[Measure, tuple[float | None, float | None]]:
    """Set targets of a stage in the draft, in the version that serves and in one under way; None clears one.

    conversion, drop: fractions. nps: −100..100. Returns what was changed, before and after. Raises ValueError outside
    of (0, MOST], or [LEAST, MOST] where that is named, and UnknownStage.
    """
    given: dict[Measure, Target] = {"conversion": conversion, "days": days, "drop": drop, "nps": nps}
    wanted = {measure: _checked(measure, value) for measure, value in given.items() if not isinstance(value, Kept)}
    Journey.objects.select_for_update().get(pk=journey.pk)
    before = current(journey, stage_key)
    changed = {measure: (before[measure], value) for measure, value in wanted.items() if before[measure] != value}
    _write(journey, stage_key, wanted)
    if changed:
        Journey.objects.filter(pk=journey.pk).update(targets_at=at)
        audit.record(
            workspace=journey.workspace,
            actor=None if by is None else by.user,
            action="journey.target",
            target=f"journeys.journey:{journey.pk}",
            details={"stage": stage_key, **{measure: list(pair) for measure, pair in changed.items()}},
        )
    return changed


def current(journey: Journey, stage_key: str) -> dict[Measure, float | None]:
    """The targets of a stage that figures are compared with: those of the version that serves, else the draft's.
    Raises UnknownStage."""
    serving = journey.serving
    for stage in () if serving is None else serving.document["stages"]:
        if stage["key"] == stage_key:
            return {measure: stage.get(f"target_{measure}") for measure in MOST}
    draft = journey.draft_stages().filter(key=stage_key).first()
    if draft is None:
        raise UnknownStage(stage_key)
    return {measure: getattr(draft, f"target_{measure}") for measure in MOST}


def _checked(measure: Measure, value: float | None) -> float | None:
    if value is None:
        return None
    least, most = LEAST.get(measure), MOST[measure]
    if not (isfinite(value) and value <= most and (value > 0 if least is None else value >= least)):
        at_least = "above 0" if least is None else f"at least {least:g}"
        raise ValueError(f"{measure}: {value} is not {at_least} and at most {most:g}")
    return value


def _write(journey: Journey, stage_key: str, wanted: Mapping[Measure, float | None]) -> None:
    fields = {f"target_{measure}": value for measure, value in wanted.items()}
    journey.stages.filter(key=stage_key).update(**fields)
    for version in _versions(journey).select_for_update():
        for stage in version.document["stages"]:
            if stage["key"] == stage_key:
                kept = {key: value for key, value in stage.items() if key not in fields}
                stage.clear()
                stage.update(kept | {key: value for key, value in fields.items() if value is not None})
        version.save(update_fields=["document"])


def _versions(journey: Journey) -> QuerySet[JourneyVersion]:
    return journey.versions.filter(status__in=[JourneyVersion.Status.SERVING, *UNDER_WAY])
