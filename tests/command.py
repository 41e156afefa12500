"""The `tropa` command as a user calls it: in a process of its own."""

import subprocess
import sys
from pathlib import Path

_CALL = "import sys; from tropa.config.cli import main; sys.exit(main())"


def tropa(*words: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """What the command printed, and its exit code."""
    return subprocess.run(
        [sys.executable, "-c", _CALL, *words], cwd=cwd, capture_output=True, text=True, encoding="utf-8", check=False
    )
