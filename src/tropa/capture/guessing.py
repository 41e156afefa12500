"""What a file is about and what its columns mean, guessed from its headers and the first rows. Every guess is shown and
can be changed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tropa.analysis.formats.canonical import is_empty, trimmed
from tropa.analysis.formats.layouts import DMY, MDY
from tropa.analysis.formats.moments import day_order, guess_layout
from tropa.analysis.formats.numbers import Decimal, guess_decimal
from tropa.analysis.formats.rows import Chunk
from tropa.capture import headers as known
from tropa.capture.fields import FIELDS, KEEP, REQUIRED, SKIP, Field, lacking
from tropa.capture.models import Kind
from tropa.capture.rows import READERS, Reading

_MOST_KEPT = 30
_LEAST_READABLE = 0.5
# Dates of these columns say when a record was made, not what happened.
_VAGUE = frozenset({"", "created", "start", "started", "date", "time", "updated", "modified", "timestamp"})


@dataclass(frozen=True, slots=True)
class Sample:
    """The first rows of a file as they are shown to the guesses. delimiter: None for what has none."""

    names: tuple[str, ...]
    chunk: Chunk
    delimiter: str | None

    def filled(self, column: str) -> pa.Array:
        text = trimmed(self.chunk, column)
        return text.filter(pa.array(~is_empty(text)))


@dataclass(frozen=True, slots=True)
class Guess:
    """kind and mapping as in Import; constant: a touch type for all rows when no column holds it."""

    kind: str
    mapping: Mapping[str, str]
    constant: str


def guess(sample: Sample, kind: str = "") -> Guess:
    """What the file is; `kind` when a person said so."""
    kinds = [kind] if kind else list(Kind.values)
    scored = [(_score(sample, each), each) for each in kinds]
    best = max(scored, key=lambda pair: pair[0])[1]
    played = _played(sample, best)
    mapping = {name: played.get(name) or _rest(sample, name) for name in sample.names}
    return Guess(best, mapping, _constant(played) if best == Kind.TOUCHES else "")


def layouts_of(sample: Sample, columns: Iterable[str], told: str = "") -> dict[str, str]:
    """The date layout of each column: as told for all of them, else by what most of its values fit."""
    return {column: told or guess_layout(sample.filled(column))[0].name for column in columns}


def has_open_days(sample: Sample, layouts: Mapping[str, str]) -> list[str]:
    """Columns whose dates could be read day first or month first alike."""
    order = {
        column: day_order(sample.filled(column)) for column, name in layouts.items() if name in (DMY.name, MDY.name)
    }
    return [column for column, said in order.items() if said.both and said.day_first == said.month_first == 0]


def decimal_of(sample: Sample, columns: Sequence[str]) -> Decimal:
    """The decimal mark that the columns of numbers show together."""
    values = [value for column in columns for value in sample.filled(column).to_pylist()]
    return guess_decimal(pa.array(values, pa.string()), delimiter=sample.delimiter)


def _played(sample: Sample, kind: str) -> dict[str, str]:
    """Column to field, in order of the fields; a column whose content does not fit the field is left out."""
    taken: dict[str, str] = {}
    for each in FIELDS[kind]:
        for header in known.candidates(known.HEADERS[kind], each.key, sample.names, taken):
            if _fits(sample, header, each):
                taken[header] = each.key
                break
    return _last_resort(sample, kind, taken)


def _last_resort(sample: Sample, kind: str, taken: dict[str, str]) -> dict[str, str]:
    needed = {each.key: each for group in lacking(kind, taken.values()) for each in group}
    for key, names in known.LAST_RESORT.get(kind, {}).items():
        found = known.candidates({key: names}, key, sample.names, taken)
        if key in needed and found:
            taken[found[0]] = key
    for each in needed.values():
        if kind == Kind.TOUCHES and each.type == "moment" and each.key not in taken.values():
            dated = [
                name for name in sample.names if name not in taken and _is_dated(name) and _fits(sample, name, each)
            ]
            taken |= {dated[0]: each.key} if dated else {}
    return taken


def _is_dated(name: str) -> bool:
    lowered = name.casefold()
    return "date" in lowered or "дата" in lowered or lowered.endswith(("_at", "time", "timestamp"))


def _fits(sample: Sample, column: str, each: Field) -> bool:
    values = sample.filled(column)
    if each.type == "text" or not len(values):
        return True
    if each.type == "moment":
        return guess_layout(values)[1] >= _LEAST_READABLE
    marks: tuple[Decimal, ...] = (".", ",") if each.type in ("number", "whole") else (".",)
    return max(_readable(values, each, mark) for mark in marks) >= _LEAST_READABLE


def _readable(values: pa.Array, each: Field, mark: Decimal) -> float:
    reading = Reading("", {}, {}, mark, ZoneInfo("UTC"))
    return 1 - float(np.mean(READERS[each.type](values, "", reading)[1]))


def _score(sample: Sample, kind: str) -> float:
    # Who leads a record says nothing of what it is.
    fields = set(_played(sample, kind).values()) - {"owner"}
    signature = len(fields & known.SIGNATURES[kind])
    score = 3 * signature + len(fields) + (6 if kind == Kind.STAGE_HISTORY and _is_history(sample) else 0)
    complete = sum(1 for group in REQUIRED[kind] if set(group) & fields) / len(REQUIRED[kind])
    # A list of companies or people has no moment of its own; a log of touches needs only somebody and a moment.
    return score * complete**2 - _doubt(sample, kind, fields)


def _doubt(sample: Sample, kind: str, fields: set[str]) -> float:
    """What speaks against a kind: touches without a type that a date names, people without a name."""
    if kind == Kind.TOUCHES and "type" not in fields:
        return 2 if _constant(_played(sample, kind)) in _VAGUE else 0
    return 6 if kind == Kind.CONTACTS and not fields & {"name", "first_name", "last_name"} else 0


def _is_history(sample: Sample) -> bool:
    return known.has_specific_moment(sample.names)


def _rest(sample: Sample, name: str) -> str:
    """Columns without a field: kept when they say something and there are not too many of them."""
    is_service = name.startswith("_") or name in RETURNED_NAMES
    if is_service or len(sample.names) > _MOST_KEPT or not len(sample.filled(name)):
        return SKIP
    return KEEP


def _constant(played: Mapping[str, str]) -> str:
    if "type" in played.values():
        return ""
    at = next((column for column, key in played.items() if key == "at"), "")
    return known.touch_type_in(at)


# The first columns of our own list of rejected rows, in the languages that it is written in.
RETURNED = {"ru": ("Строка файла", "Почему не загружено"), "en": ("Line of the file", "Why it is not loaded")}
RETURNED_NAMES = frozenset(name for names in RETURNED.values() for name in names)


def is_returned(names: Sequence[str]) -> bool:
    """Whether the file is a list of rejected rows that comes back."""
    return tuple(names[:2]) in RETURNED.values()


def with_kind(sample: Sample, given: Guess, kind: str) -> Guess:
    """The guess for another kind, keeping what was said of columns that the kind also knows."""
    fresh = guess(sample, kind)
    return replace(fresh, constant=given.constant or fresh.constant)


def moments(kind: str, mapping: Mapping[str, str]) -> list[str]:
    """Columns that play a moment."""
    return _of_type(kind, mapping, ("moment",))


def numbers(kind: str, mapping: Mapping[str, str]) -> list[str]:
    """Columns that play a number."""
    return _of_type(kind, mapping, ("number", "whole"))


def _of_type(kind: str, mapping: Mapping[str, str], types: tuple[str, ...]) -> list[str]:
    keys = {each.key for each in FIELDS[kind] if each.type in types}
    return [column for column, key in mapping.items() if key in keys]


def examples(sample: Sample, column: str, most: int = 3) -> list[str]:
    """A few different values of a column."""
    return [str(value) for value in pc.unique(sample.filled(column)).slice(0, most).to_pylist()]
