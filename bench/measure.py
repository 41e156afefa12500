"""Running programs, each measurement in a fresh process, and the medians of several rounds.

This process imports nothing heavy: on Linux the peak of a child's memory starts from that of its parent.
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from bench.child import Task

ROOT = Path(__file__).parent.parent
MOST_SECONDS = 3600


@dataclass(frozen=True)
class Program:
    """name: as the report calls it. python: interpreter. module and variant: what it runs. rounds: how often."""

    name: str
    python: Path
    module: str
    variant: str
    rounds: int = 1


class Failed(Exception):
    """A measured process ended with an error."""


def python_of(peer: str) -> Path:
    """The interpreter of a peer's environment."""
    return ROOT / "bench" / f".env-{peer}" / "bin" / "python"


OWN = Path(sys.executable)


def call(python: Path, *words: str) -> float:
    """Run a module in a process of its own. Returns seconds of the whole process; raises Failed with its errors."""
    began = perf_counter()
    run = subprocess.run(
        [str(python), "-m", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=MOST_SECONDS,
        check=False,
    )
    if run.returncode:
        raise Failed(f"{' '.join(words)}: {run.stderr[-2000:]}")
    return perf_counter() - began


def once(program: Program, task: Task) -> dict[str, Any]:
    """One measurement: what the child hands over, and `wall`, the seconds of the whole process."""
    with tempfile.TemporaryDirectory(prefix="tropa-bench-") as folder:
        given, result = Path(folder, "task.json"), Path(folder, "result.json")
        given.write_text(json.dumps(asdict(task)), encoding="utf-8")
        wall = call(program.python, program.module, program.variant, str(given), str(result))
        found: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
    return found | {"wall": wall, "runs": 1}


def rounds(programs: list[tuple[Program, Task]]) -> dict[str, dict[str, Any]]:
    """Every program in turn, several times over, so that a disturbance hits neighbours and not one program alone."""
    runs: dict[str, list[dict[str, Any]]] = {program.name: [] for program, _ in programs}
    for number in range(max(program.rounds for program, _ in programs)):
        for program, task in programs:
            if number < program.rounds:
                found = once(program, task)
                runs[program.name].append(found)
                print(f"  {number + 1}/{program.rounds}  {program.name:42s}{found['inside']:8.2f} s", flush=True)
    return {name: middle(found) for name, found in runs.items()}


def middle(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians over the runs of a program; the highest peak; figures of the last run."""
    last = runs[-1]
    return {
        "inside": median(run["inside"] for run in runs),
        "fastest": min(run["inside"] for run in runs),
        "slowest": max(run["inside"] for run in runs),
        "wall": median(run["wall"] for run in runs),
        "cpu": median(run["cpu"] for run in runs),
        "peak_mib": max(run["peak_mib"] for run in runs),
        "steps": {name: median(run["steps"][name] for run in runs) for name in last["steps"]},
        "runs": len(runs),
        "figures": last["figures"],
        "versions": last["versions"],
    }


def start_up(times: int = 10) -> dict[str, float]:
    """Median seconds of `tropa --help` and of an empty Python, taken in turns."""
    commands = {"help": [str(OWN.parent / "tropa"), "--help"], "python": [str(OWN), "-c", "pass"]}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(times):
        for name, command in commands.items():
            began = perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            seconds[name].append(perf_counter() - began)
    return {name: median(found) for name, found in seconds.items()}
