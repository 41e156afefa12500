"""docs/reference/log.md says what the code does."""

import re
from pathlib import Path

import pytest

from tropa.analysis.formats import limits
from tropa.analysis.formats.canonical import COLUMNS
from tropa.analysis.formats.layouts import LAYOUTS
from tropa.analysis.formats.rejects import MOST_EXAMPLES, ROW_REASONS, VALUE_REASONS
from tropa.analysis.formats.roles import CANONICAL, ROLES, known_names

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "log.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def rows_of(page: str, heading: str) -> list[list[str]]:
    section = page.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def test_roles_and_guessed_names(page: str) -> None:
    documented = {
        row[0].strip("`"): (row[1].strip("`"), tuple(row[2].rstrip(" |").split(", ")))
        for row in rows_of(page, "Columns")
    }
    assert documented == {role: (CANONICAL[role], known_names(role)[1:]) for role in ROLES}


def test_canonical_columns_in_order(page: str) -> None:
    sentence = page.split("The canonical table has, in this order:", 1)[1].split("p_<name>", 1)[0]
    named = [name for name in re.findall(r"`(\w+)`", sentence) if name in COLUMNS]
    assert named == list(COLUMNS)


def test_layouts(page: str) -> None:
    named = re.findall(r"`(\w+)`", " ".join(row[0] for row in rows_of(page, "Moments")))
    assert named == list(LAYOUTS)


def test_findings(page: str) -> None:
    section = page.split("## Rejected rows and findings", 1)[1].split("\n## ", 1)[0]
    rows, values = section.split("Values:", 1)
    assert set(re.findall(r"`([a-z]+_[a-z]+)`", rows)) - {"rows_rejected"} == set(ROW_REASONS)
    assert set(re.findall(r"`([a-z]+_[a-z]+)`", values.split(";", 1)[0])) == set(VALUE_REASONS)
    assert MOST_EXAMPLES == 5


@pytest.mark.parametrize(
    ("what", "numbers"),
    [
        ("gzip", [limits.GZIP_MOST_RATIO, limits.GZIP_FREE_BYTES // 10**6, limits.MOST_UNPACKED_BYTES // limits.GIB]),
        ("disk", [limits.KEEP_FREE_BYTES // limits.MIB]),
        ("one line, or one piece of XML or JSON", [limits.LONGEST_LINE_BYTES // 10**6]),
        (
            "XLSX",
            [
                limits.XLSX_MOST_UNPACKED_BYTES // 10**6,
                limits.XLSX_MOST_ENTRIES,
                limits.XLSX_MOST_ROWS,
                limits.XLSX_MOST_CELLS,
                limits.XLSX_MOST_TEXT_BYTES // 10**6,
            ],
        ),
        ("XML", [limits.XML_DEEPEST]),
        ("start and complete pairs", [limits.CASE_MOST_PAIRED]),
    ],
)
def test_limits(page: str, what: str, numbers: list[int]) -> None:
    (stated,) = [row[1] for row in rows_of(page, "Limits") if row[0] == what]
    assert [int(number.replace(",", "")) for number in re.findall(r"\d[\d,]*", stated)] == numbers
