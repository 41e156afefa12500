"""Our side, one program a process: python -m bench.ours PROGRAM TASK RESULT."""

import sys
from collections.abc import Callable
from typing import Any

import ibis.expr.types as ir

from bench.child import Task, Watch, hand_over, preload
from tropa.analysis import (
    EventLog,
    JourneyModel,
    dwell,
    find_passages,
    find_visits,
    funnel,
    place,
    transitions,
    variants,
)
from tropa.analysis.copy import open_copy, write_copy
from tropa.analysis.placed import Placed
from tropa.engine import Engine, microseconds

PACKAGES = ("duckdb", "ibis-framework", "numpy", "pyarrow")
# PyArrow loads pandas when it is installed, and it is: the oracles of our tests bring it along.
ON_FIRST_USE = (
    "concurrent.futures.thread",
    "ibis.backends.sql.compilers.duckdb",
    "ibis.expr.types.groupby",
    "pandas",
    "pyarrow.pandas_compat",
)
MOST_PATHS = 10


def raw(task: Task, watch: Watch) -> dict[str, Any]:
    """All figures from the unsorted file."""
    with watch.step("read"):
        model = JourneyModel.read(task.journey)
        log = EventLog.read(task.log, keep=model.properties())
    with watch.step("place"):
        placed = place(log, model)
    return analyse(placed, watch)


def copy(task: Task, watch: Watch) -> dict[str, Any]:
    """All figures from the sorted copy."""
    with watch.step("open"):
        model = JourneyModel.read(task.journey)
        placed = open_copy(task.copy, engine=Engine(), model=model)
    return analyse(placed, watch)


def analyse(placed: Placed, watch: Watch) -> dict[str, Any]:
    """Visits, transitions, dwell, funnel, variants; then, outside of the time, what is compared with the peers."""
    with watch.step("visits"):
        found = find_visits(placed)
    with watch.step("transitions"):
        moves = transitions(found)
    with watch.step("trips and stays"):
        passages = find_passages(found)
    with watch.step("dwell"):
        dwell(passages)
    with watch.step("funnel"):
        conversions = funnel(passages).stages
    with watch.step("variants"):
        paths = variants(passages)
    watch.stop()
    return {
        "visits": _count(placed.engine, found.table),
        "placed": _count(placed.engine, placed.touches),
        "transitions": {f"{move.source}>{move.target}": move.count for move in moves},
        "medians": {f"{move.source}>{move.target}": move.median for move in moves},
        "entered": {stage.key: stage.entered for stage in conversions if stage.entered},
        "reached": {stage.key: stage.reached for stage in conversions if stage.reached},
        "variants": paths.distinct,
        "paths": {">".join(path.path): path.count for path in paths.most_frequent[:MOST_PATHS]},
    }


def write(task: Task, watch: Watch) -> dict[str, Any]:
    """The sorted copy itself, from the unsorted file."""
    model = JourneyModel.read(task.journey)
    log = EventLog.read(task.log, keep=model.properties())
    with watch.step("write"):
        write_copy(log, model, task.copy)
    watch.stop()
    return {}


def scan_copy(task: Task, watch: Watch) -> dict[str, Any]:
    """A bare scan of the columns that the visits need. The time begins with the first row."""
    engine = Engine()
    touches = open_copy(task.copy, engine=engine, model=JourneyModel.read(task.journey)).touches
    # Least and largest values stand in the metadata of the file; a sum has to read. That of times needs a wide type.
    sums = {name: touches[name].cast("float64").sum() for name in ("case", "at", "place")}
    return _scan(engine, touches.agg(n=touches.count(), **sums), watch)


def scan_raw(task: Task, watch: Watch) -> dict[str, Any]:
    """The same over the unsorted file: texts are read and measured."""
    engine = Engine()
    rows = engine.scan(task.log)
    sums = {name: rows[name].length().sum() for name in ("case_id", "type")}
    moments = microseconds(rows.occurred_at).cast("float64")
    return _scan(engine, rows.agg(n=rows.count(), at=moments.sum(), **sums), watch)


def _scan(engine: Engine, expression: ir.Table, watch: Watch) -> dict[str, Any]:
    with watch.step("scan"):
        result = engine.run(expression)
    watch.stop()
    return {"rows": result["n"][0].as_py()}


def _count(engine: Engine, table: ir.Table) -> int:
    return int(engine.run(table.agg(n=table.count()))["n"][0].as_py())


PROGRAMS: dict[str, Callable[[Task, Watch], dict[str, Any]]] = {
    "raw": raw,
    "copy": copy,
    "write": write,
    "scan_copy": scan_copy,
    "scan_raw": scan_raw,
}


def main() -> None:
    """Run one program."""
    program, task, result = sys.argv[1:]
    preload(ON_FIRST_USE)
    read = Task.read(task)
    watch = Watch()
    hand_over(result, watch, PROGRAMS[program](read, watch), PACKAGES)


if __name__ == "__main__":
    main()
