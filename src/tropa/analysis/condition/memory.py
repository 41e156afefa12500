"""The condition language in memory: the answer for one moment of one case."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from tropa.analysis.condition.operators import OPERATORS, Operand, kind_of, read_as
from tropa.analysis.condition.tree import All, Any, Compare, Condition, Count, Last, Not, column_of


@dataclass(frozen=True, slots=True)
class Facts:
    """What a condition is asked about at one moment.

    now: microseconds since 1970-01-01 UTC. touch: the touch at hand, None when the question is about the moment.
    touches: touches of the case, the one at hand included; those after `now` are ignored. Keys of touches are the
    canonical columns of EventLog (`occurred_at` in microseconds); a missing key is a missing value.
    """

    now: int
    touch: Mapping[str, object] | None = None
    touches: Sequence[Mapping[str, object]] = ()
    account: Mapping[str, object] | None = None
    contact: Mapping[str, object] | None = None
    deal: Mapping[str, object] | None = None
    stage: str | None = None


def evaluate(condition: Condition, facts: Facts) -> bool:
    """Whether the condition holds for the facts."""
    match condition:
        case All(parts):
            return all(evaluate(part, facts) for part in parts)
        case Any(parts):
            return any(evaluate(part, facts) for part in parts)
        case Not(part):
            return not evaluate(part, facts)
        case Compare(field, name, operand):
            return _holds(name, _value(field, facts), operand)
        case Count(of, within_us, name, number):
            oldest = -math.inf if within_us is None else facts.now - within_us
            return OPERATORS[name].holds(sum(at > oldest for at in _moments(of, facts)), number)
        case Last(of, name, age_us):
            latest = max(_moments(of, facts), default=None)
            return latest is not None and OPERATORS[name].holds(facts.now - latest, age_us)


def _holds(name: str, value: object, operand: Operand) -> bool:
    entry = OPERATORS[name]
    if not entry.sees_missing:
        value = read_as(kind_of(operand), value)
        if value is None:
            return False
    return entry.holds(value, operand)


def _value(field: str, facts: Facts) -> object:
    record, _, name = field.partition(".")
    if record == "stage":
        return facts.stage
    if record == "touch":
        return None if facts.touch is None else facts.touch.get(column_of(field))
    of = {"account": facts.account, "contact": facts.contact, "deal": facts.deal}[record]
    return None if of is None else of.get(name)


def _moments(of: Condition, facts: Facts) -> Iterator[int]:
    for touch in facts.touches:
        at = touch["occurred_at"]
        if not isinstance(at, int):
            raise TypeError(f"occurred_at is {at!r}; needed integer microseconds since 1970-01-01 UTC")
        if at <= facts.now and evaluate(of, Facts(now=at, touch=touch)):
            yield at
