"""From the text of a file to typed rows, a thousand at a time; a cell that cannot be read rejects its row by name."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal as Amount
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tropa.analysis.formats.canonical import NO_VALUE, trimmed
from tropa.analysis.formats.layouts import layout_of
from tropa.analysis.formats.moments import read_moments
from tropa.analysis.formats.numbers import Decimal, read_numbers
from tropa.analysis.formats.rows import Chunk, Source
from tropa.capture.fields import KEEP, SKIP, Field
from tropa.capture.fields import field as field_of
from tropa.customers.export import plain

BATCH_ROWS = 1_000
_YEAR_1900_US = -2_208_988_800_000_000
_YEAR_2200_US = 7_258_118_400_000_000
_MOST_AMOUNT = 1e13
_MOST_WHOLE = 2_147_483_647
_YES = frozenset({"1", "true", "t", "yes", "y", "да", "д", "истина", "+"})
_NO = frozenset({"0", "false", "f", "no", "n", "нет", "н", "ложь", "-", ""})


@dataclass(frozen=True, slots=True)
class Reading:
    """How the columns of a file are read. mapping: column to field; layouts: column of moments to date layout.

    is_returned: the file is one of our lists of rejected rows, mended: its formula guards are taken off.
    """

    kind: str
    mapping: Mapping[str, str]
    layouts: Mapping[str, str]
    decimal: Decimal
    zone: ZoneInfo
    is_returned: bool = False

    @property
    def wanted(self) -> list[str]:
        return [column for column, key in self.mapping.items() if key != SKIP]

    @property
    def played(self) -> list[tuple[str, Field]]:
        """Columns that play a field, each field once."""
        first: dict[str, str] = {}
        for column, key in self.mapping.items():
            if key not in (SKIP, KEEP):
                first.setdefault(key, column)
        return [(column, field_of(self.kind, key)) for key, column in first.items()]

    @property
    def kept(self) -> list[str]:
        return [column for column, key in self.mapping.items() if key == KEEP]


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a row is not loaded. reason: a word for programs; column and value: where and what."""

    reason: str
    column: str = ""
    value: str = ""


@dataclass(slots=True)
class Row:
    """One row of the file: values by field (empty ones are absent), kept columns, what is wrong with it.

    Moments are microseconds since 1970-01-01 UTC. raw: the cells that were read, by column.
    """

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    extra: dict[str, str] = field(default_factory=dict)
    flaw: Flaw | None = None
    raw: dict[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return value if isinstance(value, str) else ""


def batches(source: Source, reading: Reading, *, skip: int = 0, size: int = BATCH_ROWS) -> Iterator[list[Row]]:
    """The rows behind the first `skip` ones, in order of the file. Raises InputError when the file cannot be read."""
    waiting: list[Row] = []
    for chunk in source.chunks(reading.wanted):
        count = len(chunk) + len(chunk.bad)
        if skip >= count:
            skip -= count
            continue
        waiting += rows_of(chunk, reading)[skip:]
        skip = 0
        while len(waiting) >= size:
            yield waiting[:size]
            waiting = waiting[size:]
    if waiting:
        yield waiting


def rows_of(chunk: Chunk, reading: Reading) -> list[Row]:
    """All rows of a chunk, with those that could not be cut into fields in their place."""
    rows = [Row(line) for line in chunk.lines.tolist()]
    for column, each in reading.played:
        text = _text(chunk, column, reading)
        _note_raw(rows, column, text)
        _fill(rows, column, each, text, reading)
    for column in reading.kept:
        text = _text(chunk, column, reading)
        _note_raw(rows, column, text)
        for row, value in zip(rows, text.to_pylist(), strict=True):
            if value:
                row.extra[column] = value
    if not chunk.bad:
        return rows
    bad = [Row(each.line, flaw=Flaw("bad_row", "", each.text[:200])) for each in chunk.bad]
    return sorted([*rows, *bad], key=lambda row: row.line)


def _text(chunk: Chunk, column: str, reading: Reading) -> pa.Array:
    text = trimmed(chunk, column)
    if reading.is_returned and pc.any(pc.starts_with(text, "'")).as_py():
        return pa.array([plain(value) for value in text.to_pylist()], pa.string())
    return text


def _note_raw(rows: list[Row], column: str, text: pa.Array) -> None:
    for row, value in zip(rows, text.to_pylist(), strict=True):
        row.raw[column] = value


def _fill(rows: list[Row], column: str, each: Field, text: pa.Array, reading: Reading) -> None:
    values, wrong = READERS[each.type](text, column, reading)
    reason = REASONS[each.type]
    for row, value, bad in zip(rows, values, wrong, strict=True):
        if bad:
            row.flaw = row.flaw or Flaw(reason, column, row.raw[column][:200])
        elif value is not None and value != "":
            if isinstance(value, str) and len(value) > each.longest:
                row.flaw = row.flaw or Flaw("too_long", column, value[:200])
            row.values[each.key] = value


Read = tuple[list[Any], list[bool]]


def _moments(text: pa.Array, column: str, reading: Reading) -> Read:
    says = _says(text)
    read = read_moments(text, layout_of(reading.layouts.get(column, "iso")), reading.zone)
    ok = read.ok & (read.at >= _YEAR_1900_US) & (read.at <= _YEAR_2200_US)
    values = [at if good else None for at, good in zip(read.at.tolist(), (ok & says).tolist(), strict=True)]
    return values, (says & ~ok).tolist()


def _numbers(text: pa.Array, column: str, reading: Reading) -> Read:
    says = _says(text)
    numbers, ok = read_numbers(pc.if_else(pa.array(says), text, "0"), reading.decimal)
    ok &= np.abs(numbers) < _MOST_AMOUNT
    pairs = zip(numbers.tolist(), (ok & says).tolist(), strict=True)
    return [Amount(f"{number:.2f}") if good else None for number, good in pairs], (says & ~ok).tolist()


def _wholes(text: pa.Array, column: str, reading: Reading) -> Read:
    values, wrong = _numbers(text, column, reading)
    bad = [
        is_wrong or (value is not None and not (value == int(value) and 0 <= value <= _MOST_WHOLE))
        for value, is_wrong in zip(values, wrong, strict=True)
    ]
    wholes = [None if value is None or is_bad else int(value) for value, is_bad in zip(values, bad, strict=True)]
    return wholes, bad


def _flags(text: pa.Array, column: str, reading: Reading) -> Read:
    lowered = [value.casefold() for value in text.to_pylist()]
    values = [True if value in _YES else False if value in _NO and value else None for value in lowered]
    return values, [value not in _YES and value not in _NO for value in lowered]


def _emails(text: pa.Array, column: str, reading: Reading) -> Read:
    values = [value.lower() for value in text.to_pylist()]
    return values, [bool(value) and not is_email(value) for value in values]


def _domains(text: pa.Array, column: str, reading: Reading) -> Read:
    values = [site_of(value) for value in text.to_pylist()]
    return values, [bool(value) and not is_domain(value) for value in values]


def _texts(text: pa.Array, column: str, reading: Reading) -> Read:
    values = text.to_pylist()
    return values, [False] * len(values)


def is_email(value: str) -> bool:
    name, at, domain = value.rpartition("@")
    return bool(name and at) and is_domain(domain) and " " not in value


def is_domain(value: str) -> bool:
    return "." in value and " " not in value and 3 < len(value) <= 255 and not value.startswith(".")


def site_of(value: str) -> str:
    """`https://www.Example.com/price` → `example.com`."""
    lowered = value.strip().lower()
    host = lowered.partition("://")[2] or lowered
    return host.split("/")[0].split("?")[0].split(":")[0].removeprefix("www.").strip(".")


def _says(text: pa.Array) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Where something is written."""
    absent = pc.is_in(pc.utf8_lower(text), value_set=pa.array(NO_VALUE)).to_numpy(zero_copy_only=False)
    return ~absent  # type: ignore[no-any-return]  # pyarrow has no types


READERS: Mapping[str, Callable[[pa.Array, str, Reading], Read]] = {
    "text": _texts,
    "moment": _moments,
    "number": _numbers,
    "whole": _wholes,
    "flag": _flags,
    "email": _emails,
    "domain": _domains,
}
REASONS = {
    "text": "bad_text", "moment": "bad_date", "number": "bad_number", "whole": "bad_number", "flag": "bad_flag",
    "email": "bad_email", "domain": "bad_domain",
}  # fmt: skip
