"""The table with the same numbers behind each chart."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Table:
    """names: the column heads, the first of them for the row heads; rows: one text per column."""

    caption: str
    names: Sequence[str]
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    rest: str = ""
