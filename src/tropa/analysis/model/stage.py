"""A stage of a journey, and what holds for it when the file does not say: metrics.md 1.1, 1.3 and 1.4 for the stages
named there, else the phase of the stage.
"""

from dataclasses import dataclass
from typing import Literal, get_args

from tropa.analysis.condition import Compare, Condition
from tropa.analysis.model.values import Labels

Phase = Literal["pre_sale", "sale", "post_sale"]

PHASES: tuple[Phase, ...] = get_args(Phase)

HORIZON_DAYS = {"awareness": 180.0, "consideration": 120.0, "decision": 90.0, "purchase": 45.0, "onboarding": 60.0}
INACTIVITY_DAYS = {
    "awareness": 90.0,
    "consideration": 60.0,
    "decision": 45.0,
    "purchase": 30.0,
    "onboarding": 21.0,
    "loyalty": 90.0,
    "advocacy": 180.0,
}
LOSS_WEIGHT = {
    "awareness": 0.05,
    "consideration": 0.20,
    "decision": 0.50,
    "purchase": 0.75,
    "onboarding": 1.00,
    "loyalty": 1.00,
    "advocacy": 1.00,
}
PHASE_HORIZON_DAYS: dict[Phase, float] = {"pre_sale": 120.0, "sale": 60.0, "post_sale": 90.0}
PHASE_INACTIVITY_DAYS: dict[Phase, float] = {"pre_sale": 60.0, "sale": 30.0, "post_sale": 90.0}
PHASE_LOSS_WEIGHT: dict[Phase, float] = {"pre_sale": 0.20, "sale": 0.50, "post_sale": 1.00}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. rank: its place in the order; horizon_days: the time a client has to go on (conversion, metrics.md
    1.1); inactivity_days: silence after which the client counts as dropped (1.3), inf: never; loss_weight: 0..1 (1.4);
    target_conversion: a fraction; target_days: wanted time on the stage; target_drop: the share of losses, a fraction,
    that is put up with; target_nps: wanted score, −100..100 (2.1); won: entering it wins the client.
    """

    key: str
    rank: float
    label: Labels
    phase: Phase
    enter: Condition | None
    horizon_days: float
    inactivity_days: float
    loss_weight: float
    target_conversion: float | None = None
    target_days: float | None = None
    target_drop: float | None = None
    target_nps: float | None = None
    won: bool = False

    @property
    def rule(self) -> Condition:
        """What enters the stage; without a rule the touch type named like its key."""
        return self.enter or Compare("touch.type", "in", (self.key,))
