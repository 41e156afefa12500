"""The tree of the condition language and the fields it may name."""

from collections.abc import Iterator
from dataclasses import dataclass

from tropa.analysis.condition.operators import Operand

TOUCH_COLUMNS = {
    "type": "type",
    "channel": "channel",
    "campaign": "campaign",
    "value": "value",
    "contact": "contact_id",
    "deal": "deal_id",
}
RECORDS = ("touch", "account", "contact", "deal")
FIELDS = (
    *(f"touch.{name}" for name in TOUCH_COLUMNS),
    "touch.<name>",
    "account.<name>",
    "contact.<name>",
    "deal.<name>",
    "stage",
)


@dataclass(frozen=True, slots=True)
class All:
    """Every part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part holds."""

    parts: tuple["Condition", ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: "Condition"


@dataclass(frozen=True, slots=True)
class Compare:
    """A field against an operand; field: `touch.<name>`, `account.<name>`, `contact.<name>`, `deal.<name>`, `stage`."""

    field: str
    operator: str
    operand: Operand


@dataclass(frozen=True, slots=True)
class Count:
    """How many touches of the case match `of` in (now - within_us, now]; within_us None: since the beginning."""

    of: "Condition"
    within_us: int | None
    operator: str
    number: float


@dataclass(frozen=True, slots=True)
class Last:
    """How long ago (microseconds) the latest touch matching `of` was; without such a touch it does not hold."""

    of: "Condition"
    operator: str
    age_us: int


Condition = All | Any | Not | Compare | Count | Last


def fields(condition: Condition) -> frozenset[str]:
    """Every field that the condition names."""
    return frozenset(part.field for part in walk(condition) if isinstance(part, Compare))


def walk(condition: Condition) -> Iterator[Condition]:
    """The condition and everything inside it."""
    yield condition
    match condition:
        case All(parts) | Any(parts):
            for part in parts:
                yield from walk(part)
        case Not(inner) | Count(of=inner) | Last(of=inner):
            yield from walk(inner)


def column_of(field: str) -> str:
    """The column of a touches table that holds a field; extra columns of the log are `p_<name>`."""
    record, _, name = field.partition(".")
    if record == "touch":
        return TOUCH_COLUMNS.get(name, f"p_{name}")
    return f"{record}_{name}" if name else record


def property_of(field: str) -> str | None:
    """The extra column of the log that a field names, if it names one."""
    record, _, name = field.partition(".")
    return name if record == "touch" and name not in TOUCH_COLUMNS else None
