"""The comparisons of the condition language: one entry each, for memory and for Ibis.

A new operator costs one entry here; parser, both evaluators and the property test read the registry.
"""

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import ibis.expr.types as ir

Kind = Literal["text", "number", "flag"]
Scalar = str | float | bool
Operand = Scalar | tuple[Scalar, ...]

# No exponents, signs only in front, a decimal point: every engine must read the same number from the same text.
NUMBER_IN_TEXT = "[+-]?[0-9]{1,30}([.][0-9]{1,30})?"


@dataclass(frozen=True, slots=True)
class Operator:
    """One comparison, for both evaluators.

    holds(value, operand): in memory. build(column, operand): the same in Ibis; null where the column is null.
    kinds: what its operand may be. many: the operand is a list. orders: may bound a count and an age.
    sees_missing: gets the value as it is, None and null included; the others never see a missing one.
    """

    holds: Callable[..., bool]
    build: "Callable[..., ir.BooleanValue]"
    kinds: tuple[Kind, ...]
    many: bool = False
    orders: bool = False
    sees_missing: bool = False


_ANY_KIND: tuple[Kind, ...] = ("text", "number", "flag")

OPERATORS: dict[str, Operator] = {
    "is": Operator(operator.eq, operator.eq, _ANY_KIND),
    "is_not": Operator(operator.ne, operator.ne, _ANY_KIND),
    "in": Operator(
        lambda value, listed: value in listed, lambda column, listed: column.isin(listed), _ANY_KIND, many=True
    ),
    "not_in": Operator(
        lambda value, listed: value not in listed,
        # ClickHouse calls `null in (…)` false, so that its negation would be true.
        lambda column, listed: column.notnull() & column.notin(listed),
        _ANY_KIND,
        many=True,
    ),
    "at_least": Operator(operator.ge, operator.ge, ("number",), orders=True),
    "more_than": Operator(operator.gt, operator.gt, ("number",), orders=True),
    "at_most": Operator(operator.le, operator.le, ("number",), orders=True),
    "less_than": Operator(operator.lt, operator.lt, ("number",), orders=True),
    "contains": Operator(operator.contains, lambda column, part: column.contains(part), ("text",)),
    "starts_with": Operator(str.startswith, lambda column, start: column.startswith(start), ("text",)),
    "known": Operator(
        lambda value, wanted: (value is not None) == wanted,
        lambda column, wanted: column.notnull() if wanted else column.isnull(),
        ("flag",),
        sees_missing=True,
    ),
}
BOUNDS = tuple(name for name, entry in OPERATORS.items() if entry.orders)


def kind_of(operand: Operand) -> Kind:
    """What a value has to be read as before it meets the operand."""
    one = operand[0] if isinstance(operand, tuple) else operand
    return "flag" if isinstance(one, bool) else "text" if isinstance(one, str) else "number"


def read_as(kind: Kind, value: object) -> Scalar | None:
    """The value as a text, a number or a flag; None when it is not one (then the comparison is false)."""
    if kind == "text":
        return value if isinstance(value, str) else None
    if kind == "flag":
        return value if isinstance(value, bool) else {"true": True, "false": False}.get(str(value))
    if isinstance(value, str):
        return float(value) if re.fullmatch(NUMBER_IN_TEXT, value) else None
    return _finite(value)


def _finite(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
