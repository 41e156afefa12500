"""From the story to a plan: for each account the stages it visits and when. Everything in days of the office clock."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tropa.demo.catalogue import STAGES
from tropa.demo.story import (
    CONSIDERATION,
    DECISION,
    DEFAULT_ACCOUNTS,
    DWELLS,
    INACTIVITY_DAYS,
    LOYALTY,
    ONBOARDING,
    OUTCOMES,
    Outcome,
    path,
)

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SLOTS = max(len(path(outcome)) for outcome in OUTCOMES)
PATHS = np.array([[*path(o), *[-1] * (SLOTS - len(path(o)))] for o in OUTCOMES], np.int8)
LENGTHS = np.array([len(path(o)) for o in OUTCOMES])
REACH = np.array([o.reach for o in OUTCOMES])
OPEN = np.array([o.ending == "open" for o in OUTCOMES])
LOST = np.array([o.ending == "lost" for o in OUTCOMES])

# Silence is kept this much longer than the horizon and touches this much closer, so that the shift between the office
# clock and real time (up to two and a half days around a weekend) cannot turn one into the other.
MARGIN_DAYS = 4.0
COMPANY_SHARE_OF_SEEN = 0.06
LONGEST_PATH_SHARE = 0.88
ACTIVITY_SIGMA = 1.1
MOST_CONTACTS = 6

SEGMENTS = ("производство", "логистика", "оптовая торговля", "строительство", "услуги", "ИТ", "медицина", "образование")
ROLES = ("champion", "user", "expert", "decider", "economic_buyer", "signatory")


@dataclass(frozen=True, slots=True)
class Plan:
    """A range of accounts. Arrays over accounts; `begin` and `end` over accounts × slots (days, NaN without visit).

    quiet_from: the last client touch of an account that ends, else the end of the world.
    """

    outcome: Ints
    begin: Floats
    end: Floats
    quiet_from: Floats
    companies: "Companies"

    def __len__(self) -> int:
        return len(self.outcome)

    def chosen(self, test: Callable[[Outcome], bool]) -> Bools:
        """Which accounts have an outcome that passes the test."""
        return np.asarray(np.array([test(outcome) for outcome in OUTCOMES])[self.outcome])


@dataclass(frozen=True, slots=True)
class Companies:
    """What is known about each account. activity: how busy it is (mean 1, heavy tail); value: of a deal, roubles."""

    activity: Floats
    is_company: Bools
    segment: npt.NDArray[np.uint8]
    employees: npt.NDArray[np.uint8]
    contacts: npt.NDArray[np.uint8]
    first_role: npt.NDArray[np.uint8]
    value: npt.NDArray[np.float32]


def make_plan(n: int, length: float, random: np.random.Generator) -> Plan:
    """Plan n accounts in a world of `length` days; the default number has exactly the counts of the story."""
    outcome = random.permutation(np.repeat(np.arange(len(OUTCOMES)), _counts(n, random)))
    slots = _slot_days(_stage_days(outcome, random), outcome, random)
    settled = np.flatnonzero(_settled(outcome))
    slots[settled, LENGTHS[outcome[settled]] - 1] = 0.0
    start = _start(slots, outcome, length, random)
    slots[settled, LENGTHS[outcome[settled]] - 1] = (length - start - slots.sum(axis=1))[settled]
    end = start[:, None] + np.cumsum(slots, axis=1)
    end[PATHS[outcome] < 0] = np.nan
    begin = np.where(np.isnan(end), np.nan, end - slots)
    final = np.nanmax(end, axis=1)
    return Plan(outcome, begin, end, _quiet_from(final, slots, outcome, random), _companies(outcome, random))


def _counts(n: int, random: np.random.Generator) -> Ints:
    counts = np.array([outcome.count for outcome in OUTCOMES])
    return counts if n == DEFAULT_ACCOUNTS else random.multinomial(n, counts / counts.sum())


def _stage_days(outcome: Ints, random: np.random.Generator) -> Floats:
    """Days on each stage in all, accounts × stages."""
    days = np.zeros((len(outcome), len(STAGES)))
    for stage in range(len(STAGES)):
        here = np.flatnonzero(REACH[outcome] >= stage)
        ends_here = REACH[outcome[here]] == stage
        still = ends_here & OPEN[outcome[here]] & (stage != LOYALTY)
        gone = ends_here & ~OPEN[outcome[here]]
        days[here, stage] = _deal_out(stage, still, gone, random)
    return days


def _deal_out(stage: int, still: Bools, gone: Bools, random: np.random.Generator) -> Floats:
    """Give durations to accounts: those still on the stage have lived through a random part of theirs.

    Long stays are met more often at a given moment (length bias) and the moment falls anywhere inside them, so the
    open ones are drawn with a chance in proportion to their duration: then Kaplan-Meier finds the planted median.
    """
    durations = DWELLS[stage].spread(len(still))
    usable = durations <= 112 if stage == ONBOARDING else durations > 0
    rank = np.where(usable, np.log(random.random(len(still))) / np.maximum(durations, 1e-9), -np.inf)
    picked = np.argsort(-rank, kind="stable")[: int(still.sum())]
    rest = np.setdiff1d(np.arange(len(still)), picked)
    given = np.empty(len(still))
    given[still] = random.permutation(durations[picked]) * random.random(len(picked))
    given[~still] = _once_seen_leave(durations[rest], gone[~still], random)
    return given


def _once_seen_leave(durations: Floats, gone: Bools, random: np.random.Generator) -> Floats:
    """Shuffle durations over accounts; a duration of zero can only go to an account that leaves."""
    zero = int(min((durations == 0).sum(), gone.sum()))
    given = np.full(len(durations), np.nan)
    given[random.permutation(np.flatnonzero(gone))[:zero]] = 0.0
    rest = np.maximum(durations[zero:], 0.05)
    given[np.isnan(given)] = random.permutation(rest)
    return given


def _slot_days(days: Floats, outcome: Ints, random: np.random.Generator) -> Floats:
    """Split the days of a stage over its visits, accounts × slots; zero where there is no visit."""
    paths = PATHS[outcome]
    slots = np.where(paths >= 0, np.take_along_axis(days, np.maximum(paths, 0), axis=1), 0.0)
    share = random.uniform(0.35, 0.65, size=(len(outcome), len(STAGES)))
    for first in range(SLOTS):
        for second in range(first + 1, SLOTS):
            twice = (paths[:, first] == paths[:, second]) & (paths[:, first] >= 0)
            part = share[twice, paths[twice, first]]
            slots[twice, first] *= part
            slots[twice, second] *= 1 - part
    return slots


def _start(slots: Floats, outcome: Ints, length: float, random: np.random.Generator) -> Floats:
    """When each account is first seen: an open one so that its last visit reaches the end of the world."""
    settled = _settled(outcome)
    quiet = np.where(LOST[outcome], 0.2, INACTIVITY_DAYS[REACH[outcome]] + MARGIN_DAYS)
    quiet = np.where(settled, 15.0, np.where(OPEN[outcome], 0.0, quiet))
    room = length - quiet
    total = slots.sum(axis=1)
    slots *= np.minimum(1.0, LONGEST_PATH_SHARE * room / np.maximum(total, 1e-9))[:, None]
    free = room - slots.sum(axis=1)
    return np.asarray(np.where(OPEN[outcome] & ~settled, free, free * random.random(len(outcome))))


def _settled(outcome: Ints) -> Bools:
    """Loyal customers: they stay, so their last visit has no planned length."""
    return np.asarray(OPEN[outcome] & (REACH[outcome] == LOYALTY))


def _quiet_from(final: Floats, slots: Floats, outcome: Ints, random: np.random.Generator) -> Floats:
    """A lost deal is closed in the CRM some days after the client's last touch."""
    last = slots[np.arange(len(slots)), LENGTHS[outcome] - 1]
    delay = np.minimum(random.uniform(1.0, 12.0, len(last)), 0.4 * last)
    return np.where(LOST[outcome], final - delay, final)


def _companies(outcome: Ints, random: np.random.Generator) -> Companies:
    n = len(outcome)
    known = REACH[outcome] >= CONSIDERATION
    more = np.where(REACH[outcome] >= DECISION, 1.6, 0.35)
    employees = random.integers(50, 201, n)
    return Companies(
        activity=random.lognormal(-0.5 * ACTIVITY_SIGMA**2, ACTIVITY_SIGMA, n),
        is_company=known | (random.random(n) < COMPANY_SHARE_OF_SEEN),
        segment=random.integers(0, len(SEGMENTS), n, dtype=np.uint8),
        employees=employees.astype(np.uint8),
        contacts=np.where(known, 1 + np.minimum(random.poisson(more), MOST_CONTACTS - 1), 0).astype(np.uint8),
        first_role=random.integers(0, len(ROLES), n, dtype=np.uint8),
        value=(np.round(employees * random.uniform(1.5, 4.5, n)) * 1_000).astype(np.float32),
    )
