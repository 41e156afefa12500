"""Summary documents to draw in tests: a rich journey and a log without one."""

from collections.abc import Sequence
from typing import Any

from tropa.analysis.tests.summary_parts import DAY, Document, dwell, estimate, missing, share, stage

# key, ru, en, phase, entered, visits, on, back, lost, dropped, completed, here, target, days, median, p90, weight
_STAGES: Sequence[tuple[Any, ...]] = (
    (
        "awareness",
        "Осознание",
        "Awareness",
        "pre_sale",
        14200,
        14200,
        1576,
        0,
        0,
        11890,
        0,
        734,
        0.10,
        30,
        34,
        112,
        0.05,
    ),
    (
        "research",
        "Исследование",
        "Consideration",
        "pre_sale",
        1576,
        1640,
        510,
        0,
        141,
        711,
        0,
        278,
        0.30,
        21,
        19,
        58,
        0.2,
    ),
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
    return {
        "source": source,
        "target": target,
        "count": count,
        "median_seconds": days * DAY,
        "mean_seconds": mean,
        "kind": kind,
    }


def variant(path: Sequence[str], count: int, ending: str, days: float) -> Document:
    return {
        "path": list(path),
        "count": count,
        "share": count / 14200,
        "endings": {ending: count},
        "median_seconds": days * DAY,
    }


def _lead(source: str, target: str, count: int, days: float, negative: int = 0) -> Document:
    seconds = {"median_seconds": days * DAY, "mean_seconds": days * 1.2 * DAY}
    return {"source": source, "target": target, "count": count, "negative": negative, **seconds}


def drop(stage_key: str, last: str | None, explicit: int, implicit: int, weight: float) -> Document:
    count = explicit + implicit
    return {
        "stage": stage_key,
        "last_type": last,
        "explicit": explicit,
        "implicit": implicit,
        "count": count,
        "severity": count * weight,
    }


A, R, D, P, N, L = (row[0] for row in _STAGES)


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
        "source": source(),
        "log": log_of(96512, 14200, 34, 1178, 118),
        "stages": [_stage(place, row) for place, row in enumerate(_STAGES)],
        "transitions": [
            _move(A, R, 1576, 34, "forward"),
            _move(R, D, 501, 19, "forward"),
            _move(D, R, 64, 14, "return"),
            _move(D, P, 83, 47, "forward"),
            _move(P, N, 77, 16, "forward"),
            _move(N, L, 59, 41, "forward"),
            _move(P, D, 9, 6, "return"),
            _move(L, N, 6, 60, "return"),
            _move(R, P, 9, 22, "skip"),
            _move(D, N, 6, 31, "skip"),
        ],
        "variants": [
            variant([A], 11890, "dropped", 21),
            variant([A, R], 820, "lost", 47),
            variant([A], 734, "open", 12),
            variant([A, R, D], 172, "lost", 61),
            variant([A, R, D], 83, "open", 58),
            variant([A, R, D, R, D], 42, "lost", 84),
            variant([A, R, D, P, N, L], 34, "completed", 109),
            variant([A, R, D, R, D, P, N, L], 17, "completed", 143),
            variant([A, R, D, P, N], 13, "lost", 126),
            variant([A, R, D, P, D, P, N], 9, "open", 151),
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
            _lead(P, N, 77, 16),
            _lead(N, L, 53, 41),
        ],
        "path_shape": {
            "closed": 430,
            "linear": share(301, 430),
            "with_return": share(79, 430),
            "with_skip": share(50, 430),
        },
        "drop_offs": [
            drop(D, "demo_held", 120, 21, 0.5),
            drop(N, "setup_call", 6, 3, 1.0),
            drop(D, "proposal_viewed", 44, 51, 0.5),
            drop(A, "article_read", 0, 11890, 0.05),
            drop(L, "renewal_reminder", 1, 3, 1.0),
            drop(R, "webinar_attended", 112, 400, 0.2),
            drop(N, "training", 2, 2, 1.0),
            drop(R, None, 29, 311, 0.2),
            drop(P, "contract_sent", 2, 0, 0.75),
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


def source(**changes: Any) -> Document:
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


def log_of(events: int, cases: int, activities: int, variants: int, median: float) -> Document:
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
        "transitions": list(_process_moves(keys, sizes)),
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
        "lead_times": [],
        "path_shape": None,
        "drop_offs": [],
        "reasons": [],
        "touches_to_won": None,
        "quality": [],
    }


_VERBS = (
    "Confirmation of receipt",
    "Check confirmation",
    "Adjust confirmation",
    "Determine necessity of stop advice",
    "Print and send",
)


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
