"""Dependencies: what pyproject.toml allows, the lock files pin with hashes, and nothing says where from."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import tropa
from tests import tree

LOCKS = sorted(tree.name(path) for path in tree.ROOT.glob("requirements*.txt")) + sorted(
    tree.name(path) for path in (tree.ROOT / "bench").glob("requirements*.txt")
)
PROJECT = tomllib.loads((tree.ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def pinned(lock: str) -> dict[str, str]:
    """Name → version of a lock file."""
    lines = (tree.ROOT / lock).read_text(encoding="utf-8").splitlines()
    return {canonicalize_name(m[1]): m[2] for line in lines if (m := re.match(r"([\w.-]+)==([^\s\\;]+)", line))}


def unmet(lock: str, wanted: list[str]) -> list[str]:
    """Requirements that a lock file does not pin, or pins outside of what they allow."""
    pins = pinned(lock)
    requirements = [Requirement(text) for text in wanted]
    return [
        str(requirement)
        for requirement in requirements
        if not requirement.specifier.contains(pins.get(canonicalize_name(requirement.name), "0"), prereleases=True)
        or canonicalize_name(requirement.name) not in pins
    ]


def test_there_are_locks_for_the_product_its_tests_and_the_peers() -> None:
    assert {Path(lock).name for lock in LOCKS} >= {"requirements.txt", "requirements-dev.txt"}
    assert any(lock.startswith("bench/") for lock in LOCKS)


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    entries = re.split(r"^(?=[\w.-]+==)", (tree.ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    assert entries
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_lock_says_where_packages_come_from(lock: str) -> None:
    text = (tree.ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"\S*://\S*|^\s*-(?!-hash)\S+|^[\w.-]+ @ .*", text, flags=re.MULTILINE) == []


def test_the_product_lock_meets_pyproject() -> None:
    assert unmet("requirements.txt", PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]) == []


def test_the_test_lock_meets_pyproject() -> None:
    assert unmet("requirements-dev.txt", PROJECT["project"]["optional-dependencies"]["dev"]) == []


def test_tests_run_on_what_the_product_runs_on() -> None:
    tests = pinned("requirements-dev.txt")
    assert {name: tests.get(name) for name in pinned("requirements.txt")} == pinned("requirements.txt")


def test_the_version_is_said_once_alike() -> None:
    assert tropa.__version__ == PROJECT["project"]["version"]
