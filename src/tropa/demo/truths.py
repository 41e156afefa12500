"""What is true of the demo world of default size, so that tests and readers can hold the figures against it."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class StageTruth:
    """One stage. visits counts re-entries too; here: accounts on it at the end; lost: losses on record.

    silent: accounts that left without a word. median_days: time on the stage; None: the stage has no end.
    """

    entered: int
    visits: int
    here: int
    lost: int
    silent: int
    median_days: float | None


@dataclass(frozen=True, slots=True)
class DropOffTruth:
    """The drop-off point that weighs most: a stage and the last touch of the client. severity in invested clients."""

    stage: str
    last_type: str
    count: int
    severity: float


@dataclass(frozen=True, slots=True)
class Truths:
    """Planted numbers. returns: (from, to) → accounts; bought: (accounts that bought, of)."""

    stages: Mapping[str, StageTruth]
    returns: Mapping[tuple[str, str], int]
    returners_bought: tuple[int, int]
    others_bought: tuple[int, int]
    slow_stage: str
    slow_target_days: float
    tail_stage: str
    tail_accounts: int
    worst_drop_off: DropOffTruth
    drop_offs: Mapping[tuple[str, str], int]
    reason_shares: Mapping[str | None, float]


TRUTHS = Truths(
    stages=MappingProxyType(
        {
            "awareness": StageTruth(14_200, 14_200, 734, 0, 11_890, 34),
            "consideration": StageTruth(1_576, 1_640, 278, 0, 861, 19),
            "decision": StageTruth(437, 510, 121, 150, 86, 47),
            "purchase": StageTruth(80, 89, 1, 2, 0, 16),
            "onboarding": StageTruth(77, 83, 11, 5, 8, 41),
            "loyalty": StageTruth(53, 59, 49, 3, 1, None),
        }
    ),
    returns=MappingProxyType(
        {("decision", "consideration"): 64, ("purchase", "decision"): 9, ("loyalty", "onboarding"): 6}
    ),
    returners_bought=(20, 64),
    others_bought=(60, 373),
    slow_stage="decision",
    slow_target_days=30,
    tail_stage="onboarding",
    tail_accounts=8,
    worst_drop_off=DropOffTruth("decision", "demo_held", 141, 12.267),
    drop_offs=MappingProxyType(
        {
            ("decision", "demo_held"): 141,
            ("decision", "proposal_view"): 95,
            ("onboarding", "setup_step_done"): 9,
            ("onboarding", "training_session"): 4,
            ("loyalty", "product_login"): 4,
            ("consideration", "webinar_attendance"): 512,
            ("consideration", "nurturing_email_click"): 349,
            ("purchase", "contract_signed"): 2,
        }
    ),
    reason_shares=MappingProxyType(
        {
            "Цена": 0.30,
            "Выбрали другого поставщика": 0.22,
            "Сложное внедрение": 0.16,
            "Нет бюджета": 0.10,
            "Решение отложено": 0.06,
            None: 0.16,
        }
    ),
)
