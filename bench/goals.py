"""The goals of the project for speed, judged by what a run has measured."""

from dataclasses import dataclass
from typing import Any

from bench.plan import LOGS, PEERS, PREPARATIONS

Results = dict[str, dict[str, Any]]  # by size

AT = "10M"
LARGEST = "100M"
FASTER = {"copy": 15.0, "raw": 6.0}
ORIGINS = {"copy": "sorted copy", "raw": "raw file"}
TITLES = {
    "documented": "as documented",
    "ordinary": "with hand-made preparation (ordinary)",
    "tuned": "with hand-made preparation (tuned)",
}
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


def goals(results: dict[str, Results], start_up: dict[str, float]) -> list[Goal]:
    """Every goal, in the order of the report. results: by log, then by size."""
    found = [goal for log in LOGS for goal in _against_peers(results[log], log)]
    found += [goal for log in LOGS for goal in _against_scan(results[log], log)]
    found += [goal for log in LOGS for goal in _memory(results[log], log)]
    return [*found, _refresh(results["demo"]), _help(start_up)]


def faster_peer(programs: dict[str, Any], preparation: str) -> tuple[str, float] | None:
    """The faster of the peers under one preparation, and its seconds; none when it was not measured."""
    names = {peer: f"{peer} {preparation}" for peer in PEERS}
    if not set(names.values()) <= set(programs):
        return None
    seconds = {peer: float(programs[name]["inside"]) for peer, name in names.items()}
    fastest = min(seconds, key=lambda peer: seconds[peer])
    return fastest, seconds[fastest]


def _against_peers(results: Results, log: str) -> list[Goal]:
    return [
        _against_peer(results, f"{log} {source} {journey}", preparation)
        for source in FASTER
        for preparation in PREPARATIONS
        for journey in LOGS[log]
    ]


def _against_peer(results: Results, subject: str, preparation: str) -> Goal:
    """subject: log, source and journey."""
    log, source, journey = subject.split()
    what = f"{log} {AT}, {ORIGINS[source]}, {journey} journey, against the faster peer {TITLES[preparation]}"
    needed = FASTER[source]
    bound = f"≥ {needed:g}×"
    programs = results.get(AT, {}).get("programs", {})
    against = faster_peer(programs, preparation)
    if against is None:
        return Goal(what, bound, None, None)
    peer, seconds = against
    ratio = seconds / programs[f"{source} {journey}"]["inside"]
    agreed = not any(results[AT]["disagreement"].values())
    return Goal(what, bound, f"{ratio:.1f}× ({peer})", ratio >= needed if agreed else None)


def _against_scan(results: Results, log: str) -> list[Goal]:
    return [_against_scan_of(results, f"{log} {journey}", alone) for journey in LOGS[log] for alone in (False, True)]


def _against_scan_of(results: Results, subject: str, alone: bool) -> Goal:
    """subject: log and journey. alone: without opening the copy, which our own time has in it."""
    log, journey = subject.split()
    scan = "the query alone" if alone else "with opening the copy"
    what = f"{log} {AT}, {ORIGINS['copy']}, {journey} journey, against a bare scan of its columns ({scan})"
    bound = f"≤ {MOST_SCANS:g}×"
    if AT not in results:
        return Goal(what, bound, None, None)
    programs = results[AT]["programs"]
    scanned = programs[f"scan_copy {journey}"]
    ratio = programs[f"copy {journey}"]["inside"] / (scanned["steps"]["scan"] if alone else scanned["inside"])
    return Goal(what, bound, f"{ratio:.1f}×", ratio <= MOST_SCANS)


def _memory(results: Results, log: str) -> list[Goal]:
    found = []
    for size, most in MOST_GIB.items():
        if log != "demo" and size != AT:
            continue
        what, bound = f"{log} {size}, most memory of any of our programs", f"≤ {most:g} GiB"
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
