"""The stage visits of a plan as rows, and the touches that are collected inside them."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from tropa.demo.catalogue import code
from tropa.demo.plan import LENGTHS, PATHS, Bools, Floats, Ints, Plan
from tropa.demo.story import CONSIDERATION

SUPPLIER_GOES_ON_DAYS = 40.0


@dataclass(frozen=True, slots=True)
class VisitRows:
    """Stage visits flat, in days of the office clock.

    until: where touches of the client stop (before the end of the visit, when a loss is recorded later).
    supplier_until: where mailings and calls of the vendor stop; it takes a while to notice a silent account.
    first, last: first or last visit of the account to this stage. named: the account has given a contact.
    """

    account: Ints
    stage: npt.NDArray[np.int8]
    begin: Floats
    end: Floats
    until: Floats
    supplier_until: Floats
    first: Bools
    last: Bools
    named: Bools

    def __len__(self) -> int:
        return len(self.account)

    @property
    def span(self) -> Floats:
        """Days in which the client is active."""
        return np.asarray(self.until - self.begin)


@dataclass(slots=True)
class Rows:
    """Touches as they are collected: visit, time in days of the office clock, type."""

    visits: list[Ints] = field(default_factory=list)
    times: list[Floats] = field(default_factory=list)
    types: list[npt.NDArray[np.uint8]] = field(default_factory=list)

    def add(self, visit: Ints, time: Floats, type_: str | npt.NDArray[np.uint8]) -> None:
        codes = np.full(len(visit), code(type_), np.uint8) if isinstance(type_, str) else type_
        self.visits.append(visit)
        self.times.append(time)
        self.types.append(codes)

    @property
    def number(self) -> int:
        return sum(map(len, self.visits))


def flat_visits(plan: Plan, length: float) -> VisitRows:
    """The visits of a plan in a world of `length` days, one row each."""
    account, slot = np.nonzero(~np.isnan(plan.end))
    paths, slots = PATHS[plan.outcome][account], np.arange(PATHS.shape[1])
    stage = PATHS[plan.outcome[account], slot]
    same = paths == stage[:, None]
    end = plan.end[account, slot]
    until = np.minimum(end, plan.quiet_from[account])
    falls_silent = plan.chosen(lambda outcome: outcome.ending == "silent")[account] & (
        slot == LENGTHS[plan.outcome[account]] - 1
    )
    return VisitRows(
        account=account,
        stage=stage,
        begin=plan.begin[account, slot],
        end=end,
        until=until,
        supplier_until=np.where(falls_silent, np.minimum(end + SUPPLIER_GOES_ON_DAYS, length), until),
        first=~(same & (slots < slot[:, None])).any(axis=1),
        last=~(same & (slots > slot[:, None])).any(axis=1),
        named=((paths == CONSIDERATION) & (slots <= slot[:, None])).any(axis=1),
    )
