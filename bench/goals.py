"""The goals of the project for speed, judged by what a run has measured."""

from dataclasses import dataclass
from typing import Any

from bench.plan import JOURNEYS, PEERS, PREPARATIONS

Results = dict[str, dict[str, Any]]  # by size

AT = "10M"
LARGEST = "100M"
FASTER_FROM_COPY = 15.0
FASTER_FROM_RAW = 6.0
MOST_SCANS = 12.0
MOST_GIB = {AT: 1.5, LARGEST: 4.0}
MOST_GROWTH = 3.0
GROWTH_FROM = "1M"
MOST_HELP_SECONDS = 0.3


@dataclass(frozen=True)
class Goal:
    """what: in words. needed: the bound in words. measured: None when the run has no such size.

    met: None when it was not measured, or when the programs did not count the same.
    """

    what: str
    needed: str
    measured: str | None
    met: bool | None


def goals(results: Results, start_up: dict[str, float]) -> list[Goal]:
    """Every goal, in the order of the report."""
    return [*_against_peers(results), *_against_scan(results), *_memory(results), _refresh(results), _help(start_up)]


def faster_peer(programs: dict[str, Any], preparation: str) -> tuple[str, float]:
    """The faster of the peers under one preparation, and its seconds."""
    seconds = {peer: float(programs[f"{peer} {preparation}"]["inside"]) for peer in PEERS}
    fastest = min(seconds, key=lambda peer: seconds[peer])
    return fastest, seconds[fastest]


def _against_peers(results: Results) -> list[Goal]:
    found = []
    for source, needed in (("copy", FASTER_FROM_COPY), ("raw", FASTER_FROM_RAW)):
        for preparation in PREPARATIONS:
            for journey in JOURNEYS:
                found.append(_against_peer(results, f"{source} {journey}", preparation, needed))
    return found


def _against_peer(results: Results, program: str, preparation: str, needed: float) -> Goal:
    source, journey = program.split()
    origin = "sorted copy" if source == "copy" else "raw file"
    what = f"{AT}, {origin}, {journey} journey, against the faster peer ({preparation} preparation)"
    bound = f"≥ {needed:g}×"
    if AT not in results:
        return Goal(what, bound, None, None)
    programs = results[AT]["programs"]
    peer, seconds = faster_peer(programs, preparation)
    ratio = seconds / programs[program]["inside"]
    agreed = not any(results[AT]["disagreement"].values())
    return Goal(what, bound, f"{ratio:.1f}× ({peer})", ratio >= needed if agreed else None)


def _against_scan(results: Results) -> list[Goal]:
    return [_against_scan_of(results, journey, alone) for journey in JOURNEYS for alone in (False, True)]


def _against_scan_of(results: Results, journey: str, alone: bool) -> Goal:
    """alone: without opening the copy, which our own time has in it."""
    scan = "the query alone" if alone else "with opening the copy"
    what = f"{AT}, sorted copy, {journey} journey, against a bare scan of its columns ({scan})"
    bound = f"≤ {MOST_SCANS:g}×"
    if AT not in results:
        return Goal(what, bound, None, None)
    programs = results[AT]["programs"]
    scanned = programs[f"scan_copy {journey}"]
    ratio = programs[f"copy {journey}"]["inside"] / (scanned["steps"]["scan"] if alone else scanned["inside"])
    return Goal(what, bound, f"{ratio:.1f}×", ratio <= MOST_SCANS)


def _memory(results: Results) -> list[Goal]:
    found = []
    for size, most in MOST_GIB.items():
        what, bound = f"{size}, most memory of any of our programs", f"≤ {most:g} GiB"
        if size not in results:
            found.append(Goal(what, bound, None, None))
            continue
        own = {name: run["peak_mib"] for name, run in results[size]["programs"].items() if not name.startswith(PEERS)}
        most_used = max(own, key=lambda name: own[name])
        gib = own[most_used] / 1024
        found.append(Goal(what, bound, f"{gib:.2f} GiB ({most_used})", gib <= most))
    return found


def _refresh(results: Results) -> Goal:
    what = f"refresh after 1,000 new touches, {LARGEST} against {GROWTH_FROM}"
    bound = f"≤ {MOST_GROWTH:g}×"
    if LARGEST not in results or GROWTH_FROM not in results:
        return Goal(what, bound, None, None)
    small, large = (
        results[size]["programs"]["refresh whole"]["steps"]["refresh, next"] for size in (GROWTH_FROM, LARGEST)
    )
    return Goal(what, bound, f"{large / small:.1f}×", large / small <= MOST_GROWTH)


def _help(start_up: dict[str, float]) -> Goal:
    seconds = start_up["help"]
    ratio = seconds / start_up["python"]
    measured = f"{seconds:.3f} s ({ratio:.1f}× an empty Python)"
    return Goal(
        "`tropa --help`, the whole process", f"< {MOST_HELP_SECONDS:g} s", measured, seconds < MOST_HELP_SECONDS
    )
