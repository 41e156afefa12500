"""An engine for placement: the caller's, or one of its own with the limits of the settings."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from tropa.engine import Engine


@contextmanager
def opened(engine: Engine | None) -> Iterator[Engine]:
    """The engine given, left open; without one a new one that is closed behind its use."""
    if engine is not None:
        yield engine
        return
    with Engine(memory_mb=settings.FIGURES_MEMORY_MB, threads=settings.FIGURES_THREADS) as own:
        yield own
