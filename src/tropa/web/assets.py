"""The built front end: which hashed files the pages load. Vite writes them beside a manifest; none is committed."""

import json
from functools import lru_cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static" / "web"
MAIN = "src/tropa/web/front/main.ts"
ICONS = "src/tropa/web/front/icons/icons.svg"
FAVICON = "src/tropa/web/front/icons/favicon.svg"


def built() -> bool:
    """Whether there is a front end to load."""
    return _manifest_path().is_file()


def styles() -> list[str]:
    """Paths of the style sheets under the folder of static files; empty when nothing was built."""
    return [f"web/{name}" for name in _entry(MAIN).get("css", ())]


def script() -> str:
    """Path of the script of every page; empty when nothing was built."""
    return _path(MAIN)


def icons() -> str:
    """Path of the sprite; empty when nothing was built."""
    return _path(ICONS)


def favicon() -> str:
    """Path of the picture in the browser's tab; empty when nothing was built."""
    return _path(FAVICON)


def _path(source: str) -> str:
    file = _entry(source).get("file")
    return f"web/{file}" if file else ""


def _entry(source: str) -> dict[str, str]:
    path = _manifest_path()
    try:
        changed = path.stat().st_mtime_ns
    except FileNotFoundError:
        return {}
    return _manifest(path, changed).get(source, {})


def _manifest_path() -> Path:
    return FOLDER / "manifest.json"


@lru_cache(maxsize=4)
def _manifest(path: Path, changed_ns: int) -> dict[str, dict[str, str]]:
    """Read again only after a new build: changed_ns is part of the key."""
    found: dict[str, dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return found
