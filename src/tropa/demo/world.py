"""One believable B2B world at any size: a vendor of a CRM by subscription and the companies that meet it.

Accounts are planned and filled in chunks. The rows of a chunk are dealt into periods of time by the moment they are
received and spooled; then each period is read back, sorted and written. So the order of the log is exact at any size
while memory holds one chunk or one period.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from tropa.demo.clock import DAY, OfficeClock
from tropa.demo.log_rows import LATEST_DAYS, ROW, SCHEMA, Accounts, add_scores, make_rows, to_arrow
from tropa.demo.plan import Plan, make_plan
from tropa.demo.story import DEFAULT_ACCOUNTS
from tropa.demo.touches import expected_touches, make_touches

SEED = 7
# Tells the source of chance of answers from the others of the same seed.
SCORES_CHANCE = 1
DAYS = 730
# Midnight in Moscow behind the last day of the world.
UNTIL = datetime(2025, 6, 30, 21, tzinfo=UTC)

MEAN_TOUCHES = 9.0
MOST_MEAN_TOUCHES = 65.0
CHUNK_ACCOUNTS = 20_000
PERIOD_ROWS = 1_500_000
GROUP_ROWS = 122_880


@dataclass(frozen=True, slots=True)
class Size:
    """How large the world is. accounts: visitors and companies seen; mean_touches: of one account."""

    accounts: int = DEFAULT_ACCOUNTS
    mean_touches: float = MEAN_TOUCHES

    def __post_init__(self) -> None:
        if self.accounts < 1:
            raise ValueError(f"accounts = {self.accounts}; needed at least 1")

    @classmethod
    def of_touches(cls, touches: int) -> Self:
        """A world with about so many touches; larger logs have busier accounts, up to a mean of 65."""
        mean = float(np.clip(MEAN_TOUCHES * (touches / 130_000) ** 0.45, MEAN_TOUCHES, MOST_MEAN_TOUCHES))
        return cls(max(1, round(touches / mean)), mean)


def is_world(path: Path) -> bool:
    """Whether a file is a log that `generate` wrote."""
    try:
        return bool(pq.read_schema(path).names == SCHEMA.names)
    except (pa.ArrowException, OSError):
        return False


@dataclass(frozen=True, slots=True)
class World:
    """What was written."""

    path: Path
    accounts: int
    touches: int
    seed: int
    until: datetime


DEFAULT_SIZE = Size()


def generate(size: Size = DEFAULT_SIZE, *, path: Path | str, seed: int = SEED, until: datetime = UNTIL) -> World:
    """Write the log of a world to one Parquet file, in the order in which the vendor received the touches.

    The same size, seed and end give the same bytes. until: aware moment at which the world ends.
    """
    target = Path(path)
    clock = OfficeClock(until, DAYS)
    with _beside(target) as folder:
        spool = _Spool(folder, size)
        accounts = _spool(spool, size, clock, seed)
        with pq.ParquetWriter(folder / target.name, SCHEMA, compression="snappy", store_schema=False) as writer:
            for rows in spool.read():
                writer.write_table(to_arrow(rows, accounts, clock.start), row_group_size=GROUP_ROWS)
        (folder / target.name).replace(target)
    return World(target, size.accounts, spool.rows, seed, until)


def write_csv(size: Size = DEFAULT_SIZE, *, path: Path | str, seed: int = SEED, until: datetime = UNTIL) -> World:
    """The same log as CSV (UTF-8, comma, times in UTC)."""
    target = Path(path)
    with _beside(target) as folder:
        world = generate(size, path=folder / "log.parquet", seed=seed, until=until)
        with pq.ParquetFile(world.path) as log, pa_csv.CSVWriter(folder / target.name, log.schema_arrow) as writer:
            for batch in log.iter_batches():
                writer.write_batch(batch)
        (folder / target.name).replace(target)
    return World(target, world.accounts, world.touches, seed, until)


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder on the disk of the target, so that a file appears there whole or not at all."""
    with tempfile.TemporaryDirectory(prefix=".demo-", dir=target.parent) as folder:
        yield Path(folder)


def plans(size: Size, clock: OfficeClock, seed: int) -> Iterator[tuple[int, Plan, np.random.Generator]]:
    """The accounts in chunks: number of the first one, their plan, and the source of chance for their touches."""
    for chunk, first in enumerate(range(0, size.accounts, CHUNK_ACCOUNTS)):
        number = min(CHUNK_ACCOUNTS, size.accounts - first)
        for_plan, for_touches = np.random.SeedSequence([seed, chunk]).spawn(2)
        yield (
            first,
            make_plan(number, clock.length, np.random.default_rng(for_plan)),
            np.random.default_rng(for_touches),
        )


def _intensity(size: Size, plan: Plan, length: float) -> float:
    """How busy the accounts must be for the mean that was asked for, judged by the first chunk."""
    base, slope = expected_touches(plan, length)
    return max(0.05, (size.mean_touches * len(plan) - base) / slope)


def _spool(spool: "_Spool", size: Size, clock: OfficeClock, seed: int) -> Accounts:
    companies = []
    intensity = 0.0
    for first, plan, random in plans(size, clock, seed):
        intensity = intensity or _intensity(size, plan, clock.length)
        touched = make_touches(plan, intensity=intensity, length=clock.length, random=random)
        rows = make_rows(plan, touched, clock, random, first=first)
        add_scores(rows, np.random.default_rng([seed, first, SCORES_CHANCE]))
        spool.add(rows)
        companies.append(plan.companies)
    return Accounts(
        np.concatenate([part.is_company for part in companies]),
        np.concatenate([part.segment for part in companies]),
        np.concatenate([part.first_role for part in companies]),
        np.concatenate([part.value for part in companies]),
    )


class _Spool:
    """Rows dealt into periods of time, one file each."""

    def __init__(self, folder: Path, size: Size) -> None:
        self.rows = 0
        number = ceil(size.accounts * size.mean_touches / PERIOD_ROWS)
        self._paths = [folder / f"{period}.rows" for period in range(max(1, number))]
        self._seconds = ceil((DAYS + LATEST_DAYS) * DAY / len(self._paths))

    def add(self, rows: npt.NDArray[np.void]) -> None:
        period = rows["received"] // self._seconds
        in_periods = rows[np.argsort(period, kind="stable")]
        ends = np.cumsum(np.bincount(period, minlength=len(self._paths)))
        for path, part in zip(self._paths, np.split(in_periods, ends[:-1]), strict=True):
            with path.open("ab") as file:
                part.tofile(file)
        self.rows += len(rows)

    def read(self) -> Iterator[npt.NDArray[np.void]]:
        """The rows of each period in the order in which they were received."""
        for path in self._paths:
            rows = np.fromfile(path, ROW)
            path.unlink()
            yield rows[np.argsort(rows["received"], kind="stable")]
