"""How far the log is settled in time: up to which id no touch can appear any more.

SQLite has one writer: ids are committed in their order. PostgreSQL gives ids out before the commit, so a lower one can
appear after a higher one. There every appending transaction announces itself by an advisory lock whose number says
from which id on it may write; the lock ends with the transaction, however that ends. Whoever reads takes the lowest
announced id as the end of what is certain. Nobody waits for anybody.
"""

import time
from typing import Final

from django.db import connection

# Marks our locks among those of others; the lower 48 bits are the id.
_TAG: Final = 0x7452 << 48
_LAST: Final = "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"
_ANNOUNCE: Final = """
SELECT pg_advisory_xact_lock_shared(%s + last_value), set_config('tropa.announced', '1', true) FROM {sequence}
WHERE coalesce(current_setting('tropa.announced', true), '') <> '1'
"""
# Our own locks do not count: a transaction sees what it wrote itself.
_LOWEST: Final = """
SELECT min(((classid::bigint << 32) | objid::bigint) - %s) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND (classid::bigint >> 16) = %s AND pid <> pg_backend_pid()
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def announce() -> None:
    """Say that this transaction is about to write touches."""
    if connection.vendor == "postgresql":
        with connection.cursor() as sql:
            sql.execute(_ANNOUNCE.format(sequence=_sequence()), [_TAG])


def next_id() -> int:
    """Take the next number of the log for something that is no touch, within a transaction that was announced."""
    with connection.cursor() as sql:
        if connection.vendor == "postgresql":
            sql.execute("SELECT nextval(%s)", [_sequence()])
            return int(sql.fetchone()[0])
        sql.execute("UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'facts_touch'")
    return last_id()


def wait_for(id_: int, *, patience_seconds: float = 30) -> None:
    """Wait until no other transaction can write a touch below an id. Raises TimeoutError."""
    last_try = time.monotonic() + patience_seconds
    while safe_cursor() < id_:
        if time.monotonic() > last_try:
            raise TimeoutError("Other transactions have been writing touches all the time; try again later.")
        time.sleep(0.05)


def last_id() -> int:
    """The last id that was given out; on PostgreSQL also to transactions that still run or failed."""
    with connection.cursor() as sql:
        if connection.vendor == "postgresql":
            sql.execute(_LAST.format(sequence=_sequence()))
        else:
            sql.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'facts_touch'")
        return int(sql.fetchone()[0])


def safe_cursor() -> int:
    """Every touch with an id up to this one is committed for ever, or never will be."""
    # The order matters: whoever announces itself after `last` was read gets higher ids.
    last = last_id()
    if connection.vendor != "postgresql":
        return last
    with connection.cursor() as sql:
        sql.execute(_LOWEST, [_TAG, _TAG >> 48])
        lowest = sql.fetchone()[0]
    return last if lowest is None else min(last, int(lowest))


def _sequence() -> str:
    return "facts_touch_id_seq"
