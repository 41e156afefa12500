"""The event log: any file of events as one canonical table of touches."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import ibis.expr.types as ir

from tropa.analysis.figure import Finding
from tropa.analysis.formats.given import as_table
from tropa.analysis.formats.planning import Options
from tropa.analysis.formats.reading import LogSource, read
from tropa.analysis.problem import InputError
from tropa.engine import Engine

__all__ = ["EventLog", "LogSource"]


@dataclass(frozen=True, eq=False)
class EventLog:
    """Touches in one table with the canonical columns, in file order.

    table: seq int64, case_id, account_id, contact_id, deal_id string, occurred_at, ended_at int64 (microseconds
    since 1970-01-01 UTC), type, channel, campaign string, value float64, then p_<name> string for kept properties.
    source: where it came from and how it was read. findings: what is wrong with the data, most frequent first.
    """

    engine: Engine
    table: ir.Table
    source: LogSource
    findings: tuple[Finding, ...] = ()
    _owns_engine: bool = field(default=False, repr=False)

    @classmethod
    def read(
        cls,
        path: Path | str,
        *,
        engine: Engine | None = None,
        columns: Mapping[str, str] | None = None,
        timezone: str = "UTC",
        encoding: str | None = None,
        delimiter: str | None = None,
        decimal: str | None = None,
        date_format: str | None = None,
        keep: Collection[str] = (),
        rejects: Path | None = None,
    ) -> Self:
        """Read CSV, TSV, XLSX, Parquet, JSONL, XES, OCEL 2.0 JSON, or .gz of each (docs/reference/log.md).

        columns: role to column name. timezone: IANA name for moments without an offset. date_format: a layout name
        or a strptime pattern. keep: further columns, as p_<name>. rejects: where unusable rows are listed.
        Raises InputError for input that cannot be used.
        """
        options = Options(columns or {}, timezone, encoding, delimiter, decimal, date_format, keep, rejects)
        own = Engine() if engine is None else engine
        try:
            result = read(Path(path), own, options)
        except BaseException:
            if engine is None:
                own.close()
            raise
        return cls(own, result.table, result.source, result.findings, engine is None)

    @classmethod
    def from_rows(
        cls, rows: Iterable[Mapping[str, object]], *, engine: Engine | None = None, name: str = "rows"
    ) -> Self:
        """A log from dictionaries with canonical keys, for tests and notebooks.

        occurred_at, ended_at: an aware datetime, an ISO text (UTC when it has no offset) or microseconds.
        Without case_id the account plays the case. Any other key becomes a property p_<key>.
        Raises InputError for a row without case, type or occurred_at.
        """
        table, source = as_table(rows, name)
        own = Engine() if engine is None else engine
        return cls(own, own.load(table), source, (), engine is None)

    def of_unit(self, unit: str) -> Self:
        """The log with the case that travels the journey: `account` leaves it as it was read; `deal` and `contact` take
        their column, and touches without one are left out and counted (`no_unit`).

        Raises InputError when the log names no deal or contact at all.
        """
        if unit == "account":
            return self
        ids = self.table[f"{unit}_id"]
        counted = self.engine.run(self.table.aggregate(known=ids.count(), all=self.table.count())).to_pylist()[0]
        if not counted["known"]:
            raise InputError(
                "no_unit",
                ru=f"Единица пути — {unit}, а в журнале такого столбца нет. Назовите его: --columns {unit}=…",
                en=f"The unit of the journey is {unit}, and the log has no such column. Name it: --columns {unit}=…",
            )
        left_out = counted["all"] - counted["known"]
        findings = (*self.findings, Finding("no_unit", left_out)) if left_out else self.findings
        table = self.table.filter(ids.notnull()).mutate(case_id=ids)
        return replace(self, table=table, findings=findings, _owns_engine=False)

    def count(self) -> int:
        """The number of events."""
        counted = self.engine.run(self.table.aggregate(events=self.table.count()))
        return int(counted.column("events")[0].as_py())

    def close(self) -> None:
        """Close the engine if this log made it."""
        if self._owns_engine:
            self.engine.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
