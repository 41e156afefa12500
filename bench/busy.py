"""The busy log: every touch enters a stage, and an account changes its stage after eight touches on average.

The demo world is mostly touches that enter no stage; here the work is in the visits. Drawn with NumPy from a seed.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.random import Generator
from numpy.typing import NDArray

JOURNEY = Path(__file__).with_name("busy.yaml")
SEED = 7
TOUCHES_AN_ACCOUNT = 66
SPREAD_OF_ACCOUNTS = 1.3
# A stay ends with each touch at this chance or with the last touch of the account; both together make about 8 touches.
LEAVING = 1 / 9
# Behind the last stage there is only back, so the share of all moves that go back is higher: 17 %.
RETURNING = 0.075
START = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
DAYS = 500
DAY = 86_400_000_000
SPREAD_OF_GAPS = 2.5
GROUP_ROWS = 122_880


def generate(touches: int, path: Path, table: dict[str, str]) -> dict[str, Any]:
    """Write about so many touches in the order of time. table: touch type to stage, in the order of rank.

    Returns what world.json says of them.
    """
    draw = np.random.default_rng(SEED)
    sizes = _sizes(touches, draw)
    first = np.cumsum(sizes) - sizes
    entered = draw.random(sizes.sum()) < LEAVING
    entered[first] = True
    stages = list(dict.fromkeys(table.values()))
    stage = _walk(np.add.reduceat(entered, first, dtype=np.int64), len(stages), draw)[np.cumsum(entered) - 1]
    kind = _kinds(stage, [stages.index(name) for name in table.values()], draw)
    moment = _moments(sizes, first, draw)
    order = np.argsort(moment, kind="stable")
    account = np.repeat(np.arange(len(sizes), dtype=np.int32), sizes)
    _write(path, account[order], moment[order], kind[order], list(table))
    return {"touches": int(sizes.sum()), "accounts": len(sizes), "seed": SEED}


def _sizes(touches: int, draw: Generator) -> NDArray[np.int64]:
    """Touches of each account: log-normal, at least one."""
    weights = draw.lognormal(sigma=SPREAD_OF_ACCOUNTS, size=max(1, touches // TOUCHES_AN_ACCOUNT))
    sizes: NDArray[np.int64] = np.maximum(1, np.rint(weights * (touches / weights.sum()))).astype(np.int64)
    return sizes


def _walk(visits: NDArray[np.int64], stages: int, draw: Generator) -> NDArray[np.int8]:
    """The stage of every visit, account by account: forward by one, or back to any lower stage."""
    begins = np.cumsum(visits) - visits
    longest = np.argsort(-visits, kind="stable")
    falling = -visits[longest]
    walked = np.zeros(visits.sum(), np.int8)
    now = np.zeros(len(visits), np.int8)
    for step in range(1, int(visits.max())):
        now = now[: np.searchsorted(falling, -step)]
        back = (now == stages - 1) | ((now > 0) & (draw.random(len(now)) < RETURNING))
        lower = (draw.random(len(now)) * now).astype(np.int8)
        now = np.where(back, lower, now + 1).astype(np.int8)
        walked[begins[longest[: len(now)]] + step] = now
    return walked


def _kinds(stage: NDArray[np.int8], stage_of_kind: list[int], draw: Generator) -> NDArray[np.int8]:
    """A touch type of the stage; the first ones are the most frequent. The types stand together by stage."""
    counts = np.bincount(stage_of_kind)
    offsets = np.cumsum(counts) - counts
    picked = np.square(draw.random(len(stage))) * counts[stage]
    return (offsets[stage] + picked).astype(np.int8)


def _moments(sizes: NDArray[np.int64], first: NDArray[np.int64], draw: Generator) -> NDArray[np.int64]:
    """Microseconds since 1970: log-normal gaps, stretched over a part of the days; no two equal in an account."""
    gaps = draw.lognormal(sigma=SPREAD_OF_GAPS, size=sizes.sum())
    gaps[first] = 0
    passed = np.cumsum(gaps)
    passed -= np.repeat(passed[first], sizes)
    whole = np.maximum(passed[first + sizes - 1], 1)
    begin = draw.random(len(sizes)) * DAYS
    span = (DAYS - begin) * draw.random(len(sizes))
    days = np.repeat(begin, sizes) + passed * np.repeat(span / whole, sizes)
    number = np.arange(len(days)) - np.repeat(first, sizes)
    moments: NDArray[np.int64] = START + (days * DAY).astype(np.int64) + number
    return moments


def _write(
    path: Path, account: NDArray[np.int32], moment: NDArray[np.int64], kind: NDArray[np.int8], kinds: list[str]
) -> None:
    channels = [name.partition("_")[0] for name in kinds]
    known = list(dict.fromkeys(channels))
    channel = np.array([known.index(name) for name in channels], np.int8)[kind]
    table = pa.table(
        {
            "case_id": _texts(account, (f"acc-{number:07d}" for number in range(int(account.max()) + 1))),
            "occurred_at": pa.array(moment, pa.timestamp("us", tz="UTC")),
            "type": _texts(kind, kinds),
            "channel": _texts(channel, known),
        }
    )
    # Without the schema of Arrow the texts are read as plain texts, as from any other writer.
    pq.write_table(table, path, row_group_size=GROUP_ROWS, compression="snappy", store_schema=False)


def _texts(numbers: NDArray[Any], names: Iterable[str]) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array(numbers), pa.array(list(names)))
