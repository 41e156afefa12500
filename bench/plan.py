"""Which programs are measured on which log at which size, and what that comes to."""

import json
from pathlib import Path
from typing import Any

from bench.agreement import differences
from bench.child import Task
from bench.machine import describe
from bench.measure import OWN, ROOT, Program, call, once, python_of, rounds

WORK = ROOT / "bench" / ".work"
LARGEST_FOR_PEERS = 10_000_000
RUNS = 3
ONE_RUN_FROM = 50_000_000
# The slowest programs by far are left out of the last round at the largest size.
RUNS_AS_DOCUMENTED = 2

# The logs and their journeys. whole: the journey of the log as it is. stages: what the peers can compute, see
# bench/prepare.py; the busy log has no other.
LOGS = {"demo": ("whole", "stages"), "busy": ("stages",)}
PEERS = ("pm4py", "retentioneering")
PREPARATIONS = ("documented", "ordinary", "tuned")


def touches_of(size: str) -> int:
    """'0.1M' is 100,000 touches. Raises ValueError for what is no size."""
    number = float(size.upper().removesuffix("M"))
    if number <= 0:
        raise ValueError(f"{size}: a size is above 0")
    return round(number * 1_000_000)


def has_peers(size: str) -> bool:
    """Whether the peers are measured at a size; the busy log is there for them alone."""
    return touches_of(size) <= LARGEST_FOR_PEERS


def world_of(log: str, size: str) -> Path:
    """The folder of a log of a size."""
    return WORK / (size if log == "demo" else f"{log}-{size}")


def measure(log: str, size: str) -> dict[str, Any]:
    """Everything on one log at one size, ready for the report."""
    touches, folder = touches_of(size), world_of(log, size)
    machine = describe()
    print(f"{log}, {size}: the log", flush=True)
    call(OWN, "bench.prepare", log, str(touches), str(folder))
    with_peers = has_peers(size)
    journeys = LOGS[log] if with_peers else LOGS[log][:1]
    tasks = {journey: task_of(folder, journey) for journey in journeys}
    times = 1 if touches >= ONE_RUN_FROM else RUNS
    written = {
        name(program="write", journey=journey): once(ours("write", journey), tasks[journey]) for journey in journeys
    }
    measured = rounds(own_programs(tasks, times) + (peer_programs(tasks["stages"], touches) if with_peers else []))
    return {
        "log": log,
        "size": size,
        "world": json.loads((folder / "world.json").read_text(encoding="utf-8")),
        "log_mib": (folder / "log.parquet").stat().st_size / 2**20,
        "machine": machine,
        "programs": written | measured,
        "disagreement": disagreement(measured) if with_peers else {},
    }


def task_of(folder: Path, journey: str) -> Task:
    """What the programs of one journey work on."""
    table = json.loads((folder / "table.json").read_text(encoding="utf-8"))
    return Task(
        log=str(folder / "log.parquet"),
        copy=str(folder / f"copy-{journey}"),
        journey=str(folder / f"{journey}.yaml"),
        table=table,
        stages=list(dict.fromkeys(table.values())),
    )


def name(*, program: str, journey: str) -> str:
    """What a program of ours is called in results."""
    return f"{program} {journey}"


def ours(variant: str, journey: str, times: int = 1) -> Program:
    """A program of bench/ours.py on one journey."""
    return Program(name(program=variant, journey=journey), OWN, "bench.ours", variant, times)


def own_programs(tasks: dict[str, Task], times: int) -> list[tuple[Program, Task]]:
    """Copy and raw file on each journey, the bare scans, and the refresh, which needs the whole journey."""
    programs = [
        (ours(variant, journey, times), task)
        for journey, task in tasks.items()
        for variant in ("copy", "raw", "scan_copy")
    ]
    first = next(iter(tasks))
    programs.append((ours("scan_raw", first, times), tasks[first]))
    if "whole" in tasks:
        programs.append((Program("refresh whole", OWN, "bench.refresh", "whole", times), tasks["whole"]))
    return programs


def peer_programs(task: Task, touches: int) -> list[tuple[Program, Task]]:
    """Each peer with each preparation."""
    fewer = {"documented": RUNS_AS_DOCUMENTED} if touches >= LARGEST_FOR_PEERS else {}
    return [
        (
            Program(
                f"{peer} {preparation}",
                python_of(peer),
                f"bench.peer_{peer}",
                preparation,
                fewer.get(preparation, RUNS),
            ),
            task,
        )
        for preparation in PREPARATIONS
        for peer in PEERS
    ]


def disagreement(measured: dict[str, dict[str, Any]]) -> dict[str, list[str]]:
    """Differences of counts from our figures on the stages-only journey, by program."""
    reference = measured["copy stages"]["figures"]
    return {
        program: differences(reference, found["figures"])
        for program, found in measured.items()
        if "transitions" in found["figures"] and program != "copy stages"
    }
