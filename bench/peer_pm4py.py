"""pm4py: python -m bench.peer_pm4py PREPARATION TASK RESULT, in the environment of the peer.

AGPL: a peer to measure against and nothing else.
"""

import sys
from typing import Any

import pandas as pd  # type: ignore[import-untyped]
import pm4py
from pm4py.algo.filtering.pandas.consecutive_act_case_grouping import consecutive_act_case_grouping_filter as grouping

from bench.child import Task, Watch, hand_over, preload
from bench.peer_log import COLUMNS, ON_FIRST_USE, PREPARED, checked, funnel, ranked, until_next

KEYS = {"case_id_key": "case_id", "activity_key": "stage", "timestamp_key": "occurred_at"}
MODULES = (
    "pm4py.algo.filtering.pandas.attributes.attributes_filter",
    "pm4py.algo.discovery.dfg.adapters.pandas.df_statistics",
    "pm4py.statistics.end_activities.pandas.get",
    "pm4py.statistics.service_time.pandas.get",
    "pm4py.statistics.start_activities.pandas.get",
    "pm4py.statistics.variants.pandas.get",
)
TIMES = KEYS | {"start_timestamp_key": "occurred_at", "timestamp_key": "left"}


def documented(task: Task, watch: Watch) -> Any:
    """Visits as pm4py documents it: format the whole log, filter events, group equal ones in a row."""
    with watch.step("read"):
        touches = pd.read_parquet(task.log, columns=COLUMNS)
    with watch.step("load"):
        log = pm4py.format_dataframe(touches, case_id="case_id", activity_key="type", timestamp_key="occurred_at")
    with watch.step("visits"):
        log = pm4py.filter_event_attribute_values(log, "concept:name", list(task.table), level="event")
        log["concept:name"] = log["concept:name"].map(task.table)
        # The case column that pm4py makes has a type of text whose comparisons pandas 3 cannot sum up, which the
        # grouping does; the case column of the log stands beside it.
        visits = grouping.apply(log, {grouping.Parameters.CASE_ID_KEY: "case_id"})
        return ranked(visits.rename(columns={"concept:name": "stage"}), task)


def prepared(preparation: str, task: Task, watch: Watch) -> Any:
    """Visits by one of the three ways."""
    if preparation == "documented":
        return documented(task, watch)
    with watch.step("visits"):
        return PREPARED[preparation](task)


def run(preparation: str, task: Task, watch: Watch) -> dict[str, Any]:
    """The figures pm4py has functions for by them; the funnel in pandas."""
    visits = prepared(preparation, task, watch)
    with watch.step("transitions"):
        counts, _, _ = pm4py.discover_dfg(visits, **KEYS)
        times, _, _ = pm4py.discover_performance_dfg(visits, **KEYS)
    with watch.step("dwell"):
        ended = visits.assign(left=until_next(visits)).dropna(subset=["left"])
        for measure in ("mean", "median"):
            pm4py.get_service_time(ended, aggregation_measure=measure, **TIMES)
    with watch.step("funnel"):
        funnel(visits)
    with watch.step("variants"):
        paths = pm4py.get_variants(visits, **KEYS)
    watch.stop()
    return checked(visits, variants=len(paths), paths={">".join(path): int(n) for path, n in paths.items()}) | {
        "transitions": {f"{source}>{target}": int(n) for (source, target), n in counts.items()},
        "medians": {f"{source}>{target}": float(found["median"]) for (source, target), found in times.items()},
    }


def main() -> None:
    """Run with one of the three preparations."""
    preparation, task, result = sys.argv[1:]
    preload(ON_FIRST_USE + MODULES)
    read = Task.read(task)
    watch = Watch()
    hand_over(result, watch, run(preparation, read, watch), ("pm4py", "pandas", "numpy", "pyarrow"))


if __name__ == "__main__":
    main()
