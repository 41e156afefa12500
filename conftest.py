"""What every room's tests share: the database they run on, sample data, an engine, a clean working folder, how much
hypothesis tries.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from pytest_django.plugin import DjangoDbBlocker

from tests import tables
from tropa.engine import Engine

ROOT = Path(__file__).parent
MEMORY_BYTES = 4 * 1024**3


def _spare_memory() -> str | None:
    """A folder in memory when there is enough of it: commits are as durable as in production, and wait for no disk."""
    folder = "/dev/shm"
    fits = os.access(folder, os.W_OK) and shutil.disk_usage(folder).free >= MEMORY_BYTES
    return folder if fits else None


def _prepare_server() -> None:
    """Settings are read once, so the data folder and the database of this run are settled before anything else.

    TROPA_TEST_DATABASE=postgresql runs the suite on a PostgreSQL of its own; else it is SQLite.
    """
    memory = _spare_memory()
    data = tempfile.mkdtemp(prefix="tropa-tests-", dir=memory)
    atexit.register(shutil.rmtree, data, ignore_errors=True)
    os.environ["TROPA_DATA"] = data
    os.environ["DJANGO_SETTINGS_MODULE"] = "tropa.config.settings"
    # A machine that has other work answers late; tests of the time cap set their own.
    os.environ.setdefault("TROPA_FIGURES_SECONDS", "300")
    if os.environ.get("TROPA_TEST_DATABASE") == "postgresql" and "TROPA_DATABASE_URL" not in os.environ:
        folder, script = tempfile.mkdtemp(prefix="tropa-pg-", dir=memory), str(ROOT / "scripts" / "postgres.sh")
        os.chmod(folder, 0o755)
        atexit.register(subprocess.run, [script, "stop", folder])
        started = subprocess.run([script, "start", folder], check=True, capture_output=True, text=True)
        os.environ["TROPA_DATABASE_URL"] = started.stdout.strip()


_prepare_server()

# No deadline anywhere: the first example of an expression pays for compiling it, which says nothing of the code.
# Landing must not depend on luck, so CI repeats the same examples; "explore" looks for new ones.
settings.register_profile("dev", deadline=None, max_examples=50, print_blob=True)
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, database=None, max_examples=30)
settings.register_profile(
    "explore",
    settings.get_profile("dev"),
    max_examples=2_000,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "dev"))

# Files that take longest; where several processes share the tests, they begin with these.
LONGEST = ("kill", "test_serve", "browser", "test_house_routes", "test_figures", "journeys", "test_log_bombs")

# A browser on a shared machine now and then takes a touch or a key for something else, so CI tries such a test once
# more before it fails; the summary names what needed that. Our own processes get no second try.
IN_BROWSER = "tests/browser/"

FAST_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"


def pytest_configure(config: pytest.Config) -> None:
    from django.conf import settings

    from scripts import messages

    settings.PASSWORD_HASHERS = [FAST_HASHER]
    if not hasattr(config, "workerinput"):  # once, before the workers of pytest-xdist start
        messages.compile_all()
    if getattr(config.option, "numprocesses", None):
        # Workers that inherit this read the settings before this file, and share the data folder of their parent.
        os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """In random order, but the longest first: else one process may begin with such a file when the others are done."""
    items.sort(key=lambda item: next((at for at, word in enumerate(LONGEST) if word in item.nodeid), len(LONGEST)))
    if os.environ.get("CI"):
        for item in items:
            if item.nodeid.startswith(IN_BROWSER):
                item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None, django_db_blocker: DjangoDbBlocker, django_db_modify_db_settings: None
) -> Iterator[None]:
    """The database of this worker, with the tables that `tropa migrate` makes."""
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    of_tests, in_file = connection.settings_dict["TEST"], connection.vendor == "sqlite"
    if in_file:
        tables.new_file(Path(of_tests["NAME"]))
    else:
        of_tests["TEMPLATE"] = tables.pattern(os.environ["TROPA_DATABASE_URL"])
    of_tests["MIGRATE"] = False
    with django_db_blocker.unblock():
        made = setup_databases(verbosity=0, interactive=False, keepdb=in_file)
    yield
    with django_db_blocker.unblock():
        teardown_databases(made, verbosity=0)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of real open data sets, which are never committed."""
    folder = Path(os.environ.get("TROPA_SAMPLES") or ROOT.parent / "shared" / "data")
    if not folder.is_dir():
        pytest.skip(f"no sample data at {folder}: set TROPA_SAMPLES to the folder that holds it")
    return folder


@pytest.fixture(scope="session")
def warm_engine() -> Iterator[Engine]:
    with Engine(memory_mb=512, threads=2) as engine:
        yield engine


@pytest.fixture
def engine(warm_engine: Engine) -> Iterator[Engine]:
    """An engine with nothing in it."""
    yield warm_engine
    warm_engine.clear()


@pytest.fixture
def cwd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, for whatever writes beside where it is called."""
    monkeypatch.chdir(tmp_path)
    return tmp_path
