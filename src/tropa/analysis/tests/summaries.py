"""Summary documents to draw in tests: a rich journey."""

from collections.abc import Sequence
from typing import Any

from tropa.analysis.tests.summary_parts import (
    DAY,
    Document,
    drop,
    dwell,
    estimate,
    log_of,
    missing,
    move,
    share,
    source,
    stage,
    variant,
)

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
        "transitions": _transitions(),
        "variants": _variants(),
        "variants_total": 1178,
        "trips_total": 14200,
        "lead_times": _lead_times(),
        "path_shape": {
            "closed": 430,
            "linear": share(301, 430),
            "with_return": share(79, 430),
            "with_skip": share(50, 430),
        },
        "drop_offs": _drop_offs(),
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


def _transitions() -> list[Document]:
    return [
        move(A, R, 1576, 34, "forward"),
        move(R, D, 501, 19, "forward"),
        move(D, R, 64, 14, "return"),
        move(D, P, 83, 47, "forward"),
        move(P, N, 77, 16, "forward"),
        move(N, L, 59, 41, "forward"),
        move(P, D, 9, 6, "return"),
        move(L, N, 6, 60, "return"),
        move(R, P, 9, 22, "skip"),
        move(D, N, 6, 31, "skip"),
    ]


def _variants() -> list[Document]:
    return [
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
    ]


def _lead_times() -> list[Document]:
    return [
        _lead(A, R, 1576, 34),
        _lead(A, D, 437, 61),
        _lead(A, P, 80, 118, 1),
        _lead(A, L, 53, 186),
        _lead(R, D, 437, 22),
        _lead(R, P, 80, 74),
        _lead(D, P, 80, 47, 1),
        _lead(P, N, 77, 16),
        _lead(N, L, 53, 41),
    ]


def _drop_offs() -> list[Document]:
    return [
        drop(D, "demo_held", 120, 21, 0.5),
        drop(N, "setup_call", 6, 3, 1.0),
        drop(D, "proposal_viewed", 44, 51, 0.5),
        drop(A, "article_read", 0, 11890, 0.05),
        drop(L, "renewal_reminder", 1, 3, 1.0),
        drop(R, "webinar_attended", 112, 400, 0.2),
        drop(N, "training", 2, 2, 1.0),
        drop(R, None, 29, 311, 0.2),
        drop(P, "contract_sent", 2, 0, 0.75),
    ]


def _lead(source: str, target: str, count: int, days: float, negative: int = 0) -> Document:
    seconds = {"median_seconds": days * DAY, "mean_seconds": days * 1.2 * DAY}
    return {"source": source, "target": target, "count": count, "negative": negative, **seconds}
