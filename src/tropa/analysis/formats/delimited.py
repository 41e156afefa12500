"""CSV and TSV: delimiter and encoding are guessed from the beginning, rows are parsed by Arrow block by block."""

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from tropa.analysis.formats import limits
from tropa.analysis.formats.container import HEAD_BYTES, Opened
from tropa.analysis.formats.records import Block, blocks
from tropa.analysis.formats.rows import SAMPLE_ROWS, BadRow, Chunk, Settings
from tropa.analysis.formats.text import UndecodableError, checked_encoding, guess_encoding, pieces
from tropa.analysis.problem import InputError

DELIMITERS = (",", ";", "\t", "|")
_SNIFFED_RECORDS = 50


class Delimited:
    """A table of delimited text. Raises InputError for an encoding, delimiter or header that cannot be used."""

    def __init__(
        self,
        opened: Opened,
        encoding: str | None = None,
        delimiter: str | None = None,
        *,
        second_guess: str | None = None,
    ) -> None:
        self._opened = opened
        with opened.stream() as stream:
            head = stream.read(HEAD_BYTES)
        self._guessed = {"encoding"} if encoding is None else set()
        self._encoding = checked_encoding(encoding) if encoding else second_guess or guess_encoding(head)
        text = self._head_text()
        self._skipped = _lines_before_header(text)
        if delimiter is None:
            self._guessed.add("delimiter")
            delimiter = _stated_delimiter(text) or _guess_delimiter(_without(text, self._skipped))
        self._delimiter = _checked_delimiter(delimiter)
        header, lines = self._header(_without(text, self._skipped))
        self._skipped += lines
        self._names, self._repeated = distinct(header)

    @property
    def names(self) -> tuple[str, ...]:
        return self._names

    @property
    def settings(self) -> Settings:
        return Settings(self._encoding, self._delimiter, frozenset(self._guessed), self._repeated)

    def all_names(self) -> tuple[str, ...]:
        return self._names

    def sample(self) -> Chunk:
        for chunk in self.chunks(self._names):
            if len(chunk):
                return chunk.head(SAMPLE_ROWS)
        return Chunk(np.zeros(0, dtype=np.int64), {})

    def chunks(self, wanted: Collection[str]) -> Iterator[Chunk]:
        indexes = [index for index, name in enumerate(self._names) if name in wanted] or [0]
        text = pieces(self._opened, self._encoding)
        for block in blocks(text, self._delimiter, skip=self._skipped):
            yield self._parse(block, indexes)

    def _head_text(self) -> str:
        try:
            return next(pieces(self._opened, self._encoding), "")[:HEAD_BYTES]
        except UndecodableError as error:
            if "encoding" not in self._guessed:
                raise
            self._encoding = guess_encoding(error.near)
            return next(pieces(self._opened, self._encoding), "")[:HEAD_BYTES]

    def _header(self, text: str) -> tuple[list[str], int]:
        reader = csv.reader(io.StringIO(text, newline=""), delimiter=self._delimiter)
        try:
            return [name.strip() for name in next(reader)], reader.line_num
        except (StopIteration, csv.Error) as error:
            raise _no_header(self._opened.name) from error

    def _parse(self, block: Block, indexes: Sequence[int]) -> Chunk:
        if not block.data:
            return Chunk(np.zeros(0, dtype=np.int64), {}, block.bad)
        invalid: list[pa_csv.InvalidRow] = []
        table = self._read(block.data, indexes, invalid)
        fits = np.ones(len(block.lines), dtype=np.bool_)
        fits[[row.number - 1 for row in invalid]] = False
        if block.blank.any():
            table = table.filter(pa.array(~block.blank[fits]))
        bad = [BadRow(int(block.lines[row.number - 1]), row.text) for row in invalid if row.text.strip()]
        columns = {self._names[index]: _one(table.column(place)) for place, index in enumerate(indexes)}
        return Chunk(block.lines[fits & ~block.blank], columns, (*block.bad, *bad))

    def _read(self, data: bytes, indexes: Sequence[int], invalid: list[pa_csv.InvalidRow]) -> pa.Table:
        def note(row: pa_csv.InvalidRow) -> str:
            invalid.append(row)
            return "skip"

        keys = [str(index) for index in range(len(self._names))]
        return pa_csv.read_csv(
            pa.BufferReader(data),
            # One thread and one block: only then Arrow tells the number of a row that does not fit.
            read_options=pa_csv.ReadOptions(column_names=keys, use_threads=False, block_size=len(data) + 1),
            parse_options=pa_csv.ParseOptions(
                delimiter=self._delimiter, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=note
            ),
            convert_options=pa_csv.ConvertOptions(
                column_types={key: pa.string() for key in keys},
                include_columns=[keys[index] for index in indexes],
                strings_can_be_null=False,
            ),
        )


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _lines_before_header(text: str) -> int:
    """Empty lines and Excel's "sep=;" line."""
    skipped = 0
    for line in text.split("\n"):
        if line.strip() and not (skipped == 0 and _stated_delimiter(line)):
            return skipped
        skipped += 1
    return skipped


def _stated_delimiter(text: str) -> str | None:
    line = text.split("\n", 1)[0].strip("\r ")
    return line[4:] if line.lower().startswith("sep=") and len(line) == 5 else None


def _without(text: str, lines: int) -> str:
    return text.split("\n", lines)[lines] if lines and text.count("\n") >= lines else text


def _guess_delimiter(text: str) -> str:
    """The delimiter that gives the most records the same number of fields, then the most fields."""
    scores = {delimiter: _regularity(text, delimiter) for delimiter in DELIMITERS}
    return max(DELIMITERS, key=lambda delimiter: scores[delimiter])


def _regularity(text: str, delimiter: str) -> tuple[float, int]:
    try:
        records = list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), _SNIFFED_RECORDS))
    except csv.Error:
        return 0.0, 0
    widths = [len(record) for record in records if record]
    # The last record of a cut sample may be half a record.
    if len(records) < _SNIFFED_RECORDS and len(text) > HEAD_BYTES // 2 and len(widths) > 1:
        widths.pop()
    if not widths or widths[0] < 2:
        return 0.0, 0
    return widths.count(widths[0]) / len(widths), widths[0]


def _checked_delimiter(delimiter: str) -> str:
    delimiter = {"\\t": "\t", "tab": "\t"}.get(delimiter, delimiter)
    if len(delimiter) == 1 and delimiter.isascii() and delimiter not in '"\r\n\0':
        return delimiter
    raise InputError(
        "bad_delimiter",
        ru=f"Разделитель {delimiter!r} не подходит. Нужен один символ: запятая, точка с запятой, | или \\t.",
        en=f"The delimiter {delimiter!r} cannot be used. One character is needed: a comma, a semicolon, | or \\t.",
    )


def distinct(header: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names made unique by a number; the names that occurred more than once."""
    names: list[str] = []
    repeated: list[str] = []
    taken = set(header)
    for place, name in enumerate(header, start=1):
        if name and name in names:
            repeated.append(name)
        unique = name if name and name not in names else _free_name(name or "column", place, taken)
        names.append(unique)
    return tuple(names), tuple(dict.fromkeys(repeated))


def _free_name(name: str, place: int, taken: set[str]) -> str:
    unique = f"{name} #{place}"
    while unique in taken:
        unique += "#"
    taken.add(unique)
    return unique


def _no_header(name: str) -> InputError:
    return InputError(
        "no_header",
        ru=f"{name}: строка заголовка не найдена в первых {HEAD_BYTES // limits.KIB} КиБ. "
        "Первая строка должна назвать столбцы.",
        en=f"{name}: no header line within the first {HEAD_BYTES // limits.KIB} KiB. "
        "The first line must name the columns.",
    )
