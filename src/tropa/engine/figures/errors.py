"""Why a question has no answer. A question over its time cap raises TooSlow, as the engine does."""

from tropa.engine.run import EngineError


class FiguresGone(EngineError):
    """The process that computed the answer ended before it had one."""


class FiguresBusy(EngineError):
    """Too many questions are waiting, or this one has waited too long."""


class UnknownHandler(EngineError):
    """The question names a handler that is not on the list."""
