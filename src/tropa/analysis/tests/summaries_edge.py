"""Summary documents at the edges of the contract: hostile texts, nulls, one trip, no stages."""

from tropa.analysis.tests.summaries import A, journey
from tropa.analysis.tests.summary_parts import (
    Document,
    drop,
    dwell,
    estimate,
    missing,
    share,
    source,
    stage,
    variant,
    without_trips,
)

HOSTILE = "</script><img src=x onerror=alert(1)>\"'&<!--"
LONG = "Очень-длинное_название/этапа.которое" * 40
RIGHT_TO_LEFT = "\u202eהחלטה 🧭 قرار\u0000\u2028конец"


def edge() -> Document:
    """Everything the contract lets be null is null, and every text is out to break the page."""
    document = journey()
    names = (HOSTILE, LONG, RIGHT_TO_LEFT, "🧭" * 60, " ")
    stages = [_hostile_stage(name, place) for place, name in enumerate(names)]
    return {
        **document,
        "question": {"as_of": None, "timezone": HOSTILE, "journey": {"key": HOSTILE, "label": {}}, "unit": "spaceship"},
        "source": source(
            path=HOSTILE,
            date_format=HOSTILE,
            columns={HOSTILE: LONG},
            encoding=None,
            delimiter="\x01",
            rejects_file=HOSTILE,
        ),
        "log": {
            **document["log"],
            "events": 100_000_000,
            "first_at": None,
            "last_at": "not a date",
            "case_duration_seconds": _nothing(),
        },
        "stages": stages,
        "transitions": _transitions(),
        "variants": _variants(),
        "lead_times": [
            {"source": HOSTILE, "target": LONG, "count": 1, "negative": 1, "median_seconds": -3.0, "mean_seconds": None}
        ],
        "path_shape": {"closed": 0, "linear": share(0, 0), "with_return": share(0, 0), "with_skip": share(0, 0)},
        "drop_offs": [drop(HOSTILE, HOSTILE, 1, 0, 1.0), {**drop(LONG, None, 0, 1, 1.0), "severity": None}],
        "reasons": [{"reason": HOSTILE, "count": 1, "share": None}, {"reason": None, "count": 2, "share": 0.5}],
        "touches_to_won": {"trips": 0, "median": None, "p90": None},
        "quality": [{"code": HOSTILE, "count": 9, "examples": [HOSTILE, LONG, RIGHT_TO_LEFT]}],
        "variants_total": 2,
        "trips_total": 100_000_000,
    }


def _transitions() -> list[Document]:
    return [
        {
            "source": HOSTILE,
            "target": LONG,
            "count": 99_999_999,
            "median_seconds": None,
            "mean_seconds": None,
            "kind": HOSTILE,
        },
        {
            "source": LONG,
            "target": HOSTILE,
            "count": 1,
            "median_seconds": 0.012,
            "mean_seconds": -5.0,
            "kind": "return",
        },
        {
            "source": "gone",
            "target": "missing",
            "count": 1,
            "median_seconds": 4e9,
            "mean_seconds": 4e9,
            "kind": "none",
        },
    ]


def _variants() -> list[Document]:
    return [
        {
            "path": [HOSTILE, LONG, RIGHT_TO_LEFT] * 60,
            "count": 1,
            "share": None,
            "endings": {},
            "median_seconds": None,
        },
        {
            "path": [],
            "count": 3,
            "share": 0.00001,
            "endings": {HOSTILE: 3, "lost": 2, "open": 1},
            "median_seconds": 3e9,
        },
    ]


def _nothing() -> Document:
    return {"mean": None, "median": None, "p90": None}


def _hostile_stage(name: str, place: int) -> Document:
    times = dwell(None, None, 2, 5 if place % 2 else 0)
    tail = {"beyond_seconds": 30.0, "share": share(3, 9), "cases": [HOSTILE, LONG, RIGHT_TO_LEFT]}
    return stage(
        name,
        name,
        "",
        rank=float(place),
        phase=None,
        entered=10 ** (8 - 2 * place),
        visits=10 ** (8 - 2 * place),
        reached=None,
        target_conversion=0.5,
        target_days=0.5,
        conversion={
            "mature": missing("no_mature_cases"),
            "to_date": share(place, 5),
            "estimate": estimate(0.5 if place else None, 12, "no_mature_cases"),
        },
        dwell={**times, "tail": tail},
        lost=None if place % 2 else 1,
        losses=None,
        severity=None,
        here=3,
    )


def small(stages: int) -> Document:
    """One trip through the first stages of the journey; no stage at all when zero."""
    document = journey()
    kept = document["stages"][:stages]
    keys = {item["key"] for item in kept}
    lone = [
        {**item, "entered": 1, "visits": 1, "reached": 0, "lost": 0, "here": 1, "dwell": dwell(None, None, 0, 1)}
        for item in kept
    ]
    for item in lone:
        item["conversion"] = {
            "mature": missing("no_mature_cases"),
            "to_date": share(0, 1),
            "estimate": estimate(None, 1),
        }
        item["drop_off"], item["returned"], item["skipped"] = share(0, 1), share(0, 1), share(0, 1)
        item["exits"] = {"forward": 0, "back": 0, "lost": 0, "dropped": 0, "completed": 0, "open": 1}
    return {
        **document,
        "stages": lone,
        "transitions": [move for move in document["transitions"] if {move["source"], move["target"]} <= keys][:1],
        "variants": [variant([A], 1, "open", 3)] if stages else [],
        "variants_total": 1 if stages else 0,
        "trips_total": 1 if stages else 0,
        **without_trips(),
    }
