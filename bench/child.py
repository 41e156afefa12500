"""What every measured process does: take the time after its imports, and hand over what it found.

Runs in the environments of the peers too, so it knows the standard library alone.
"""

import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import Any


@dataclass(frozen=True)
class Task:
    """Paths and table that a program works on. table: touch type to stage; stages: keys in the order of rank."""

    log: str
    copy: str
    journey: str
    table: dict[str, str]
    stages: list[str]

    @classmethod
    def read(cls, path: str) -> "Task":
        """The task that the parent has written."""
        return cls(**json.loads(Path(path).read_text(encoding="utf-8")))


class Watch:
    """Seconds by step from its making to `stop`; the processor time and the peak of memory at that moment."""

    def __init__(self) -> None:
        self.steps: dict[str, float] = {}
        self._cpu = _cpu()
        self._began = perf_counter()
        self.inside = self.cpu = self.peak_mib = 0.0

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """One named part of the work."""
        began = perf_counter()
        yield
        self.steps[name] = perf_counter() - began

    def stop(self) -> None:
        """The work is done; what follows is checking."""
        self.inside = perf_counter() - self._began
        self.cpu = _cpu() - self._cpu
        self.peak_mib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def preload(modules: tuple[str, ...]) -> None:
    """Import what a program would otherwise load on first use, within its time; what is not installed is left out."""
    for name in modules:
        if find_spec(name.partition(".")[0]):
            import_module(name)


def hand_over(path: str, watch: Watch, figures: dict[str, Any], packages: tuple[str, ...]) -> None:
    """Write the result of this process for its parent."""
    result = {
        "inside": watch.inside,
        "cpu": watch.cpu,
        "peak_mib": watch.peak_mib,
        "steps": watch.steps,
        "figures": figures,
        "versions": {name: version(name) for name in packages},
    }
    Path(path).write_text(json.dumps(result), encoding="utf-8")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
