"""The first rows of a file as the second step shows them: what each column means, which cells could not be read."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tropa.analysis.formats.rows import Chunk
from tropa.capture import running
from tropa.capture.fields import FIELDS, KEEP, SKIP, Field
from tropa.capture.guessing import Sample
from tropa.capture.models import Import
from tropa.capture.problems import reason_text
from tropa.capture.rows import Row, batches, rows_of

_SHOWN_ROWS = 6
_SHOWN_FLAWED = 3
# Of a larger file the first part stands for the rest; the check reads all of it.
MOST_READ = 50_000
_LONGEST_CELL = 60


@dataclass(frozen=True, slots=True)
class Column:
    """number: its place, which names its list in the form; guess: what it plays now."""

    number: int
    name: str
    chosen: str

    @property
    def input(self) -> str:
        return f"map-{self.number}"


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    is_bad: bool


@dataclass(frozen=True, slots=True)
class Line:
    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Preview:
    """flaws: (reason in words with its column, rows) of the part that was read; read: how many rows that is;
    only_dates: whether dates are all that could not be read."""

    columns: list[Column]
    lines: list[Line]
    flaws: list[tuple[str, int]]
    read: int
    only_dates: bool

    @property
    def flawed(self) -> int:
        return sum(count for _, count in self.flaws)


def preview_of(of: Import, sample: Sample) -> Preview:
    """Raises InputError when the file cannot be read."""
    columns = [Column(place, name, of.mapping.get(name, SKIP)) for place, name in enumerate(of.headers)]
    counts, read = _flaws(of)
    flaws = [(reason_text(*flaw), count) for flaw, count in counts.most_common()]
    only_dates = {reason for reason, _ in counts} == {"bad_date"}
    return Preview(columns, list(_lines(of, sample)), flaws, read, only_dates)


def choices(kind: str) -> list[tuple[str, Any]]:
    return [(each.key, each.label) for each in FIELDS[kind]]


def field_labels(fields: tuple[Field, ...]) -> str:
    return ", ".join(f"«{each.label}»" for each in fields)


def _flaws(of: Import) -> tuple[Counter[tuple[str, str]], int]:
    """Rows by reason and column, and how many were read."""
    counts: Counter[tuple[str, str]] = Counter()
    read = 0
    for rows in batches(running.open_import(of), running.reading_of(of)):
        counts.update((row.flaw.reason, row.flaw.column) for row in rows if row.flaw)
        read += len(rows)
        if read >= MOST_READ:
            break
    return counts, read


def _lines(of: Import, sample: Sample) -> Iterator[Line]:
    """The first rows, and the first rows with a cell that cannot be read."""
    rows = [row for row in rows_of(sample.chunk, running.reading_of(of)) if not row.flaw or row.flaw.column]
    place = {line: index for index, line in enumerate(sample.chunk.lines.tolist())}
    flawed = [row for row in rows[_SHOWN_ROWS:] if row.flaw][:_SHOWN_FLAWED]
    for row in rows[:_SHOWN_ROWS] + flawed:
        yield Line(row.line, [_cell(sample.chunk, name, place[row.line], row) for name in of.headers])


def _cell(chunk: Chunk, name: str, index: int, row: Row) -> Cell:
    text = chunk.text(name)[index].as_py() if name in chunk.columns else ""
    short = text if len(text) <= _LONGEST_CELL else text[: _LONGEST_CELL - 1] + "…"
    return Cell(short, bool(row.flaw and row.flaw.column == name))


def kept(of: Import) -> list[str]:
    return [name for name, key in of.mapping.items() if key == KEEP]
