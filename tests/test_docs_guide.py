"""The guide: ten cells in the notebook, a twin in the other language for every page, journey files that can be read."""

import re
from pathlib import Path

import nbformat
import pytest
import yaml

from tests import tree
from tropa.analysis import JourneyModel

GUIDE = tree.ROOT / "docs" / "guide"
PAGES = sorted(path for path in GUIDE.glob("*.md") if not path.name.endswith(".en.md"))
EXAMPLES = sorted(GUIDE.glob("journeys/*.yaml"))


def twin(page: Path) -> Path:
    return page.with_name(f"{page.stem}.en.md")


def parts(page: Path) -> list[str]:
    """What both languages share: levels of headings, code, targets of links."""
    text = page.read_text(encoding="utf-8")
    links = [
        link.replace(".en.md", ".md").replace("README.ru.md", "README.md")
        for link in re.findall(r"\]\(([^)]+)\)", text)
    ]
    return [*re.findall(r"^(#+) ", text, re.MULTILINE), *re.findall(r"^```(\w+)", text, re.MULTILINE), *links]


def test_the_notebook_has_ten_cells() -> None:
    notebook = nbformat.read(GUIDE / "from-csv-to-funnel.ipynb", as_version=4)
    assert len(notebook.cells) == 10


def test_every_page_is_there_in_both_languages() -> None:
    assert PAGES
    english = {path.name for path in GUIDE.glob("*.en.md")}
    assert {twin(page).name for page in PAGES} == english


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_both_languages_have_the_same_parts(page: Path) -> None:
    assert parts(page) == parts(twin(page))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_example_journeys_can_be_read(path: Path) -> None:
    assert JourneyModel.read(path).stages


@pytest.mark.parametrize("page", [*PAGES, *map(twin, PAGES)], ids=lambda page: page.name)
def test_journeys_in_the_text_can_be_read(page: Path) -> None:
    for block in re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        assert isinstance(yaml.safe_load(block), dict)
        if block.startswith("journey:"):
            assert JourneyModel.parse(block).stages
