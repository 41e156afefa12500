"""docs/reference and the code say the same: options, keys of the summary, codes and reasons."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
import yaml

from tests import tree
from tests.command import tropa
from tropa.analysis.figure import Reason

REFERENCE = tree.ROOT / "docs" / "reference"

# Two cases that share a start; one of them comes back to it.
LOG = """case,activity,at,ended
a,start,2024-01-01T00:00:00Z,2024-01-01T01:00:00Z
a,middle,2024-01-02T00:00:00Z,2024-01-02T01:00:00Z
a,start,2024-01-03T00:00:00Z,2024-01-03T01:00:00Z
b,start,2024-01-01T00:00:00Z,2024-01-01T01:00:00Z
b,finish,2024-01-05T00:00:00Z,2024-01-05T01:00:00Z
"""
JOURNEY = """journey: {key: short, label: {ru: "Короткий", en: "Short"}, unit: account}
stages:
  - {key: start, rank: 1, label: {ru: "Начало", en: "Start"}}
  - {key: middle, rank: 2, label: {ru: "Середина", en: "Middle"}}
  - {key: finish, rank: 3, label: {ru: "Конец", en: "Finish"}, won: true}
"""
ROLES = "case=case,activity=activity,at=at,ended=ended"
# Keys of these objects are the user's own words (column roles and languages), not names of the schema.
USERS_KEYS = {"columns", "label"}


def reference() -> str:
    pages = sorted(REFERENCE.glob("*.md"))
    assert pages, "docs/reference has no page"
    return "\n".join(page.read_text(encoding="utf-8") for page in pages)


def undocumented(words: set[str]) -> list[str]:
    """The words that docs/reference does not show as code."""
    shown = set(re.findall(r"[\w-]+", " ".join(re.findall(r"```.*?```|`[^`\n]+`", reference(), re.DOTALL))))
    return sorted(words - shown)


def commands() -> list[str]:
    """The commands that `tropa --help` lists."""
    return re.findall(r"^ {4}([a-z]+) ", helped(), re.MULTILINE)


def helped(*words: str) -> str:
    shown = tropa(*words, "--help")
    assert shown.returncode == 0, shown.stderr
    return shown.stdout


def test_every_command_is_documented() -> None:
    assert "analyze" in commands()
    assert [name for name in commands() if f"tropa {name}" not in reference()] == []


def test_every_option_is_documented() -> None:
    options = {word for name in commands() for word in re.findall(r"--[a-z][a-z-]+", helped(name))} - {"--help"}
    assert "--journey" in options
    assert [option for option in sorted(options) if option not in reference()] == []


@pytest.mark.parametrize("options", [[], ["--journey", "journey.yaml"]], ids=["without", "with"])
def test_every_key_of_the_summary_is_documented(options: list[str], tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text(LOG, encoding="utf-8")
    (tmp_path / "journey.yaml").write_text(JOURNEY, encoding="utf-8")
    run = tropa("analyze", "log.csv", "--columns", ROLES, *options, "--json", "-", cwd=tmp_path)
    assert run.returncode == 0, run.stderr
    assert undocumented(set(keys(json.loads(run.stdout)))) == []


def keys(node: object) -> Iterator[str]:
    """Every key of a document, at any depth."""
    if isinstance(node, list):
        for item in node:
            yield from keys(item)
    elif isinstance(node, dict):
        for key, value in node.items():
            yield key
            yield from () if key in USERS_KEYS else keys(value)


def test_every_reason_is_documented() -> None:
    assert undocumented(set(get_args(Reason))) == []


def test_every_code_of_an_error_is_documented() -> None:
    assert undocumented(written("InputError")) == []


def test_every_code_of_quality_is_documented() -> None:
    words = yaml.safe_load((tree.PACKAGE / "analysis" / "words.yaml").read_text(encoding="utf-8"))
    named = {code[1] for key in words if (code := re.fullmatch(r"quality\.(\w+)\.done", key))} - {"other"}
    assert undocumented(named | written("Finding")) == []


def written(name: str) -> set[str]:
    """The first arguments of all calls of a name in the product, where they are written out."""
    codes = {
        node.args[0].value
        for path, module in tree.python().items()
        if not tree.is_test(path)
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name and node.args
        if isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)
    }
    assert codes, f"no call of {name} found"
    return codes
