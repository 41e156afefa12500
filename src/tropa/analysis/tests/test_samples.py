"""Known figures of real open logs (their SOURCE.md); skipped where the folder of samples is absent."""

import csv
from pathlib import Path

import pytest

from tropa.analysis import Analysis, EventLog, JourneyModel, analyse
from tropa.analysis.cases import LogFigures

DAY = 86_400


def analysed(path: Path, *, journey: JourneyModel | None = None, **columns: str) -> Analysis:
    with EventLog.read(path, columns=columns or None) as log:
        return analyse(log, journey)


@pytest.mark.parametrize("name", ["receipt.csv.gz", "receipt.xes.gz"])
def test_receipt(samples: Path, name: str) -> None:
    found = analysed(samples / "receipt" / name)
    figures = found.figures
    assert (figures.events, figures.cases, figures.activities, figures.variants) == (8_577, 1_434, 27, 116)
    assert figures.duration_mean == pytest.approx(467_263.915, abs=5e-4)
    assert figures.duration_median / DAY == pytest.approx(0.033, abs=5e-4)
    assert [variant.count for variant in found.variants.most_frequent[:3]] == [713, 123, 116]
    assert found.variants.distinct == 116
    entered = {stage.key: stage.entered for stage in found.funnel.stages}
    reached = {name.split()[0]: count for name, count in entered.items()}
    assert [reached[name] for name in ("Confirmation", "T02", "T04", "T05", "T06", "T10")] == [
        1_434, 1_316, 1_303, 1_300, 1_309, 1_283
    ]  # fmt: skip


def test_both_files_of_receipt_give_the_same_figures(samples: Path) -> None:
    csv_file, xes_file = (analysed(samples / "receipt" / name) for name in ("receipt.csv.gz", "receipt.xes.gz"))
    assert csv_file.figures == xes_file.figures
    assert csv_file.transitions == xes_file.transitions
    assert csv_file.variants == xes_file.variants


def test_helpdesk(samples: Path) -> None:
    found = analysed(samples / "helpdesk" / "helpdesk.xes.gz")
    figures = found.figures
    assert (figures.events, figures.cases, figures.activities, figures.variants) == (21_348, 4_580, 14, 226)
    days = [seconds / DAY for seconds in (figures.duration_median, figures.duration_mean, figures.duration_p90)]
    assert days == pytest.approx([39.859, 40.858, 53.006], abs=5e-4)
    assert [variant.count for variant in found.variants.most_frequent[:3]] == [2_366, 552, 228]
    entered = {stage.key: stage.entered for stage in found.funnel.stages}
    assert (entered["Closed"], entered["Wait"]) == (4_559, 1_236)


@pytest.fixture(scope="module")
def olist_rows(samples: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Leads and won deals of the two files as rows of one log; first contacts are dates without time."""
    folder = samples / "olist-funnel"
    joined = tmp_path_factory.mktemp("olist") / "olist.csv"
    with joined.open("w", newline="", encoding="utf-8") as target:
        out = csv.writer(target)
        out.writerow(["mql_id", "step", "at"])
        for name, step, at in (
            ("olist_marketing_qualified_leads_dataset.csv", "lead", "first_contact_date"),
            ("olist_closed_deals_dataset.csv", "won", "won_date"),
        ):
            with (folder / name).open(newline="", encoding="utf-8") as source:
                out.writerows([row["mql_id"], step, row[at]] for row in csv.DictReader(source))
    return joined


OLIST = """
journey: {key: olist}
stages:
  - {key: lead, rank: 1, horizon_days: 180, inactivity_days: 10000}
  - {key: won, rank: 2, won: true, inactivity_days: 10000}
"""


def test_olist(olist_rows: Path) -> None:
    found = analysed(olist_rows, journey=JourneyModel.parse(OLIST), account="mql_id", activity="step", at="at")
    lead, won = found.funnel.stages
    assert (lead.entered, won.entered) == (8_000, 842)
    assert lead.to_date.k == 842
    assert lead.to_date.value == pytest.approx(0.10525)
    time = found.lead_times[0]
    assert (time.source, time.target, time.count, time.negative) == ("lead", "won", 842, 1)
    assert time.median is not None
    assert time.mean is not None
    assert (time.median / DAY, time.mean / DAY) == pytest.approx((14.651, 49.10), abs=5e-3)
    wrong = [finding for finding in found.findings if finding.code == "out_of_order"]
    assert [finding.count for finding in wrong] == [1]
    assert len(wrong[0].examples) == 1
    # The one whose dates are out of order is in no figure that dates the conversion.
    assert lead.estimate is not None
    assert lead.estimate.n == 7_999


def test_interval_log(samples: Path) -> None:
    columns = {
        "case": "case:concept:name",
        "activity": "concept:name",
        "at": "start_timestamp",
        "end": "time:timestamp",
    }
    with EventLog.read(samples / "interval-log" / "interval_event_log.csv", columns=columns) as log:
        found = analyse(log)
    figures: LogFigures = found.figures
    assert (figures.events, figures.cases, figures.activities) == (8_109, 1_266, 8)
    assert [variant.count for variant in found.variants.most_frequent[:2]] == [503, 247]
    assert {name: round(time.median / 60, 2) for name, time in found.active.items()} == {
        "make delivery": 24.32,
        "cancel order": 13.12,
        "place order": 9.47,
        "confirm payment": 7.43,
        "prepare delivery": 7.28,
        "send invoice": 6.33,
        "pay": 5.87,
        "send reminder": 18.46,
    }
    entered = {stage.key: stage.entered for stage in found.funnel.stages}
    assert [entered[name] for name in ("place order", "send invoice", "pay", "cancel order")] == [
        1_266, 1_266, 1_125, 141
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["running-example.csv", "running-example.xes"])
def test_running_example(samples: Path, name: str) -> None:
    figures = analysed(samples / "running-example" / name).figures
    assert (figures.events, figures.cases, figures.activities, figures.variants) == (42, 6, 8, 6)


def test_requests_for_payment(samples: Path) -> None:
    found = analysed(samples / "bpic2020-request-for-payment" / "RequestForPayment.xes.gz")
    figures = found.figures
    assert (figures.events, figures.cases, figures.activities, figures.variants) == (36_072, 6_760, 16, 77)
    days = [seconds / DAY for seconds in (figures.duration_median, figures.duration_mean, figures.duration_p90)]
    assert days == pytest.approx([8.0706, 11.4340, 20.3483], abs=5e-5)
    assert [variant.count for variant in found.variants.most_frequent[:3]] == [2_961, 1_710, 583]


FUNNEL = """
journey: {key: shop}
stages:
  - {key: product_view, rank: 1}
  - {key: add_to_cart, rank: 2}
  - {key: cart, rank: 3}
  - {key: shipping_details, rank: 4}
  - {key: payment_details, rank: 5}
  - {key: purchase, rank: 6, won: true}
"""


def test_clickstream_sessions_and_users(samples: Path) -> None:
    path, journey = samples / "ecom-clickstream" / "ecom.csv.gz", JourneyModel.parse(FUNNEL)
    for case, reached in (
        ("session_id", [2_868, 1_213, 1_022, 798, 632, 470]),
        ("user_id", [598, 522, 489, 441, 390, 328]),
    ):
        found = analysed(path, journey=journey, case=case, activity="event", at="timestamp")
        assert [stage.entered for stage in found.funnel.stages] == reached


def test_touchpoints_whose_rows_are_out_of_time_order(samples: Path) -> None:
    path = samples / "attribution-journeys" / "attribution_data.csv.gz"
    journey = JourneyModel.parse(
        "journey: {key: ads}\nstages: [{key: impression, rank: 1}, {key: conversion, rank: 2, won: true}]"
    )
    columns = {"case": "customer_id", "activity": "interaction", "at": "time", "channel": "channel"}
    found = analysed(path, journey=journey, **columns)
    assert (found.figures.events, found.figures.cases) == (62_483, 7_896)
    assert found.funnel.stages[1].entered == 1_642
