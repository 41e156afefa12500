"""The files of the columnar copy: immutable, sorted by (bucket, account, occurred, id), the same bytes for the same
touches.

This module knows columns and files, no database; docs/reference/facts.md lists the columns.
"""

import os
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

COLUMNS: Final = {
    "bucket": pa.int8(),
    "account": pa.int64(),
    "occurred": pa.int64(),
    "id": pa.int64(),
    "type": pa.string(),
    "source": pa.int64(),
    "contact": pa.int64(),
    "deal": pa.int64(),
    "ended": pa.int64(),
    "channel": pa.string(),
    "campaign": pa.string(),
    "page": pa.string(),
    "value": pa.float64(),
    # Properties without a column of their own.
    "rest": pa.map_(pa.string(), pa.string()),
}
PROPERTY: Final = "p_"
# Small enough that the past of one account costs one group, large enough for a scan over all.
_GROUP_ROWS: Final = 65_536
_ASIDE: Final = ".damaged"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written. first_us, last_us: of its touches."""

    file: str
    rows: int
    first_us: int
    last_us: int
    size: int
    checksum: str


def schema(properties: Sequence[str] = ()) -> pa.Schema:
    """The columns of a table of touches with those properties."""
    return pa.schema([*COLUMNS.items(), *((PROPERTY + name, pa.string()) for name in properties)])


def ordered(touches: pa.Table) -> pa.Table:
    """The touches in the order of a file."""
    account = pc.fill_null(touches["account"], -1)
    keys = [np.asarray(column) for column in (touches["id"], touches["occurred"], account, touches["bucket"])]
    return touches.take(pa.array(np.lexsort(keys)))


def write(folder: Path, touches: pa.Table, name: str) -> Written:
    """Write ordered touches to a new file, whole or not at all. It is on the disk when this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}-{secrets.token_hex(4)}.parquet"
    beside = target.with_suffix(".new")
    pq.write_table(
        _without_empty(touches).combine_chunks(),
        beside,
        row_group_size=_GROUP_ROWS,
        compression="snappy",
        store_schema=False,
    )
    checksum, size = settled_on_disk(beside, target)
    span = pc.min_max(touches["occurred"]).as_py()
    return Written(target.name, touches.num_rows, span["min"], span["max"], size, checksum)


def settled_on_disk(beside: Path, target: Path) -> tuple[str, int]:
    """Give a written file its name once its bytes are durable; its checksum and size."""
    with beside.open("rb") as file:
        checksum = sha256(file.read()).hexdigest()
        os.fsync(file.fileno())
        size = os.fstat(file.fileno()).st_size
    os.replace(beside, target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return checksum, size


def read(
    paths: Sequence[Path], *, filters: Any = None, columns: Sequence[str] | None = None, coded: Sequence[str] = ()
) -> pa.Table:
    """The touches of several files, one behind the other. coded: columns of few texts, read as codes of them, which is
    faster. Raises OSError for a file that cannot be read."""
    wanted, codes = None if columns is None else list(columns), list(coded)
    try:
        parts = [
            pq.ParquetFile(path, read_dictionary=codes).read(columns=wanted)
            if filters is None
            else _filtered(path, wanted, filters, codes)
            for path in paths
        ]
    except pa.ArrowInvalid as error:
        raise OSError(str(error)) from error
    return pa.concat_tables(parts, promote_options="default")


def is_whole(path: Path, size: int, checksum: str | None = None) -> bool:
    """Whether a file is there in its full size and, when a checksum is given, with its bytes unchanged."""
    try:
        if path.stat().st_size != size:
            return False
        if checksum is None:
            return True
        with path.open("rb") as file:
            digest = sha256()
            while part := file.read(1 << 20):
                digest.update(part)
    except OSError:
        return False
    return digest.hexdigest() == checksum


def set_aside(path: Path) -> None:
    """Keep a spoilt file under another name, for whoever looks into the disk."""
    with suppress(OSError):
        os.replace(path, path.with_name(path.name + _ASIDE))


def aside(folder: Path) -> list[Path]:
    """Files that were set aside."""
    return sorted(folder.glob(f"*{_ASIDE}"))


def remove_old(folder: Path, listed: set[str], *, older_than: float) -> None:
    """Remove files that no manifest lists any more. older_than: seconds since the epoch; younger ones may be in
    somebody's hands, or not be listed yet."""
    for path in folder.glob("*") if folder.is_dir() else ():
        with suppress(OSError):
            if path.name not in listed and path.suffix != _ASIDE and path.stat().st_mtime < older_than:
                path.unlink()


def retire(folder: Path, names: Sequence[str]) -> None:
    """Start the time after which files that were replaced may go."""
    for name in names:
        with suppress(OSError):
            os.utime(folder / name)


def by_property(texts: pa.Array, parsed: Sequence[Mapping[str, str]], name: str) -> pa.Array:
    """The values of one property. texts: dictionary-encoded JSON; parsed: its dictionary, read. Empty is null."""
    values = pa.array([found.get(name) or None for found in parsed], pa.string())
    return values.take(texts.indices)


def _filtered(path: Path, columns: list[str] | None, filters: Any, coded: list[str]) -> pa.Table:
    return pq.read_table(path, columns=columns, filters=filters, read_dictionary=coded)


def _without_empty(touches: pa.Table) -> pa.Table:
    """Without property columns that say nothing: a file then does not change with what other files hold."""
    empty = [
        name for name in touches.column_names
        if name.startswith(PROPERTY) and touches[name].null_count == touches.num_rows
    ]  # fmt: skip
    return touches.drop_columns(empty)
