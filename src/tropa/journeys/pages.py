"""What several pages of a journey show alike: the head with its tabs, a stage in numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tropa.journeys import definition, queries
from tropa.journeys.keys import ALL_STAGES
from tropa.journeys.models import Journey, JourneyVersion, State
from tropa.journeys.publishing import UNDER_WAY
from tropa.web import typography

ENOUGH = 30  # below it a figure is shown but not compared with a target


@dataclass(frozen=True, slots=True)
class StageRow:
    """A stage with its counts and how its time compares with the target: `good`, `warn`, `bad`, empty when it cannot be
    compared. median, median_range: days as they are written; empty when they cannot be named."""

    number: int
    stage: Mapping[str, Any]
    label: str
    counts: queries.StageCounts
    days_compared: str
    few: bool
    median: str
    median_range: str


def head(journey: Journey, tab: str) -> dict[str, Any]:
    """Context of every page of a journey."""
    serving, under_way = journey.serving, journey.version_in(*UNDER_WAY)
    return {
        "section": "journeys",
        "journey": journey,
        "tab": tab,
        "serving": serving,
        "under_way": under_way,
        "is_draft": not definition.is_published(journey, under_way or serving),
        "has_stages": journey.draft_stages().exists(),
    }


def list_card(journey: Journey) -> dict[str, Any]:
    """A journey as the list shows it."""
    version = journey.serving
    rows = [] if version is None else stage_rows(version, with_figures=False)
    return {
        "journey": journey,
        "version": version,
        "under_way": journey.version_in(*UNDER_WAY),
        "stages": [stage.label for stage in journey.draft_stages()] if version is None else [row.label for row in rows],
        "rows": rows,
        "everywhere": ALL_STAGES,
        "here": _over_all([row.counts.here for row in rows]),
        "ended": {state: _over_all([getattr(row.counts, state) for row in rows]) for state in _ends()},
    }


def stage_rows(version: JourneyVersion, *, with_figures: bool = True) -> list[StageRow]:
    """Every stage of a version in numbers."""
    counts = queries.stage_counts(version, with_figures=with_figures)
    language = "en" if get_language() == "en" else "ru"
    return [
        StageRow(
            number,
            stage,
            definition.label_of(stage, language),
            of_stage,
            _compared(of_stage.median_days, stage.get("target_days"), of_stage.stays),
            of_stage.stays < ENOUGH,
            _days(of_stage.median_days),
            _range(of_stage),
        )
        for number, (stage, of_stage) in enumerate(zip(queries.ranked(version), counts, strict=True), 1)
    ]


def _over_all(splits: Sequence[queries.Split]) -> queries.Split:
    return queries.Split(sum(each.companies for each in splits), sum(each.unknown for each in splits))


def _ends() -> tuple[str, ...]:
    return (State.LOST.value, State.DROPPED.value, State.COMPLETED.value)


def _days(days: float | None) -> str:
    return "" if days is None else typography.number(days, 1 if days < 10 else 0)


def _range(counts: queries.StageCounts) -> str:
    """The interval of the median; the side that is not bounded says so."""
    low, high = (_days(bound) for bound in counts.median_range)
    if counts.median_days is None or not (low or high):
        return ""
    if not high:
        return _("от %(low)s") % {"low": low}
    return f"{low}–{high}" if low else _("до %(high)s") % {"high": high}


def _compared(days: float | None, target: float | None, stays: int) -> str:
    """Up to 2 % over the target is fine, up to 15 % a warning (ui/README.md); few cases are not compared."""
    if days is None or target is None or stays < ENOUGH:
        return ""
    over = days / target - 1
    return "good" if over <= 0.02 else "warn" if over <= 0.15 else "bad"
