"""What every reader hands over: chunks of text columns with the line each row came from."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Lines = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

SAMPLE_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that could not be cut into fields."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows in file order: text columns (null or empty means no value) and 1-based line numbers."""

    lines: Lines
    columns: Mapping[str, pa.Array]
    bad: tuple[BadRow, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    def text(self, name: str) -> pa.Array:
        """A column without nulls; one that the chunk lacks is all empty."""
        column = self.columns.get(name)
        if column is None:
            return pa.array([""] * len(self), pa.string())
        return column.fill_null("") if column.null_count else column

    def head(self, rows: int) -> "Chunk":
        return Chunk(self.lines[:rows], {name: column.slice(0, rows) for name, column in self.columns.items()})


class Source(Protocol):
    """A file that can be read several times from its beginning."""

    @property
    def names(self) -> tuple[str, ...]:
        """The columns seen so far, in file order."""

    @property
    def settings(self) -> "Settings": ...

    def sample(self) -> Chunk:
        """The first rows (at most SAMPLE_ROWS) with all columns."""

    def all_names(self) -> tuple[str, ...]:
        """Every column of the file, also those that only late rows carry."""

    def chunks(self, wanted: Collection[str]) -> Iterator[Chunk]:
        """All rows from the beginning, with at least the wanted columns."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How a source is read; `guessed` names the settings that the file itself decided."""

    encoding: str | None = None
    delimiter: str | None = None
    guessed: frozenset[str] = field(default_factory=frozenset)
    repeated: tuple[str, ...] = ()


def from_records(records: list[dict[str, str | None]], lines: list[int], names: Collection[str]) -> Chunk:
    """A chunk from row dictionaries, keeping the named columns."""
    columns = {name: pa.array([record.get(name) for record in records], pa.string()) for name in names}
    return Chunk(np.array(lines, dtype=np.int64), columns)
