"""XLSX: the first sheet that has rows, with native dates."""

from collections.abc import Callable, Collection, Iterator
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from tropa.analysis.formats.container import damaged
from tropa.analysis.formats.delimited import distinct
from tropa.analysis.formats.rows import SAMPLE_ROWS, Chunk, Settings, from_records
from tropa.analysis.formats.workbook import check_workbook
from tropa.analysis.problem import InputError

CHUNK_ROWS = 20_000

Cell = int | float | str | bool | time | date | datetime | timedelta


class Sheet:
    """The rows of the first sheet that is not empty. Raises InputError for a damaged or boundless file."""

    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        check_workbook(path, name)
        found = _guarded(lambda: _first_sheet(path), name)
        if found is None:
            raise InputError(
                "no_rows",
                ru=f"{name}: в книге нет заполненных листов. Нужен лист с заголовком и хотя бы одной строкой.",
                en=f"{name}: the workbook has no sheet with cells. A header and at least one row are needed.",
            )
        self._sheet: CalamineSheet = found
        self._header_line, header = next(self._filled_rows())
        self._names, self._repeated = distinct([(_text(cell) or "").strip() for cell in header])

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    @property
    def settings(self) -> Settings:
        return Settings(repeated=self._repeated)

    def all_names(self) -> tuple[str, ...]:
        return self._names

    def sample(self) -> Chunk:
        none = from_records([], [], self._names)
        return next(self.chunks(self._names), none).head(SAMPLE_ROWS)

    def chunks(self, wanted: Collection[str]) -> Iterator[Chunk]:
        rows = (row for row in self._filled_rows() if row[0] > self._header_line)
        while taken := list(islice(rows, CHUNK_ROWS)):
            yield self._chunk(taken, wanted)

    def _filled_rows(self) -> Iterator[tuple[int, list[Cell]]]:
        """Rows with their numbers; a row without any cell is no row."""
        numbered = enumerate(self._sheet.iter_rows(), start=1)
        return ((line, row) for line, row in numbered if any(cell != "" for cell in row))

    def _chunk(self, rows: list[tuple[int, list[Cell]]], wanted: Collection[str]) -> Chunk:
        places = [(place, name) for place, name in enumerate(self._names) if name in wanted]
        records = [{name: _text(row[place]) for place, name in places} for _, row in rows]
        return from_records(records, [line for line, _ in rows], [name for _, name in places])


def _first_sheet(path: Path) -> CalamineSheet | None:
    with CalamineWorkbook.from_path(path) as book:
        for place in range(len(book.sheet_names)):
            sheet = book.get_sheet_by_index(place)
            if any(cell != "" for row in sheet.iter_rows() for cell in row):
                return sheet
    return None


def _guarded(step: Callable[[], Any], name: str) -> Any:
    try:
        return step()
    except (CalamineError, OSError, ValueError) as error:
        raise damaged(name, "XLSX", str(error)[:200]) from error
    except BaseException as error:
        # The Rust reader panics on some damaged files, and a panic is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(name, "XLSX", "unreadable content") from error


def _text(cell: Cell) -> str | None:
    """A cell as text: dates in ISO form, whole numbers without a fraction."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    return cell.isoformat() if isinstance(cell, (datetime, date, time)) else str(cell)
