"""Our visits after 1,000 new touches: python -m bench.refresh whole TASK RESULT.

Done twice: the first time compiles the expressions, as a server does once; the second is what every later batch costs.
"""

import sys
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from bench.child import Task, Watch, hand_over, preload
from bench.ours import ON_FIRST_USE, PACKAGES
from tropa.analysis import EventLog, JourneyModel
from tropa.analysis.copy import open_copy
from tropa.analysis.live import LiveVisits
from tropa.engine import Engine

NEW_TOUCHES = 1_000
NEW_CASES = 50
LATE_EACH = 10
LATE_BY = 30 * 86_400_000_000
SECOND = 1_000_000


def new_touches(task: Task) -> list[dict[str, object]]:
    """Touches of accounts spread over the whole log, 50 of them unknown so far; one in ten arrives 30 days late."""
    with Engine() as engine:
        placed = open_copy(task.copy, engine=engine, model=JourneyModel.read(task.journey))
        types, as_of = placed.types, placed.as_of
    known = pq.read_table(Path(task.copy, "cases.parquet"), columns=["case_id"])["case_id"]
    count = NEW_TOUCHES - NEW_CASES
    cases = [known[number * len(known) // count].as_py() for number in range(count)]
    cases += [f"new-{number}" for number in range(NEW_CASES)]
    return [
        {
            "case_id": case,
            "type": kind,
            "occurred_at": as_of + number * SECOND - (LATE_BY if number % LATE_EACH == 0 else 0),
        }
        for number, (case, kind) in enumerate(zip(cases, islice(cycle(types), NEW_TOUCHES), strict=True))
    ]


def once(task: Task, rows: list[dict[str, object]], watch: Watch, name: str) -> int:
    """Open the copy with its visits, then take the new touches in, then read all visits. Returns their number."""
    with Engine() as engine:
        with watch.step(f"open, {name}"):
            live = LiveVisits(task.copy, engine=engine, model=JourneyModel.read(task.journey))
        with watch.step(f"refresh, {name}"):
            live.refresh(EventLog.from_rows(rows, engine=engine))
        with watch.step(f"read all visits, {name}"):
            table = live.visits().table
            return int(engine.run(table.agg(n=table.count(), stay=(table.left - table.entered).mean()))["n"][0].as_py())


def main() -> None:
    """Measure on the journey of the task."""
    _, task, result = sys.argv[1:]
    preload(ON_FIRST_USE)
    read = Task.read(task)
    rows = new_touches(read)
    watch = Watch()
    figures: dict[str, Any] = {"visits": [once(read, rows, watch, name) for name in ("first", "next")]}
    watch.stop()
    hand_over(result, watch, figures, PACKAGES)


if __name__ == "__main__":
    main()
