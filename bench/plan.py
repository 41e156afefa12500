"""Which programs are measured at which size, and what one size comes to."""

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

# whole: the journey of the demo world. stages: what the peers can compute, see bench/prepare.py.
JOURNEYS = ("whole", "stages")
PEERS = ("pm4py", "retentioneering")
PREPARATIONS = ("tuned", "ordinary")


def touches_of(size: str) -> int:
    """'0.1M' is 100,000 touches. Raises ValueError for what is no size."""
    number = float(size.upper().removesuffix("M"))
    if number <= 0:
        raise ValueError(f"{size}: a size is above 0")
    return round(number * 1_000_000)


def world_of(size: str) -> Path:
    """The folder of the log of a size."""
    return WORK / size


def measure(size: str) -> dict[str, Any]:
    """Everything at one size, ready for the report."""
    touches, folder = touches_of(size), world_of(size)
    machine = describe()
    print(f"{size}: the log", flush=True)
    call(OWN, "bench.prepare", str(touches), str(folder))
    with_peers = touches <= LARGEST_FOR_PEERS
    journeys = JOURNEYS if with_peers else JOURNEYS[:1]
    tasks = {journey: task_of(folder, journey) for journey in journeys}
    times = 1 if touches >= ONE_RUN_FROM else RUNS
    written = {
        name(program="write", journey=journey): once(ours("write", journey), tasks[journey]) for journey in journeys
    }
    measured = rounds(own_programs(tasks) + (peer_programs(tasks["stages"]) if with_peers else []), times)
    return {
        "size": size,
        "world": json.loads((folder / "world.json").read_text(encoding="utf-8")),
        "log_mib": (folder / "log.parquet").stat().st_size / 2**20,
        "machine": machine,
        "runs": times,
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


def ours(variant: str, journey: str) -> Program:
    """A program of bench/ours.py on one journey."""
    return Program(name(program=variant, journey=journey), OWN, "bench.ours", variant)


def own_programs(tasks: dict[str, Task]) -> list[tuple[Program, Task]]:
    """Copy and raw file on each journey, the bare scans, and the refresh."""
    programs = [
        (ours(variant, journey), task) for journey, task in tasks.items() for variant in ("copy", "raw", "scan_copy")
    ]
    return [
        *programs,
        (ours("scan_raw", "whole"), tasks["whole"]),
        (Program("refresh whole", OWN, "bench.refresh", "whole"), tasks["whole"]),
    ]


def peer_programs(task: Task) -> list[tuple[Program, Task]]:
    """Each peer with each preparation."""
    return [
        (Program(f"{peer} {preparation}", python_of(peer), f"bench.peer_{peer}", preparation), task)
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
