"""Deciding how a file is read: columns, date layout, decimal mark, kept properties; told or guessed from a sample."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tropa.analysis.formats.canonical import Plan, is_empty, trimmed
from tropa.analysis.formats.layouts import DMY, LAYOUTS, MDY, Layout, layout_of
from tropa.analysis.formats.moments import canonical_layout, day_order, guess_layout
from tropa.analysis.formats.numbers import Decimal, checked_decimal, guess_decimal, read_numbers
from tropa.analysis.formats.rejects import Rejects
from tropa.analysis.formats.roles import CANONICAL, Roles, checked_roles, choose, find
from tropa.analysis.formats.rows import Chunk, Source
from tropa.analysis.formats.zones import checked_zone
from tropa.analysis.problem import InputError, did_you_mean

_MOST_UNREADABLE = 0.5


@dataclass(frozen=True, slots=True)
class Options:
    """What the caller said; None and empty mean "find out"."""

    columns: Mapping[str, str] = field(default_factory=dict)
    timezone: str = "UTC"
    encoding: str | None = None
    delimiter: str | None = None
    decimal: str | None = None
    date_format: str | None = None
    keep: Collection[str] = ()
    rejects: Path | None = None

    def check(self) -> None:
        """Raise InputError for options that are wrong whatever the file holds."""
        checked_roles(self.columns)
        checked_zone(self.timezone)
        if self.decimal is not None:
            checked_decimal(self.decimal)
        if self.date_format is not None:
            layout_of(self.date_format)

    @property
    def roles(self) -> dict[str, str]:
        return checked_roles(self.columns)

    @property
    def zone(self) -> ZoneInfo:
        return checked_zone(self.timezone)


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan and which of its settings were guessed."""

    plan: Plan
    guessed: frozenset[str]


def make_plan(source: Source, options: Options, file: str, rejects: Rejects) -> Planned:
    """Look at the sample and decide. Notes ambiguous dates and absent properties in `rejects`."""
    sample = source.sample()
    if not source.names:
        raise no_rows(file)
    names = _names(source, options)
    roles = _roles(options.roles, names, file, sample)
    _refuse_repeated(roles, source.settings.repeated, file)
    at = _at_layout(source, sample, roles.columns["at"], options=options, rejects=rejects, file=file)
    decimal, decimal_guessed = _decimal(sample, roles.columns.get("value"), options, source.settings.delimiter)
    keep = {name: _property_column(name, names) for name in sorted(set(options.keep))}
    for name, column in keep.items():
        if column is None:
            close = did_you_mean(name, names)
            rejects.note("missing_column", f"{name} ({close}?)" if close else name)
    plan = Plan(roles.columns, options.zone, at, _ended_layout(sample, roles, at, options), decimal, keep)
    said = {"columns": bool(roles.guessed), "date_format": options.date_format is None, "decimal": decimal_guessed}
    return Planned(plan, frozenset(name for name, guessed in said.items() if guessed))


def _names(source: Source, options: Options) -> tuple[str, ...]:
    """The columns of the sample, or of the whole file when a wanted one is not among them."""
    wanted = [*filter(None, options.roles.values()), *options.keep]
    return source.names if all(find(name, source.names) for name in wanted) else source.all_names()


def _roles(given: Mapping[str, str], names: tuple[str, ...], file: str, sample: Chunk) -> Roles:
    def is_plausible(role: str, column: str) -> bool:
        text = trimmed(sample, column)
        if role == "at":
            return guess_layout(text)[1] >= _MOST_UNREADABLE
        filled = text.filter(pa.array(~is_empty(text)))
        if role == "ended":
            return not len(filled) or guess_layout(filled)[1] >= _MOST_UNREADABLE
        if role == "value":
            return not len(filled) or _share_of_numbers(filled) >= _MOST_UNREADABLE
        return role in ("case", "activity") or len(filled) > 0

    try:
        return choose(given, names, file, is_plausible)
    except InputError as first:
        if first.code != "columns_not_found":
            raise
        try:
            # A column with the right name and unreadable dates deserves a message about its dates.
            return choose(given, names, file, lambda role, column: role == "at" or is_plausible(role, column))
        except InputError:
            raise first from None


def _share_of_numbers(text: pa.Array) -> float:
    return max(float(np.mean(read_numbers(text, mark)[1])) for mark in (".", ","))


def _refuse_repeated(roles: Roles, repeated: tuple[str, ...], file: str) -> None:
    for role, column in roles.columns.items():
        if column in repeated:
            raise InputError(
                "repeated_column",
                ru=f"{file}: столбец «{column}» ({role}) встречается в заголовке несколько раз. "
                "Переименуйте лишние или назовите другой столбец в --columns.",
                en=f"{file}: the column {column!r} ({role}) occurs several times in the header. "
                "Rename the others or name another column in --columns.",
            )


def _at_layout(source: Source, sample: Chunk, column: str, *, options: Options, rejects: Rejects, file: str) -> Layout:
    if options.date_format is not None:
        return layout_of(options.date_format)
    text = trimmed(sample, column)
    known = canonical_layout(text) if column == CANONICAL["at"] else None
    if known is not None:
        return known
    layout, share = guess_layout(text)
    if not share and not is_empty(text).all():
        raise _unreadable(file, column, text, sample)
    return _settled_order(source, column, rejects) if layout in (DMY, MDY) and _is_open(text) else layout


def _is_open(text: pa.Array) -> bool:
    order = day_order(text)
    return order.both > 0 and order.day_first == order.month_first == 0


def _settled_order(source: Source, column: str, rejects: Rejects) -> Layout:
    """The sample does not tell 3 April from 4 March: let the whole column decide, else day first with a finding."""
    day_first = month_first = both = 0
    examples: list[str] = []
    for chunk in source.chunks({column}):
        text = trimmed(chunk, column)
        order = day_order(text)
        day_first, month_first, both = day_first + order.day_first, month_first + order.month_first, both + order.both
        if len(examples) < 5:
            examples += [f"line {line}: {value.as_py()}" for line, value in zip(chunk.lines[:5], text[:5], strict=True)]
    if day_first == month_first == 0:
        for example in examples[:5]:
            rejects.note("ambiguous_dates", example, 0)
        rejects.note("ambiguous_dates", "", both)
    return MDY if month_first > day_first else DMY


def _ended_layout(sample: Chunk, roles: Roles, at: Layout, options: Options) -> Layout:
    column = roles.columns.get("ended")
    if column is None or options.date_format is not None:
        return at
    text = trimmed(sample, column)
    known = canonical_layout(text) if column == CANONICAL["ended"] else None
    if known is not None:
        return at if at.per_second else known
    layout, share = guess_layout(text)
    # The same order of day and month as the start; ISO covers an end that the sample has no example of.
    return at if {layout, at} <= {DMY, MDY} or not share else layout


def _decimal(sample: Chunk, column: str | None, options: Options, delimiter: str | None) -> tuple[Decimal, bool]:
    if options.decimal is not None:
        return checked_decimal(options.decimal), False
    if column is None:
        return ".", False
    return guess_decimal(trimmed(sample, column), delimiter=delimiter), True


def _property_column(name: str, names: tuple[str, ...]) -> str | None:
    for column in (name, f"p_{name}", f"case:{name}"):
        if column in names:
            return column
    return find(name, names)


def _unreadable(file: str, column: str, text: pa.Array, sample: Chunk) -> InputError:
    values = text.filter(pc.not_equal(text, "")).slice(0, 3).to_pylist()
    line = int(sample.lines[int(np.argmin(is_empty(text)))])
    shown = ", ".join(repr(value[:60]) for value in values)
    allowed = f"{', '.join(LAYOUTS)}, %d.%m.%Y %H:%M"
    return InputError(
        "unreadable_dates",
        ru=f"{file}, строка {line}: в столбце «{column}» нет понятных дат (например, {shown}). "
        f"Назовите другой столбец (--columns at=…) или формат даты: {allowed}.",
        en=f"{file}, line {line}: the column {column!r} holds no readable dates (for example {shown}). "
        f"Name another column (--columns at=…) or the date format: {allowed}.",
    )


def no_rows(name: str) -> InputError:
    """There is nothing to analyse."""
    return InputError(
        "no_rows",
        ru=f"{name}: в файле нет ни одной строки данных. Нужен заголовок и хотя бы одна строка.",
        en=f"{name}: the file holds no data rows. A header and at least one row are needed.",
    )
