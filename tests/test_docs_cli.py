"""docs/reference/cli.md against the parser: options, values, defaults, roles, exit codes."""

import argparse
import re
from collections.abc import Iterator

import pytest

from tests import tree
from tropa.analysis.formats.layouts import LAYOUTS
from tropa.config import cli, exit_codes
from tropa.demo import DEFAULT_SIZE

PAGE = tree.ROOT / "docs" / "reference" / "cli.md"
COMMANDS = (
    "analyze", "demo", "serve", "web", "worker", "migrate", "owner", "ledger", "rebuild", "doctor", "manage",
)  # fmt: skip


def section(heading: str) -> list[list[str]]:
    """The table rows under a heading of the page, as lists of cells."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{PAGE.name} has no section {heading}"
    lines = [line for line in found[1].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def documented(command: str) -> dict[str, list[str]]:
    """Option → its cells: value, default, meaning."""
    rows = section(f"`tropa {command}`")
    return {row[0].strip("`"): row[1:] for row in rows if re.match(r"`(--|[A-Z]+`)", row[0])}


def options(command: str) -> Iterator[argparse.Action]:
    commands = next(action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction))
    yield from (action for action in commands.choices[command]._actions if action.dest != "help")


def name(option: argparse.Action) -> str:
    return option.option_strings[0] if option.option_strings else str(option.metavar)


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_every_command_is_documented() -> None:
    commands = next(action for action in cli.parser()._actions if isinstance(action, argparse._SubParsersAction))
    assert set(commands.choices) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_options_are_those_of_the_parser(command: str) -> None:
    assert set(documented(command)) == {name(option) for option in options(command)}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_values_are_those_of_the_parser(command: str) -> None:
    for option in options(command):
        if option.option_strings:
            told = words(documented(command)[name(option)][0])
            values = [] if option.nargs == 0 else list(option.choices or str(option.metavar).split("|"))
            assert told == values, name(option)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_defaults_are_those_of_the_parser(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("TROPA_LANG", "TROPA_HOST", "TROPA_PORT"):
        monkeypatch.delenv(variable, raising=False)
    for option in options(command):
        told = words(documented(command)[name(option)][1])
        if option.default not in (None, {}, False) and option.option_strings:
            assert str(option.default) in told, name(option)
        else:
            assert name(option) in ("--rejects", "--accounts", "--lang") or told == [], name(option)


def test_the_default_world_is_as_large_as_documented() -> None:
    assert words(documented("demo")["--accounts"][1]) == [str(DEFAULT_SIZE.accounts)]


def test_the_roles_are_those_of_the_parser() -> None:
    rows = [row for row in section("`tropa analyze`") if len(row) == 3]
    assert {word for row in rows for word in words(row[0])} == set(cli.ROLES)


def test_every_date_format_is_documented() -> None:
    assert set(LAYOUTS) <= set(
        words(documented("analyze")["--date-format"][0] + documented("analyze")["--date-format"][2])
    )


def test_the_exit_codes_are_those_of_the_program() -> None:
    told = {row[0] for row in section("Exit codes")[2:]}
    assert told == {str(code) for code in vars(exit_codes).values() if isinstance(code, int)}
