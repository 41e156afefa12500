"""retentioneering: python -m bench.peer_retentioneering PREPARATION TASK RESULT, in the environment of the peer."""

import os
import sys
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import retentioneering

from bench.child import Task, Watch, hand_over, preload
from bench.peer_log import COLUMNS, ON_FIRST_USE, PREPARED, checked, fold_paths, ranked, until_next

SCHEMA = {"path_cols": ["case_id"], "event_col": "stage", "timestamp_col": "occurred_at"}
RAW_SCHEMA = SCHEMA | {"event_col": "type"}
EDGES = ("path_start", "path_end")
MODULES = (
    "retentioneering.data_processors.add_start_end_events",
    "retentioneering.data_processors.collapse_events",
    "retentioneering.data_processors.filter_events",
    "retentioneering.data_processors.rename_events",
    "retentioneering.tools.funnel",
    "retentioneering.tools.transition_matrix",
)


def documented(task: Task, watch: Watch) -> tuple[Any, Any]:
    """Stream and visits as retentioneering documents it: the whole log as a stream, then its own processors."""
    with watch.step("read"):
        touches = pd.read_parquet(task.log, columns=COLUMNS)
    with watch.step("load"):
        stream = retentioneering.Eventstream(touches, RAW_SCHEMA)
    with watch.step("visits"):
        # Names that the log does not have are refused.
        kinds = stream.df["type"].cat.categories
        present = {kind: task.table[kind] for kind in kinds if kind in task.table}
        if len(present) < len(kinds):
            stream = stream.filter_events(keep={"type": list(present)})
        stream = stream.rename_events(present).collapse_events(loops=True)
        visits = stream.to_dataframe().rename(columns={"type": "stage"})
        return stream, ranked(visits, task)


def prepared(preparation: str, task: Task, watch: Watch) -> tuple[Any, Any]:
    """Stream and visits by one of the three ways."""
    if preparation == "documented":
        return documented(task, watch)
    with watch.step("visits"):
        visits = PREPARED[preparation](task)
        return retentioneering.Eventstream(visits[["case_id", "occurred_at", "stage"]], SCHEMA), visits


def run(preparation: str, task: Task, watch: Watch) -> dict[str, Any]:
    """The figures retentioneering has tools for by them; time on stage and variants in pandas."""
    stream, visits = prepared(preparation, task, watch)
    with watch.step("transitions"):
        counts = stream.transition_graph_data("count")
        times = stream.transition_graph_data("time_median")
    with watch.step("dwell"):
        lasted = (until_next(visits) - visits["occurred_at"]).dt.total_seconds()
        lasted.groupby(visits["stage"]).agg(["count", "mean", "median"])
    with watch.step("funnel"):
        present = set(visits["stage"])
        stream.funnel_data([stage for stage in task.stages if stage in present])
    with watch.step("variants"):
        paths = fold_paths(visits)
    watch.stop()
    named = {">".join(task.stages[rank] for rank in path): n for path, n in paths.items()}
    pairs = [(a, b) for a in counts.index for b in counts.columns if counts.loc[a, b] and not {a, b} & set(EDGES)]
    return checked(visits, variants=len(named), paths=named) | {
        "transitions": {f"{a}>{b}": int(counts.loc[a, b]) for a, b in pairs},
        "medians": {f"{a}>{b}": times.loc[a, b].total_seconds() for a, b in pairs},
    }


def main() -> None:
    """Run with one of the three preparations."""
    preparation, task, result = sys.argv[1:]
    # Otherwise every call is reported to its makers over the network.
    os.environ["RETENTIONEERING_NO_TRACK"] = "1"
    preload(ON_FIRST_USE + MODULES)
    read = Task.read(task)
    watch = Watch()
    packages = ("retentioneering", "pandas", "duckdb", "numpy", "pyarrow")
    hand_over(result, watch, run(preparation, read, watch), packages)


if __name__ == "__main__":
    main()
