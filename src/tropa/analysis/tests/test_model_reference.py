"""What docs/reference says about journeys and conditions is what the code takes."""

import re
from pathlib import Path

import pytest
import yaml

from tropa.analysis.condition import fields, parse
from tropa.analysis.condition.operators import BOUNDS, OPERATORS
from tropa.analysis.condition.reading import FORMS
from tropa.analysis.condition.tree import FIELDS
from tropa.analysis.model import JourneyModel, journey, reading, stage

REFERENCE = Path(__file__).parents[4] / "docs" / "reference"


def section(page: str, heading: str) -> str:
    """The text under a heading, up to the next one."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    found = re.search(rf"^#+ {re.escape(heading)}[^\n]*\n(.*?)(?=^#|\Z)", text, re.DOTALL | re.MULTILINE)
    assert found, f"{page} has no section {heading!r}"
    return found[1]


def rows(page: str, heading: str) -> dict[str, list[str]]:
    """Tables of a section: the first cell, without backticks, to the other cells."""
    lines = [line.strip("|").split("|") for line in section(page, heading).splitlines() if line.startswith("| `")]
    return {cells[0].strip().strip("`"): [cell.strip().strip("`") for cell in cells[1:]] for cells in lines}


@pytest.mark.parametrize(
    ("page", "heading", "words"),
    [
        ("journey.md", "Keys of the file", journey.TOP_KEYS),
        ("journey.md", "Keys of `journey`", journey.JOURNEY_KEYS),
        ("journey.md", "Keys of a stage", reading.STAGE_KEYS),
        ("conditions.md", "Forms", FORMS),
        ("conditions.md", "Fields", FIELDS),
        ("conditions.md", "Operators", OPERATORS),
        ("conditions.md", "`count`", ("of", "within_days", *BOUNDS)),
        ("conditions.md", "`last`", ("of", *(f"{bound}_days" for bound in BOUNDS))),
    ],
)
def test_the_reference_lists_what_the_code_takes(page: str, heading: str, words: tuple[str, ...]) -> None:
    assert list(rows(page, heading)) == list(words)


@pytest.mark.parametrize("name", OPERATORS)
def test_the_reference_names_the_operands_of_an_operator(name: str) -> None:
    entry = OPERATORS[name]
    operand = rows("conditions.md", "Operators")[name][0]

    assert operand == ("list of one kind" if entry.many else ", ".join(entry.kinds))


@pytest.mark.parametrize("choice", [*journey.UNITS, *stage.PHASES])
def test_the_reference_names_every_unit_and_phase(choice: str) -> None:
    assert f"`{choice}`" in section("journey.md", "Keys of `journey`") + section("journey.md", "Keys of a stage")


def test_the_reference_shows_the_defaults_of_the_code() -> None:
    table = rows("journey.md", "Defaults")

    assert set(table) == {*stage.LOSS_WEIGHT, *stage.PHASES}
    for phase in stage.PHASES:
        written = [float(cell) for cell in table[phase]]
        defaults = (stage.PHASE_HORIZON_DAYS, stage.PHASE_INACTIVITY_DAYS, stage.PHASE_LOSS_WEIGHT)
        assert written == [default[phase] for default in defaults]
    for key, weight in stage.LOSS_WEIGHT.items():
        horizon = stage.HORIZON_DAYS.get(key)
        assert table[key][0] == ("by phase" if horizon is None else f"{horizon:g}")
        assert [float(cell) for cell in table[key][1:]] == [stage.INACTIVITY_DAYS[key], weight]


def test_the_journey_of_the_reference_is_readable() -> None:
    text = (REFERENCE / "journey.md").read_text(encoding="utf-8")
    example = re.search(r"```yaml\n(.*?)```", text, re.DOTALL)

    assert example
    assert len(JourneyModel.parse(example[1]).stages) == 3


def test_the_conditions_of_the_reference_are_readable() -> None:
    text = (REFERENCE / "conditions.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    inline = [one for one in re.findall(r"`(\{.*?\})`", text) if "…" not in one]

    assert len(blocks) + len(inline) >= 9
    for example in (*blocks, *inline):
        assert fields(parse(yaml.safe_load(example)))
