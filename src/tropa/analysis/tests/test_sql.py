"""The core expressions on other engines, and a snapshot of their SQL so that an upgrade shows what it changes."""

import difflib
import os
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pytest
import sqlglot

from tropa.analysis.funnel import counted, times_to_next
from tropa.analysis.order import BY_COLUMNS
from tropa.analysis.passages import stays, trips
from tropa.analysis.paths import moves
from tropa.analysis.placed import fill
from tropa.analysis.tests.logs import model
from tropa.analysis.tests.twin import DAY, Journey
from tropa.analysis.visits import visits
from tropa.engine import sql

SNAPSHOTS = Path(__file__).parent / "snapshots"
DIALECTS = ("duckdb", "clickhouse", "pyspark")
NOW = 1_000 * DAY
JOURNEY = model(Journey(("a", "b", "c"), (60, 30, 45), (20, 30, 40), won=2, supplier=frozenset({"mail"})))


def table(name: str, **columns: str) -> ir.Table:
    return ibis.table(columns, name=name)


SIGNALS = table("signals", case="int32", at="int64", seq="int64", type="int32", signal="int32", cut="boolean")
TOUCHES = table("touches", case="int32", at="int64", seq="int64", type="int32", place="int32")
VISITS = table(
    "visits",
    visit="int64",
    trip="int64",
    case="int32",
    stage="int32",
    entered="int64",
    left="int64",
    left_to="int32",
    lost_at="int64",
    active_at="int64",
    active_type="int32",
)
TRIPS = ibis.table(trips(VISITS).schema(), name="trips")
STAYS = ibis.table(stays(VISITS, TRIPS).schema(), name="stays")

EXPRESSIONS = {
    "fill": fill(SIGNALS, JOURNEY, BY_COLUMNS),
    "visits": visits(TOUCHES, JOURNEY, first_at=0, as_of=NOW, order=BY_COLUMNS),
    "activity_visits": visits(TOUCHES, None, first_at=0, as_of=NOW, order=BY_COLUMNS),
    "trips": trips(VISITS),
    "stays": stays(VISITS, TRIPS),
    "moves": moves(VISITS),
    "counted": counted(STAYS, JOURNEY.stages, NOW),
    "times_to_next": times_to_next(STAYS, NOW),
}


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_core_expressions_compile_for_every_engine(name: str, dialect: str) -> None:
    text = sql(EXPRESSIONS[name], dialect)
    assert sqlglot.parse_one(text, dialect="spark" if dialect == "pyspark" else dialect) is not None


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", EXPRESSIONS)
def test_every_window_over_columns_says_its_order(name: str, dialect: str) -> None:
    """A window without an order means another thing on each engine; only aggregates over a whole group need none."""
    tree = sqlglot.parse_one(sql(EXPRESSIONS[name], dialect), dialect="spark" if dialect == "pyspark" else dialect)
    bare = [window.sql() for window in tree.find_all(sqlglot.exp.Window) if not window.args.get("order")]
    assert bare == []


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_sql_is_that_of_the_snapshot(name: str) -> None:
    """Renew with TROPA_SNAPSHOTS=write, then read the difference in the version control."""
    file = SNAPSHOTS / f"{name}.sql"
    found = sqlglot.parse_one(sql(EXPRESSIONS[name]), dialect="duckdb").sql(dialect="duckdb", pretty=True) + "\n"
    if os.environ.get("TROPA_SNAPSHOTS") == "write":
        SNAPSHOTS.mkdir(exist_ok=True)
        file.write_text(found, encoding="utf-8")
    known = file.read_text(encoding="utf-8") if file.exists() else ""
    changes = difflib.unified_diff(known.splitlines(), found.splitlines(), f"{name}.sql", "now", lineterm="")
    assert found == known, "\n".join(["the SQL has changed; if it should, TROPA_SNAPSHOTS=write renews it", *changes])


def test_no_snapshot_is_left_over() -> None:
    assert {file.stem for file in SNAPSHOTS.glob("*")} == set(EXPRESSIONS)
