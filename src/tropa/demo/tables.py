"""The accounts and contacts of the demo world: no names of people, addresses on domains that are kept for examples."""

from datetime import datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tropa.demo.clock import OfficeClock
from tropa.demo.log_rows import contact_keys, key_digits, keys
from tropa.demo.plan import ROLES, SEGMENTS, Companies
from tropa.demo.world import DAYS, DEFAULT_SIZE, SEED, UNTIL, Size, plans

ACCOUNTS = pa.schema(
    [
        ("account_id", pa.string()),
        ("name", pa.string()),
        ("kind", pa.string()),
        ("segment", pa.string()),
        ("employees", pa.int32()),
    ]
)
CONTACTS = pa.schema(
    [("contact_id", pa.string()), ("account_id", pa.string()), ("role", pa.string()), ("address", pa.string())]
)
DOMAINS = ("example.com", "example.org")


def write_tables(
    size: Size = DEFAULT_SIZE, *, folder: Path | str, seed: int = SEED, until: datetime = UNTIL
) -> tuple[Path, Path]:
    """Write accounts.parquet and contacts.parquet into an existing folder; keys are those of the log of that size."""
    accounts, contacts = Path(folder) / "accounts.parquet", Path(folder) / "contacts.parquet"
    digits = key_digits(size.accounts)
    with pq.ParquetWriter(accounts, ACCOUNTS) as for_accounts, pq.ParquetWriter(contacts, CONTACTS) as for_contacts:
        for first, plan, _ in plans(size, OfficeClock(until, DAYS), seed):
            for_accounts.write_table(_accounts(plan.companies, first, digits))
            for_contacts.write_table(_contacts(plan.companies, first, digits))
    return accounts, contacts


def _accounts(companies: Companies, first: int, digits: int) -> pa.Table:
    number = first + 1 + np.arange(len(companies.segment))
    known = pa.array(companies.is_company)
    prefix = pc.if_else(known, "Компания ", "Посетитель ")
    columns = [
        keys("acc-", number, digits),
        pc.binary_join_element_wise(prefix, keys("", number, digits), ""),
        pc.if_else(known, "company", "unknown"),
        pa.array(SEGMENTS).take(pa.array(companies.segment, mask=~companies.is_company)),
        pa.array(companies.employees, pa.int32(), mask=~companies.is_company),
    ]
    return pa.table(columns, schema=ACCOUNTS)


def _contacts(companies: Companies, first: int, digits: int) -> pa.Table:
    many = companies.contacts.astype(np.int64)
    owner = np.repeat(np.arange(len(many)), many)
    begin = np.cumsum(many) - many
    nth = np.arange(len(owner)) - begin[owner] + 1
    number = first + 1 + owner
    role = pa.array(ROLES).take(pa.array((companies.first_role[owner] + nth - 1) % len(ROLES)))
    box = pc.binary_join_element_wise(role, keys("", number, digits), pa.array(nth).cast(pa.string()), ".")
    domain = pa.array(DOMAINS).take(pa.array(number % len(DOMAINS)))
    columns = [contact_keys(number, nth, digits), keys("acc-", number, digits), role]
    return pa.table([*columns, pc.binary_join_element_wise(box, domain, "@")], schema=CONTACTS)
