"""docs/reference/figures.md: every reason and every code of data quality that the program can give, and no other."""

import ast
import re
from collections.abc import Iterator
from typing import get_args

from tests import tree
from tropa.analysis.figure import COUNTS_ONLY, FEW, Z95, Reason
from tropa.analysis.formats.rejects import ROW_REASONS, VALUE_REASONS

PAGE = tree.ROOT / "docs" / "reference" / "figures.md"
# Where a code of data quality is written out: (name of what is called, position of the code among the arguments).
GIVERS = {"Finding": 0, "note": 0, "_of_cases": 1}


def codes_under(heading: str) -> list[str]:
    """The first cells of the table under a heading of the page."""
    text = PAGE.read_text(encoding="utf-8")
    found = re.search(rf"^## {heading}\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    assert found, f"{PAGE.name} has no section {heading}"
    return re.findall(r"^\| `(\w+)` \|", found[1], re.MULTILINE)


def given() -> Iterator[str]:
    """Every code of data quality that the library writes out."""
    for path, module in tree.python().items():
        if path.startswith("src/tropa/analysis/") and not tree.is_test(path):
            yield from (code for node in ast.walk(module) if isinstance(node, ast.Call) and (code := code_of(node)))


def code_of(call: ast.Call) -> str | None:
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            position = GIVERS.get(name)
        case _:
            position = None
    if position is None or position >= len(call.args):
        return None
    code = call.args[position]
    return code.value if isinstance(code, ast.Constant) and isinstance(code.value, str) else None


def test_the_reasons_are_those_of_the_program() -> None:
    assert sorted(codes_under("Why a value is missing")) == sorted(get_args(Reason))


def test_the_codes_of_quality_are_those_of_the_program() -> None:
    codes = {*given(), *ROW_REASONS, *VALUE_REASONS}
    assert {"out_of_order", "never_on_a_stage", "missing_column", "bad_date"} <= codes
    assert sorted(codes_under("Data quality")) == sorted(codes)


def test_the_bounds_of_few_data_are_those_of_the_program() -> None:
    text = PAGE.read_text(encoding="utf-8")
    told = re.findall(r"^\| (\d+ (?:to \d+|and more)) \|", text, re.MULTILINE)
    assert told == [f"1 to {COUNTS_ONLY - 1}", f"{COUNTS_ONLY} to {FEW - 1}", f"{FEW} and more"]
    assert f"z = {Z95}" in text
