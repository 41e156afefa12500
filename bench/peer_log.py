"""Stage visits in pandas from the raw Parquet file, and what is counted over them for both peers.

A visit is an unbroken row of touches of one account that enter the same stage; other touches are dropped at once.
Two ways by hand to the same rows: `ordinary` as a careful analyst writes it, `tuned` as far as pandas and NumPy go. The
third way, by the functions of each tool, stands in the module of the peer.
"""

from collections import Counter
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-untyped]

from bench.child import Task

COLUMNS = ["case_id", "occurred_at", "type"]
ON_FIRST_USE = ("pyarrow.dataset", "pyarrow.parquet", "pandas.core.arrays.arrow.extension_types")


def ordinary(task: Task) -> Any:
    """Visits: case_id and stage as text, occurred_at, rank; in the order of account and time."""
    touches = pd.read_parquet(task.log, columns=COLUMNS)
    touches["stage"] = touches["type"].map(task.table)
    touches = touches.dropna(subset=["stage"]).sort_values(["case_id", "occurred_at"], kind="stable")
    begins = (touches["case_id"] != touches["case_id"].shift()) | (touches["stage"] != touches["stage"].shift())
    return ranked(touches.loc[begins, ["case_id", "occurred_at", "stage"]].reset_index(drop=True), task)


def ranked(visits: Any, task: Task) -> Any:
    """The visits with the rank of their stage."""
    visits["rank"] = visits["stage"].map({stage: rank for rank, stage in enumerate(task.stages)}).astype("int8")
    return visits


def tuned(task: Task) -> Any:
    """The same. Texts stay numbers from the file on, a stage is looked up once per type, and two passes sort: by time,
    in which the file nearly is, then by account."""
    touches = pd.read_parquet(task.log, columns=COLUMNS, read_dictionary=["case_id", "type"])
    ranks = [
        task.stages.index(task.table[kind]) if kind in task.table else -1 for kind in touches["type"].cat.categories
    ]
    rank = np.array(ranks, np.int8)[touches["type"].cat.codes.to_numpy()]
    kept = np.flatnonzero(rank >= 0)
    rank, moment = rank[kept], touches["occurred_at"].dt.tz_convert(None).to_numpy()[kept]
    account = touches["case_id"].cat.codes.to_numpy()[kept]
    order = np.argsort(moment, kind="stable")
    order = order[np.argsort(account[order], kind="stable")]
    account, rank = account[order], rank[order]
    begins = np.flatnonzero(np.append(True, (account[1:] != account[:-1]) | (rank[1:] != rank[:-1])))
    names = touches["case_id"].cat.categories
    stages = pd.array(task.stages, dtype=names.dtype)
    return pd.DataFrame(
        {
            "case_id": names.take(account[begins]).array,
            "occurred_at": pd.Series(moment[order[begins]]).dt.tz_localize("UTC"),
            "stage": stages.take(rank[begins]),
            "rank": rank[begins],
        }
    )


PREPARED = {"ordinary": ordinary, "tuned": tuned}


def until_next(visits: Any) -> Any:
    """When the account entered its next stage; none for the last visit."""
    return visits["occurred_at"].shift(-1).where(visits["case_id"] == visits["case_id"].shift(-1))


def funnel(visits: Any) -> tuple[Any, Any]:
    """Accounts that ever entered each stage, and those of them that ever stood on a higher one."""
    highest = visits.groupby("case_id", sort=False)["rank"].transform("max")
    seen = visits.assign(went_on=highest > visits["rank"]).drop_duplicates(["case_id", "stage"])
    by_stage = seen.groupby("stage")["went_on"]
    return by_stage.size(), by_stage.sum()


def fold_paths(visits: Any) -> Counter[bytes]:
    """Paths by frequency, each as the ranks of its stages: one byte a visit, cut where the account changes."""
    account = visits["case_id"].to_numpy()
    edges = np.concatenate([[0], np.flatnonzero(account[1:] != account[:-1]) + 1, [len(account)]])
    steps = visits["rank"].to_numpy().tobytes()
    return Counter(steps[start:stop] for start, stop in pairwise(edges.tolist()))


def checked(visits: Any, *, variants: int, paths: dict[str, int]) -> dict[str, Any]:
    """The part of the figures for comparison that follows from the visits alone."""
    entered, reached = funnel(visits)
    return {
        "visits": len(visits),
        "entered": {str(stage): int(n) for stage, n in entered.items() if n},
        "reached": {str(stage): int(n) for stage, n in reached.items() if n},
        "variants": variants,
        "paths": paths,
    }
