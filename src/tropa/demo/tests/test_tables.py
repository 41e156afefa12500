"""Accounts and contacts fit the log, and nobody in them is a real person."""

import re
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from tropa.demo import TRUTHS, write_tables
from tropa.demo.plan import ROLES, SEGMENTS
from tropa.demo.story import DEFAULT_ACCOUNTS


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> tuple[pa.Table, pa.Table]:
    accounts, contacts = write_tables(folder=tmp_path_factory.mktemp("tables"))
    return pq.read_table(accounts), pq.read_table(contacts)


def test_every_account_of_the_log_is_listed(tables: tuple[pa.Table, pa.Table], log: pa.Table) -> None:
    accounts, contacts = tables
    assert accounts.num_rows == DEFAULT_ACCOUNTS
    assert set(accounts["account_id"].to_pylist()) == set(log["account_id"].unique().to_pylist())
    assert set(log["contact_id"].unique().to_pylist()) - {None} <= set(contacts["contact_id"].to_pylist())


def test_accounts_agree_with_the_log(tables: tuple[pa.Table, pa.Table], log: pa.Table) -> None:
    names = ["account_id", "segment", "account_kind"]
    seen = set(zip(*(column.to_pylist() for column in log.select(names).group_by(names).aggregate([])), strict=True))
    listed = tables[0].select(["account_id", "segment", "kind"])
    assert set(zip(*(column.to_pylist() for column in listed), strict=True)) == seen


def test_contacts_keep_their_role_in_the_log(tables: tuple[pa.Table, pa.Table], log: pa.Table) -> None:
    role = dict(zip(tables[1]["contact_id"].to_pylist(), tables[1]["role"].to_pylist(), strict=True))
    seen = zip(log["contact_id"].to_pylist(), log["contact_role"].to_pylist(), strict=True)
    assert all(role.get(contact) == found for contact, found in seen)
    assert set(role.values()) == set(ROLES)


def test_companies_have_50_to_200_people_and_a_number_for_a_name(tables: tuple[pa.Table, pa.Table]) -> None:
    companies = tables[0].filter(pc.field("kind") == "company")
    assert companies.num_rows > TRUTHS.stages["consideration"].entered
    assert (pc.min(companies["employees"]).as_py(), pc.max(companies["employees"]).as_py()) == (50, 200)
    assert set(companies["segment"].to_pylist()) == set(SEGMENTS)
    assert all(re.fullmatch(r"Компания \d{6}", name) for name in companies["name"].to_pylist())


def test_addresses_are_examples(tables: tuple[pa.Table, pa.Table]) -> None:
    addresses = tables[1]["address"].to_pylist()
    roles = "|".join(ROLES)
    assert all(re.fullmatch(rf"({roles})\.\d{{6}}\.\d@example\.(com|org)", address) for address in addresses)
    assert len(set(addresses)) == len(addresses)
    assert tables[1]["account_id"].to_pylist() == sorted(tables[1]["account_id"].to_pylist())


def test_tables_of_the_same_world_are_the_same(tmp_path: Path, tables: tuple[pa.Table, pa.Table]) -> None:
    accounts, contacts = write_tables(folder=tmp_path)
    assert (pq.read_table(accounts), pq.read_table(contacts)) == tables
