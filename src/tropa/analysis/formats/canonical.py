"""From text columns of any file to the canonical columns, rejecting the rows that have no case, activity or moment."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tropa.analysis.formats.layouts import Layout
from tropa.analysis.formats.moments import read_moments
from tropa.analysis.formats.numbers import Decimal, read_numbers
from tropa.analysis.formats.rejects import Rejects
from tropa.analysis.formats.rows import Chunk, Flags

COLUMNS = {
    "seq": pa.int64(),
    "case_id": pa.string(),
    "account_id": pa.string(),
    "contact_id": pa.string(),
    "deal_id": pa.string(),
    "occurred_at": pa.int64(),
    "ended_at": pa.int64(),
    "type": pa.string(),
    "channel": pa.string(),
    "campaign": pa.string(),
    "value": pa.float64(),
}
_TEXTS = {
    "account_id": "account",
    "contact_id": "contact",
    "deal_id": "deal",
    "channel": "channel",
    "campaign": "campaign",
}
# What exports write for "no value" where a number or a moment is expected.
NO_VALUE = ("", "null", "none", "nan", "nat", "n/a", "na", "-", "—", "\\n")


@dataclass(frozen=True, slots=True)
class Plan:
    """How each role is read. keep: property name to source column, None for one that the file lacks."""

    roles: Mapping[str, str]
    zone: ZoneInfo
    at: Layout
    ended: Layout
    decimal: Decimal
    keep: Mapping[str, str | None]

    @property
    def case(self) -> str:
        return self.roles[case_role(self.roles)]

    @property
    def wanted(self) -> frozenset[str]:
        return frozenset(self.roles.values()) | {column for column in self.keep.values() if column is not None}


def case_role(roles: Mapping[str, str]) -> str:
    """The role that plays the case: itself, else the account, the deal, the contact."""
    return next(role for role in ("case", "account", "deal", "contact") if role in roles)


def schema(keep: Sequence[str]) -> pa.Schema:
    """The canonical Arrow schema with the kept properties."""
    return pa.schema([*COLUMNS.items(), *((f"p_{name}", pa.string()) for name in keep)])


def canonical(chunk: Chunk, plan: Plan, rejects: Rejects, first: int) -> pa.RecordBatch:
    """The accepted rows of a chunk, numbered from `first`."""
    rejects.add("bad_row", "", ((row.line, row.text) for row in chunk.bad))
    case, activity = trimmed(chunk, plan.case), trimmed(chunk, plan.roles["activity"])
    stamp = trimmed(chunk, plan.roles["at"])
    moments = read_moments(stamp, plan.at, plan.zone)
    empty_at = is_empty(stamp)
    accepted = np.ones(len(chunk), dtype=np.bool_)
    for reason, column, text, wrong in (
        ("empty_case", plan.case, case, is_empty(case)),
        ("empty_activity", plan.roles["activity"], activity, is_empty(activity)),
        ("empty_date", plan.roles["at"], stamp, empty_at),
        ("bad_date", plan.roles["at"], stamp, ~moments.ok & ~empty_at),
    ):
        rejects.add(reason, column, _lines_and(chunk, text, wrong & accepted))
        accepted &= ~wrong
    values: dict[str, pa.Array] = {"case_id": case, "type": activity, "occurred_at": pa.array(moments.at)}
    values |= {name: _optional(chunk, plan, role) for name, role in _TEXTS.items() if role in plan.roles}
    values |= _ended(chunk, plan, rejects, accepted)
    values |= _value(chunk, plan, rejects, accepted)
    values |= {f"p_{name}": _property(chunk, column) for name, column in plan.keep.items()}
    return _batch(values, accepted, plan, first)


def trimmed(chunk: Chunk, column: str) -> pa.Array:
    return pc.utf8_trim_whitespace(chunk.text(column))


def is_empty(text: pa.Array) -> Flags:
    flags: Flags = pc.equal(text, "").to_numpy(zero_copy_only=False)
    return flags


def _batch(values: Mapping[str, pa.Array], accepted: Flags, plan: Plan, first: int) -> pa.RecordBatch:
    rows = int(accepted.sum())
    mask = None if rows == len(accepted) else pa.array(accepted)
    arrays = []
    for field in schema(tuple(plan.keep)):
        if field.name == "seq":
            arrays.append(pa.array(np.arange(first, first + rows), pa.int64()))
        elif field.name not in values:
            arrays.append(pa.nulls(rows, field.type))
        else:
            arrays.append(values[field.name] if mask is None else values[field.name].filter(mask))
    return pa.RecordBatch.from_arrays(arrays, schema=schema(tuple(plan.keep)))


def _optional(chunk: Chunk, plan: Plan, role: str) -> pa.Array:
    return _null_if(trimmed(chunk, plan.roles[role]))


def _property(chunk: Chunk, column: str | None) -> pa.Array:
    return pa.nulls(len(chunk), pa.string()) if column is None else _null_if(chunk.text(column))


def _null_if(text: pa.Array) -> pa.Array:
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text)


def _ended(chunk: Chunk, plan: Plan, rejects: Rejects, accepted: Flags) -> dict[str, pa.Array]:
    column = plan.roles.get("ended")
    if column is None:
        return {}
    text = trimmed(chunk, column)
    moments, absent = read_moments(text, plan.ended, plan.zone), _says_nothing(text)
    rejects.add("bad_end", column, _lines_and(chunk, text, ~moments.ok & ~absent & accepted))
    return {"ended_at": pa.array(moments.at, mask=~moments.ok)}


def _value(chunk: Chunk, plan: Plan, rejects: Rejects, accepted: Flags) -> dict[str, pa.Array]:
    column = plan.roles.get("value")
    if column is None:
        return {}
    text = trimmed(chunk, column)
    absent = _says_nothing(text)
    numbers, ok = read_numbers(pc.if_else(pa.array(absent), "0", text), plan.decimal)
    rejects.add("bad_value", column, _lines_and(chunk, text, ~ok & accepted))
    return {"value": pa.array(numbers, mask=~ok | absent)}


def _says_nothing(text: pa.Array) -> Flags:
    flags: Flags = pc.is_in(pc.utf8_lower(text), value_set=pa.array(NO_VALUE)).to_numpy(zero_copy_only=False)
    return flags


def _lines_and(chunk: Chunk, text: pa.Array, wrong: Flags) -> Iterator[tuple[int, str]]:
    """The line and the value of each wrong row."""
    places = np.flatnonzero(wrong)
    return zip(chunk.lines[places].tolist(), text.take(pa.array(places)).to_pylist(), strict=True)
