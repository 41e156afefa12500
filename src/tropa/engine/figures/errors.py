"""Why a question has no answer, and how an error travels from one process to another. A question over its time cap
raises TooSlow, as the engine does.
"""

import logging
import pickle
import traceback
from typing import Any

from tropa.engine.run import EngineError

# An error on its way: its class, arguments and attributes. Made anew without a call of the class, whose parameters
# need not be the arguments.
Carried = tuple[type[Exception], tuple[Any, ...], dict[str, Any]]

log = logging.getLogger("tropa.figures")


class FiguresGone(EngineError):
    """The process that computed the answer ended before it had one."""


class FiguresBusy(EngineError):
    """Too many questions are waiting, or this one has waited too long."""


class UnknownHandler(EngineError):
    """The question names a handler that is not on the list."""


def carried(error: Exception) -> Carried:
    """An error in a form that pickle takes; one that does not survive is an EngineError with its text."""
    if not isinstance(error, EngineError):
        log.info("A question failed", exc_info=error)
        if not hasattr(error, "__notes__"):
            error.add_note("".join(traceback.format_exception(error)))
    given = (type(error), error.args, error.__dict__)
    try:
        pickle.loads(pickle.dumps(given))
    except Exception:
        return EngineError, (f"{type(error).__name__}: {error}",), {}
    return given


def arrived(given: Carried) -> Exception:
    """The error that was carried."""
    kind, arguments, attributes = given
    error = kind.__new__(kind, *arguments)
    error.args = arguments
    error.__dict__.update(attributes)
    return error
