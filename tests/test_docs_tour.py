"""The five-minute tours of the READMEs do what they say, command by command, in an empty folder."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import tree

READMES = ("README.md", "README.ru.md")
TOUR = {"README.md": "Five minutes with your own file", "README.ru.md": "Пять минут со своим файлом"}


def read(name: str) -> str:
    return (tree.ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The fenced blocks of a language inside the tour."""
    tour = re.search(rf"^## {TOUR[name]}\n(.*?)^## ", read(name), re.MULTILINE | re.DOTALL)
    assert tour, f"{name} has no tour"
    return re.findall(rf"^```{language}\n(.*?)^```$", tour[1], re.MULTILINE | re.DOTALL)


def spaced(text: str) -> list[str]:
    """Lines with single plain spaces: widths and non-breaking spaces are no matter of the text."""
    return [" ".join(line.split()) for line in text.splitlines()]


@pytest.mark.parametrize("name", READMES)
def test_the_tour_works_as_written(name: str, tmp_path: Path) -> None:
    # The tour starts in the folder of the project, where the environment is.
    (tmp_path / ".venv").symlink_to(sys.prefix)
    script = "\n".join(blocks(name, "sh"))
    run = subprocess.run(["sh", "-eu", "-c", script], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert run.returncode == 0, run.stderr
    assert run.stderr == ""
    promised = [line for block in blocks(name, "text") for line in spaced(block)]
    assert promised
    assert [line for line in promised if line not in spaced(run.stdout)] == [], run.stdout
    language = "ru" if ".ru." in name else "en"
    for page in ("log.html", "report.html"):
        assert f'<html lang="{language}"' in (tmp_path / "var" / "tour" / page).read_text(encoding="utf-8")


def test_both_tours_have_the_same_steps() -> None:
    assert [command_words(block) for block in blocks("README.md", "sh")] == [
        command_words(block) for block in blocks("README.ru.md", "sh")
    ]


def command_words(block: str) -> list[str]:
    """The options and files of the calls of tropa in a block."""
    calls = re.findall(r"^tropa .*", block, re.MULTILINE)
    return [word for call in calls for word in re.findall(r"--[a-z-]+|\b[\w.]+\.(?:csv|yaml|html)\b", call)]


def test_both_readmes_have_the_same_parts() -> None:
    english, russian = (re.findall(r"^(#+ )", read(name), re.MULTILINE) for name in READMES)
    assert english == russian
    links = [
        set(re.findall(r"\]\((docs/(?:reference|adr)/[^)]+|LICENSE|C[A-Z]+\.md)\)", read(name))) for name in READMES
    ]
    assert links[0] == links[1]


@pytest.mark.parametrize("name", READMES)
def test_the_picture_is_small(name: str) -> None:
    pictures = [tree.ROOT / picture for picture in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", read(name))]
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > 400_000] == []
