"""Servers as a person starts them, for tests: the processes, what they answer and say, and who is left behind."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import psutil

MOST_SECONDS = 60
TROPA = [sys.executable, "-m", "tropa.config.cli"]


def until(true: Callable[[], object], *, seconds: float = MOST_SECONDS) -> bool:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """One `tropa serve` and the processes it started."""

    def __init__(self, environment: Mapping[str, str], output: Path, *words: str) -> None:
        self.port = free_port()
        self.output = output
        with output.open("wb") as file:
            self.process = subprocess.Popen(
                [*TROPA, *(words or ("serve",)), "--port", str(self.port)], env=environment, stdout=file, stderr=file
            )
        self.seen: set[psutil.Process] = set()

    def children(self) -> dict[str, psutil.Process]:
        """The processes by name: web, worker, figures."""
        found = {}
        for child in psutil.Process(self.process.pid).children(recursive=True):
            self.seen.add(child)
            try:
                words = child.cmdline()
            except psutil.NoSuchProcess:  # it has just ended
                continue
            if "tropa.config.processes" in words:
                found[words[words.index("tropa.config.processes") + 1]] = child
        return found

    def was_replaced(self, name: str, pid: int) -> bool:
        now = self.children().get(name)
        return now is not None and now.pid != pid

    def answers(self, path: str = "/readyz") -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=MOST_SECONDS) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            return False

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(30)

    def left(self) -> list[psutil.Process]:
        """Which of the processes it ever had still run."""
        return [one for one in self.seen if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]

    def has_ended(self) -> bool:
        return not self.left()

    @property
    def said(self) -> str:
        return self.output.read_text(encoding="utf-8")


class Started:
    """The servers that a module started; a test gets the last one, or a new one when that was stopped or killed."""

    def __init__(self, environment: Mapping[str, str], folder: Path, *words: str) -> None:
        self._servers: list[Server] = []
        self._environment, self._folder, self._words = environment, folder, words

    def running(self, processes: int) -> Server:
        if not self._servers or self._servers[-1].process.poll() is not None:
            output = self._folder / f"output-{len(self._servers)}"
            self._servers.append(Server(self._environment, output, *self._words))
        server = self._servers[-1]
        assert until(server.answers), server.said
        assert until(lambda: len(server.children()) == processes)
        return server

    def end(self) -> None:
        for server in self._servers:
            if server.process.poll() is None:
                server.process.kill()
                server.process.wait()
            assert until(server.has_ended), server.left()
