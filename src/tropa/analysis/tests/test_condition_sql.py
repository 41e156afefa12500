"""The condition language in Ibis: the same answers as in memory, in SQL that every engine takes."""

from collections.abc import Iterator, Sequence
from typing import cast

import ibis.expr.types as ir
import pyarrow as pa
import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

from tropa.analysis.condition import Condition, Facts, evaluate, parse
from tropa.analysis.condition.operators import OPERATORS
from tropa.analysis.condition.sql import absent, holds_at, matches
from tropa.analysis.tests.conditions import DAY, FIELDS, MOMENTS, SCHEMA, Node, Row, comparisons, conditions, logs
from tropa.engine import Engine, sql

DIALECTS = ("duckdb", "clickhouse", "pyspark")


@pytest.fixture(scope="module")
def shared() -> Iterator[Engine]:
    """One engine for all examples: starting one costs more than a question."""
    with Engine(memory_mb=256, threads=1) as engine:
        yield engine


def load(engine: Engine, log: Sequence[Row]) -> ir.Table:
    return engine.load(pa.Table.from_pylist([dict(row) for row in log], schema=SCHEMA))


def facts_of(row: Row, log: Sequence[Row]) -> Facts:
    """The obvious reading of a row: its own values, and the touches of its case."""

    def record(name: str) -> Row:
        return {key.removeprefix(f"{name}_"): value for key, value in row.items() if key.startswith(f"{name}_")}

    return Facts(
        now=cast(int, row["occurred_at"]),
        touch=row if row.get("type") is not None else None,
        touches=[other for other in log if other["case_id"] == row["case_id"] and other.get("type") is not None],
        account=record("account"),
        contact=record("contact"),
        deal=record("deal"),
        stage=cast(str | None, row.get("stage")),
    )


def answers(engine: Engine, log: Sequence[Row], some: Sequence[Condition]) -> list[list[bool | None]]:
    touches = load(engine, log)
    asked = touches.select("seq", **{f"h{at}": matches(condition, touches) for at, condition in enumerate(some)})
    found = engine.run(asked.order_by("seq")).to_pydict()
    return [found[f"h{at}"] for at in range(len(some))]


def assert_agree(engine: Engine, log: Sequence[Row], some: Sequence[Condition]) -> None:
    for condition, found in zip(some, answers(engine, log, some), strict=True):
        expected = [evaluate(condition, facts_of(row, log)) for row in log]
        # A moment may answer null for false (see matches); a touch never.
        got = [bool(one) if row.get("type") is None else one for one, row in zip(found, log, strict=True)]
        assert got == expected, condition


@given(log=logs, some=st.lists(conditions, min_size=1, max_size=5))
@settings(max_examples=30)
def test_memory_and_engine_agree(shared: Engine, log: list[Row], some: list[Condition]) -> None:
    assert_agree(shared, log, some)


@pytest.mark.parametrize("name", OPERATORS)
@settings(max_examples=5)
@given(data=st.data())
def test_memory_and_engine_agree_on_every_operator(shared: Engine, name: str, data: st.DataObject) -> None:
    log = data.draw(logs)
    some = data.draw(st.lists(comparisons(FIELDS, [name]), min_size=5, max_size=20))
    assert_agree(shared, log, [parse(node) for node in some])


@pytest.mark.parametrize("name", OPERATORS)
def test_the_generator_reaches_every_operator(name: str) -> None:
    assert find(comparisons(FIELDS, list(OPERATORS)), lambda node: name in node)


@pytest.mark.parametrize("of", [{"touch": "a"}, {"not": {"touch": "b"}}, {"field": "touch.x", "is": 5}])
def test_windows_end_at_the_same_microsecond_in_memory_and_engine(shared: Engine, of: Node) -> None:
    first: Row = {"case_id": "A", "occurred_at": 0, "type": "a", "p_x": "5"}
    later: list[Row] = [{"case_id": "A", "occurred_at": DAY + off, "type": "b"} for off in (-1, 0, 1)]
    log = [{**row, "seq": at} for at, row in enumerate([first, *later])]
    count = parse({"count": {"of": of, "within_days": 1, "at_least": 1}})
    bounds = [name for name, entry in OPERATORS.items() if entry.orders]

    assert answers(shared, log, [count]) == [[True, True, False, False]]
    assert_agree(shared, log, [count, *(parse({"last": {"of": of, f"{bound}_days": 1}}) for bound in bounds)])


@given(log=logs, condition=conditions, moment=st.sampled_from(MOMENTS))
@settings(max_examples=20)
def test_a_segment_at_a_moment_is_the_answer_of_each_case_that_had_begun(
    shared: Engine, log: list[Row], condition: Condition, moment: int
) -> None:
    touches = [row for row in log if row.get("type") is not None]
    found = shared.run(holds_at(condition, load(shared, touches), moment)).to_pylist()

    latest = {
        row["case_id"]: row
        for row in sorted(touches, key=lambda row: (cast(int, row["occurred_at"]), cast(int, row["seq"])))
        if cast(int, row["occurred_at"]) <= moment
    }
    kept = ("case_id", "stage", "account_size", "account_vip", "account_sum")
    expected = {
        case: evaluate(condition, facts_of({**{key: row.get(key) for key in kept}, "occurred_at": moment}, touches))
        for case, row in latest.items()
    }
    assert {row["case_id"]: row["holds"] for row in found} == expected
    assert len(found) == len(expected)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ({"field": "stage", "is": "won"}, True),
        ({"field": "account.size", "is": 7}, True),
        ({"last": {"of": {"touch": "a"}, "at_least_days": 1}}, True),
        ({"field": "stage", "is": "offer"}, False),
        ({"touch": ["a", "b", "c"]}, False),
        ({"field": "contact.role", "known": True}, False),
        ({"field": "deal.pipeline", "known": True}, False),
        ({"count": {"of": {"touch": ["a", "b", "c"]}, "more_than": 3}}, False),
    ],
)
def test_a_moment_has_the_account_and_stage_of_the_latest_touch(shared: Engine, node: Node, expected: bool) -> None:
    known: Row = {"case_id": "A", "contact_role": "buyer", "deal_pipeline": "new"}
    log: list[Row] = [
        {**known, "seq": 0, "occurred_at": 0, "type": "a", "stage": "lead", "account_size": 5},
        {**known, "seq": 1, "occurred_at": DAY, "type": "b", "stage": "offer", "account_size": 6},
        {**known, "seq": 2, "occurred_at": DAY, "type": "b", "stage": "won", "account_size": 7},
        {**known, "seq": 3, "occurred_at": 3 * DAY, "type": "c", "stage": "lost", "account_size": 8},
        {"case_id": "B", "seq": 4, "occurred_at": 3 * DAY, "type": "a"},
    ]

    found = shared.run(holds_at(parse(node), load(shared, log), 2 * DAY)).to_pylist()
    assert found == [{"case_id": "A", "holds": expected}]


def examples() -> list[Node]:
    """One condition for each operator and kind of operand, and one for each window."""
    operand: dict[str, object] = {"text": "a", "number": 1.5, "flag": True}
    compared: list[Node] = [
        {"field": field, name: [operand[kind]] if entry.many else operand[kind]}
        for name, entry in OPERATORS.items()
        for kind in entry.kinds
        for field in ("touch.x", "account.size", "account.vip")
    ]
    return [
        *compared,
        {"field": "touch.value", "at_least": 5},
        {"count": {"of": {"touch": "a"}, "within_days": 14, "at_least": 3}},
        {"count": {"of": {"not": {"touch": "a"}}, "at_most": 3}},
        {"last": {"of": {"touch": "a"}, "more_than_days": 30}},
        {"all": [{"touch": "a"}, {"not": {"any": [{"field": "stage", "is": "x"}, {"touch": "b"}]}}]},
    ]


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_operator_and_window_compiles_for_every_dialect(shared: Engine, dialect: str) -> None:
    touches = load(shared, [])
    every = {f"h{at}": matches(parse(node), touches) for at, node in enumerate(examples())}

    assert sql(touches.select(**every), dialect).startswith("SELECT")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("node", [{"touch": "a"}, {"last": {"of": {"touch": "a"}, "more_than_days": 30}}])
def test_a_segment_at_a_moment_compiles_for_every_dialect(shared: Engine, dialect: str, node: Node) -> None:
    assert "holds" in sql(holds_at(parse(node), load(shared, []), 5 * DAY), dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_window_is_a_range_of_whole_microseconds(shared: Engine, dialect: str) -> None:
    touches = load(shared, [])
    count = parse({"count": {"of": {"touch": "a"}, "within_days": 2, "at_least": 1}})

    text = sql(touches.select(holds=matches(count, touches)), dialect)
    assert f"range between {2 * DAY - 1} preceding and current row" in text.lower()


def test_a_condition_on_types_is_a_plain_list_test(shared: Engine) -> None:
    touches = load(shared, [])

    text = sql(touches.select(holds=matches(parse({"touch": ["a", "b"]}), touches)))
    assert text.startswith("""SELECT "t0"."type" IN ('a', 'b') AS "holds" FROM """)


def test_the_fields_without_a_column_are_told(shared: Engine) -> None:
    touches = load(shared, [{"seq": 0, "case_id": "A", "occurred_at": 0, "type": "a"}])
    condition = parse({"any": [{"field": "touch.y", "is": 1}, {"field": "account.size", "is": 1}, {"touch": "a"}]})

    assert absent(condition, touches) == {"touch.y"}
