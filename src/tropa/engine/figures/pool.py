"""Child processes that answer questions, replaced when they die or do not stop in time."""

import os
import pickle
import queue
import subprocess
import sys
import threading
import time
from multiprocessing import Pipe
from types import TracebackType
from typing import Any, Self

from tropa.engine.figures.child import ERROR
from tropa.engine.figures.errors import FiguresBusy, FiguresGone, arrived
from tropa.engine.figures.orders import Orders
from tropa.engine.run import TooSlow

START_SECONDS = 60.0
MOST_WAITING = 64
PROGRAM = "import sys; from tropa.engine.figures.child import main; main(int(sys.argv[1]))"


class Pool:
    """So many processes, each of which answers one question at a time. Safe to ask from several threads.

    A slow question holds up others for no longer than its cap: with two processes or more, quick ones pass it by.
    """

    def __init__(self, orders: Orders, *, processes: int = 2, most_waiting: int = MOST_WAITING) -> None:
        self._orders = orders
        self._most_waiting = most_waiting
        self._waiting = 0
        self._lock = threading.Lock()
        self._closed = False
        self._children = [_Child(orders) for _ in range(processes)]
        self._free: queue.LifoQueue[_Child] = queue.LifoQueue()
        for child in self._children:
            self._free.put(child)

    @property
    def pids(self) -> list[int]:
        """Numbers of the processes that run."""
        return [child.pid for child in self._children]

    def ask(self, handler: str, /, **arguments: Any) -> Any:
        """The value that the handler returns.

        Raises UnknownHandler, FiguresBusy, TooSlow, FiguresGone, EngineError and what the handler raises.
        """
        kind, value = pickle.loads(self.forward(handler, pickle.dumps(arguments)))
        if kind == ERROR:
            raise arrived(value)
        return value

    def forward(self, handler: str, arguments: bytes) -> bytes:
        """The answer as the child pickled it, its error too. Arguments and answers stay closed on the way: what they
        are made of need be known to both ends alone.

        Raises UnknownHandler, FiguresBusy, TooSlow, FiguresGone, EngineError.
        """
        self._orders.check(handler)
        child = self._taken()
        try:
            return child.ask(handler, arguments)
        finally:
            child.mend(closed=self._closed)
            self._free.put(child)

    def _taken(self) -> "_Child":
        with self._lock:
            if self._closed:
                raise FiguresGone("The figures process is stopping.")
            if self._waiting >= self._most_waiting:
                raise FiguresBusy(f"{self._waiting} questions are waiting; try again later.")
            self._waiting += 1
        try:
            return self._free.get(timeout=self._orders.waiting_seconds)
        except queue.Empty:
            raise FiguresBusy(
                f"No free process for {self._orders.waiting_seconds:g} seconds; try again later."
            ) from None
        finally:
            with self._lock:
                self._waiting -= 1

    def close(self, *, seconds: float = 0.0) -> None:
        """End the processes; questions that are being answered have so many seconds to finish."""
        with self._lock:
            self._closed = True
        until = time.monotonic() + seconds
        for _ in self._children:
            try:
                self._free.get(timeout=max(0.0, until - time.monotonic()))
            except queue.Empty:
                break
        for child in self._children:
            child.kill()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Child:
    """One process and the pipe to it."""

    def __init__(self, orders: Orders) -> None:
        self._orders = orders
        self._start()

    def _start(self) -> None:
        ours, theirs = Pipe()
        self._ready = False
        self._pipe = ours
        self._process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(theirs.fileno())],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            # Out of the terminal's group: Ctrl+C is for the parent, which ends this one.
            start_new_session=True,
            env={**os.environ, **self._orders.environment},
        )
        theirs.close()
        ours.send(self._orders)

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, handler: str, arguments: bytes) -> bytes:
        if self._process.poll() is not None:
            # It died between two questions: nobody has lost an answer.
            self.kill()
            self._start()
        try:
            self._wait_until_ready()
            self._pipe.send((handler, arguments))
            return self._received(self._orders.seconds + self._orders.grace_seconds)
        except (EOFError, OSError) as error:
            self.kill()
            status = self._process.returncode
            raise FiguresGone(f"The process that computed the answer ended ({status}).") from error

    def _wait_until_ready(self) -> None:
        if self._ready:
            return
        kind, value = pickle.loads(self._received(START_SECONDS))
        if kind == ERROR:
            self.kill()
            raise arrived(value)
        self._ready = True

    def _received(self, seconds: float) -> bytes:
        if not self._pipe.poll(seconds):
            self.kill()
            raise TooSlow(f"Stopped after {self._orders.seconds:g} seconds.")
        return self._pipe.recv_bytes()

    def mend(self, *, closed: bool) -> None:
        """Start another process when this one has ended, so that the next question finds it warm."""
        if not closed and self._process.poll() is not None:
            self.kill()
            self._start()

    def kill(self) -> None:
        self._pipe.close()
        self._process.kill()
        self._process.wait()
