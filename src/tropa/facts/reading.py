"""A copy opened for the analytical library. No database here: what is to be read comes as plain values, so that the
process of figures can do it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tropa.analysis.log import EventLog, LogSource
from tropa.engine import Engine
from tropa.facts.domain import bucket_of
from tropa.facts.segments import PROPERTY


@dataclass(frozen=True, eq=False)
class CopiedLog(EventLog):
    """The event log of a workspace. cursor: it holds exactly the touches with ids up to this one."""

    cursor: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """One file. bucket: None when it holds accounts of all."""

    path: Path
    bucket: int | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All there is to read at one moment.

    tail: touches behind the files. properties: names with a column of their own. removed: (source, id): touches of the
    source up to the id do not count any more.
    """

    name: str
    parts: Sequence[Part]
    tail: pa.Table
    cursor: int
    properties: Sequence[str]
    removed: Sequence[tuple[int, int]] = ()


def event_log(
    snapshot: Snapshot, engine: Engine, *, accounts: Collection[int] | None = None, keep: Collection[str] = ()
) -> CopiedLog:
    """The log of a snapshot with the canonical columns; touches of no account are left out.

    accounts: only theirs. keep: names of properties, as p_<name>.
    """
    tables = [engine.load(snapshot.tail)]
    paths = [part.path for part in snapshot.parts if _holds(part, accounts)]
    if paths:
        tables.insert(0, engine.scan(paths))
    properties = set(snapshot.properties)
    rows = [_canonical(_counting(table, snapshot.removed), properties, keep) for table in tables]
    table = rows[0] if len(rows) == 1 else ibis.union(*rows)
    if accounts is not None:
        table = _of_accounts(table, engine, accounts)
    return CopiedLog(engine, table.drop("account"), _source(snapshot, keep), cursor=snapshot.cursor)


def _holds(part: Part, accounts: Collection[int] | None) -> bool:
    return accounts is None or part.bucket is None or part.bucket in {bucket_of(account) for account in accounts}


def _counting(table: ir.Table, removed: Sequence[tuple[int, int]]) -> ir.Table:
    table = table.filter(table.account.notnull())
    for source, up_to in removed:
        table = table.filter((table.source != source) | (table.id > up_to))
    return table


def _canonical(table: ir.Table, properties: Collection[str], keep: Collection[str]) -> ir.Table:
    account = table.account.cast("string")
    return table.select(
        "account",
        seq=table.id,
        case_id=account,
        account_id=account,
        contact_id=table.contact.cast("string"),
        deal_id=table.deal.cast("string"),
        occurred_at=table.occurred,
        ended_at=table.ended,
        type=table.type,
        channel=table.channel,
        campaign=table.campaign,
        value=table.value,
        **{PROPERTY + name: _property(table, name, properties) for name in keep},
    )


def _property(table: ir.Table, name: str, properties: Collection[str]) -> ir.Value:
    """A property from its column, else from the rest. `page` is the column of touches when no property is called so."""
    if name in properties:
        column = PROPERTY + name
        return table[column] if column in table.columns else ibis.null("string")
    rest = table.rest.get(name)
    return ibis.coalesce(rest, table.page) if name == "page" else rest


def _of_accounts(table: ir.Table, engine: Engine, accounts: Collection[int]) -> ir.Table:
    wanted = engine.load(pa.table({"account": pa.array(sorted(accounts), pa.int64())}))
    return table.semi_join(wanted, "account")


def _source(snapshot: Snapshot, keep: Collection[str]) -> LogSource:
    roles = ("account", "contact", "deal", "activity", "at", "ended", "channel", "campaign", "value")
    return LogSource(
        path=snapshot.name, format="workspace", compressed=False, encoding=None, delimiter=None, decimal=None,
        date_format=None, timezone="UTC", columns={role: role for role in roles} | {name: name for name in keep},
        rows_read=0, rows_rejected=0, rejects_file=None, guessed=(),
    )  # fmt: skip
