"""The story of the demo world: how far accounts come, how they end, how long they stay. All planted numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from math import log

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

Floats = npt.NDArray[np.float64]

AWARENESS, CONSIDERATION, DECISION, PURCHASE, ONBOARDING, LOYALTY = range(6)

# Days without client activity after which an account counts as silent; the same numbers stand in journey.yaml.
INACTIVITY_DAYS = np.array([90.0, 60.0, 45.0, 30.0, 21.0, 90.0])

DEFAULT_ACCOUNTS = 14_200


@dataclass(frozen=True, slots=True)
class Outcome:
    """Accounts that end alike.

    count: of DEFAULT_ACCOUNTS; reach: furthest stage; ending: open, silent (implicit drop) or lost (explicit).
    back: the stage they return from once, to the one before it, and enter again; None for a straight path.
    last: type of the last client touch; met: demo or proposal that happened in the decision.
    """

    count: int
    reach: int
    ending: str
    last: str | None = None
    back: int | None = None
    met: str | None = None


OUTCOMES = (
    Outcome(11_890, AWARENESS, "silent"),
    Outcome(734, AWARENESS, "open"),
    Outcome(512, CONSIDERATION, "silent", "webinar_attendance"),
    Outcome(349, CONSIDERATION, "silent", "nurturing_email_click"),
    Outcome(278, CONSIDERATION, "open"),
    Outcome(76, DECISION, "lost", "demo_held", met="demo"),
    Outcome(9, DECISION, "lost", "demo_held", DECISION, "demo"),
    Outcome(49, DECISION, "silent", "demo_held", met="demo"),
    Outcome(7, DECISION, "silent", "demo_held", DECISION, "demo"),
    Outcome(57, DECISION, "lost", "proposal_view", met="proposal"),
    Outcome(8, DECISION, "lost", "proposal_view", DECISION, "proposal"),
    Outcome(26, DECISION, "silent", "proposal_view", met="proposal"),
    Outcome(4, DECISION, "silent", "proposal_view", DECISION, "proposal"),
    Outcome(72, DECISION, "open", met="proposal"),
    Outcome(11, DECISION, "open", None, DECISION, "proposal"),
    Outcome(3, DECISION, "open", met="demo"),
    Outcome(30, DECISION, "open"),
    Outcome(5, DECISION, "open", None, DECISION),
    Outcome(2, PURCHASE, "lost", "contract_signed", met="proposal"),
    Outcome(1, PURCHASE, "open", met="proposal"),
    Outcome(3, ONBOARDING, "silent", "setup_step_done", met="proposal"),
    Outcome(2, ONBOARDING, "silent", "setup_step_done", DECISION, "proposal"),
    Outcome(3, ONBOARDING, "lost", "setup_step_done", met="proposal"),
    Outcome(1, ONBOARDING, "lost", "setup_step_done", PURCHASE, "proposal"),
    Outcome(2, ONBOARDING, "silent", "training_session", met="proposal"),
    Outcome(1, ONBOARDING, "silent", "training_session", DECISION, "proposal"),
    Outcome(1, ONBOARDING, "lost", "training_session", met="proposal"),
    Outcome(7, ONBOARDING, "open", met="proposal"),
    Outcome(3, ONBOARDING, "open", None, DECISION, "proposal"),
    Outcome(1, ONBOARDING, "open", None, PURCHASE, "proposal"),
    Outcome(1, LOYALTY, "silent", "product_login", met="proposal"),
    Outcome(2, LOYALTY, "lost", "product_login", met="proposal"),
    Outcome(1, LOYALTY, "lost", "product_login", DECISION, "proposal"),
    Outcome(23, LOYALTY, "open", met="proposal"),
    Outcome(13, LOYALTY, "open", None, DECISION, "proposal"),
    Outcome(7, LOYALTY, "open", None, PURCHASE, "proposal"),
    Outcome(6, LOYALTY, "open", None, LOYALTY, "proposal"),
)

# Why deals are lost, as a salesperson would type it; None: the field stayed empty.
REASONS = ("Цена", "Выбрали другого поставщика", "Сложное внедрение", "Нет бюджета", "Решение отложено", None)
REASON_SHARES = np.array([0.30, 0.22, 0.16, 0.10, 0.06, 0.16])


def path(outcome: Outcome) -> tuple[int, ...]:
    """The stages of an account in order, for example (0, 1, 2, 1, 2) for a return from the decision."""
    straight = range(outcome.reach + 1)
    if outcome.back is None:
        return tuple(straight)
    return (*straight[: outcome.back + 1], *straight[outcome.back - 1 :])


@dataclass(frozen=True, slots=True)
class Dwell:
    """Days on a stage: a quantile function, cut at `longest`."""

    longest: float
    quantile: Callable[[Floats], Floats]

    def spread(self, n: int) -> Floats:
        """n durations in rising order that follow the distribution as closely as n values can."""
        return np.clip(self.quantile((np.arange(n) + 0.5) / max(n, 1)), 0.0, self.longest)


def _lognormal(median: float, p90: float) -> Callable[[Floats], Floats]:
    sigma = log(p90 / median) / ndtri(0.9)
    return lambda u: np.asarray(median * np.exp(sigma * ndtri(u)), dtype=np.float64)


ONE_VISIT_SHARE = 0.25
ONBOARDING_TAIL_SHARE = 8 / 77


def _awareness(u: Floats) -> Floats:
    """Every fourth visitor is seen once; with these the median is 34 days and p90 112 days."""
    rest = np.clip((u - ONE_VISIT_SHARE) / (1 - ONE_VISIT_SHARE), 1e-9, 1 - 1e-9)
    return np.where(u < ONE_VISIT_SHARE, 0.0, np.exp(3.859 + 0.773 * ndtri(rest)))


def _onboarding(u: Floats) -> Floats:
    """Median 41 days, nobody between 112 and 140 days, the tail above."""
    rest = np.clip(u / (1 - ONBOARDING_TAIL_SHARE), 0, 1)
    most = 38.5 * np.exp(0.5 * ndtri(np.clip(rest * ndtr(log(112 / 38.5) / 0.5), 1e-9, 1 - 1e-9)))
    tail = 140 + 80 * (u - 1 + ONBOARDING_TAIL_SHARE) / ONBOARDING_TAIL_SHARE
    return np.where(u < 1 - ONBOARDING_TAIL_SHARE, most, tail)


DWELLS = (
    Dwell(365.0, _awareness),
    Dwell(180.0, _lognormal(19, 58)),
    Dwell(400.0, _lognormal(47, 163)),
    Dwell(80.0, _lognormal(16, 38)),
    Dwell(220.0, _onboarding),
    Dwell(240.0, lambda u: 60 + 180 * u),
)
