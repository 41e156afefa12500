"""The secret that signs sessions: given, or made once and kept beside the data."""

import os
import secrets
from pathlib import Path


def secret_key(given: str | None, data: Path) -> str:
    """The given secret, else the one in `data/secret-key`, made on first use and readable by its owner alone."""
    if given:
        return given
    file = data / "secret-key"
    data.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text(encoding="ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as opened:
        key = secrets.token_urlsafe(48)
        opened.write(key)
    return key
