"""docs/reference/import.md names every field, reason and limit that the code has."""

import re
from pathlib import Path

import pytest

from tropa.capture import actions, preview, problems, rows, uploads
from tropa.capture.fields import FIELDS
from tropa.capture.models import Import

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "import.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", FIELDS)
def test_every_field_is_listed_under_its_kind(kind: str) -> None:
    part = PAGE.split(f": `{kind}`\n")[1].split("\n### ")[0]
    assert re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) == [field.key for field in FIELDS[kind]]


def test_every_reason_and_status_is_told() -> None:
    told = set(re.findall(r"`(\w+)`", PAGE))
    assert set(problems.REASONS) | set(problems.NOTES) | set(problems.KEPT) | set(Import.Status.values) <= told


def test_limits_are_those_of_the_code() -> None:
    assert uploads.MOST_BYTES == 200_000_000
    assert uploads.MOST_XLSX_BYTES == 20_000_000
    assert f"{uploads.MOST_COLUMNS} columns" in PAGE
    for number in (rows.BATCH_ROWS, actions.CHECKED_AT_ONCE, preview.MOST_READ):
        assert f"{number:,} rows" in PAGE
