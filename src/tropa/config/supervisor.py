"""Keeps the processes of the server running: starts again what ends, and ends all of them when it is told to stop.

`python -m tropa.config.supervisor PLAN`; standard library alone, so that it stays small.
"""

import http.client
import json
import logging
import os
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

LOOK_SECONDS = 0.2
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
# A process that ran this long was well: the next pause is a short one again.
WELL_SECONDS = 60.0
# The figures are needed by requests that are being finished, so they go last.
LAST_TO_STOP = "figures"
STOP_SECONDS, LAST_SECONDS = 8.5, 1.5

ANSWER_SECONDS = 120

log = logging.getLogger("tropa.supervisor")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to run. listener: number of the inherited socket of the pages; said: printed once they answer."""

    names: Sequence[str]
    listener: int | None
    said: Sequence[str]

    def as_text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def of_text(cls, text: str) -> Self:
        return cls(**json.loads(text))


def main() -> None:
    """Run a plan until SIGTERM or Ctrl+C; a second one does not make the stop less orderly."""
    logging.basicConfig(format="{asctime} {levelname} {name}: {message}", style="{")
    plan, stop = Plan.of_text(sys.argv[1]), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    with tempfile.TemporaryDirectory(prefix="tropa-") as folder:
        services = [Service(name, ()) for name in plan.names]
        environment = dict(os.environ)
        if plan.listener is not None:
            os.set_inheritable(plan.listener, False)
            environment["TROPA_FIGURES_SOCKET"] = str(Path(folder) / "figures.sock")
            web = Service("web", (str(plan.listener),), (plan.listener,))
            services = [web if service.name == "web" else service for service in services]
            threading.Thread(target=_announce, args=(plan, plan.listener, stop), daemon=True).start()
        keep(services, environment, stop)


def _announce(plan: Plan, listener: int, stop: threading.Event) -> None:
    """Say where the server is, once it answers."""
    with socket.socket(fileno=os.dup(listener)) as bound:
        host, port = bound.getsockname()[:2]
    reached = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    connection = http.client.HTTPConnection(reached, port, timeout=ANSWER_SECONDS)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    if not stop.is_set():
        print(*plan.said, sep="\n", flush=True)


@dataclass(frozen=True, slots=True)
class Service:
    """A process to be kept running. descriptors: numbers of files it inherits."""

    name: str
    words: Sequence[str]
    descriptors: Collection[int] = ()


class _Kept:
    """One service and the process that now runs for it."""

    def __init__(self, service: Service, environment: Mapping[str, str], life: int) -> None:
        self.service = service
        self._environment = dict(environment)
        self._life = life
        self._pause = FIRST_PAUSE_SECONDS
        self._start_at = 0.0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._started = time.monotonic()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tropa.config.processes", self.service.name, str(self._life), *self.service.words],
            pass_fds=[self._life, *self.service.descriptors],
            stdin=subprocess.DEVNULL,
            env=self._environment,
            # Ctrl+C in a terminal is for the supervisor, which stops the others in order.
            start_new_session=True,
        )

    @property
    def runs(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def look(self) -> None:
        """Start again what has ended, after a pause that doubles while it does not stay up."""
        now = time.monotonic()
        if self._process is not None and self._process.poll() is not None:
            if now - self._started >= WELL_SECONDS:
                self._pause = FIRST_PAUSE_SECONDS
            log.error(
                "%s ended (%s), starting again in %.1f s", self.service.name, self._process.returncode, self._pause
            )
            self._process = None
            self._start_at = now + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)
        elif self._process is None and now >= self._start_at:
            self.start()

    def terminate(self) -> None:
        if self._process is not None and self.runs:
            self._process.terminate()

    def wait(self, until: float) -> None:
        """Wait for the end, up to a moment of the monotonic clock; then end it at once."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            log.error("%s does not stop and is killed", self.service.name)
            self._process.kill()
            self._process.wait()


def keep(services: Sequence[Service], environment: Mapping[str, str], stop: threading.Event) -> None:
    """Run the services until `stop` is set, then end them within ten seconds."""
    life, ours = os.pipe()
    kept = [_Kept(service, environment, life) for service in services]
    try:
        while not stop.is_set():
            for one in kept:
                one.look()
            stop.wait(LOOK_SECONDS)
    finally:
        last = [one for one in kept if one.service.name == LAST_TO_STOP]
        _end([one for one in kept if one not in last], STOP_SECONDS)
        _end(last, LAST_SECONDS)
        os.close(life)
        os.close(ours)


def _end(kept: Sequence[_Kept], seconds: float) -> None:
    until = time.monotonic() + seconds
    for one in kept:
        one.terminate()
    for one in kept:
        one.wait(until)


if __name__ == "__main__":
    main()
