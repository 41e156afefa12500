"""From a path to the canonical table: open, plan, stream into one spooled Parquet file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.parquet as pq

from tropa.analysis.figure import Finding
from tropa.analysis.formats import limits
from tropa.analysis.formats.canonical import Plan, canonical, case_role, schema
from tropa.analysis.formats.container import Opened, check_free_space, look_at
from tropa.analysis.formats.delimited import Delimited
from tropa.analysis.formats.jsonl import JsonLines
from tropa.analysis.formats.ocel import CASE, OcelEvents
from tropa.analysis.formats.parquet import ParquetRows, in_place
from tropa.analysis.formats.planning import Options, Planned, make_plan, no_rows
from tropa.analysis.formats.rejects import Rejects
from tropa.analysis.formats.rows import Source
from tropa.analysis.formats.text import UndecodableError, guess_encoding
from tropa.analysis.formats.xes import XesEvents
from tropa.analysis.formats.xlsx import Sheet
from tropa.analysis.problem import InputError
from tropa.engine import Engine

# DuckDB scans row groups of this size best; wide rows are written earlier.
_GROUP_ROWS, _GROUP_BYTES = 122_880, 64 * limits.MIB


@dataclass(frozen=True, slots=True)
class LogSource:
    """Where a log came from and how it was read; what was guessed can be shown and overridden.

    path: the file name without its folder. columns: role to source column. guessed: names of the fields here
    that the file itself decided. rows_read counts accepted and rejected rows.
    """

    path: str
    format: str
    compressed: bool
    encoding: str | None
    delimiter: str | None
    decimal: str | None
    date_format: str | None
    timezone: str
    columns: Mapping[str, str]
    rows_read: int
    rows_rejected: int
    rejects_file: str | None
    guessed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Read:
    """The canonical table of a file with its origin and findings."""

    table: ir.Table
    source: LogSource
    findings: tuple[Finding, ...]


def read(path: Path, engine: Engine, options: Options) -> Read:
    """Read any supported file. Raises InputError for input that cannot be used; never overwrites a file."""
    options.check()
    opened = look_at(path)
    rejects = Rejects(options.rejects or Path(f"{path.name}.rejects.csv"))
    if opened.promised is not None and not opened.is_as_named:
        rejects.note("extension_mismatch", f"{opened.name}: {opened.kind}")
    try:
        return _Reading(opened, engine, options, rejects).run()
    except InputError as error:
        if error.code != "all_rejected":
            rejects.discard()
        raise
    except OSError as error:
        rejects.discard()
        raise _io_error(opened.name, error) from error
    finally:
        rejects.close()


@dataclass(frozen=True, slots=True)
class _Reading:
    """One file on its way into the canonical table."""

    opened: Opened
    engine: Engine
    options: Options
    rejects: Rejects

    def run(self) -> Read:
        if self.opened.kind == "parquet":
            return self._parquet()
        if self.opened.kind == "ocel":
            return self._ocel()
        try:
            return self._spooled(self._source(None))
        except UndecodableError as error:
            again = guess_encoding(error.near)
            if self.options.encoding is not None or again in ("utf-8", "utf-8-sig"):
                raise
            self.rejects.forget()
            return self._spooled(self._source(again))

    def _parquet(self) -> Read:
        file = self.opened.local(self.engine.folder)
        source = ParquetRows(file, self.opened.name)
        planned = self._plan(source)
        view = in_place(file, self.engine, planned.plan)
        if view is None:
            return self._spooled(source, planned)
        return self._result(source, planned, view.table, view.rows)

    def _ocel(self) -> Read:
        source = OcelEvents(self.opened, self.options.roles.get("case"))
        # There the case is an object type, which has been chosen by now.
        options = replace(self.options, columns=self.options.roles | {"case": CASE})
        return replace(self, options=options)._spooled(source)

    def _source(self, encoding: str | None) -> Source:
        opened, options = self.opened, self.options
        kinds: Mapping[str, Callable[[], Source]] = {
            "csv": lambda: Delimited(opened, options.encoding, options.delimiter, second_guess=encoding),
            "tsv": lambda: Delimited(opened, options.encoding, options.delimiter or "\t", second_guess=encoding),
            "xes": lambda: XesEvents(opened),
            "jsonl": lambda: JsonLines(opened, options.encoding, second_guess=encoding),
            "xlsx": lambda: Sheet(opened.local(self.engine.folder), opened.name),
        }
        return kinds[opened.kind]()

    def _plan(self, source: Source) -> Planned:
        return make_plan(source, self.options, self.opened.name, self.rejects)

    def _spooled(self, source: Source, planned: Planned | None = None) -> Read:
        planned = planned or self._plan(source)
        folder = self.engine.folder
        target = folder / f"log-{len(list(folder.glob('log-*')))}.parquet"
        try:
            rows_read, accepted = _stream(source, planned.plan, target, self.rejects)
            if not accepted:
                raise _all_rejected(self.opened.name, self.rejects) if rows_read else no_rows(self.opened.name)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return self._result(source, planned, self.engine.scan(target), rows_read)

    def _result(self, source: Source, planned: Planned, table: ir.Table, rows: int) -> Read:
        plan, settings, rejects = planned.plan, source.settings, self.rejects
        columns = dict(plan.roles)
        columns.setdefault("case", columns[case_role(columns)])
        for name in settings.repeated:
            rejects.note("repeated_column", name)
        origin = LogSource(
            path=self.opened.name,
            format=self.opened.kind,
            compressed=self.opened.compressed,
            encoding=settings.encoding,
            delimiter=settings.delimiter,
            decimal=plan.decimal if "value" in columns else None,
            date_format=plan.at.name,
            timezone=self.options.timezone,
            columns=columns,
            rows_read=rows,
            rows_rejected=rejects.rows,
            rejects_file=rejects.path.name if rejects.path else None,
            guessed=tuple(sorted(planned.guessed | settings.guessed)),
        )
        return Read(table, origin, rejects.findings())


def _stream(source: Source, plan: Plan, target: Path, rejects: Rejects) -> tuple[int, int]:
    rows_read = accepted = 0
    waiting: list[pa.RecordBatch] = []
    with pq.ParquetWriter(target, schema(tuple(plan.keep)), compression="snappy") as writer:
        for chunk in source.chunks(plan.wanted):
            batch = canonical(chunk, plan, rejects, accepted)
            accepted += batch.num_rows
            rows_read += len(chunk) + len(chunk.bad)
            waiting.append(batch)
            if sum(batch.num_rows for batch in waiting) >= _GROUP_ROWS or _bytes(waiting) >= _GROUP_BYTES:
                check_free_space(target.parent, target.name)
                writer.write_table(pa.Table.from_batches(waiting))
                waiting = []
        if waiting:
            writer.write_table(pa.Table.from_batches(waiting))
    return rows_read, accepted


def _bytes(batches: list[pa.RecordBatch]) -> int:
    return sum(batch.get_total_buffer_size() for batch in batches)


def _all_rejected(name: str, rejects: Rejects) -> InputError:
    reasons = "; ".join(
        f"{finding.code} {finding.count} ({', '.join(finding.examples[:2])})" for finding in rejects.findings()
    )
    listed = rejects.path.name if rejects.path else None
    return InputError(
        "all_rejected",
        ru=f"{name}: ни одну строку нельзя использовать: {reasons}."
        + (f" Список в файле {listed}." if listed else "")
        + " Проверьте разделитель, --columns и формат даты.",
        en=f"{name}: none of the rows can be used: {reasons}."
        + (f" They are listed in {listed}." if listed else "")
        + " Check the delimiter, --columns and the date format.",
    )


def _io_error(name: str, error: OSError) -> InputError:
    reason = error.strerror or str(error)
    return InputError(
        "io_error",
        ru=f"{name}: чтение или запись не удались ({reason}). Проверьте диск и права доступа.",
        en=f"{name}: reading or writing failed ({reason}). Check the disk and the permissions.",
    )
