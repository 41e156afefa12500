"""Measure and write bench/REPORT.md: python -m bench [--sizes 0.1M,1M,10M] [--logs demo,busy].

SIZE=100M in the environment gives sizes too.
"""

import argparse
import json
import os
from typing import Any

from bench.measure import ROOT, start_up
from bench.plan import LOGS, WORK, has_peers, measure, touches_of
from bench.report import report

DEFAULT_SIZES = "0.1M,1M,10M"
REPORT = ROOT / "bench" / "REPORT.md"
RESULTS = WORK / "results"


def main() -> None:
    """Measure the logs and sizes asked for; those measured before stay in the report, each with its date."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", default=os.environ.get("SIZE", DEFAULT_SIZES), help="in millions of touches")
    parser.add_argument("--logs", default=",".join(LOGS), help="the busy log is left out at sizes without peers")
    asked = parser.parse_args()
    sizes, logs = asked.sizes.split(","), asked.logs.split(",")
    if unknown := set(logs) - set(LOGS):
        parser.error(f"no such log: {', '.join(sorted(unknown))}; there are {', '.join(LOGS)}")
    wanted = [(log, size) for size in sizes for log in logs if log == "demo" or has_peers(size)]
    RESULTS.mkdir(parents=True, exist_ok=True)
    seconds = start_up()
    for log, size in wanted:
        (RESULTS / f"{log}-{size}.json").write_text(json.dumps(measure(log, size)), encoding="utf-8")
    REPORT.write_text(report(kept(), seconds), encoding="utf-8")
    print(REPORT.relative_to(ROOT))


def kept() -> dict[str, dict[str, dict[str, Any]]]:
    """The last results by log and size, the smallest size first."""
    found = [json.loads(path.read_text(encoding="utf-8")) for path in RESULTS.glob("*-*.json")]
    found.sort(key=lambda result: touches_of(result["size"]))
    return {log: {result["size"]: result for result in found if result["log"] == log} for log in LOGS}


if __name__ == "__main__":
    main()
