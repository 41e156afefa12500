"""docs/reference/settings.md against the settings: every variable, its default and its bounds."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests import tree

PAGE = tree.ROOT / "docs" / "reference" / "settings.md"
CONFIG = tree.PACKAGE / "config"
# Read by commands outside of the settings, or passed on between the server's own processes.
ELSEWHERE = {"TROPA_HOST", "TROPA_PORT", "TROPA_LANG", "TROPA_PASSWORD"}


def documented() -> dict[str, list[str]]:
    """Variable → its cells: value, default, meaning."""
    rows = [line.split("|")[1:-1] for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    return {row[0].strip(" `"): [cell.strip() for cell in row[1:]] for row in rows}


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """Variable, kind and call of every setting."""
    for node in ast.walk(ast.parse((CONFIG / "settings.py").read_text(encoding="utf-8"))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func.value) == "env"
        ):
            yield str(ast.literal_eval(node.args[0])), node.func.attr, node


def test_every_setting_is_documented() -> None:
    read = {name for name, _, _ in calls()} | ELSEWHERE
    assert "TROPA_DATA" in read
    assert set(documented()) | {"TROPA_FIGURES_SOCKET"} == read


@pytest.mark.parametrize(("name", "kind", "call"), [pytest.param(*each, id=each[0]) for each in calls()])
def test_its_bounds_and_default_are_told(name: str, kind: str, call: ast.Call) -> None:
    if name == "TROPA_FIGURES_SOCKET":
        return
    value, default, _ = documented()[name]
    given = {word.arg: ast.literal_eval(word.value) for word in call.keywords}
    if kind == "number":
        assert value == f"{given['low']}…{given['high']}"
    if kind == "choice":
        assert re.findall(r"`(\w+)`", value) == list(ast.literal_eval(call.args[2]))
    if kind in ("number", "choice", "text", "words"):
        assert f"`{ast.literal_eval(call.args[1])}`" == default
