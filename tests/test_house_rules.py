"""Rules of the house that no linter knows."""

import ast
import os
import re

import pytest

from tests import tree

# Written in two halves, so that this file does not find itself.
REGISTRY_HOSTS = re.compile(
    r"py" r"pi\.org|python" r"hosted\.org|npm" r"js\.(org|com)|deb\.debian\." r"org|registry\.npm", re.IGNORECASE
)
MACHINE_PATHS = re.compile(r"(?<![\w./-])/(home/\w|ro" r"ot/|Us" r"ers/\w|wo" r"rk/|opt/wh" r"eels)|C:\\Us" r"ers\\")
SECRETS = {
    "private key": r"-----BEGIN [A-Z ]*PRIVATE " r"KEY-----",
    "cloud access key": r"\b(AKIA|ASIA)[0-9A-Z]{16}\b",
    "code host token": r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{40,}|glpat-[\w-]{20})\b",
    "chat token": r"\bxox[abprs]-[0-9A-Za-z-]{10,}",
    "web token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "password in an address": r"\b[a-z][a-z0-9+]*://(?!user:password@)[^\s/:@\"'{<]+:[^\s/@\"'{<]+@",
}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "extras", "shared", "lib"}
MAY_BE_EMPTY = {"__init__.py", "py.typed"}


def found(pattern: str | re.Pattern[str]) -> list[str]:
    """path:line of every line of a text file that the pattern finds."""
    matches = re.compile(pattern).search
    return [
        f"{path}:{number}"
        for path, text in tree.texts()
        for number, line in enumerate(text.splitlines(), 1)
        if matches(line)
    ]


def test_no_file_names_a_package_registry() -> None:
    assert found(REGISTRY_HOSTS) == []


def test_no_file_holds_a_path_of_one_machine() -> None:
    assert found(MACHINE_PATHS) == []
    assert found(re.escape(f"{tree.ROOT}/")) == []


@pytest.mark.parametrize("kind", SECRETS)
def test_no_file_holds_a_secret(kind: str) -> None:
    assert found(SECRETS[kind]) == []


def test_nothing_is_called_a_drawer() -> None:
    paths = [tree.name(path) for path in tree.files()]
    assert [path for path in paths if DRAWERS & {part.split(".")[0] for part in path.lower().split("/")}] == []


def test_no_file_is_empty() -> None:
    empty = [path for path in tree.files() if path.name not in MAY_BE_EMPTY and not path.read_bytes().strip()]
    assert empty == []


def test_every_package_says_what_it_is() -> None:
    silent = [
        path
        for path, module in tree.python().items()
        if path.endswith("__init__.py") and not tree.is_test(path) and not ast.get_docstring(module)
    ]
    assert silent == []


def test_every_test_file_has_a_test() -> None:
    hollow = [
        path
        for path, module in tree.python().items()
        if path.rsplit("/", 1)[-1].startswith("test_") and not any(is_a_test(node) for node in ast.walk(module))
    ]
    assert hollow == []


def is_a_test(node: ast.AST) -> bool:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
            return name.startswith("test_")
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name.startswith("Test")  # a hypothesis state machine: TestX = X.TestCase
    return False


def test_every_test_lies_where_pytest_looks() -> None:
    tests = [path for path in tree.python() if path.rsplit("/", 1)[-1].startswith("test_")]
    assert tests, "no test file found at all"
    assert [path for path in tests if not re.match(r"tests/|src/tropa/(\w+/)+tests/", path)] == []


def test_only_the_engine_imports_duckdb() -> None:
    importers = {path for path, module in tree.python().items() if "duckdb" in imported(module)}
    assert {path for path in importers if path.startswith("src/") and not path.startswith("src/tropa/engine/")} == set()


def test_the_library_and_the_engine_never_print() -> None:
    printing = [
        f"{path}:{node.lineno}"
        for path, module in tree.python().items()
        if path.startswith(("src/tropa/engine/", "src/tropa/analysis/"))
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert printing == []


def test_the_product_imports_no_licence_that_would_bind_it() -> None:
    importers = {path for path, module in tree.python().items() if "pm4py" in imported(module)}
    assert {path for path in importers if not path.startswith("bench/")} == set()


def imported(module: ast.Module) -> set[str]:
    """The top-level names of everything a module imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return names


def test_every_suppression_names_its_rule() -> None:
    assert found(r"#\s*noqa(?!:)|#\s*type:\s*ignore(?!\[)") == []


def test_the_changelog_has_a_section_for_what_comes() -> None:
    changelog = (tree.ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (Unreleased|0\.1\.0)", changelog, re.MULTILINE)


def test_the_licence_is_whole() -> None:
    text = (tree.ROOT / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text


def test_every_script_can_be_executed() -> None:
    scripts = [path for path in tree.files() if path.suffix == ".sh" or path.parent.name == ".ci"]
    assert scripts
    assert [tree.name(path) for path in scripts if not os.access(path, os.X_OK)] == []
