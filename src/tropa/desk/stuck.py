"""How others fared who stayed on a stage as long: honest counts for «застряли»."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from tropa.engine import EngineError
from tropa.journeys.models import JourneyVersion

# Fewer than this say nothing.
FEWEST: Final = 5
# Fewer than this are shown with a mark (metrics.md: nothing is compared below 30).
FEW: Final = 30
_CACHE: Final = "desk.stays.1"
_SECONDS: Final = 3600

Stays = Mapping[str, Mapping[str, Mapping[int, int]]]


@dataclass(frozen=True, slots=True)
class Others:
    """Companies that were on a stage for more than `days` days: how many left from there, went on, are still there."""

    days: int
    left: int
    moved: int
    here: int

    @property
    def count(self) -> int:
        return self.left + self.moved + self.here

    @property
    def is_few(self) -> bool:
        return self.count < FEW


def known(version: JourneyVersion) -> Stays | None:
    """The lengths of stays if they were counted since visits last changed."""
    found: Stays | None = cache.get(_key(version))
    return found


def counted(version: JourneyVersion) -> Stays | None:
    """Per stage and outcome how many companies stayed how many whole days. None when it cannot be asked now."""
    found = known(version)
    if found is not None:
        return found
    try:
        asked: Any = import_string(settings.FIGURES)("tropa.desk.questions:stays", version_id=version.pk)
    except EngineError:
        return None
    cache.set(_key(version), asked, _SECONDS)
    return dict(asked)


def others(stays: Stays, stage: str, days: int, *, without_one: bool) -> Others | None:
    """Who else was on a stage for more than so many days; None when they are too few to say anything. without_one: an
    account that is still there itself is not counted."""
    of_stage = stays.get(stage, {})
    left, moved, here = (
        sum(n for length, n in of_stage.get(outcome, {}).items() if length >= days)
        for outcome in ("left", "moved", "here")
    )
    found = Others(days, left, moved, max(0, here - 1) if without_one else here)
    return found if found.count >= FEWEST else None


def _key(version: JourneyVersion) -> str:
    folder = version.files.order_by("-generation").values_list("folder", flat=True).first()
    return f"{_CACHE}.{folder or version.pk}"
