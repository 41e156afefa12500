"""From the plan to touches: planted and everyday ones, not yet in the order of the log."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from tropa.demo.catalogue import mix
from tropa.demo.plan import MARGIN_DAYS, Bools, Floats, Ints, Plan
from tropa.demo.planted import add_planted
from tropa.demo.story import INACTIVITY_DAYS
from tropa.demo.visit_rows import Rows, VisitRows, flat_visits

# Touches a day per account of average activity, at intensity 1, by stage.
CLIENT_RATE = np.array([0.05, 0.12, 0.16, 0.20, 0.45, 0.40])
SUPPLIER_RATE = np.array([0.03, 0.12, 0.14, 0.16, 0.20, 0.14])
SLEEP_SHARE = 0.15


@dataclass(frozen=True, slots=True)
class Touched:
    """Touches of a plan, flat. visit: index into `visits`; time: days of the office clock."""

    visits: VisitRows
    visit: Ints
    time: Floats
    type: npt.NDArray[np.uint8]


def expected_touches(plan: Plan, length: float) -> tuple[float, float]:
    """Touches of a plan at intensity 0, and how many each unit of intensity adds."""
    visits = flat_visits(plan, length)
    planted = add_planted(Rows(), plan, visits, np.random.default_rng(0))
    client, supplier = _rates(plan, visits)
    return float(planted.number + _fewest(visits).sum()), float(client.sum() + supplier.sum())


def make_touches(plan: Plan, *, intensity: float, length: float, random: np.random.Generator) -> Touched:
    """All touches of a plan in a world of `length` days; intensity scales the everyday ones."""
    visits = flat_visits(plan, length)
    rows = add_planted(Rows(), plan, visits, random)
    client, supplier = _rates(plan, visits)
    number = _fewest(visits) + random.poisson(intensity * client)
    _add_client(rows, visits, np.where(_sleeps(plan, visits, random), 0, number), random)
    _add_supplier(rows, visits, random.poisson(intensity * supplier), random)
    return Touched(visits, np.concatenate(rows.visits), np.concatenate(rows.times), np.concatenate(rows.types))


def _fewest(visits: VisitRows) -> Ints:
    """Client touches without which an account would seem silent although it is not."""
    longest_gap = INACTIVITY_DAYS[visits.stage] - MARGIN_DAYS
    return np.where(visits.span > 0.2 * longest_gap, np.ceil(2 * visits.span / longest_gap), 0).astype(np.int64)


def _sleeps(plan: Plan, visits: VisitRows, random: np.random.Generator) -> Bools:
    """Visits in which nothing but the planted touches happens, so that some silences are broken after long.

    Never a visit that goes on: its silence would last till the end of the world.
    """
    may = ~(visits.last & plan.chosen(lambda outcome: outcome.ending == "open")[visits.account])
    return np.asarray(may & visits.named & (random.random(len(visits)) < SLEEP_SHARE))


def _rates(plan: Plan, visits: VisitRows) -> tuple[Floats, Floats]:
    """Everyday touches to expect in each visit, of the client and of the vendor, at intensity 1."""
    busy = plan.companies.activity[visits.account]
    client = busy * CLIENT_RATE[visits.stage] * visits.span
    return client, busy * SUPPLIER_RATE[visits.stage] * (visits.supplier_until - visits.begin)


def _add_client(rows: Rows, visits: VisitRows, number: Ints, random: np.random.Generator) -> None:
    """One touch in each of k equal parts of the visit: the gap between two is below two parts."""
    visit = np.repeat(np.arange(len(visits)), number)
    part = np.arange(len(visit)) - np.repeat(np.cumsum(number) - number, number)
    place = 0.01 + 0.97 * (part + random.random(len(visit))) / number[visit]
    rows.add(visit, visits.begin[visit] + place * visits.span[visit], mix("client").draw(visits.stage[visit], random))


def _add_supplier(rows: Rows, visits: VisitRows, number: Ints, random: np.random.Generator) -> None:
    visit = np.repeat(np.arange(len(visits)), number)
    place = 0.01 + 0.98 * random.random(len(visit))
    time = visits.begin[visit] + place * (visits.supplier_until - visits.begin)[visit]
    rows.add(visit, time, mix("supplier").draw(visits.stage[visit], random))
