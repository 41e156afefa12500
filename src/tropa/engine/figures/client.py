"""The asking side: over the socket of the figures process, or in the calling process."""

import multiprocessing
import pickle
import time
from collections import deque
from multiprocessing.connection import Client as Dialled
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from tropa.engine.figures.child import ERROR
from tropa.engine.figures.errors import FiguresGone, arrived
from tropa.engine.figures.orders import Orders, answer
from tropa.engine.figures.pool import START_SECONDS
from tropa.engine.run import Engine

RETRY_SECONDS = 0.1


class Client:
    """Asks the figures process.

    path, key: of its socket. patience_seconds: how long a process that is being restarted is waited for.
    """

    def __init__(self, path: Path, key: bytes, orders: Orders, *, patience_seconds: float = 5.0) -> None:
        self._path = path
        self._key = key
        self._patience = patience_seconds
        self._longest = orders.waiting_seconds + START_SECONDS + orders.seconds + 2 * orders.grace_seconds

    def ask(self, handler: str, /, **arguments: Any) -> Any:
        """The value that the handler returns. Raises what Pool.ask raises; FiguresGone without a figures process."""
        try:
            with self._connection() as connection:
                connection.send((handler, pickle.dumps(arguments)))
                if not connection.poll(self._longest):
                    raise FiguresGone("The figures process does not answer.")
                kind, value = connection.recv()
        except (EOFError, OSError, multiprocessing.AuthenticationError) as error:
            raise FiguresGone(f"The figures process does not answer: {type(error).__name__}.") from error
        if kind == ERROR:
            raise arrived(value)
        return value

    def _connection(self) -> "Connection[Any, Any]":
        until = time.monotonic() + self._patience
        while True:
            try:
                return Dialled(str(self._path), family="AF_UNIX", authkey=self._key)
            except (FileNotFoundError, ConnectionError, EOFError):
                if time.monotonic() >= until:
                    raise
            time.sleep(RETRY_SECONDS)


class Inline:
    """Answers in the calling process, under the same cap: for commands and tests, where no figures process runs.

    Engines are kept for the next question, as many as were in use at once; safe to ask from several threads.
    """

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._free: deque[Engine] = deque()

    def ask(self, handler: str, /, **arguments: Any) -> Any:
        """The value that the handler returns."""
        self._orders.check(handler)
        engine = self._taken()
        try:
            return answer(engine, self._orders, handler, arguments)
        finally:
            engine.clear()
            self._free.append(engine)

    def _taken(self) -> Engine:
        try:
            return self._free.pop()
        except IndexError:
            return self._orders.engine()
