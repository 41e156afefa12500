"""The project's own files, for tests that read the tree instead of running it."""

import ast
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "src" / "tropa"

# Folders of tools and of results; names that .gitignore adds are read from there.
_NOT_OURS = {
    ".git",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    ".import_linter_cache",
    "node_modules",
}


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be committed."""
    ignored = [line.strip() for line in (ROOT / ".gitignore").read_text().splitlines() if line.strip()]
    return tuple(sorted(_walk(ROOT, ignored)))


def texts() -> Iterator[tuple[str, str]]:
    """Path from the root and content of every text file."""
    for path in files():
        if b"\0" not in path.read_bytes()[:8192]:
            yield name(path), path.read_text(encoding="utf-8", errors="replace")


@cache
def python() -> dict[str, ast.Module]:
    """Path from the root → parsed module, for every Python file but the migrations, which Django writes."""
    found = (path for path in files() if path.suffix == ".py" and path.parent.name != "migrations")
    return {name(path): ast.parse(path.read_text(encoding="utf-8")) for path in found}


def is_test(path: str) -> bool:
    """Whether a path from the root belongs to tests rather than to the product."""
    return bool(re.search(r"(^|/)(tests/|conftest\.py$)", path))


def name(path: Path) -> str:
    """A path as it is written in lists and messages: from the root, with slashes."""
    return path.relative_to(ROOT).as_posix()


def _walk(folder: Path, ignored: list[str]) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name in _NOT_OURS or any(_matches(path, pattern) for pattern in ignored):
            continue
        if path.is_dir():
            yield from _walk(path, ignored)
        else:
            yield path


def _matches(path: Path, pattern: str) -> bool:
    bare = pattern.strip("/")
    if pattern.endswith("/") and not path.is_dir():
        return False
    return fnmatch(name(path) if "/" in bare or pattern.startswith("/") else path.name, bare)
