"""bench/REPORT.md from the results of a run and the kept ones of other sizes."""

from collections.abc import Iterable
from typing import Any

from bench.goals import TITLES, Goal, Results, goals
from bench.machine import BUSY_LOAD
from bench.measure import ROOT

# Tables of measurements that take long and are made apart; committed, so that the report keeps them.
MEASURED = ROOT / "bench" / "measured"

HEAD = """# Benchmark report

Written by `make bench`; what each program does is in `README.md`. Read ratios, not seconds: only programs of one size
were measured in one run on one machine.
"""
NAMES = {
    "write": "write the sorted copy",
    "copy": "all figures from the sorted copy",
    "raw": "all figures from the raw file",
    "scan_copy": "bare scan of the copy",
    "scan_raw": "bare scan of the raw file",
    "refresh": "1,000 new touches, twice, with opening",
}


def report(results: dict[str, Results], start_up: dict[str, float]) -> str:
    """The whole report. results: by log, then by size, in the order in which they are shown."""
    measured = [found for sizes in results.values() for found in sizes.values()]
    parts = [HEAD, _machines(measured), _goals(goals(results, start_up))]
    parts += [_size(found) for found in measured]
    parts += [_refresh(results["demo"]), _start_up(start_up), _versions(measured), server()]
    return "\n".join(part for part in parts if part)


def server() -> str:
    """What `bench.append` and `bench.copy_refresh` last measured of the product's own log of touches."""
    tables = [path.read_text(encoding="utf-8") for path in sorted(MEASURED.glob("*.md"))]
    return "\n".join(["## The log of touches of the server\n", *tables]) if tables else ""


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A Markdown table; every column but the first is aligned to the right."""
    names = list(head)
    lines = [names, ["---", *["---:"] * (len(names) - 1)], *map(list, rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def _machines(measured: list[dict[str, Any]]) -> str:
    rows = []
    for found in measured:
        machine = found["machine"]
        state = f"{machine['load']:.2f}" + (" (busy machine)" if machine["load"] > BUSY_LOAD else "")
        rows.append([f"{found['log']} {found['size']}", machine["date"], state])
    first = measured[0]["machine"]
    text = (
        f"{first['processor']}, {first['cores']} cores, {first['memory_gib']} GiB; {first['system']}; "
        f"Python {first['python']}.\n\n{table(['log and size', 'measured at', 'load average at the start'], rows)}"
    )
    if any(found["machine"]["load"] > BUSY_LOAD for found in measured):
        text += "\nBusy machine: other programs were running, seconds are too high and ratios uncertain.\n"
    return text


def _goals(found: list[Goal]) -> str:
    verdicts = {True: "met", False: "**not met**"}
    rows = [
        [goal.what, goal.needed, goal.measured or "not measured", "–" if goal.met is None else verdicts[goal.met]]
        for goal in found
    ]
    return f"## Goals\n\n{table(['goal', 'needed', 'measured', 'verdict'], rows)}"


def _size(found: dict[str, Any]) -> str:
    world, programs = found["world"], found["programs"]
    first = next(name for name in programs if name.startswith("copy "))
    rows = [_row(name, run, programs[first]["inside"]) for name, run in programs.items()]
    base = f"× {first.replace(' ', ', ')}"
    head = ["program", "runs", "s", "fastest–slowest", "processor s", "whole process s", "peak MiB", base]
    return (
        f"## {found['log']} {found['size']}\n\n"
        f"{world['touches']:,} touches of {world['accounts']:,} accounts, seed {world['seed']}, "
        f"{found['log_mib']:.0f} MiB of Parquet; {_placed(programs)}.\n\n"
        f"{table(head, rows)}\n{_steps(programs)}\n{_agreement(found['disagreement'])}"
    )


def _placed(programs: dict[str, Any]) -> str:
    counts = {name: run["figures"] for name, run in programs.items() if name.startswith("copy ")}
    parts = [
        f"{name.removeprefix('copy ')} journey: {figures['placed']:,} touches placed, {figures['visits']:,} visits"
        for name, figures in counts.items()
    ]
    return "; ".join(parts)


def _row(name: str, run: dict[str, Any], base: float) -> list[str]:
    program, variant = name.split()
    title = f"{NAMES[program]}, {variant} journey" if program in NAMES else f"{program} {TITLES[variant]}"
    return [
        title,
        f"{run['runs']}",
        f"{run['inside']:.2f}",
        f"{run.get('fastest', run['inside']):.2f}–{run.get('slowest', run['inside']):.2f}",
        f"{run['cpu']:.2f}",
        f"{run['wall']:.2f}",
        f"{run['peak_mib']:.0f}",
        f"{run['inside'] / base:.2f}",
    ]


def _steps(programs: dict[str, Any]) -> str:
    shown = [name for name, run in programs.items() if "variants" in run["steps"]]
    steps = list(dict.fromkeys(step for name in shown for step in programs[name]["steps"]))
    rows = [
        [step, *(f"{programs[name]['steps'][step]:.3f}" if step in programs[name]["steps"] else "" for name in shown)]
        for step in steps
    ]
    return f"Seconds by step:\n\n{table(['step', *shown], rows)}"


def _agreement(disagreement: dict[str, list[str]]) -> str:
    if not disagreement:
        return "Ours alone.\n"
    differing = {name: words for name, words in disagreement.items() if words}
    if not differing:
        return (
            "All programs counted the same: visits, moves between each two stages and their median time, entered and "
            "reached by stage, distinct paths and the most frequent ones.\n"
        )
    lines = [f"- {name}: {'; '.join(words[:5])}" for name, words in differing.items()]
    return "Programs counted differently; where a peer did, the comparison is void.\n\n" + "\n".join(lines) + "\n"


def _refresh(results: Results) -> str:
    if not results:
        return ""
    measured = {size: found["programs"]["refresh whole"]["steps"] for size, found in results.items()}
    steps = list(next(iter(measured.values())))
    rows = [[step, *(f"{found[step]:.3f}" for found in measured.values())] for step in steps]
    return f"## Refresh after 1,000 new touches\n\nSeconds.\n\n{table(['step', *measured], rows)}"


def _start_up(seconds: dict[str, float]) -> str:
    rows = [["`tropa --help`", f"{seconds['help']:.3f}"], ["`python -c pass`", f"{seconds['python']:.3f}"]]
    return f"## Start-up\n\nMedian of 10 whole processes, taken in turns.\n\n{table(['command', 's'], rows)}"


def _versions(measured: list[dict[str, Any]]) -> str:
    versions: dict[str, str] = {}
    for found in measured:
        for name, run in found["programs"].items():
            owner = "ours" if name.split()[0] in NAMES else name.split()[0]
            versions[owner] = ", ".join(f"{package} {number}" for package, number in run["versions"].items())
    return f"## Versions\n\n{table(['program', 'packages'], versions.items())}"
