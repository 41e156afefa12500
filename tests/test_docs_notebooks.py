"""The notebooks of the guide run from the first cell to the last, in an empty folder, and are committed clean."""

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from tests import tree

GUIDE = tree.ROOT / "docs" / "guide"
NOTEBOOKS = sorted(path.name for path in GUIDE.glob("*.ipynb"))


def test_the_guide_has_a_notebook() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_notebook_runs(name: str, cwd: Path) -> None:
    notebook = nbformat.read(GUIDE / name, as_version=4)
    client = NotebookClient(notebook, timeout=120, kernel_name="python3", resources={"metadata": {"path": str(cwd)}})
    client.execute()
    assert any(cell.outputs for cell in notebook.cells if cell.cell_type == "code")


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_notebook_is_committed_without_results(name: str) -> None:
    notebook = nbformat.read(GUIDE / name, as_version=4)
    assert [cell.source for cell in notebook.cells if cell.get("outputs") or cell.get("execution_count")] == []
