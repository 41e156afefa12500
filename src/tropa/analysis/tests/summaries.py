"""Summary documents to draw in tests: a rich journey, a log without one, and the edges of the contract."""

from collections.abc import Sequence
from math import exp, log
from typing import Any

from tropa.analysis.figure import Share

DAY = 86400.0
Document = dict[str, Any]


def share(k: int, n: int, reason: str = "no_cases") -> Document:
    figure = Share.of(k, n)
    shown: Document = {"k": k, "n": n, "value": figure.value, "low": figure.low, "high": figure.high}
    return shown if figure.value is not None else {**shown, "reason": reason}


def missing(reason: str) -> Document:
    return {"k": None, "n": None, "value": None, "low": None, "high": None, "reason": reason}


def estimate(value: float | None, n: int, reason: str = "no_cases") -> Document:
    if value is None:
        return {"n": n, "value": None, "low": None, "high": None, "lost": None, "undecided": None, "reason": reason}
    spread = 1.96 * (value * (1 - value) / n) ** 0.5
    low, high = max(0.0, value - spread), min(1.0, value + spread)
    return {"n": n, "value": value, "low": low, "high": high, "lost": (1 - value) * 0.7, "undecided": (1 - value) * 0.3}


def dwell(median: float | None, p90: float | None, count: int, still: int, *, unit: float = DAY) -> Document:
    """A log-normal time on stage; median and p90 in the unit, None: nothing has left yet."""
    if median is None or p90 is None:
        return _undecided(count, still, unit)
    beyond = 3 * median * unit
    bins = _histogram(median, p90, count, still, unit)
    late = sum(part["completed"] for part in bins if part["from_seconds"] >= beyond)
    cases = [f"acc-{1000 + 37 * place}" for place in range(min(20, late))]
    return {
        "completed": count,
        "open": still,
        "km_median_seconds": median * unit,
        "mean_seconds": median * unit * 1.4,
        "p25_seconds": median * unit * 0.55,
        "p75_seconds": median * unit * 1.8,
        "p90_seconds": p90 * unit,
        "median_low_seconds": median * unit * 0.9,
        "median_high_seconds": median * unit * 1.1,
        "longest_seconds": p90 * unit * 2.4,
        "tail": {"beyond_seconds": beyond, "share": share(late, count + still), "cases": cases},
        "histogram": bins,
    }


def _undecided(count: int, still: int, unit: float) -> Document:
    names = ("km_median", "mean", "p25", "p75", "p90", "median_low", "median_high")
    reason = "never_half_left" if still else "no_cases"
    bins = [{"from_seconds": 0.0, "to_seconds": 40 * unit, "completed": count, "open": still}] if still else []
    return {
        "completed": count,
        "open": still,
        **{f"{name}_seconds": None for name in names},
        "longest_seconds": 40 * unit if still else None,
        "reason": reason,
        "tail": {"beyond_seconds": None, "share": missing(reason), "cases": []},
        "histogram": bins,
    }


def _histogram(median: float, p90: float, count: int, still: int, unit: float) -> list[Document]:
    middle, spread, bins = log(median), (log(p90) - log(median)) / 1.2816, 48
    step = p90 * 2.4 / bins
    weights = [_density((place + 0.5) * step, middle, spread) for place in range(bins)]
    total = sum(weights)
    return [
        {
            "from_seconds": place * step * unit,
            "to_seconds": (place + 1) * step * unit,
            "completed": round(count * weight / total),
            "open": round(still * weight / total),
        }
        for place, weight in enumerate(weights)
    ]


def _density(at: float, middle: float, spread: float) -> float:
    return exp(-((log(at) - middle) ** 2) / (2 * spread * spread)) / at


def stage(key: str, ru: str, en: str, **changes: Any) -> Document:
    """A stage of a journey nobody has entered; everything can be changed."""
    blank: Document = {
        "key": key,
        "label": {"ru": ru, "en": en},
        "rank": 1.0,
        "phase": "pre_sale",
        "target_conversion": None,
        "target_days": None,
        "horizon_days": 90.0,
        "inactivity_days": 45.0,
        "entered": 0,
        "visits": 0,
        "reached": 0,
        "conversion": {"mature": share(0, 0), "to_date": share(0, 0), "estimate": estimate(None, 0)},
        "next": None,
        "skipped": share(0, 0),
        "returned": share(0, 0),
        "here": 0,
        "exits": {"forward": 0, "back": 0, "lost": 0, "dropped": 0, "completed": 0, "open": 0},
        "dwell": dwell(None, None, 0, 0),
        "active": None,
        "lost": 0,
        "losses": {"explicit": 0, "implicit": 0, "recovered": 0},
        "severity": 0.0,
        "drop_off": share(0, 0),
    }
    return {**blank, **changes}


# key, ru, en, phase, entered, visits, on, back, lost, dropped, completed, here, target, days, median, p90, weight
_STAGES: Sequence[tuple[Any, ...]] = (
    ("awareness", "Осознание", "Awareness", "pre_sale", 14200, 14200, 1576, 0, 0, 11890, 0, 734, 0.10, 30, 34, 112, 0.05),
    ("research", "Исследование", "Consideration", "pre_sale", 1576, 1640, 510, 0, 141, 711, 0, 278, 0.30, 21, 19, 58, 0.2),
    ("decision", "Решение", "Decision", "sale", 437, 510, 89, 64, 164, 72, 0, 121, 0.25, 30, 47, 163, 0.5),
    ("purchase", "Покупка", "Purchase", "sale", 80, 89, 77, 9, 2, 0, 0, 1, 0.95, 10, 16, 38, 0.75),
    ("onboarding", "Внедрение", "Onboarding", "post_sale", 77, 83, 59, 0, 8, 5, 0, 11, 0.84, 28, 41, 96, 1.0),
    ("loyalty", "Лояльность", "Loyalty", "post_sale", 53, 59, 0, 6, 1, 3, 47, 2, 0.90, None, None, None, 1.0),
)


def _stage(place: int, row: tuple[Any, ...]) -> Document:
    key, ru, en, phase, entered, visits, on, back, lost, dropped, completed, here = row[:12]
    target, days, median, p90, weight = row[12:]
    reached = (1576, 437, 80, 77, 53, 47)[place]
    mature = share(round(reached * 0.94), round(entered * 0.94))
    gone = lost + dropped
    return stage(
        key,
        ru,
        en,
        rank=float(place + 1),
        phase=phase,
        target_conversion=target,
        target_days=days,
        entered=entered,
        visits=visits,
        reached=reached,
        conversion={
            "mature": mature,
            "to_date": share(reached, entered),
            "estimate": estimate(min(0.99, reached / entered * 1.08), entered),
        },
        next=share(round(reached * 0.9), round(entered * 0.94)) if place < 5 else missing("last_stage"),
        skipped=share(place * 3, entered),
        returned=share(back, entered),
        here=here,
        exits={"forward": on, "back": back, "lost": lost, "dropped": dropped, "completed": completed, "open": here},
        dwell=dwell(median, p90, visits - here, here),
        lost=gone,
        losses={"explicit": lost, "implicit": dropped, "recovered": gone // 9},
        severity=gone * weight,
        drop_off=share(gone, entered),
    )


def _move(source: str, target: str, count: int, days: float, kind: str) -> Document:
    mean = days * 1.3 * DAY
    return {"source": source, "target": target, "count": count, "median_seconds": days * DAY, "mean_seconds": mean, "kind": kind}


def _variant(path: Sequence[str], count: int, ending: str, days: float) -> Document:
    return {"path": list(path), "count": count, "share": count / 14200, "endings": {ending: count}, "median_seconds": days * DAY}


def _lead(source: str, target: str, count: int, days: float, negative: int = 0) -> Document:
    seconds = {"median_seconds": days * DAY, "mean_seconds": days * 1.2 * DAY}
    return {"source": source, "target": target, "count": count, "negative": negative, **seconds}


def _drop(stage_key: str, last: str | None, explicit: int, implicit: int, weight: float) -> Document:
    count = explicit + implicit
    return {"stage": stage_key, "last_type": last, "explicit": explicit, "implicit": implicit, "count": count, "severity": count * weight}


A, R, D, P, O, L = (row[0] for row in _STAGES)


def journey() -> Document:
    """Six stages with the numbers of the design's dashboard."""
    return {
        "schema": 1,
        "question": {
            "as_of": "2024-05-17T09:40:00+00:00",
            "timezone": "Europe/Moscow",
            "journey": {"key": "crm", "label": {"ru": "CRM для среднего бизнеса", "en": "CRM for mid-size business"}},
            "unit": "account",
        },
        "source": _source(),
        "log": _log(96512, 14200, 34, 1178, 118),
        "stages": [_stage(place, row) for place, row in enumerate(_STAGES)],
        "transitions": [
            _move(A, R, 1576, 34, "forward"),
            _move(R, D, 501, 19, "forward"),
            _move(D, R, 64, 14, "return"),
            _move(D, P, 83, 47, "forward"),
            _move(P, O, 77, 16, "forward"),
            _move(O, L, 59, 41, "forward"),
            _move(P, D, 9, 6, "return"),
            _move(L, O, 6, 60, "return"),
            _move(R, P, 9, 22, "skip"),
            _move(D, O, 6, 31, "skip"),
        ],
        "variants": [
            _variant([A], 11890, "dropped", 21),
            _variant([A, R], 820, "lost", 47),
            _variant([A], 734, "open", 12),
            _variant([A, R, D], 172, "lost", 61),
            _variant([A, R, D], 83, "open", 58),
            _variant([A, R, D, R, D], 42, "lost", 84),
            _variant([A, R, D, P, O, L], 34, "completed", 109),
            _variant([A, R, D, R, D, P, O, L], 17, "completed", 143),
            _variant([A, R, D, P, O], 13, "lost", 126),
            _variant([A, R, D, P, D, P, O], 9, "open", 151),
        ],
        "variants_total": 1178,
        "trips_total": 14200,
        "lead_times": [
            _lead(A, R, 1576, 34),
            _lead(A, D, 437, 61),
            _lead(A, P, 80, 118, 1),
            _lead(A, L, 53, 186),
            _lead(R, D, 437, 22),
            _lead(R, P, 80, 74),
            _lead(D, P, 80, 47, 1),
            _lead(P, O, 77, 16),
            _lead(O, L, 53, 41),
        ],
        "path_shape": {
            "closed": 430,
            "linear": share(301, 430),
            "with_return": share(79, 430),
            "with_skip": share(50, 430),
        },
        "drop_offs": [
            _drop(D, "demo_held", 120, 21, 0.5),
            _drop(O, "setup_call", 6, 3, 1.0),
            _drop(D, "proposal_viewed", 44, 51, 0.5),
            _drop(A, "article_read", 0, 11890, 0.05),
            _drop(L, "renewal_reminder", 1, 3, 1.0),
            _drop(R, "webinar_attended", 112, 400, 0.2),
            _drop(O, "training", 2, 2, 1.0),
            _drop(R, None, 29, 311, 0.2),
            _drop(P, "contract_sent", 2, 0, 0.75),
        ],
        "reasons": [
            {"reason": "Нет кейса из нашей отрасли", "count": 121, "share": 0.38},
            {"reason": "Вопрос про интеграцию с 1С", "count": 85, "share": 0.27},
            {"reason": "Бюджет перенесён на следующий год", "count": 67, "share": 0.21},
            {"reason": None, "count": 45, "share": 0.14},
        ],
        "touches_to_won": {"trips": 80, "median": 31.0, "p90": 58.0},
        "first_value": None,
        "quality": [
            {"code": "bad_date", "count": 214, "examples": ["строка 18: «31.02.2024»", "строка 402: «вчера»"]},
            {"code": "negative_duration", "count": 1, "examples": ["acc-4471: Покупка раньше Решения на 3 дня"]},
        ],
    }


def _source(**changes: Any) -> Document:
    source: Document = {
        "path": "touches-2024.csv",
        "format": "csv",
        "compressed": False,
        "encoding": "cp1251",
        "delimiter": ";",
        "decimal": ",",
        "date_format": "%d.%m.%Y %H:%M",
        "timezone": "Europe/Moscow",
        "columns": {"case": "ИД компании", "activity": "Событие", "at": "Когда", "channel": "Канал"},
        "rows_read": 96726,
        "rows_rejected": 214,
        "rejects_file": "touches-2024.rejects.csv",
        "guessed": ["encoding", "delimiter", "decimal", "columns"],
    }
    return {**source, **changes}


def _log(events: int, cases: int, activities: int, variants: int, median: float) -> Document:
    seconds = {"mean": median * 1.3 * DAY, "median": median * DAY, "p90": median * 2.6 * DAY}
    first, last = "2023-05-17T00:00:00+00:00", "2024-05-17T09:12:00+00:00"
    return {
        "events": events,
        "cases": cases,
        "activities": activities,
        "variants": variants,
        "first_at": first,
        "last_at": last,
        "case_duration_seconds": seconds,
    }


def process(activities: int = 27, trips: int = 1434) -> Document:
    """A log without a journey, shaped like an administrative process with loops."""
    keys = [f"T{place:02d} {_VERBS[place % len(_VERBS)]}" for place in range(activities)]
    sizes = [max(1, round(trips * 0.86**place)) for place in range(activities)]
    stages = [_activity(key, size, place) for place, (key, size) in enumerate(zip(keys, sizes, strict=True))]
    return {
        **journey(),
        "question": {"as_of": "2024-05-17T09:40:00+00:00", "timezone": "UTC", "journey": None, "unit": "account"},
        "source": _source(path="receipt.xes.gz", format="xes", compressed=True, encoding=None, delimiter=None, decimal=None, guessed=[]),
        "log": _log(8577, trips, activities, 116, 5.4),
        "stages": stages,
        "transitions": list(_process_moves(keys, sizes)),
        "variants": [
            {"path": keys[: 6 + place % 7], "count": 700 // (place + 1), "share": 0.45 / (place + 1), "endings": {"open": 1}, "median_seconds": DAY * place}
            for place in range(min(116, 30))
            if keys
        ],
        "variants_total": 116,
        "trips_total": trips,
        "lead_times": [],
        "path_shape": None,
        "drop_offs": [],
        "reasons": [],
        "touches_to_won": None,
        "quality": [],
    }


_VERBS = ("Confirmation of receipt", "Check confirmation", "Adjust confirmation", "Determine necessity of stop advice", "Print and send")


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


def _process_moves(keys: Sequence[str], sizes: Sequence[int]) -> list[Document]:
    moves = [_move(a, b, size, 0.4, "none") for a, b, size in zip(keys, keys[1:], sizes[1:], strict=False)]
    moves += [_move(a, b, size // 3, 1.1, "none") for a, b, size in zip(keys, keys[3:], sizes[3:], strict=False)]
    moves += [_move(b, a, size // 5, 2.2, "none") for a, b, size in zip(keys[1:], keys[3:], sizes[3:], strict=False)]
    return [*moves, *(_move(key, key, size // 8, 0.1, "none") for key, size in zip(keys, sizes, strict=True))]


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
        "source": _source(path=HOSTILE, date_format=HOSTILE, columns={HOSTILE: LONG}, encoding=None, delimiter="\x01", rejects_file=HOSTILE),
        "log": {**document["log"], "events": 100_000_000, "first_at": None, "last_at": "not a date", "case_duration_seconds": _nothing()},
        "stages": stages,
        "transitions": [
            {"source": HOSTILE, "target": LONG, "count": 99_999_999, "median_seconds": None, "mean_seconds": None, "kind": HOSTILE},
            {"source": LONG, "target": HOSTILE, "count": 1, "median_seconds": 0.012, "mean_seconds": -5.0, "kind": "return"},
            {"source": "gone", "target": "missing", "count": 1, "median_seconds": 4e9, "mean_seconds": 4e9, "kind": "none"},
        ],
        "variants": [
            {"path": [HOSTILE, LONG, RIGHT_TO_LEFT] * 60, "count": 1, "share": None, "endings": {}, "median_seconds": None},
            {"path": [], "count": 3, "share": 0.00001, "endings": {HOSTILE: 3, "lost": 2, "open": 1}, "median_seconds": 3e9},
        ],
        "lead_times": [{"source": HOSTILE, "target": LONG, "count": 1, "negative": 1, "median_seconds": -3.0, "mean_seconds": None}],
        "path_shape": {"closed": 0, "linear": share(0, 0), "with_return": share(0, 0), "with_skip": share(0, 0)},
        "drop_offs": [_drop(HOSTILE, HOSTILE, 1, 0, 1.0), {**_drop(LONG, None, 0, 1, 1.0), "severity": None}],
        "reasons": [{"reason": HOSTILE, "count": 1, "share": None}, {"reason": None, "count": 2, "share": 0.5}],
        "touches_to_won": {"trips": 0, "median": None, "p90": None},
        "quality": [{"code": HOSTILE, "count": 9, "examples": [HOSTILE, LONG, RIGHT_TO_LEFT]}],
        "variants_total": 2,
        "trips_total": 100_000_000,
    }


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
        {**item, "entered": 1, "visits": 1, "reached": 0, "lost": 0, "here": 1, "dwell": dwell(None, None, 0, 1)} for item in kept
    ]
    for item in lone:
        item["conversion"] = {"mature": missing("no_mature_cases"), "to_date": share(0, 1), "estimate": estimate(None, 1)}
        item["drop_off"], item["returned"], item["skipped"] = share(0, 1), share(0, 1), share(0, 1)
        item["exits"] = {"forward": 0, "back": 0, "lost": 0, "dropped": 0, "completed": 0, "open": 1}
    return {
        **document,
        "stages": lone,
        "transitions": [move for move in document["transitions"] if {move["source"], move["target"]} <= keys][:1],
        "variants": [_variant([A], 1, "open", 3)] if stages else [],
        "variants_total": 1 if stages else 0,
        "trips_total": 1 if stages else 0,
        "lead_times": [],
        "path_shape": None,
        "drop_offs": [],
        "reasons": [],
        "touches_to_won": None,
        "quality": [],
    }
