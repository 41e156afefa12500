"""Rules as rows of a form: the part of the condition language that people edit without writing YAML. Pure.

A rule is one group, all or any, of rows; whatever is nested deeper stays YAML.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from tropa.analysis.condition import parse
from tropa.analysis.condition.operators import BOUNDS, NUMBER_IN_TEXT, OPERATORS
from tropa.analysis.condition.tree import TOUCH_COLUMNS
from tropa.analysis.problem import InputError

# A condition as plain data, the way JSON and YAML hold it.
Rule = Mapping[str, Any]
Join = Literal["any", "all"]
Kind = Literal["types", "channel", "campaign", "value", "property", "count"]

KINDS: tuple[Kind, ...] = ("types", "channel", "campaign", "value", "property", "count")
OPERATORS_OF: Final[Mapping[Kind, tuple[str, ...]]] = {
    "types": ("in",),
    "channel": ("in", "not_in", "known"),
    "campaign": ("is", "contains", "starts_with", "known"),
    "value": ("at_least", "more_than", "at_most", "less_than", "known"),
    "property": ("is", "is_not", "contains", "starts_with", "at_least", "at_most", "known"),
    "count": BOUNDS,
}
# Comparisons whose operands are whole keys of types; others name a part of a key, or none.
_NAMING: Final = ("is", "is_not", "in", "not_in")
# Holds for no touch: every touch has a type.
NEVER: Final[Rule] = {"field": "touch.type", "known": False}


class RowProblem(ValueError):
    """A row that makes no condition. code: which of the messages of `tropa.journeys.forms` tells it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Row:
    """One condition as people fill it in. operand: what stands in the field, as text; several values by commas.

    types: of `types`, and what `count` counts. number, days: of `count` (days empty: since the beginning).
    """

    kind: Kind = "types"
    types: tuple[str, ...] = ()
    name: str = ""
    operator: str = "in"
    operand: str = ""
    number: str = "1"
    days: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Rows and how they join."""

    join: Join = "any"
    rows: tuple[Row, ...] = field(default_factory=tuple)


def group_of(rule: Rule | None) -> Group | None:
    """The rule as rows; None when it is nested deeper than rows can show."""
    if rule is None:
        return Group()
    join: Join = "all" if "all" in rule else "any"
    parts: Sequence[Rule] = rule.get(join, [rule])
    rows = [_row(part) for part in parts]
    return None if any(row is None for row in rows) else Group(join, tuple(row for row in rows if row is not None))


def rule_of(group: Group) -> Rule | None:
    """The condition that the rows say; None without rows. Raises RowProblem."""
    parts = [_condition(row) for row in group.rows]
    if not parts:
        return None
    return parts[0] if len(parts) == 1 else {group.join: parts}


def types_of(rule: Rule | None) -> frozenset[str]:
    """Every touch type that the rule names."""
    if rule is None:
        return frozenset()
    from tropa.analysis.condition import Compare, walk

    try:
        parts = walk(parse(rule))
    except InputError:
        return frozenset()
    compared = (part for part in parts if isinstance(part, Compare) and part.field == "touch.type")
    named = (part.operand for part in compared if part.operator in _NAMING)
    return frozenset(str(one) for operand in named for one in (operand if isinstance(operand, tuple) else (operand,)))


def joined(join: Join, parts: Sequence[Rule]) -> Rule:
    """Conditions as one; no part: never."""
    if not parts:
        return NEVER
    return parts[0] if len(parts) == 1 else {join: list(parts)}


def _row(rule: Rule) -> Row | None:
    if set(rule) == {"not"}:
        inner = _row(rule["not"])
        return None if inner is None or inner.negated else _negated(inner)
    if set(rule) == {"touch"}:
        return Row("types", types=_types(rule["touch"]))
    if set(rule) == {"count"}:
        return _count_row(rule["count"])
    return _compare_row(rule) if "field" in rule and len(rule) == 2 else None


def _negated(row: Row) -> Row:
    return Row(row.kind, row.types, row.name, row.operator, row.operand, row.number, row.days, negated=True)


def _types(given: str | Sequence[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def _count_row(inner: Rule) -> Row | None:
    of, bound = inner.get("of"), next((name for name in BOUNDS if name in inner), None)
    if not isinstance(of, Mapping) or set(of) != {"touch"} or bound is None:
        return None
    days = inner.get("within_days", "")
    return Row("count", types=_types(of["touch"]), operator=bound, number=str(inner[bound]), days=_plain(days))


def _compare_row(rule: Rule) -> Row | None:
    name = str(rule["field"])
    operator = next((key for key in rule if key != "field"), "")
    record, _, column = name.partition(".")
    kind: Kind = column if column in ("channel", "campaign", "value") else "property"  # type: ignore[assignment]
    is_shown = record == "touch" and bool(column) and (kind != "property" or column not in TOUCH_COLUMNS)
    operand = rule.get(operator)
    if column == "channel" and operator == "is":
        operator, operand = "in", [operand]
    if not is_shown or operator not in OPERATORS_OF[kind]:
        return None
    shown = ", ".join(map(_plain, operand)) if isinstance(operand, list) else _plain(operand)
    if (
        kind == "property"
        and isinstance(operand, str)
        and operator in ("is", "is_not")
        and _number(operand) is not None
    ):
        return None  # a text that looks like a number would come back as a number
    return Row(kind, name=column if kind == "property" else "", operator=operator, operand=shown)


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _condition(row: Row) -> Rule:
    built = _positive(row)
    return {"not": built} if row.negated else built


def _positive(row: Row) -> Rule:
    if row.kind == "types":
        return {"touch": _named(row)}
    if row.kind == "count":
        return {"count": _count(row)}
    if row.operator not in OPERATORS_OF[row.kind]:
        raise RowProblem("operator")
    if row.kind == "property" and (not row.name.strip() or row.name.strip() in TOUCH_COLUMNS):
        raise RowProblem("name")
    column = row.name.strip() if row.kind == "property" else row.kind
    return {"field": f"touch.{column}", row.operator: _operand(row)}


def _named(row: Row) -> list[str]:
    if not row.types:
        raise RowProblem("types")
    return list(row.types)


def _count(row: Row) -> dict[str, object]:
    if row.operator not in BOUNDS:
        raise RowProblem("operator")
    number = row.number.strip()
    if not (number.isascii() and number.isdigit() and len(number) <= 9):
        raise RowProblem("number")
    built: dict[str, object] = {"of": {"touch": _named(row)}}
    if row.days.strip():
        built["within_days"] = _days(row.days)
    return built | {row.operator: int(number)}


def _days(text: str) -> float | int:
    found = _number(text.strip().replace(",", "."))
    if found is None or not 0 < found <= 36_525:
        raise RowProblem("days")
    return int(found) if found.is_integer() else found


def _operand(row: Row) -> object:
    text = row.operand.strip()
    if row.operator == "known":
        return text != "false"
    if not text:
        raise RowProblem("operand")
    if OPERATORS[row.operator].many:
        return [part.strip() for part in text.split(",") if part.strip()]
    is_bound = row.operator in BOUNDS
    number = _number(text.replace(",", ".").replace("\u00a0", "").replace(" ", "")) if is_bound else _number(text)
    if is_bound and number is None:
        raise RowProblem("number")
    if number is not None and (is_bound or row.kind == "property") and row.operator in (*BOUNDS, "is", "is_not"):
        return int(number) if number.is_integer() else number
    return text


def _number(text: str) -> float | None:
    import re

    found = float(text) if re.fullmatch(NUMBER_IN_TEXT, text) else None
    return found if found is not None and abs(found) <= 1e15 else None
