"""Parquet: read in place when nothing has to be interpreted, else streamed like any other table."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from glob import escape
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pyarrow.types as pt

from tropa.analysis.formats.canonical import COLUMNS, Plan, case_role
from tropa.analysis.formats.container import damaged
from tropa.analysis.formats.layouts import EPOCH_US, Layout
from tropa.analysis.formats.moments import FIRST_AT, LAST_AT
from tropa.analysis.formats.rows import SAMPLE_ROWS, Chunk, Settings
from tropa.engine import Engine, microseconds

_BATCH_ROWS = 100_000
_TEXT_ROLES = ("case", "activity", "account", "contact", "deal", "channel", "campaign")


@dataclass(frozen=True, slots=True)
class InPlace:
    """The canonical view of a Parquet file and how many rows it has."""

    table: ir.Table
    rows: int


class ParquetRows:
    """The rows of a Parquet file as text, for files whose values have to be interpreted."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._schema = _metadata(path, name).schema.to_arrow_schema()

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(self._schema.names))

    @property
    def settings(self) -> Settings:
        repeated = [name for name in self.names if self._schema.names.count(name) > 1]
        return Settings(repeated=tuple(repeated))

    def all_names(self) -> tuple[str, ...]:
        return self.names

    def sample(self) -> Chunk:
        for chunk in self._chunks(self.names, SAMPLE_ROWS):
            return chunk
        return Chunk(np.zeros(0, dtype=np.int64), {})

    def chunks(self, wanted: Collection[str]) -> Iterator[Chunk]:
        return self._chunks(wanted, _BATCH_ROWS)

    def _chunks(self, wanted: Collection[str], rows: int) -> Iterator[Chunk]:
        names = [name for name in self.names if name in wanted]
        row = 1
        try:
            with pq.ParquetFile(self._path) as file:
                for batch in file.iter_batches(rows, columns=names):
                    lines = np.arange(row, row + batch.num_rows, dtype=np.int64)
                    yield Chunk(lines, {name: _as_text(batch.column(name)) for name in names})
                    row += batch.num_rows
        except (pa.ArrowException, OSError) as error:
            raise damaged(self._name, "Parquet", str(error)[:200]) from error


def in_place(path: Path, engine: Engine, plan: Plan) -> InPlace | None:
    """A lazy canonical view, or None when values must be interpreted or rows rejected first."""
    metadata = _metadata(path, path.name)
    kinds = {field.name: _plain_type(field.type) for field in metadata.schema.to_arrow_schema()}
    if not metadata.num_rows or "file_row_number" in kinds or not _needs_no_reading(kinds, plan):
        return None
    scan = engine.scan(escape(str(path)), numbered="file_row_number" not in kinds)
    required = {plan.roles[role] for role in (case_role(plan.roles), "activity", "at")}
    is_proven = all(_is_filled(metadata, name, kinds[name], plan) for name in required)
    if not is_proven and not _has_no_gaps(scan, kinds, engine, plan):
        return None
    return InPlace(_view(scan, kinds, plan), metadata.num_rows)


def _metadata(path: Path, name: str) -> Any:
    try:
        with pq.ParquetFile(path) as file:
            return file.metadata
    except (pa.ArrowException, OSError) as error:
        raise damaged(name, "Parquet", str(error)[:200]) from error


def _plain_type(kind: pa.DataType) -> pa.DataType:
    return kind.value_type if pt.is_dictionary(kind) else kind


def _needs_no_reading(kinds: dict[str, pa.DataType], plan: Plan) -> bool:
    stamps = [kinds[plan.roles[role]] for role in ("at", "ended") if role in plan.roles]
    ids = [kinds[plan.roles[role]] for role in _TEXT_ROLES if role in plan.roles]
    ids += [kinds[column] for column in plan.keep.values() if column is not None]
    value = kinds[plan.roles["value"]] if "value" in plan.roles else pa.float64()
    return (
        all(_is_moment(kind, plan) for kind in stamps)
        and all(pt.is_string(kind) or pt.is_large_string(kind) or pt.is_integer(kind) for kind in ids)
        and (pt.is_floating(value) or pt.is_integer(value))
    )


def _is_moment(kind: pa.DataType, plan: Plan) -> bool:
    if pt.is_timestamp(kind):
        return kind.tz is not None or plan.zone.key == "UTC"
    return pt.is_integer(kind) or (pt.is_date(kind) and plan.zone.key == "UTC")


def _is_filled(metadata: Any, name: str, kind: pa.DataType, plan: Plan) -> bool:
    """Whether the statistics of the file prove that every value can be used, without reading it."""
    first, last = _epoch_bounds(plan.at)
    place = metadata.schema.to_arrow_schema().names.index(name)
    for group in range(metadata.num_row_groups):
        found = metadata.row_group(group).column(place).statistics
        if found is None or not found.has_null_count or found.null_count:
            return False
        is_epoch = pt.is_integer(kind) and name == plan.roles["at"]
        is_text = pt.is_string(kind) or pt.is_large_string(kind)
        if not (is_epoch or is_text):
            continue
        # A text before "!" may be blank, so it has to be looked at.
        if not found.has_min_max or (is_text and not str(found.min) >= "!"):
            return False
        if is_epoch and not first <= found.min <= found.max <= last:
            return False
    return True


def _epoch_bounds(layout: Layout) -> tuple[int, int]:
    factor = EPOCH_US.per_second // (layout.per_second or EPOCH_US.per_second)
    return -(-FIRST_AT // factor), LAST_AT // factor


def _has_no_gaps(scan: ir.Table, kinds: dict[str, pa.DataType], engine: Engine, plan: Plan) -> bool:
    at = scan[plan.roles["at"]]
    gaps = at.isnull()
    if pt.is_integer(kinds[plan.roles["at"]]):
        gaps = gaps | ~at.between(*_epoch_bounds(plan.at))
    for column in (plan.case, plan.roles["activity"]):
        gaps = gaps | scan[column].isnull() | (scan[column].cast("string").strip() == "")
    counted = engine.run(scan.filter(gaps).aggregate(gaps=lambda rows: rows.count()))
    return int(counted.column("gaps")[0].as_py()) == 0


def _view(scan: ir.Table, kinds: dict[str, pa.DataType], plan: Plan) -> ir.Table:
    roles = plan.roles
    columns: dict[str, Any] = {name: ibis.null(_ibis_type(kind)) for name, kind in COLUMNS.items()}
    # A column of that name in the file itself hides the number of the row.
    if "seq" in kinds and pt.is_integer(kinds["seq"]):
        columns["seq"] = scan["seq"].cast("int64")
    else:
        columns["seq"] = scan["file_row_number"].cast("int64")
    columns["case_id"] = scan[plan.case].cast("string")
    columns["type"] = scan[roles["activity"]].cast("string")
    for role in ("account", "contact", "deal", "channel", "campaign"):
        if role in roles:
            name = role if role in COLUMNS else f"{role}_id"
            columns[name] = scan[roles[role]].cast("string").nullif("")
    columns["occurred_at"] = _micros(scan[roles["at"]], kinds[roles["at"]], plan.at)
    if "ended" in roles:
        columns["ended_at"] = _micros(scan[roles["ended"]], kinds[roles["ended"]], plan.ended)
    if "value" in roles:
        columns["value"] = scan[roles["value"]].cast("float64")
    for name, column in plan.keep.items():
        text = ibis.null("string") if column is None else scan[column].cast("string").nullif("")
        columns[f"p_{name}"] = text
    return scan.select(**columns)


def _ibis_type(kind: pa.DataType) -> str:
    return "float64" if pt.is_floating(kind) else str(kind)


def _micros(column: Any, kind: pa.DataType, layout: Layout) -> Any:
    if pt.is_integer(kind):
        factor = EPOCH_US.per_second // (layout.per_second or EPOCH_US.per_second)
        return column.cast("int64") * factor if factor > 1 else column.cast("int64")
    return microseconds(column.cast("timestamp") if pt.is_date(kind) else column)


def _as_text(column: pa.Array) -> pa.Array:
    kind = column.type
    if pt.is_dictionary(kind):
        column, kind = column.dictionary_decode(), kind.value_type
    if pt.is_timestamp(kind):
        # Ten digits of a second are more than any reader of moments keeps.
        column = pc.cast(column, pa.timestamp("us", kind.tz), safe=False)
    if pt.is_floating(kind):
        return _floats_as_text(column)
    try:
        return column.cast(pa.string())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        return pa.array([None if value is None else str(value) for value in column.to_pylist()], pa.string())


def _floats_as_text(column: pa.Array) -> pa.Array:
    """Identifiers that pandas stored as 17.0 are written 17; not-a-number is no value."""
    filled = pc.if_else(pc.fill_null(pc.is_finite(column), False), column, pa.scalar(None, column.type))
    return pc.replace_substring_regex(filled.cast(pa.string()), r"\.0$", "")
