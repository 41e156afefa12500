"""`tropa serve`, `tropa web`, `tropa worker`: the processes of the server under one supervisor."""

import argparse
import http.client
import os
import signal
import socket
import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tropa.analysis.problem import InputError, Language
from tropa.config.fitness import check_fitness
from tropa.config.supervisor import Service, keep

BACKLOG = 512
ANSWER_SECONDS = 120


def serve(options: argparse.Namespace) -> None:
    """Web, worker and figures together."""
    _run(options, ("figures", "web", "worker"))


def web(options: argparse.Namespace) -> None:
    """The pages and their figures; several may run on PostgreSQL."""
    _run(options, ("figures", "web"))


def worker(options: argparse.Namespace) -> None:
    """Background work alone; several may run on PostgreSQL."""
    _run(options, ("worker",))


def _run(options: argparse.Namespace, names: Sequence[str]) -> None:
    environment = dict(os.environ)
    if "web" not in names:
        check_fitness()
        keep([Service(name, ()) for name in names], environment, _told_to_stop())
        return
    with _listening(options.host, options.port) as listener, tempfile.TemporaryDirectory(prefix="tropa-") as folder:
        check_fitness()
        stop = _told_to_stop()
        environment["TROPA_FIGURES_SOCKET"] = str(Path(folder) / "figures.sock")
        services = [
            Service(name, (str(listener.fileno()),), (listener.fileno(),)) if name == "web" else Service(name, ())
            for name in names
        ]
        address = _address(listener)
        threading.Thread(target=_announce, args=(address, options.lang, stop), daemon=True).start()
        keep(services, environment, stop)


def _told_to_stop() -> threading.Event:
    """Set by SIGTERM and Ctrl+C; a second Ctrl+C does not make the stop less orderly."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _listening(host: str, port: int) -> socket.socket:
    """The socket of the server, open for as long as it runs: while the web process is being replaced, callers wait.

    Raises InputError `port_taken`, `bad_host`.
    """
    try:
        family, _, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except socket.gaierror as error:
        raise _bad_host(host) from error
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except PermissionError as error:
        listener.close()
        raise _taken(host, port, ru="открыть его может только администратор", en="only root may open it") from error
    except OSError as error:
        listener.close()
        if error.errno == 98 or "in use" in str(error):
            raise _taken(host, port, ru="уже занят", en="is in use") from error
        raise _bad_host(host) from error
    return listener


def _taken(host: str, port: int, *, ru: str, en: str) -> InputError:
    return InputError(
        "port_taken",
        ru=f"{host}:{port}: порт {ru}. Остановите то, что его занимает, или укажите другой: --port {port + 1}",
        en=f"{host}:{port}: the port {en}. Stop what holds it, or name another one: --port {port + 1}",
    )


def _bad_host(host: str) -> InputError:
    return InputError(
        "bad_host",
        ru=f"--host {host}: такого адреса у этой машины нет. Нужно, например, 127.0.0.1 или 0.0.0.0",
        en=f"--host {host}: this machine has no such address. Needed is, for example, 127.0.0.1 or 0.0.0.0",
    )


def _address(listener: socket.socket) -> tuple[str, int]:
    """Where this machine reaches the server."""
    host, port = listener.getsockname()[:2]
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port


def _announce(address: tuple[str, int], language: Language, stop: threading.Event) -> None:
    """Say where the server is, once it answers."""
    connection = http.client.HTTPConnection(*address, timeout=ANSWER_SECONDS)
    with suppress(OSError, http.client.HTTPException):
        connection.request("GET", "/healthz")
        connection.getresponse().read()
    if stop.is_set():
        return
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    print({"ru": "Тропа работает", "en": "Tropa runs"}[language] + f": http://{host}:{address[1]}")
    for line in _sign_in(language):
        print(line)
    print({"ru": "Остановить: Ctrl+C", "en": "Ctrl+C stops it"}[language], flush=True)


def _sign_in(language: Language) -> Sequence[str]:
    from tropa.config.demo_world import login

    return login(language)
