"""`tropa serve`, `tropa web`, `tropa worker`: the processes of the server under one supervisor."""

import argparse
import os
import socket
import sys
from collections.abc import Sequence
from typing import NoReturn

from tropa.analysis.problem import InputError, Language
from tropa.config.fitness import check_fitness
from tropa.config.supervisor import Plan

BACKLOG = 512


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
    """Look whether the machine is fit, then become the supervisor: a small process that Django does not burden."""
    if "web" not in names:
        check_fitness()
        _become(Plan(names, None, ()))
    with _listening(options.host, options.port) as listener:
        check_fitness()
        os.set_inheritable(listener.fileno(), True)
        _become(Plan(names, listener.fileno(), _told(_address(listener), options.lang)))


def _become(plan: Plan) -> NoReturn:
    sys.stdout.flush()
    sys.stderr.flush()
    words = [sys.executable, "-m", "tropa.config.supervisor", plan.as_text()]
    os.execve(sys.executable, words, dict(os.environ))


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


def _address(listener: socket.socket) -> str:
    """Where this machine reaches the server."""
    host, port = listener.getsockname()[:2]
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _told(address: str, language: Language) -> Sequence[str]:
    """What is said once the server answers."""
    from tropa.config.demo_world import login

    runs, ends = {"ru": ("Тропа работает", "Остановить: Ctrl+C"), "en": ("Tropa runs", "Ctrl+C stops it")}[language]
    return (f"{runs}: http://{address}", *login(language), ends)
