"""A table with the same numbers as a chart: on the page each figure leads to its rows, in a file it is a number."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from tropa.customers import export
from tropa.customers.export import Cell as FileCell

Raw = int | float | Decimal | str | None


@dataclass(frozen=True, slots=True)
class Cell:
    """text: as the page shows it. value: what a file gets, None for nothing. url: the rows behind it."""

    text: str
    value: Raw = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """heads of columns; the first cell of a row is its name. numeric: columns that stand to the right."""

    caption: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    rest: str = ""

    def sheet(self) -> export.Sheet:
        """The same for a spreadsheet."""
        return export.Sheet(self.heads, ([_of_file(cell.value) for cell in row] for row in self.rows))


def words(text: str, url: str = "") -> Cell:
    """A cell that is a text in the file too."""
    return Cell(text, text, url)


def _of_file(value: Raw) -> FileCell:
    return Decimal(str(round(value, 6))) if isinstance(value, float) else value
