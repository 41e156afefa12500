"""Documents point at things that exist, and the newcomer's commands are the ones that the project has."""

import re
from pathlib import Path

import pytest

from tests import tree

DOCUMENTS = {tree.name(path): path for path in tree.files() if path.suffix == ".md"}
DECISIONS = sorted(path for path in DOCUMENTS.values() if re.match(r"docs/adr/\d", tree.name(path)))

LINK = re.compile(r"\]\(([^()\s]+)\)|<img[^>]+src=\"([^\"]+)\"")
HEADING = re.compile(r"^#+ +(.+?) *$", re.MULTILINE)


def read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def anchors(path: Path) -> set[str]:
    """The fragments that a heading can be reached by, spelled as code hosts spell them."""
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in HEADING.findall(read(path))}


def is_broken(document: Path, link: str) -> bool:
    if re.match(r"[a-z]+:", link):
        return False
    file, _, fragment = link.partition("#")
    target = (document.parent / file).resolve() if file else document
    return not target.exists() or (bool(fragment) and target.suffix == ".md" and fragment not in anchors(target))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_links_lead_somewhere(name: str) -> None:
    document = DOCUMENTS[name]
    links = [local or image for local, image in LINK.findall(read(document))]
    assert [link for link in links if is_broken(document, link)] == []


def test_the_readme_names_the_newcomers_commands() -> None:
    readme = read(tree.ROOT / "README.md")
    assert [command for command in ("make run", "make test") if command not in readme] == []


def test_named_make_targets_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", read(tree.ROOT / "Makefile"), re.MULTILINE))
    named = {(name, target) for name, path in DOCUMENTS.items() for target in re.findall(r"`make ([a-z]+)", read(path))}
    assert {(name, target) for name, target in named if target not in targets} == set()


def test_the_index_lists_every_decision_by_its_title() -> None:
    index = read(tree.ROOT / "docs" / "adr" / "README.md")
    wanted = [f"[{HEADING.findall(read(path))[0]}]({path.name})" for path in DECISIONS]
    assert wanted, "no decision found at all"
    assert [entry for entry in wanted if entry not in index] == []


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_a_decision_is_one_page_with_the_same_parts(path: Path) -> None:
    headings = HEADING.findall(read(path))
    assert [part for part in ("Status", "Context", "Decision", "Consequences") if part not in headings] == []
    assert len(read(path).splitlines()) <= 80
