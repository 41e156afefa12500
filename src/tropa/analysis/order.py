"""How a window finds the order of touches: from the way they are stored, or from their columns.

Sorted storage lets DuckDB stream a window over 10 M rows in a tenth of the time of a partitioned sort. Other engines
keep no order, so the same expressions can also be built over (case, at, seq).
"""

from dataclasses import dataclass
from typing import Any

import ibis


@dataclass(frozen=True)
class Order:
    """The windows of one order. stored: rows lie in the order (case, at, seq) and the engine keeps it."""

    stored: bool

    @property
    def whole(self) -> Any:
        return ibis.window() if self.stored else ibis.window(group_by="case", order_by=["at", "seq"])

    @property
    def so_far(self) -> Any:
        """From the first row of the order to the current one."""
        if self.stored:
            return ibis.window(preceding=None, following=0)
        return ibis.window(group_by="case", order_by=["at", "seq"], preceding=None, following=0)


STORED = Order(stored=True)
BY_COLUMNS = Order(stored=False)
