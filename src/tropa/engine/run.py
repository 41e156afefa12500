"""Running compiled expressions on an in-memory DuckDB, with bounds on memory, rows and time."""

import shutil
import tempfile
import weakref
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, Self

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa
from ibis.backends.sql.datatypes import DuckDBType
from numpy.typing import NDArray

from tropa.engine.compile import sql
from tropa.engine.functions import variable

MOST_ROWS = 200_000
# What DuckDB itself spills into the folder of an engine.
OWN_FILES = "duckdb_"


class EngineError(Exception):
    """The engine could not answer the question."""


class TooManyRows(EngineError):
    """The result has more rows than the caller is ready to take."""


class TooSlow(EngineError):
    """The question ran longer than its time limit and was stopped."""


class Engine:
    """An in-memory DuckDB that runs Ibis expressions.

    memory_mb: what DuckDB may hold before it spills to disk (MiB).
    threads: worker threads; None leaves the choice to DuckDB (one per core).
    """

    def __init__(self, *, memory_mb: int = 1024, threads: int | None = None) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="tropa-"))
        # In a notebook nobody closes an engine: its folder then goes with it.
        self._remove = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
        self._connection = duckdb.connect(":memory:")
        self._names = 0
        self._connection.execute(f"SET memory_limit = '{int(memory_mb)}MiB'")
        self._connection.execute("SET temp_directory = ?", [str(self._folder)])
        self._connection.execute("SET TimeZone = 'UTC'")
        # A bar on standard output would spoil what a command prints there. In a notebook that lacks ipywidgets there is
        # none, and DuckDB refuses to be told so.
        with suppress(duckdb.InvalidInputException):
            self._connection.execute("SET enable_progress_bar = false")
        if threads is not None:
            self._connection.execute(f"SET threads = {int(threads)}")

    @property
    def folder(self) -> Path:
        """A folder that lives as long as the engine, for spooled files."""
        return self._folder

    def scan(self, path: Path | str | Sequence[Path], *, numbered: bool = False) -> ir.Table:
        """A Parquet file (or a glob or a list of them) as a table; nothing is read yet.

        Files of a list may differ in columns: what one lacks is null. numbered: with a column `file_row_number`, int64
        from 0.
        """
        name = self._new_name("scan")
        paths = [str(path)] if isinstance(path, Path | str) else [str(each) for each in path]
        relation = self._connection.read_parquet(paths, file_row_number=numbered, union_by_name=len(paths) > 1)
        self._connection.register(name, relation)
        return self._table(name)

    def load(self, rows: pa.Table) -> ir.Table:
        """An Arrow table as a table of the engine; the data is shared, not copied."""
        name = self._new_name("rows")
        self._connection.register(name, rows)
        return self._table(name)

    def materialise(self, expression: ir.Table) -> ir.Table:
        """Run once and keep the result, for expressions that several questions start from."""
        name = self._new_name("kept")
        with self._errors(None):
            self._connection.execute(f"CREATE TEMP TABLE {name} AS {sql(expression)}")
        return self._table(name)

    def number(self, value: int) -> ir.IntegerScalar:
        """A number (int64) that a question names instead of spelling it out: asked again with another number, such as
        the moment it holds for, it finds its compiled text."""
        name = self._new_name("number")
        self._connection.execute(f"SET VARIABLE {name} = CAST({int(value)} AS BIGINT)")
        return variable(name)

    def forget(self, table: ir.Table) -> None:
        """Drop what `materialise` kept, or let go of what `scan` and `load` gave."""
        name = table.get_name()
        if name.startswith("kept_"):
            self._connection.execute(f"DROP TABLE IF EXISTS {name}")
        else:
            self._connection.unregister(name)

    def write(self, expression: ir.Table, path: Path | str, *, rows_per_group: int = 122_880) -> None:
        """Write the rows of an expression, in its order, to one Parquet file."""
        target = str(path).replace("'", "''")
        with self._errors(None):
            self._connection.execute(
                f"COPY ({sql(expression)}) TO '{target}' "
                f"(FORMAT parquet, COMPRESSION snappy, ROW_GROUP_SIZE {int(rows_per_group)})"
            )

    def run(self, expression: ir.Table, *, most_rows: int = MOST_ROWS, seconds: float | None = None) -> pa.Table:
        """The result as an Arrow table of at most `most_rows` rows.

        seconds: time limit; the query is interrupted behind it.
        Raises TooManyRows, TooSlow, EngineError.
        """
        with self._errors(seconds):
            table = self._connection.sql(sql(expression)).limit(most_rows + 1).to_arrow_table()
        if table.num_rows > most_rows:
            raise TooManyRows(f"More than {most_rows} rows; ask for an aggregate or raise most_rows.")
        return table

    def batches(self, expression: ir.Table, *, rows: int = 1_000_000) -> Iterator[pa.RecordBatch]:
        """The result as a stream of Arrow batches, for folds outside the engine."""
        with self._errors(None):
            yield from self._connection.sql(sql(expression)).to_arrow_reader(rows)

    def columns(self, expression: ir.Table) -> list[NDArray[Any]]:
        """Narrow numeric columns as arrays, in the order of the expression, for estimators that need each value."""
        with self._errors(None):
            table = self._connection.sql(sql(expression)).to_arrow_table()
        return [table[name].to_numpy() for name in expression.columns]

    def interrupt(self) -> None:
        """Stop the query that runs now, from another thread; it raises TooSlow."""
        self._connection.interrupt()

    def clear(self) -> None:
        """Forget every table and file that was scanned, loaded, kept or spooled. Names begin anew, so that a question
        asked again finds its compiled text."""
        for name in self._connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
            self._connection.unregister(name[0])
            self._connection.execute(f'DROP VIEW IF EXISTS "{name[0]}"')
        for name in self._connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            self._connection.execute(f'DROP TABLE IF EXISTS "{name[0]}"')
        for spooled in self._folder.iterdir():
            if spooled.is_file() and not spooled.name.startswith(OWN_FILES):
                spooled.unlink()
        self._names = 0

    def close(self) -> None:
        """Release memory and the spill folder."""
        self._connection.close()
        self._remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _new_name(self, kind: str) -> str:
        self._names += 1
        return f"{kind}_{self._names}"

    def _table(self, name: str) -> ir.Table:
        relation = self._connection.sql(f"SELECT * FROM {name}")
        types = [DuckDBType.from_string(str(kind)) for kind in relation.types]
        return ibis.table(dict(zip(relation.columns, types, strict=True)), name=name)

    @contextmanager
    def _errors(self, seconds: float | None) -> Iterator[None]:
        alarm = Timer(seconds, self._connection.interrupt) if seconds is not None else None
        if alarm is not None:
            alarm.start()
        try:
            yield
        except duckdb.InterruptException as error:
            raise TooSlow("Stopped." if seconds is None else f"Stopped after {seconds} seconds.") from error
        except duckdb.Error as error:
            raise EngineError(str(error)) from error
        finally:
            if alarm is not None:
                alarm.cancel()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
