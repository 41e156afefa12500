"""What an import costs and reaches, seen in an interpreter of its own."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pkgutil import walk_packages

import pytest

HEAVY = {"duckdb", "ibis", "lifelines", "matplotlib", "numpy", "pandas", "pyarrow", "scipy", "statsmodels"}
# Third-party clients. The standard ones cannot be told here: xml.sax loads urllib.request by itself; import-linter
# refuses them in our own imports.
NETWORK = {"aiohttp", "django", "httpcore", "httpx", "requests", "urllib3"}

LOADED = "import json, sys; print(json.dumps(sorted(sys.modules)))"
HELP = """
import sys
from tropa.config.cli import main
sys.argv = ["tropa", *{words}]
try:
    code = main()
except SystemExit as stop:
    code = stop.code
assert not code, code
print()
"""


def loaded(script: str) -> set[str]:
    """The modules that a fresh interpreter has loaded at the end of a script, read from the last line it prints."""
    run = subprocess.run([sys.executable, "-c", f"{script}\n{LOADED}"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    return set(json.loads(run.stdout.splitlines()[-1]))


def modules(room: str) -> list[str]:
    """The modules of a room without its tests."""
    spec = find_spec(room)
    assert spec is not None
    names = [info.name for info in walk_packages(spec.submodule_search_locations, f"{room}.")]
    return [room, *(name for name in names if ".tests" not in name)]


@pytest.mark.parametrize("words", [["--help"], ["analyze", "--help"], ["demo", "--help"]])
def test_help_loads_no_engine(words: list[str]) -> None:
    assert loaded(HELP.format(words=words)) & HEAVY == set()


def test_the_probe_sees_an_engine_when_there_is_one() -> None:
    assert loaded("import tropa.engine") & HEAVY >= {"duckdb", "ibis"}


@pytest.mark.parametrize("room", ["tropa.engine", "tropa.analysis"])
def test_pure_rooms_reach_no_network_client_even_through_others(room: str) -> None:
    names = modules(room)
    assert loaded("\n".join(f"import {name}" for name in names)) & NETWORK == set()
