"""The unit of a journey decides what travels it: the account as read, the deal or the contact."""

import pytest

from tropa.analysis import EventLog, InputError, JourneyModel, analyse

ROWS = [
    {"case_id": "A", "deal_id": "d1", "type": "lead", "occurred_at": "2025-01-01"},
    {"case_id": "A", "deal_id": "d2", "type": "lead", "occurred_at": "2025-01-05"},
    {"case_id": "A", "deal_id": "d2", "type": "won", "occurred_at": "2025-02-01"},
    {"case_id": "A", "type": "mail", "occurred_at": "2025-02-02"},
]


def model(unit: str) -> JourneyModel:
    return JourneyModel.parse(
        f"journey: {{key: sale, unit: {unit}}}\nstages: [{{key: lead, rank: 1}}, {{key: won, rank: 2}}]"
    )


def test_deals_travel_alone() -> None:
    with EventLog.from_rows(ROWS) as log:
        by_account, by_deal = analyse(log, model("account")), analyse(log, model("deal"))
    assert [stage.entered for stage in by_account.funnel.stages] == [1, 1]
    assert [stage.entered for stage in by_deal.funnel.stages] == [2, 1]
    assert by_deal.figures.cases == 2
    assert [(finding.code, finding.count) for finding in by_deal.findings] == [("no_unit", 1)]


def test_a_log_without_the_unit_is_refused() -> None:
    with EventLog.from_rows(ROWS) as log, pytest.raises(InputError) as refused:
        analyse(log, model("contact"))
    assert refused.value.code == "no_unit"
    assert "--columns contact=" in refused.value.en
