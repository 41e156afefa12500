"""Summary documents to draw in tests: a log without a journey."""

from collections.abc import Sequence

from tropa.analysis.tests.summaries import journey
from tropa.analysis.tests.summary_parts import (
    DAY,
    Document,
    dwell,
    estimate,
    log_of,
    missing,
    move,
    source,
    stage,
    without_trips,
)

_VERBS = (
    "Confirmation of receipt",
    "Check confirmation",
    "Adjust confirmation",
    "Determine necessity of stop advice",
    "Print and send",
)


def process(activities: int = 27, trips: int = 1434) -> Document:
    """A log without a journey, shaped like an administrative process with loops."""
    keys = [f"T{place:02d} {_VERBS[place % len(_VERBS)]}" for place in range(activities)]
    sizes = [max(1, round(trips * 0.86**place)) for place in range(activities)]
    stages = [_activity(key, size, place) for place, (key, size) in enumerate(zip(keys, sizes, strict=True))]
    return {
        **journey(),
        "question": {"as_of": "2024-05-17T09:40:00+00:00", "timezone": "UTC", "journey": None, "unit": "account"},
        "source": source(
            path="receipt.xes.gz",
            format="xes",
            compressed=True,
            encoding=None,
            delimiter=None,
            decimal=None,
            guessed=[],
        ),
        "log": log_of(8577, trips, activities, 116, 5.4),
        "stages": stages,
        "transitions": list(_moves(keys, sizes)),
        "variants": [
            {
                "path": keys[: 6 + place % 7],
                "count": 700 // (place + 1),
                "share": 0.45 / (place + 1),
                "endings": {"open": 1},
                "median_seconds": DAY * place,
            }
            for place in range(min(116, 30))
            if keys
        ],
        "variants_total": 116,
        "trips_total": trips,
        **without_trips(),
    }


def _activity(key: str, entered: int, place: int) -> Document:
    none = missing("no_model")
    conversion = {"mature": none, "to_date": none, "estimate": estimate(None, entered, "no_model")}
    return {
        **stage(key, key, key),
        "rank": None,
        "phase": None,
        "horizon_days": None,
        "inactivity_days": None,
        "entered": entered,
        "visits": round(entered * 1.1),
        "reached": None,
        "conversion": conversion,
        "skipped": none,
        "returned": none,
        "here": entered // 10,
        "exits": {"forward": 0, "back": 0, "lost": 0, "dropped": 0, "completed": 0, "open": entered // 10},
        "dwell": dwell(1.2 + place % 5, 6 + 2 * (place % 5), entered, entered // 10, unit=3600.0 * (1 + place % 3)),
        "active": {"n": entered, "median_seconds": 1800.0, "mean_seconds": 2400.0},
        "lost": None,
        "losses": None,
        "severity": None,
        "drop_off": none,
        "reason": "no_model",
    }


def _moves(keys: Sequence[str], sizes: Sequence[int]) -> list[Document]:
    moves = [move(a, b, size, 0.4, "none") for a, b, size in zip(keys, keys[1:], sizes[1:], strict=False)]
    moves += [move(a, b, size // 3, 1.1, "none") for a, b, size in zip(keys, keys[3:], sizes[3:], strict=False)]
    moves += [move(b, a, size // 5, 2.2, "none") for a, b, size in zip(keys[1:], keys[3:], sizes[3:], strict=False)]
    return [*moves, *(move(key, key, size // 8, 0.1, "none") for key, size in zip(keys, sizes, strict=True))]
