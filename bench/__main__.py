"""Measure and write bench/REPORT.md: python -m bench [--sizes 0.1M,1M,10M]; SIZE=100M in the environment does too."""

import argparse
import json
import os
from typing import Any

from bench.measure import ROOT, start_up
from bench.plan import WORK, measure, touches_of
from bench.report import report

DEFAULT_SIZES = "0.1M,1M,10M"
REPORT = ROOT / "bench" / "REPORT.md"
RESULTS = WORK / "results"


def main() -> None:
    """Measure the sizes asked for; those measured before stay in the report, each with its date."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--sizes", default=os.environ.get("SIZE", DEFAULT_SIZES), help="in millions of touches")
    sizes = parser.parse_args().sizes.split(",")
    for size in sizes:
        touches_of(size)
    RESULTS.mkdir(parents=True, exist_ok=True)
    seconds = start_up()
    for size in sizes:
        (RESULTS / f"{size}.json").write_text(json.dumps(measure(size)), encoding="utf-8")
    REPORT.write_text(report(kept(), seconds), encoding="utf-8")
    print(REPORT.relative_to(ROOT))


def kept() -> dict[str, dict[str, Any]]:
    """The last results of every size, the smallest first."""
    files = sorted(RESULTS.glob("*.json"), key=lambda path: touches_of(path.stem))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in files}


if __name__ == "__main__":
    main()
