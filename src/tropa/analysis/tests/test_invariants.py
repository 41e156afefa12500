"""What must agree whatever the log: funnel, transitions, variants, time and losses tell of the same trips."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.document import Document, document
from tropa.analysis.log import EventLog
from tropa.analysis.summary import analyse, moment
from tropa.analysis.tests.logs import JOURNEYS, MOMENTS, Row, examples, model, random_rows
from tropa.analysis.tests.twin import Journey
from tropa.engine import Engine

WAYS_OUT = ("forward", "back", "lost", "dropped", "completed", "open")


@examples(10)
@given(random_rows(), st.sampled_from((*JOURNEYS, None)), MOMENTS)
def test_totals_agree(rows: list[Row], journey: Journey | None, as_of: int) -> None:
    with Engine(memory_mb=256, threads=1) as engine:
        log = EventLog.from_rows(rows, engine=engine)
        found = document(analyse(log, None if journey is None else model(journey), as_of=moment(as_of)))
    visits_are_counted_alike(found)
    trips_are_counted_alike(found)
    for stage in found["stages"]:
        stage_agrees(stage)
    shares = list(shares_of(found))
    assert shares
    assert all(is_sound(share) for share in shares)
    if journey is not None:
        losses_agree(found)


def visits_are_counted_alike(found: Document) -> None:
    """Every visit but the first of a trip was come to by a move, or by coming back from a loss."""
    visits = sum(stage["visits"] for stage in found["stages"])
    moves = sum(move["count"] for move in found["transitions"])
    regained = sum(stage["exits"]["back"] for stage in found["stages"]) - sum(
        move["count"] for move in found["transitions"] if move["kind"] == "return"
    )
    assert visits == found["trips_total"] + moves + regained
    assert regained >= 0
    by_path = sum(variant["count"] * len(variant["path"]) for variant in found["variants"])
    assert by_path == visits
    for stage in found["stages"]:
        key = stage["key"]
        out = sum(move["count"] for move in found["transitions"] if move["source"] == key)
        onward = stage["exits"]["forward"] + stage["exits"]["back"]
        assert 0 <= onward - out <= regained
        passed = sum(variant["count"] * variant["path"].count(key) for variant in found["variants"])
        assert passed == stage["visits"]


def trips_are_counted_alike(found: Document) -> None:
    assert sum(variant["count"] for variant in found["variants"]) == found["trips_total"]
    assert found["variants_total"] == len(found["variants"])
    for stage in found["stages"]:
        key = stage["key"]
        visited = sum(variant["count"] for variant in found["variants"] if key in variant["path"])
        assert visited == stage["entered"]
    ended = dict.fromkeys(("open", "lost", "dropped", "completed"), 0)
    for variant in found["variants"]:
        assert sum(variant["endings"].values()) == variant["count"]
        for way, count in variant["endings"].items():
            ended[way] += count
    exits = {way: sum(stage["exits"][way] for stage in found["stages"]) for way in ended}
    assert exits == ended
    assert sum(ended.values()) == found["trips_total"]


def stage_agrees(stage: dict[str, Any]) -> None:
    exits, dwell = stage["exits"], stage["dwell"]
    assert set(exits) == set(WAYS_OUT)
    assert sum(exits.values()) == stage["visits"]
    assert stage["entered"] <= stage["visits"]
    assert dwell["completed"] + dwell["open"] == stage["entered"]
    assert stage["here"] == dwell["open"] == exits["open"]
    assert sum(bar["completed"] + bar["open"] for bar in dwell["histogram"]) == stage["entered"]
    quantiles = [dwell[name] for name in ("p25_seconds", "km_median_seconds", "p75_seconds", "p90_seconds")]
    known = [value for value in quantiles if value is not None]
    assert known == sorted(known)
    # A quantile that is missing is followed by missing ones.
    assert quantiles[: len(known)] == known
    estimate = stage["conversion"]["estimate"]
    if estimate["value"] is not None:
        assert estimate["value"] + estimate["lost"] + estimate["undecided"] == pytest.approx(1)
        assert min(estimate["value"], estimate["lost"], estimate["undecided"]) >= -1e-9
        assert estimate["n"] <= stage["entered"]
    conversion = stage["conversion"]
    if conversion["mature"]["n"]:
        assert conversion["mature"]["k"] <= conversion["to_date"]["k"]
        assert stage["next"] is None or stage["next"]["mature"]["k"] <= conversion["mature"]["k"]


def losses_agree(found: Document) -> None:
    for stage in found["stages"]:
        losses, exits = stage["losses"], stage["exits"]
        assert (losses["explicit"], losses["implicit"]) == (exits["lost"], exits["dropped"])
        assert stage["lost"] == losses["explicit"] + losses["implicit"]
        assert stage["drop_off"]["k"] <= stage["lost"]
        points = [point for point in found["drop_offs"] if point["stage"] == stage["key"]]
        assert sum(point["count"] for point in points) == stage["lost"]
        assert sum(point["severity"] for point in points) == pytest.approx(stage["severity"])
    explicit = sum(stage["losses"]["explicit"] for stage in found["stages"])
    assert sum(reason["count"] for reason in found["reasons"]) == explicit
    assert sum(reason["share"] for reason in found["reasons"]) == pytest.approx(1 if explicit else 0)


def shares_of(node: object) -> list[dict[str, Any]]:
    """Every share of a document, wherever it stands."""
    if isinstance(node, dict):
        own = [node] if {"k", "n", "value"} <= node.keys() else []
        return own + [share for value in node.values() for share in shares_of(value)]
    return [share for value in node for share in shares_of(value)] if isinstance(node, list) else []


def is_sound(share: dict[str, Any]) -> bool:
    if share["value"] is None:
        return "reason" in share and share["n"] in (None, 0)
    inside = 0 <= share["low"] <= share["value"] <= share["high"] <= 1
    return inside and 0 <= share["k"] <= share["n"] and "reason" not in share
