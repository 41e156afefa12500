"""The figures process: a pool behind a unix socket. Only who knows the key is answered."""

import logging
import multiprocessing
import os
import pickle
import threading
from contextlib import suppress
from multiprocessing.connection import Client as Dialled
from multiprocessing.connection import Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

from tropa.engine.figures.child import ERROR
from tropa.engine.figures.errors import carried
from tropa.engine.figures.orders import Orders
from tropa.engine.figures.pool import Pool

# Within the ten seconds that a stop of the whole server may take.
STOP_SECONDS = 7.0

log = logging.getLogger("tropa.figures")


def serve(path: Path, key: bytes, orders: Orders, stop: threading.Event, *, processes: int = 2) -> None:
    """Answer questions that come through the socket until `stop` is set; those that are being answered are finished.

    path: of the socket, readable by its owner alone; one that a killed process left behind is replaced.
    """
    path.unlink(missing_ok=True)
    before = os.umask(0o177)
    try:
        listener = Listener(str(path), family="AF_UNIX", backlog=64)
    finally:
        os.umask(before)
    with Pool(orders, processes=processes) as pool:
        taking = threading.Thread(target=_accept, args=(listener, key, pool, stop), daemon=True)
        taking.start()
        stop.wait()
        # Closing a socket does not wake the thread that waits on it; a last caller does.
        with suppress(OSError):
            Dialled(str(path), family="AF_UNIX").close()
        taking.join()
        listener.close()
        pool.close(seconds=STOP_SECONDS)


def _accept(listener: Listener, key: bytes, pool: Pool, stop: threading.Event) -> None:
    while not stop.is_set():
        try:
            connection = listener.accept()
        except OSError as error:
            log.warning("A question could not be taken: %s", error)
            continue
        threading.Thread(target=_attend, args=(connection, key, pool), daemon=True).start()


def _attend(connection: "Connection[Any, Any]", key: bytes, pool: Pool) -> None:
    """One question on one connection. The handshake is here, so that a silent caller blocks nobody."""
    with connection, suppress(EOFError, OSError, multiprocessing.AuthenticationError):
        deliver_challenge(connection, key)
        answer_challenge(connection, key)
        handler, arguments = connection.recv()
        try:
            answer = pool.forward(handler, arguments)
        except Exception as error:
            answer = pickle.dumps((ERROR, carried(error)))
        connection.send_bytes(answer)
