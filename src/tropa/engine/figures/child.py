"""A child process: a warm engine that answers one question after another, told over a pipe.

The process ends with its parent: a thread reads the pipe all the time, and the end of the pipe is the end of the
process, whatever it is doing.
"""

import gc
import os
import pickle
import queue
import resource
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pyarrow as pa

from tropa.engine.figures.errors import carried
from tropa.engine.figures.orders import Orders, answer, found
from tropa.engine.run import Engine, EngineError

READY, VALUE, ERROR = "ready", "value", "error"
# What Python, Arrow and NumPy may hold beside the engine (MiB): more than that is a mistake of a handler, and shall
# cost this process alone.
BESIDE_ENGINE_MB = 4096
# Of two processes the kernel ends the one with more points when memory runs out.
POINTS_FOR_THE_KERNEL = "700"


def main(number: int) -> None:
    """Serve the inherited pipe of this number until it ends."""
    pipe: Connection[Any, Any] = Connection(number)
    questions: queue.SimpleQueue[tuple[str, bytes]] = queue.SimpleQueue()
    orders: Orders = pipe.recv()
    os.environ.update(orders.environment)
    _be_expendable(orders.memory_mb)
    # Ctrl+C in a terminal reaches every process there; the parent decides when this one ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_listen, args=(pipe, questions), daemon=True).start()
    try:
        freshen = _prepared(orders)
        engine = orders.engine()
        _warm(engine)
        # What stands now stays to the end: the collector of garbage need not look at it again and again.
        gc.freeze()
    except Exception as error:
        why = f"The figures process cannot start: {type(error).__name__}: {error}"
        pipe.send((ERROR, carried(EngineError(why))))
        return
    pipe.send((READY, os.getpid()))
    with engine:
        while True:
            pipe.send_bytes(_answered(engine, orders, freshen, *questions.get()))


def _prepared(orders: Orders) -> Callable[[], object]:
    made = found(orders.prepare)() if orders.prepare else None
    for handler in orders.handlers:
        # A handler is imported before anybody waits for it; one that is not there is told to whoever asks for it.
        with suppress(ImportError, AttributeError):
            found(handler)
    return made if callable(made) else lambda: None


def _warm(engine: Engine) -> None:
    """The first question of an engine pays for what is loaded with it: paid before anybody waits."""
    rows = engine.load(pa.table({"n": [1]}))
    engine.run(rows.agg(n=rows.n.sum()))
    engine.clear()


def _listen(pipe: "Connection[Any, Any]", questions: "queue.SimpleQueue[tuple[str, bytes]]") -> None:
    try:
        while True:
            questions.put(pipe.recv())
    except (EOFError, OSError):
        os._exit(0)


def _answered(engine: Engine, orders: Orders, freshen: Callable[[], object], handler: str, arguments: bytes) -> bytes:
    """The pickled answer: a value, or the error that stands in its place."""
    try:
        freshen()
        return pickle.dumps((VALUE, answer(engine, orders, handler, pickle.loads(arguments))))
    except MemoryError as error:
        return pickle.dumps((ERROR, carried(EngineError(f"Not enough memory: {error}"))))
    except Exception as error:
        return pickle.dumps((ERROR, carried(error)))
    finally:
        engine.clear()


def _be_expendable(memory_mb: int) -> None:
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(POINTS_FOR_THE_KERNEL)
    most = (memory_mb + BESIDE_ENGINE_MB) * 1024 * 1024
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_DATA, (most, resource.getrlimit(resource.RLIMIT_DATA)[1]))
