"""The one writer of a process on SQLite: batches that wait are committed together, by one open connection.

A connection per request costs half the speed, and several writers wait for each other's lock for seconds. On PostgreSQL
writers do not disturb each other, so each batch is stored where it is submitted.
"""

import atexit
import os
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from queue import Empty, Full, Queue
from typing import Final

from django.db import connection, transaction

from tropa.facts import actions
from tropa.facts.models import Source
from tropa.facts.touches import Appended, NewTouch, Rejection

MOST_WAITING: Final = 1_000
MOST_BATCHES: Final = 64
MOST_TOUCHES: Final = 5_000


@dataclass(frozen=True, eq=False)
class Batch:
    """What was submitted together. `done` is resolved once it is durable, never before."""

    source_id: int
    touches: Sequence[NewTouch]
    rejected: Sequence[Rejection]
    suppressed: int
    name: str
    now: datetime
    done: "Future[Appended]" = field(default_factory=Future)


class Writer:
    """A thread with a queue. It ends with `stop`, when everything that was submitted is stored."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self._waiting: Queue[Batch | None] = Queue(MOST_WAITING)
        self._closing = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="tropa-writer", daemon=True)
        self._thread.start()

    def submit(self, batch: Batch, *, patience_seconds: float) -> "Future[Appended]":
        """Put a batch in the queue. Raises queue.Full when there is no room within the given time."""
        if not self._closing.acquire(timeout=patience_seconds):
            raise Full
        try:
            if self._closed:
                raise RuntimeError("The writer was stopped; it takes nothing any more.")
            self._waiting.put(batch, timeout=patience_seconds)
        finally:
            self._closing.release()
        return batch.done

    def stop(self) -> None:
        """Store what waits, then end."""
        with self._closing:
            if not self._closed:
                self._closed = True
                self._waiting.put(None)
        self._thread.join()

    @property
    def waiting(self) -> int:
        """Batches that are not yet taken up."""
        return self._waiting.qsize()

    @property
    def alive(self) -> bool:
        return not self._closed and self._thread.is_alive() and self.process == os.getpid()

    def _run(self) -> None:
        try:
            while (first := self._waiting.get()) is not None:
                group, is_last = self._group(first)
                _store(group)
                if is_last:
                    return
        finally:
            connection.close()

    def _group(self, first: Batch) -> tuple[list[Batch], bool]:
        """The batch and those that wait behind it, up to a bound; whether the end was among them."""
        group, touches = [first], len(first.touches)
        while len(group) < MOST_BATCHES and touches < MOST_TOUCHES:
            try:
                following = self._waiting.get_nowait()
            except Empty:
                break
            if following is None:
                return group, True
            group.append(following)
            touches += len(following.touches)
        return group, False


_writer: Writer | None = None
_making = threading.Lock()


def submit(
    source_id: int,
    touches: Sequence[NewTouch],
    rejected: Sequence[Rejection] = (),
    *,
    suppressed: int = 0,
    batch: str = "",
    now: datetime,
    patience_seconds: float = 5.0,
) -> "Future[Appended]":
    """Store a batch; the future is resolved once it is durable. On SQLite never from within a transaction: the writer
    would wait for it for ever.

    Raises queue.Full when the writer has no room within `patience_seconds`: the sender should come again later.
    """
    given = Batch(source_id, touches, rejected, suppressed, batch, now)
    if connection.vendor != "sqlite":
        _store([given])
        return given.done
    if connection.in_atomic_block:
        raise RuntimeError("submit within a transaction would wait for that transaction; use actions.append.")
    return _of_process().submit(given, patience_seconds=patience_seconds)


def stop() -> None:
    """Store what waits and end the writer; the next submit starts another."""
    global _writer
    with _making:
        if _writer is not None and _writer.process == os.getpid():
            _writer.stop()
        _writer = None


def waiting() -> int:
    """Batches in the queue of this process."""
    return _writer.waiting if _writer is not None and _writer.alive else 0


def _of_process() -> Writer:
    global _writer
    with _making:
        if _writer is None or not _writer.alive:
            _writer = Writer()
        return _writer


def _store(group: Sequence[Batch]) -> None:
    """One transaction for all, a savepoint for each: one that fails takes back only itself."""
    results: list[tuple[Batch, Appended | Exception]] = []
    try:
        with transaction.atomic():
            results = [(batch, _append(batch)) for batch in group]
    except Exception as error:
        # Nothing is stored, and a connection in an unknown state must not carry the next group.
        connection.close()
        results = [(batch, error) for batch in group]
    for batch, result in results:
        if isinstance(result, Exception):
            batch.done.set_exception(result)
        else:
            batch.done.set_result(result)


def _append(batch: Batch) -> Appended | Exception:
    try:
        with transaction.atomic():
            source = Source.objects.get(pk=batch.source_id)
            return actions.append(
                source,
                batch.touches,
                rejected=batch.rejected,
                suppressed=batch.suppressed,
                batch=batch.name,
                now=batch.now,
            )
    except Exception as error:
        return error


atexit.register(stop)
