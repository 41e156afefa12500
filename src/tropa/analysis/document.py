"""An analysis as plain data: what `tropa analyze --json` writes (docs/reference/analyze-json.md), the report draws."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import pairwise
from math import isfinite
from typing import Any

from tropa.analysis.dwell import Dwell, Forward
from tropa.analysis.figure import Share
from tropa.analysis.funnel import Conversion
from tropa.analysis.losses import StageLosses
from tropa.analysis.model import JourneyModel, Stage
from tropa.analysis.summary import Analysis, moment
from tropa.analysis.trend import Cohort, latest_alert

SCHEMA = 1
MOST_POINTS = 100

Document = dict[str, Any]


def document(analysis: Analysis) -> Document:
    """The document of an analysis: counts, fractions in [0, 1], seconds; a missing value is null beside a reason."""
    timezone = analysis.log.source.timezone
    return {
        "schema": SCHEMA,
        "question": {
            "as_of": moment(analysis.as_of, timezone).isoformat(),
            "timezone": timezone,
            "journey": _journey(analysis),
            "unit": "case" if analysis.model is None else analysis.model.unit,
        },
        "source": asdict(analysis.log.source) | {"columns": dict(analysis.log.source.columns)},
        "log": _log(analysis, timezone),
        "stages": _stages(analysis),
        "transitions": [
            {
                "source": move.source,
                "target": move.target,
                "count": move.count,
                "median_seconds": move.median,
                "mean_seconds": move.mean,
                "kind": move.kind,
            }
            for move in analysis.transitions
        ],
        "variants": [
            {
                "path": list(variant.path),
                "count": variant.count,
                "share": variant.share,
                "endings": variant.endings,
                "median_seconds": variant.median,
            }
            for variant in analysis.variants.most_frequent
        ],
        "variants_total": analysis.variants.distinct,
        "trips_total": analysis.variants.trips,
        **_whole_path(analysis),
        "quality": [
            {"code": finding.code, "count": finding.count, "examples": list(finding.examples)}
            for finding in analysis.findings
        ],
    }


def share_of(share: Share) -> Document:
    """A share with its counts and interval; `reason` stands only beside a missing value."""
    found: Document = {"k": share.k, "n": share.n, "value": share.value, "low": share.low, "high": share.high}
    return found if share.reason is None else found | {"reason": share.reason}


def _journey(analysis: Analysis) -> Document | None:
    model = analysis.model
    return None if model is None else {"key": model.key, "label": dict(model.label), "source": model.source}


def _log(analysis: Analysis, timezone: str) -> Document:
    figures = analysis.figures
    return {
        "events": figures.events,
        "cases": figures.cases,
        "activities": figures.activities,
        "variants": figures.variants,
        "first_at": moment(figures.first_at, timezone).isoformat(),
        "last_at": moment(figures.last_at, timezone).isoformat(),
        "case_duration_seconds": {
            "mean": figures.duration_mean,
            "median": figures.duration_median,
            "p90": figures.duration_p90,
        },
    }


def _stages(analysis: Analysis) -> list[Document]:
    figures = zip(analysis.funnel.stages, analysis.dwell, strict=True)
    stages = [_stage(analysis, conversion, time) for conversion, time in figures]
    if analysis.model is not None:
        for found, stage in zip(stages, analysis.model.stages, strict=True):
            found |= _designed(stage)
        for found, above in pairwise(stages):
            found["next"] = {"key": above["key"], "mature": found["next"]}
        stages[-1]["next"] = None
        for found in stages:
            found |= _cohorts(analysis.cohorts[found["key"]])
    for found, ahead in zip(stages, analysis.forward, strict=False):
        found["dwell"]["forward"] = _forward(ahead)
    if analysis.losses is not None:
        for found, lost in zip(stages, analysis.losses.stages, strict=True):
            found |= _lost(lost)
    return stages


def _stage(analysis: Analysis, conversion: Conversion, time: Dwell) -> Document:
    exits, active = analysis.exits[conversion.key], analysis.active.get(conversion.key)
    found: Document = {
        "key": conversion.key,
        "label": {"ru": conversion.key, "en": conversion.key},
        "entered": conversion.entered,
        "visits": sum(exits.values()),
        "reached": conversion.reached,
        "conversion": {
            "mature": share_of(conversion.mature),
            "to_date": share_of(conversion.to_date),
            "estimate": _estimate(conversion),
        },
        "next": None if conversion.reason == "no_model" else share_of(conversion.next_mature),
        "skipped": share_of(conversion.skipped),
        "returned": share_of(conversion.returned),
        "here": time.open,
        "exits": exits,
        "dwell": _dwell(time),
        "active": None
        if active is None
        else {"n": active.n, "median_seconds": active.median, "mean_seconds": active.mean},
        "lost": None,
        "losses": None,
        "severity": None,
        "drop_off": share_of(Share.missing("no_model")),
    }
    if conversion.key in analysis.churn:
        found["churn_after_90_days"] = share_of(analysis.churn[conversion.key])
    return found if conversion.reason is None else found | {"reason": conversion.reason}


def _designed(stage: Stage) -> Document:
    return {
        "label": dict(stage.label),
        "rank": stage.rank,
        "phase": stage.phase,
        "won": stage.won,
        "target_conversion": stage.target_conversion,
        "target_days": stage.target_days,
        "target_drop": stage.target_drop,
        "target_nps": stage.target_nps,
        "horizon_days": stage.horizon_days,
        "inactivity_days": stage.inactivity_days if isfinite(stage.inactivity_days) else None,
        "loss_weight": stage.loss_weight,
    }


def _cohorts(cohorts: Sequence[Cohort]) -> Document:
    alert = latest_alert(cohorts)
    return {
        "cohorts": [{"month": cohort.month, "mature": share_of(cohort.share)} for cohort in cohorts],
        "trend": None if alert is None else {"direction": alert.direction, **asdict(alert.comparison)},
    }


def _forward(ahead: Forward) -> Document:
    return {
        "visits": ahead.visits,
        "moved": ahead.moved,
        "left": ahead.left,
        "p25_seconds": ahead.p25,
        "median_seconds": ahead.median,
        "p75_seconds": ahead.p75,
    }


def _lost(lost: StageLosses) -> Document:
    return {
        "lost": lost.lost,
        "losses": {"explicit": lost.explicit, "implicit": lost.implicit, "recovered": lost.recovered},
        "severity": lost.severity,
        "drop_off": share_of(lost.drop_off),
    }


def _estimate(conversion: Conversion) -> Document:
    estimate = conversion.estimate
    if estimate is None:
        names = ("n", "value", "low", "high", "lost", "undecided")
        reason = conversion.reason or ("no_mature_cases" if conversion.entered else "no_cases")
        return dict.fromkeys(names, None) | {"reason": reason}
    return {
        "n": estimate.n,
        "value": estimate.reached,
        "low": estimate.low,
        "high": estimate.high,
        "lost": estimate.left,
        "undecided": estimate.undecided,
    }


def _dwell(time: Dwell) -> Document:
    low, high = time.median_interval
    found: Document = {
        "completed": time.completed,
        "open": time.open,
        "km_median_seconds": time.median,
        "median_low_seconds": low,
        "median_high_seconds": high,
        "mean_seconds": time.mean,
        "p25_seconds": time.p25,
        "p75_seconds": time.p75,
        "p90_seconds": time.p90,
        "longest_seconds": time.longest,
        "tail": None
        if time.tail is None
        else {
            "beyond_seconds": time.tail.beyond_seconds,
            "share": share_of(time.tail.share),
            "cases": list(time.tail.cases),
        },
        "histogram": [asdict(bar) for bar in time.histogram],
    }
    return found if time.reason is None else found | {"reason": time.reason}


def _whole_path(analysis: Analysis) -> Document:
    shape, losses = analysis.path_shape, analysis.losses
    return {
        "lead_times": [
            {
                "source": lead.source,
                "target": lead.target,
                "count": lead.count,
                "negative": lead.negative,
                "median_seconds": lead.median,
                "mean_seconds": lead.mean,
            }
            for lead in analysis.lead_times
        ],
        "path_shape": None
        if shape is None
        else {
            "closed": shape.closed,
            "linear": share_of(shape.linear),
            "with_return": share_of(shape.with_return),
            "with_skip": share_of(shape.with_skip),
        },
        "drop_offs": []
        if losses is None
        else [asdict(point) | {"count": point.explicit + point.implicit} for point in losses.points[:MOST_POINTS]],
        "reasons": [] if losses is None else [asdict(reason) for reason in losses.reasons],
        "touches_to_won": None if analysis.touches_to_won is None else asdict(analysis.touches_to_won),
        "first_value": _first_value(analysis),
        "missing": _missing(analysis),
    }


def _missing(analysis: Analysis) -> dict[str, str]:
    """Why whole parts of the document are null."""
    parts = {
        "path_shape": (analysis.path_shape, analysis.model),
        "touches_to_won": (analysis.touches_to_won, analysis.model and _has_won(analysis.model)),
        "first_value": (analysis.first_value, analysis.model and analysis.model.first_value),
    }
    none: dict[str, str] = {}
    for name, (found, rule) in parts.items():
        if found is None:
            none[name] = "no_model" if analysis.model is None else "no_cases" if rule else "no_rule"
    return none


def _has_won(model: JourneyModel) -> bool:
    return any(stage.won for stage in model.stages)


def _first_value(analysis: Analysis) -> Document | None:
    found = analysis.first_value
    return None if found is None else asdict(found) | {"within_30_days": share_of(found.within_30_days)}
