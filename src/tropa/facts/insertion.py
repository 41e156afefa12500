"""Touches into the hot table, as fast as each database takes them, those known already left out."""

import json
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from django.db import connection

COLUMNS: Final = (
    "workspace_id", "source_id", "message_hash", "message_id", "type_id", "account_id", "contact_id", "deal_id",
    "occurred_us", "ended_us", "received_us", "sent_us", "client_us", "channel", "campaign", "page", "value",
    "properties",
)  # fmt: skip
_NAMES: Final = ", ".join(COLUMNS)
_CONFLICT: Final = "ON CONFLICT (message_hash) DO NOTHING"
_SQLITE: Final = f"INSERT INTO facts_touch ({_NAMES}) VALUES ({', '.join(['%s'] * len(COLUMNS))}) {_CONFLICT}"
_ARRAYS: Final = (
    "bigint[]", "bigint[]", "bytea[]", "text[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]", "bigint[]",
    "bigint[]", "bigint[]", "bigint[]", "bigint[]", "text[]", "text[]", "text[]", "float8[]", "jsonb[]",
)  # fmt: skip
# Ids follow the order of the batch; rows go in by hash, so that two transactions with the same messages wait for each
# other instead of locking each other out.
_POSTGRESQL: Final = f"""
WITH given AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('facts_touch', 'id')) AS id, sent.*
    FROM unnest({", ".join(f"%s::{kind}" for kind in _ARRAYS)}) AS sent({_NAMES})
)
INSERT INTO facts_touch (id, {_NAMES}) SELECT id, {_NAMES} FROM given ORDER BY message_hash {_CONFLICT}
"""


class Row(NamedTuple):
    """One row of the hot table in the order of COLUMNS."""

    workspace_id: int
    source_id: int
    message_hash: bytes
    message_id: str
    type_id: int
    account_id: int | None
    contact_id: int | None
    deal_id: int | None
    occurred_us: int
    ended_us: int | None
    received_us: int
    sent_us: int | None
    client_us: int | None
    channel: str
    campaign: str
    page: str
    value: float | None
    properties: str


def insert(rows: Sequence[Row]) -> int:
    """Insert the rows that are not there; how many were new. Within a transaction."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(_SQLITE, rows)
        else:
            cursor.execute(_POSTGRESQL, _by_column(rows))
        return int(cursor.rowcount)


def as_json(properties: Any) -> str:
    """Properties as they are stored: names in order, so that equal ones are equal texts."""
    return json.dumps(dict(properties), ensure_ascii=False, sort_keys=True) if properties else "{}"


def _by_column(rows: Sequence[Row]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
