"""Parts of summary documents to draw in tests."""

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


def move(source: str, target: str, count: int, days: float, kind: str) -> Document:
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


def without_trips() -> Document:
    """The figures that a log without finished trips has not."""
    return {
        "lead_times": [],
        "path_shape": None,
        "drop_offs": [],
        "reasons": [],
        "touches_to_won": None,
        "quality": [],
    }
