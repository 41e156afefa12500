"""Figures of a journey: one question to the engine gives every tile of the dashboard and the header of the map alike.

What is counted is kept until visits, deals or the companies asked for change; words, targets and comparisons are put to
it with every page, so that a changed target is seen at once.
"""

from contextlib import suppress
from dataclasses import replace
from typing import Final

from django.core.cache import cache

from tropa.engine import EngineError
from tropa.insights import building
from tropa.insights.counted import Counted, Split
from tropa.insights.moment import SECONDS, ask, asked_of, moment_of
from tropa.insights.question import Question
from tropa.insights.shapes import (
    Bin,
    Compared,
    DropOffPoint,
    Figure,
    Figures,
    Headline,
    Move,
    Moved,
    Note,
    Path,
    Reason,
    StageFigures,
    StageLosses,
    Tail,
    TailCase,
    Totals,
    Trend,
)
from tropa.journeys.models import JourneyVersion

__all__ = [
    "Bin",
    "Compared",
    "DropOffPoint",
    "Figure",
    "Figures",
    "Headline",
    "Move",
    "Moved",
    "Note",
    "Path",
    "Reason",
    "Split",
    "StageFigures",
    "StageLosses",
    "Tail",
    "TailCase",
    "Totals",
    "Trend",
    "known",
    "of",
]

# Another name whenever the shape of what is counted changes: a cache outlives the code that filled it.
_CACHE: Final = "insights.figures.3"


def of(question: Question) -> Figures | None:
    """Every figure of a question; the last ones known when they cannot be asked now, and None without any."""
    return _of(question, asks=True)


def known(question: Question) -> Figures | None:
    """The figures that are known already, without asking for them: for a page that must not wait. None without any."""
    return _of(question, asks=False)


def _of(question: Question, *, asks: bool) -> Figures | None:
    version = JourneyVersion.objects.select_related("workspace", "journey").filter(pk=question.version_id).first()
    moment = None if version is None else moment_of(version)
    if version is None or moment is None:
        return None
    asked = asked_of(version, question)
    key, latest = f"{_CACHE}.{moment.key}.{asked}", f"{_CACHE}.last.{version.pk}.{moment.born}.{asked}"
    found: Counted | None = cache.get(key)
    if found is not None:
        return building.figures(version, question, found)
    if asks:
        with suppress(EngineError):
            found = ask("counted", question=question, as_of_us=moment.as_of_us)
            cache.set_many({key: found, latest: found}, SECONDS)
    if found is not None:
        return building.figures(version, question, found)
    last: Counted | None = cache.get(latest)
    return None if last is None else replace(building.figures(version, question, last), is_old=True)
