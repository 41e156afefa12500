"""Conditions drawn at random, and touches to ask them about."""

from collections.abc import Mapping, Sequence
from typing import cast

import pyarrow as pa
from hypothesis import strategies as st

from tropa.analysis.condition import parse
from tropa.analysis.condition.operators import OPERATORS

DAY = 86_400_000_000

SCHEMA = pa.schema(
    [
        ("seq", pa.int64()),
        ("case_id", pa.string()),
        ("account_id", pa.string()),
        ("contact_id", pa.string()),
        ("deal_id", pa.string()),
        ("occurred_at", pa.int64()),
        ("ended_at", pa.int64()),
        ("type", pa.string()),
        ("channel", pa.string()),
        ("campaign", pa.string()),
        ("value", pa.float64()),
        ("p_x", pa.string()),
        ("account_size", pa.int64()),
        ("account_vip", pa.bool_()),
        ("account_sum", pa.decimal128(9, 2)),
        ("contact_role", pa.string()),
        ("deal_pipeline", pa.string()),
        ("stage", pa.string()),
    ]
)
FIELDS = (
    "touch.type",
    "touch.channel",
    "touch.campaign",
    "touch.value",
    "touch.contact",
    "touch.x",
    "touch.absent",
    "account.size",
    "account.vip",
    "account.sum",
    "contact.role",
    "deal.pipeline",
    "deal.absent",
    "stage",
)
TEXTS = [
    "a",
    "b",
    "5",
    "5.0",
    "05",
    "-0",
    "+1.50",
    "1,5",
    " 5",
    "5 ",
    "1e3",
    "٣",
    "nan",
    "true",
    "false",
    "True",
    "%",
    "_",
    "'",
    "\\",
    "5\n",
]
# Around the borders of the windows drawn below, to the microsecond.
MOMENTS = [day * DAY + off for day in (0, 1, 2, 5) for off in (-1, 0, 1)]

Row = Mapping[str, object]
Node = dict[str, object]

operands = {
    "text": st.sampled_from(TEXTS),
    "number": st.one_of(
        st.sampled_from([0, 1, 5, -1, 1.5, 1000, 12.25]), st.floats(-1e15, 1e15, allow_nan=False, allow_infinity=False)
    ),
    "flag": st.booleans(),
}


@st.composite
def comparisons(draw: st.DrawFn, fields: Sequence[str], names: Sequence[str]) -> Node:
    entry_name = draw(st.sampled_from(names))
    entry = OPERATORS[entry_name]
    kind = draw(st.sampled_from(entry.kinds))
    field = draw(
        st.sampled_from([name for name in fields if kind == "number" or entry.sees_missing or name != "touch.value"])
    )
    operand = draw(st.lists(operands[kind], min_size=1, max_size=3) if entry.many else operands[kind])
    return {"field": field, entry_name: operand}


def _inside(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    lists = st.lists(parts, min_size=1, max_size=3)
    return st.one_of(
        lists.map(lambda some: {"all": some}),
        lists.map(lambda some: {"any": some}),
        parts.map(lambda one: {"not": one}),
    )


@st.composite
def looks_back(draw: st.DrawFn) -> Node:
    touch_fields = [field for field in FIELDS if field.startswith("touch.")]
    types = st.lists(st.sampled_from("abc"), min_size=1, max_size=2).map(lambda some: cast(Node, {"touch": some}))
    of = draw(st.recursive(st.one_of(types, comparisons(touch_fields, list(OPERATORS))), _inside, max_leaves=3))
    bound = draw(st.sampled_from([name for name, entry in OPERATORS.items() if entry.orders]))
    days = draw(st.sampled_from([1, 2, 3, 0.5, 1 / 7, 36_525]))
    if draw(st.booleans()):
        return {"last": {"of": of, f"{bound}_days": days}}
    window: Node = {"within_days": days} if draw(st.booleans()) else {}
    return {"count": {"of": of, bound: draw(st.integers(0, 3)), **window}}


leaves = st.one_of(comparisons(FIELDS, list(OPERATORS)), looks_back())
nodes = st.recursive(leaves, _inside, max_leaves=4)
conditions = nodes.map(parse)

texts = st.one_of(st.none(), st.sampled_from(TEXTS))
rows = st.fixed_dictionaries(
    {
        "case_id": st.sampled_from(["A", "B"]),
        "contact_id": texts,
        "occurred_at": st.sampled_from(MOMENTS),
        "type": st.sampled_from(["a", "b", "c", "5"]),
        "channel": texts,
        "value": st.one_of(
            st.none(), st.sampled_from([0.0, -1.0, 1.5, 5.0, float("nan"), float("inf"), float("-inf")])
        ),
        "p_x": texts,
        "contact_role": texts,
        "deal_pipeline": texts,
        "stage": texts,
        "account_size": st.one_of(st.none(), st.sampled_from([0, 5, 1000])),
        "account_vip": st.one_of(st.none(), st.booleans()),
        "account_sum": st.one_of(st.none(), st.decimals(-5, 5, places=2)),
    }
)
probes = st.fixed_dictionaries(
    {"case_id": st.sampled_from(["A", "B"]), "occurred_at": st.sampled_from(MOMENTS), "account_size": st.just(5)}
)
logs = st.lists(st.one_of(rows, rows, rows, probes), min_size=1, max_size=9).map(
    lambda some: [{"seq": at, **row} for at, row in enumerate(some)]
)
