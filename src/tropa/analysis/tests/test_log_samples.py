"""Real open logs give the figures that their SOURCE.md states."""

from pathlib import Path
from typing import Any

import pytest

from tropa.analysis.log import EventLog
from tropa.engine import Engine


def figures(log: EventLog) -> tuple[int, int, int]:
    table = log.table
    counted = table.aggregate(events=table.count(), cases=table.case_id.nunique(), types=table.type.nunique())
    row = log.engine.run(counted).to_pylist()[0]
    return row["events"], row["cases"], row["types"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("receipt/receipt.csv.gz", (8_577, 1_434, 27)),
        ("receipt/receipt.xes.gz", (8_577, 1_434, 27)),
        ("helpdesk/helpdesk.xes.gz", (21_348, 4_580, 14)),
        ("interval-log/interval_event_log.csv", (8_109, 1_266, 8)),
        ("running-example/running-example.csv", (42, 6, 8)),
        ("running-example/running-example.xes", (42, 6, 8)),
        ("running-example/running_example_broken.csv", (34, 6, 10)),
        ("bpic2020-request-for-payment/RequestForPayment.xes.gz", (36_072, 6_760, 16)),
        ("ecom-clickstream/ecom.csv.gz", (31_106, 600, 19)),
        ("attribution-journeys/attribution_data.csv.gz", (62_483, 7_896, 2)),
    ],
)
def test_guessed(samples: Path, cwd: Path, engine: Engine, path: str, expected: tuple[int, int, int]) -> None:
    log = EventLog.read(samples / path, engine=engine)
    assert figures(log) == expected
    assert log.findings == ()
    assert list(cwd.iterdir()) == []


OLIST = {"account": "mql_id"}


@pytest.mark.parametrize(
    ("path", "columns", "options", "events", "cases"),
    [
        (
            "olist-funnel/olist_marketing_qualified_leads_dataset.csv",
            OLIST | {"activity": "landing_page_id", "at": "first_contact_date", "channel": "origin"},
            {},
            8_000,
            8_000,
        ),
        (
            "olist-funnel/olist_closed_deals_dataset.csv",
            OLIST | {"activity": "business_type", "at": "won_date", "value": "declared_monthly_revenue"},
            {},
            832,
            832,
        ),
        ("ravenstack-saas/ravenstack_churn_events.csv", {"activity": "reason_code", "at": "churn_date"}, {}, 600, 352),
        (
            "ravenstack-saas/ravenstack_supports_ticket.csv",
            {"case": "ticket_id", "activity": "priority", "at": "submitted_at", "ended": "closed_at"},
            {},
            2_000,
            2_000,
        ),
        (
            "nps-survey/sudzilla_survey_responses.csv",
            {"case": "Timestamp", "activity": "On a scale of 0-10, how would you rate Sudzilla?", "at": "Timestamp"},
            {"date_format": "mdy"},
            39,
            39,
        ),
        ("salesforce-export/Opportunity.csv", {"case": "Id", "activity": "StageName"}, {}, 706, 706),
    ],
)
def test_named(
    samples: Path,
    cwd: Path,
    engine: Engine,
    *,
    path: str,
    columns: dict[str, str],
    options: dict[str, Any],
    events: int,
    cases: int,
) -> None:
    log = EventLog.read(samples / path, engine=engine, columns=columns, **options)
    assert figures(log)[:2] == (events, cases)


def test_both_forms_of_one_log_are_equal(samples: Path, cwd: Path, engine: Engine) -> None:
    def sorted_rows(name: str) -> list[tuple[Any, ...]]:
        log = EventLog.read(samples / "receipt" / name, engine=engine)
        found = engine.run(log.table.select("case_id", "type", "occurred_at")).to_pylist()
        return sorted(tuple(row.values()) for row in found)

    assert sorted_rows("receipt.csv.gz") == sorted_rows("receipt.xes.gz")


def test_starts_and_ends(samples: Path, cwd: Path, engine: Engine) -> None:
    log = EventLog.read(samples / "interval-log" / "interval_event_log.csv", engine=engine)
    table = log.table
    both = table.filter(table.ended_at >= table.occurred_at).count().name("both").as_table()
    assert engine.run(both).to_pylist() == [{"both": 8_109}]
    assert engine.run(table.occurred_at.min().name("first").as_table()).to_pylist() == [
        {"first": 1_420_448_407_000_000}
    ]


def test_file_order_is_kept(samples: Path, cwd: Path, engine: Engine) -> None:
    log = EventLog.read(samples / "attribution-journeys" / "attribution_data.csv.gz", engine=engine)
    head = engine.run(log.table.order_by("seq").limit(3).select("seq", "channel")).to_pylist()
    assert head == [
        {"seq": 0, "channel": "Online Display"},
        {"seq": 1, "channel": "Online Video"},
        {"seq": 2, "channel": "Facebook"},
    ]
