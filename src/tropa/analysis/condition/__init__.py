"""The condition language: a small frozen tree over a touch, its account, contact, deal, stage and the touches so far.

One tree serves two evaluators that must agree: `evaluate` in memory and `matches` in Ibis. The latter is imported by
its module (`tropa.analysis.condition.sql`), so that the language itself needs no engine.
Logic is two-valued: a comparison with a missing value is false, so `not` of it is true.
"""

from tropa.analysis.condition.memory import Facts, evaluate
from tropa.analysis.condition.reading import parse, read
from tropa.analysis.condition.tree import (
    All,
    Any,
    Compare,
    Condition,
    Count,
    Last,
    Not,
    column_of,
    fields,
    property_of,
    walk,
)

__all__ = [
    "All",
    "Any",
    "Compare",
    "Condition",
    "Count",
    "Facts",
    "Last",
    "Not",
    "column_of",
    "evaluate",
    "fields",
    "parse",
    "property_of",
    "read",
    "walk",
]
