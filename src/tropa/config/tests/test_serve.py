"""The server as a person starts it: real processes on a free port, on the database of this run."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path

import psycopg
import pytest

from tests import tables
from tropa.config.tests.serving import MOST_SECONDS, TROPA, Server, Started, free_port, until


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, str]]:
    """Settings of a server of its own, with its tables made."""
    data = tmp_path_factory.mktemp("server")
    variables = {name: value for name, value in os.environ.items() if not name.startswith("TROPA_")}
    variables |= {"TROPA_DATA": str(data), "TROPA_FIGURES_PROCESSES": "1", "PYTHONUNBUFFERED": "1"}
    url, name = os.environ.get("TROPA_DATABASE_URL"), f"served_{os.getpid()}"
    if url:
        variables["TROPA_DATABASE_URL"] = tables.new_database(url, name)
    else:
        tables.new_file(data / "tropa.db")
    yield variables
    if url:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def servers(environment: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    started = Started(environment, tmp_path_factory.mktemp("serve"))
    yield started
    started.end()


@pytest.fixture
def server(servers: Started) -> Server:
    """Everything that `tropa serve` starts."""
    return servers.running(3)


@pytest.fixture(scope="module")
def webs(environment: Mapping[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Started]:
    folder = tmp_path_factory.mktemp("web")
    (folder / "slow_settings.py").write_text(SLOW_SETTINGS, encoding="utf-8")
    (folder / "slow_addresses.py").write_text(SLOW_ADDRESSES, encoding="utf-8")
    variables = {**environment, "PYTHONPATH": str(folder), "DJANGO_SETTINGS_MODULE": "slow_settings"}
    started = Started(variables, folder, "web")
    yield started
    started.end()


@pytest.fixture
def web(webs: Started) -> Server:
    """The pages alone, with one of them slow."""
    return webs.running(2)


def test_it_works(server: Server) -> None:
    assert set(server.children()) == {"web", "worker", "figures"}
    assert server.answers("/healthz")
    assert until(lambda: f"http://127.0.0.1:{server.port}" in server.said)
    assert server.stop() == 0
    assert server.left() == []
    assert not server.answers()


def test_many_callers_share_a_few_connections(server: Server, environment: Mapping[str, str]) -> None:
    threads = 16
    with ThreadPoolExecutor(3 * threads) as callers:
        assert all(callers.map(lambda _: server.answers(), range(12 * threads)))
    if url := environment.get("TROPA_DATABASE_URL"):
        with psycopg.connect(url) as connection:
            (found,) = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            ).fetchone() or (0,)
        # Beside the threads: those of the worker and this one.
        assert found <= threads + 8


SLOW_SETTINGS = """
from tropa.config.settings import *
ROOT_URLCONF = "slow_addresses"
"""
SLOW_ADDRESSES = """
import time
from django.http import HttpResponse
from django.urls import path
from tropa.config.urls import *

def slow(request):
    print("begun", flush=True)
    time.sleep(2)
    return HttpResponse("done")

urlpatterns = [*urlpatterns, path("slow", slow)]
"""


@pytest.mark.once
def test_a_stop_lets_requests_finish_and_a_caller_who_hangs_up_leaves_no_error(web: Server) -> None:
    with ThreadPoolExecutor(1) as callers:
        with closing(socket.create_connection(("127.0.0.1", web.port))) as caller:
            caller.sendall(b"GET /slow HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            assert until(lambda: web.said.count("begun") == 1)
        assert web.answers()
        asked = callers.submit(web.answers, "/slow")
        assert until(lambda: web.said.count("begun") == 2)
        # Stopping waits for both: the request that nobody waits for any more, and the other one.
        assert web.stop() == 0
        assert asked.result()
    assert web.left() == []
    assert "Traceback" not in web.said


@pytest.mark.once
def test_what_dies_is_started_again(server: Server) -> None:
    for name in ("web", "worker", "figures"):
        before = server.children()[name]
        before.kill()
        assert until(partial(server.was_replaced, name, before.pid))
        # While the web process is being replaced, callers wait instead of being refused.
        assert server.answers()
        assert f"{name} ended (-9)" in server.said
    assert server.stop(signal.SIGINT) == 0
    assert server.left() == []
    assert "Traceback" not in server.said


@pytest.mark.once
def test_a_killed_supervisor_leaves_nobody_behind(server: Server) -> None:
    server.children()
    server.process.kill()
    server.process.wait()
    assert until(server.has_ended)


@pytest.mark.once
def test_the_pages_can_run_without_the_worker(web: Server) -> None:
    assert set(web.children()) == {"web", "figures"}


def run(environment: Mapping[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*TROPA, *words], env=environment, capture_output=True, text=True, timeout=MOST_SECONDS, check=False
    )


@pytest.mark.once
def test_a_port_in_use_is_told(environment: Mapping[str, str]) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        told = run(environment, "serve", "--port", str(port))
    assert told.returncode == 2
    assert f"127.0.0.1:{port}: порт уже занят" in told.stderr
    assert f"--port {port + 1}" in told.stderr


@pytest.mark.once
def test_an_address_of_another_machine_is_told(environment: Mapping[str, str]) -> None:
    told = run(environment, "serve", "--host", "192.0.2.1", "--port", "0", "--lang", "en")
    assert told.returncode == 2
    assert "--host 192.0.2.1" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("TROPA_FIGURES_MEMORY", "lots", "256…1000000"),
        ("TROPA_DATABASE_URL", "mysql://somebody@127.0.0.1/tropa", "postgresql://"),
    ],
)
def test_a_bad_setting_is_told_in_one_message(environment: Mapping[str, str], name: str, value: str, told: str) -> None:
    ended = run({**environment, name: value}, "serve")
    assert ended.returncode == 2
    assert value in ended.stderr
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.once
def test_a_database_without_tables_is_told(environment: Mapping[str, str], tmp_path: Path) -> None:
    variables = {**environment, "TROPA_DATA": str(tmp_path), "TROPA_DATABASE_URL": f"sqlite://{tmp_path}/new.db"}
    told = run(variables, "serve", "--port", "0")
    assert told.returncode == 1
    assert "tropa migrate" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.once
def test_a_database_that_does_not_answer_is_told(environment: Mapping[str, str]) -> None:
    url = f"postgresql://tropa@127.0.0.1:{free_port()}/tropa"
    told = run({**environment, "TROPA_DATABASE_URL": url}, "serve", "--port", "0")
    assert told.returncode == 1
    assert "TROPA_DATABASE_URL" in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.once
def test_a_failed_check_is_told_with_its_text(environment: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "unsafe.py").write_text(
        "from tropa.config.settings import *\n"
        f"DATABASES['default'] |= {{'ENGINE': 'django.db.backends.sqlite3', 'NAME': '{tmp_path}/unsafe.db'}}\n"
        "DATABASES['default']['OPTIONS'] = {'init_command': 'PRAGMA synchronous=OFF;'}\n",
        encoding="utf-8",
    )
    variables = {**environment, "PYTHONPATH": str(tmp_path), "DJANGO_SETTINGS_MODULE": "unsafe"}
    tables.new_file(tmp_path / "unsafe.db")
    told = run(variables, "serve", "--port", "0")
    assert told.returncode == 1
    assert "tropa.E001" in told.stderr
    assert "HINT" in told.stderr
