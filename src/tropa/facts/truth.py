"""The truth read out: rows of touches as an Arrow table with the columns of the copy."""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from django.db import connection

from tropa.facts.domain import BUCKETS, DAY_US, EARLIEST_US
from tropa.facts.models import TouchType
from tropa.facts.segments import COLUMNS, PROPERTY, by_property, schema

MOST_PROPERTIES: Final = 100
TABLES: Final = ("facts_settledtouch", "facts_touch")
_BATCH_ROWS: Final = 50_000
_COLUMNS: Final = (
    "id, account_id, occurred_us, type_id, source_id, contact_id, deal_id, ended_us, channel, campaign, page, value"
)


@dataclass(frozen=True, slots=True)
class Range:
    """Touch ids of a workspace: above `after`, up to `up_to`; only those of a bucket when one is named."""

    workspace_id: int
    after: int
    up_to: int
    bucket: int | None = None


def touches(asked: Range, properties: Sequence[str], *, learn: bool = False) -> tuple[pa.Table, list[str]]:
    """The touches of a range in no order, and the names that have columns of their own.

    properties: those that have one. learn: give one to further names that occur, while there is room.
    """
    names, types = list(properties), _types(asked.workspace_id)
    batches = [_batch(rows, types, names, learn=learn) for rows in _rows(asked)]
    full = schema(names)
    tables = [_completed(pa.table(batch), full) for batch in batches]
    return (pa.concat_tables(tables) if tables else full.empty_table()), names


def counts(asked: Range) -> dict[tuple[str, int], int]:
    """Touches of a range by key of type and day (days since 1900-01-01)."""
    types, key = _types(asked.workspace_id), f"type_id, (occurred_us + {-EARLIEST_US}) / {DAY_US}"
    with connection.cursor() as sql:
        sql.execute(f"SELECT {key}, count(*) FROM ({_union(asked)}) AS touches GROUP BY {key}", _given(asked))
        return {(types[type_], day): n for type_, day, n in sql.fetchall()}


def accounts(workspace_id: int, after: int, up_to: int) -> list[int]:
    """Accounts with a touch in a range of ids."""
    asked = Range(workspace_id, after, up_to)
    with connection.cursor() as sql:
        sql.execute(
            f"SELECT DISTINCT account_id FROM ({_union(asked)}) AS touches WHERE account_id IS NOT NULL",
            _given(asked),
        )
        return sorted(row[0] for row in sql.fetchall())


def _union(asked: Range) -> str:
    """Both parts in one statement: it sees each touch once, also while touches move from one to the other."""
    properties = "properties" if connection.vendor == "sqlite" else "properties::text"
    bucket = "" if asked.bucket is None else f" AND coalesce(account_id %% {BUCKETS}, 0) = %s"
    return " UNION ALL ".join(
        f"SELECT {_COLUMNS}, {properties} AS properties FROM {table} "
        f"WHERE workspace_id = %s AND id > %s AND id <= %s{bucket}"
        for table in TABLES
    )


def _given(asked: Range) -> list[int]:
    bucket = [] if asked.bucket is None else [asked.bucket]
    return [asked.workspace_id, asked.after, asked.up_to, *bucket] * len(TABLES)


def _rows(asked: Range) -> Iterator[list[tuple[Any, ...]]]:
    with connection.cursor() as sql:
        sql.execute(_union(asked), _given(asked))
        while rows := sql.fetchmany(_BATCH_ROWS):
            yield rows


def _types(workspace_id: int) -> dict[int, str]:
    return dict(TouchType.objects.filter(workspace_id=workspace_id).values_list("id", "key"))


def _batch(
    rows: Sequence[tuple[Any, ...]], types: dict[int, str], names: list[str], *, learn: bool
) -> dict[str, pa.Array]:
    """The columns of some rows. `names` grows by what is learnt."""
    ids, account, occurred, type_, source, contact, deal, ended, channel, campaign, page, value, texts = zip(
        *rows, strict=True
    )
    given = {
        "bucket": [0 if each is None else each % BUCKETS for each in account],
        "account": account,
        "occurred": occurred,
        "id": ids,
        "type": [types[each] for each in type_],
        "source": source,
        "contact": contact,
        "deal": deal,
        "ended": ended,
        "channel": [each or None for each in channel],
        "campaign": [each or None for each in campaign],
        "page": [each or None for each in page],
        "value": value,
    }
    columns = {name: pa.array(values, COLUMNS[name]) for name, values in given.items()}
    return columns | _properties(texts, names, learn=learn)


def _properties(texts: Iterable[str], names: list[str], *, learn: bool) -> dict[str, pa.Array]:
    """Columns of the named properties and the rest; each distinct text is read once, and most are alike."""
    encoded = pa.array(texts, pa.string()).dictionary_encode()
    parsed = [json.loads(text) for text in encoded.dictionary.to_pylist()]
    if learn:
        _learn(names, parsed)
    own = set(names)
    rest = [
        [(name, text) for name, text in sorted(found.items()) if name not in own and text] or None for found in parsed
    ]
    columns = {"rest": pa.array(rest, COLUMNS["rest"]).take(encoded.indices)}
    present = {name for found in parsed for name in found}
    return columns | {PROPERTY + name: by_property(encoded, parsed, name) for name in names if name in present}


def _learn(names: list[str], parsed: Iterable[dict[str, str]]) -> None:
    # The engine takes no notice of case in the names of columns.
    taken = {name.casefold() for name in names}
    for found in parsed:
        for name in found:
            if name.casefold() not in taken and len(names) < MOST_PROPERTIES:
                names.append(name)
                taken.add(name.casefold())


def _completed(table: pa.Table, full: pa.Schema) -> pa.Table:
    missing = [name for name in full.names if name not in table.column_names]
    for name in missing:
        table = table.append_column(name, pa.nulls(table.num_rows, full.field(name).type))
    return table.select(full.names).cast(full)
