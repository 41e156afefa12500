"""What a child process works by, and how one question is answered under it."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import duckdb

from tropa.engine.figures.errors import UnknownHandler
from tropa.engine.run import Engine, TooSlow

Handler = Callable[..., Any]
# How often the query that runs is interrupted behind the cap: an interrupt between two queries hits none of them.
INTERRUPT_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Orders:
    """What the answering side must know.

    handlers: the allow-list, "module:function". prepare: "module:function" called once in a new process; what it
    returns, when it is callable, is called before every question. memory_mb, threads: of one engine (MiB, number).
    seconds: time cap of a question. grace_seconds: behind the cap the child stops the query itself; one that computes
    outside of the engine is killed after this. waiting_seconds: how long a question may wait for a free process.
    """

    handlers: frozenset[str]
    prepare: str | None = None
    memory_mb: int = 1024
    threads: int = 1
    seconds: float = 10.0
    grace_seconds: float = 1.5
    waiting_seconds: float = 30.0
    environment: Mapping[str, str] = field(default_factory=dict)

    def check(self, handler: str) -> None:
        """Raises UnknownHandler for one that is not on the list."""
        if handler not in self.handlers:
            raise UnknownHandler(f"No handler {handler!r}; allowed: {', '.join(sorted(self.handlers))}")

    def engine(self) -> Engine:
        return Engine(memory_mb=self.memory_mb, threads=self.threads)


def found(name: str) -> Handler:
    """The function that "module:function" names."""
    module, _, function = name.partition(":")
    handler: Handler = getattr(import_module(module), function)
    return handler


def answer(engine: Engine, orders: Orders, handler: str, arguments: Mapping[str, Any]) -> Any:
    """Call the handler with the engine under the time cap. Raises TooSlow and whatever the handler raises."""
    orders.check(handler)
    function = found(handler)
    with capped(engine, orders.seconds):
        return function(engine, **arguments)


@contextmanager
def capped(engine: Engine, seconds: float) -> Iterator[None]:
    """Interrupt whatever the engine still does after so many seconds. Raises TooSlow."""
    done = threading.Event()

    def watch() -> None:
        wait = seconds
        while not done.wait(wait):
            engine.interrupt()
            wait = INTERRUPT_SECONDS

    watcher = threading.Thread(target=watch, name="figures-cap", daemon=True)
    watcher.start()
    try:
        yield
    except (TooSlow, duckdb.InterruptException) as error:
        raise TooSlow(f"Stopped after {seconds:g} seconds.") from error
    finally:
        done.set()
        watcher.join()
