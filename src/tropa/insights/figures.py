"""Figures of a journey: one question to the engine gives every tile of the dashboard and the header of the map alike.

What is counted is kept until visits, deals or the companies asked for change; words, targets and comparisons are put to
it with every page, so that a changed target is seen at once.
"""

from tropa.insights.counted import Split
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


def of(question: Question) -> Figures | None:
    """Every figure of a question; the last ones known when they cannot be asked now, and None without any."""
    raise NotImplementedError


def known(question: Question) -> Figures | None:
    """The figures of a question that need no waiting: counted before for the visits as they are now. None when they
    would have to be counted; the head of a map then asks for them behind the page."""
    raise NotImplementedError
