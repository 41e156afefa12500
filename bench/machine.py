"""What the figures were measured on."""

import os
import platform
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

BUSY_LOAD = 1.5


def describe() -> dict[str, Any]:
    """Processor, cores, memory (GiB), system, Python, date and load average of the last minute."""
    return {
        "processor": _of_file("/proc/cpuinfo", "model name") or platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "load": round(os.getloadavg()[0], 2),
    }


def _of_file(path: str, key: str) -> str | None:
    source = Path(path)
    lines = source.read_text(encoding="utf-8").splitlines() if source.exists() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith(key)), None)
