"""The generated world as the loader reads it: accounts, contacts and touches in order of receipt."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tropa.demo.clock import OfficeClock
from tropa.demo.tables import write_tables
from tropa.demo.world import DAYS, Size, generate, plans

MICRO = 1_000_000
BATCH = 5_000


@dataclass(frozen=True, slots=True)
class WorldFiles:
    """log: the touches in order of receipt. values: of a deal, in the order of accounts (roubles)."""

    log: Path
    accounts: list[dict[str, Any]]
    contacts: list[dict[str, Any]]
    values: list[float]

    def touches(self) -> Iterator[tuple[int, list[dict[str, Any]]]]:
        """Batches of touches, each with the number of its first one; moments as integers of microseconds."""
        number = 0
        with pq.ParquetFile(self.log) as file:
            for batch in file.iter_batches(BATCH):
                rows = _plain(batch).to_pylist()
                yield number, rows
                number += len(rows)

    def touches_of_deals(self, types: Collection[str]) -> list[dict[str, Any]]:
        """The touches of these types that belong to a deal, in order of receipt."""
        columns = ["type", "occurred_at", "account_id", "deal_id", "lost_reason"]
        table = _plain(pq.read_table(self.log, columns=columns))
        is_wanted = pc.is_in(table["type"], pa.array(list(types)))
        rows: list[dict[str, Any]] = table.filter(pc.and_(is_wanted, table["deal_id"].is_valid())).to_pylist()
        return rows

    def first_seen(self) -> dict[str, int]:
        """When each account and contact was first seen."""
        table = pq.read_table(self.log, columns=["account_id", "contact_id", "occurred_at"])
        table = _plain(table)
        found: dict[str, int] = {}
        for key in ("account_id", "contact_id"):
            first = table.filter(table[key].is_valid()).group_by(key).aggregate([("occurred_at", "min")])
            found |= dict(zip(first[key].to_pylist(), first["occurred_at_min"].to_pylist(), strict=True))
        return found


def write_world(folder: Path, size: Size, *, seed: int, until: datetime) -> WorldFiles:
    """Generate the world into a folder."""
    log = generate(size, path=folder / "touches.parquet", seed=seed, until=until).path
    accounts, contacts = write_tables(size, folder=folder, seed=seed, until=until)
    clock = OfficeClock(until, DAYS)
    values = np.concatenate([plan.companies.value for _, plan, _ in plans(size, clock, seed)])
    return WorldFiles(log, pq.read_table(accounts).to_pylist(), pq.read_table(contacts).to_pylist(), values.tolist())


def _plain(table: Any) -> Any:
    """Moments as integers: no conversion to datetime and back."""
    at = table.schema.get_field_index("occurred_at")
    return table.set_column(at, "occurred_at", table.column(at).cast(pa.int64()))
