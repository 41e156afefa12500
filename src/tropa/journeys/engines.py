"""Engines for placement: the caller's, or one of our own with the limits of the settings, started when it is needed."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

from django.conf import settings

from tropa.engine import Engine


class Engines:
    """An engine that costs nothing until somebody asks for it: most refreshes find nothing new."""

    def __init__(self, given: Engine | None = None) -> None:
        self._engine, self._own = given, ExitStack()

    def get(self) -> Engine:
        """The engine given, or one that is closed with this."""
        if self._engine is None:
            own = Engine(memory_mb=settings.FIGURES_MEMORY_MB, threads=settings.FIGURES_THREADS)
            self._engine = self._own.enter_context(own)
        return self._engine

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._own.close()


@contextmanager
def opened(engine: Engine | None) -> Iterator[Engine]:
    """The engine given, left open; without one a new one that is closed behind its use."""
    with Engines(engine) as engines:
        yield engines.get()
