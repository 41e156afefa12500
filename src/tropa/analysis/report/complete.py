"""The document with every key in its place, so that drawing never has to ask whether something was left out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from tropa.analysis.report.document import SummaryDoc

Json = Mapping[str, Any]
EXITS = ("forward", "back", "lost", "dropped", "completed", "open")
SECONDS = ("km_median", "mean", "p25", "p75", "p90", "median_low", "median_high", "longest")


def complete(document: Mapping[str, object]) -> SummaryDoc:
    """A shallow copy with defaults; what the document says is kept as it is."""
    given = cast("dict[str, Any]", dict(document))
    given["stages"] = _each(given, "stages", _stage)
    given["variants"] = _each(given, "variants", _variant)
    for name in ("transitions", "lead_times", "drop_offs", "reasons", "quality"):
        given[name] = list(given.get(name) or ())
    for name in ("path_shape", "touches_to_won", "first_value"):
        given.setdefault(name, None)
    given.setdefault("variants_total", len(given["variants"]))
    given.setdefault("trips_total", given["log"]["cases"])
    given["source"] = {"columns": {}, "guessed": (), "rejects_file": None, **given["source"]}
    return cast("SummaryDoc", given)


def _each(given: Json, name: str, completed: Callable[[Json], Json]) -> list[Json]:
    found: Sequence[Json] = given.get(name) or ()
    return [completed(item) for item in found]


def _missing(reason: str) -> Json:
    return {"k": None, "n": None, "value": None, "low": None, "high": None, "reason": reason}


def _stage(stage: Json) -> Json:
    none = _missing(stage.get("reason") or "no_model")
    absent = (
        "rank",
        "phase",
        "target_conversion",
        "target_days",
        "target_drop",
        "target_nps",
        "reached",
        "next",
        "active",
        "lost",
        "losses",
        "severity",
    )
    return {
        **dict.fromkeys(absent),
        "label": {},
        "here": 0,
        "skipped": none,
        "returned": none,
        "drop_off": none,
        **stage,
        "exits": {**dict.fromkeys(EXITS, 0), **(stage.get("exits") or {})},
        "dwell": _dwell(stage.get("dwell") or {}),
        "next": _following(stage.get("next")),
    }


def _following(given: Json | None) -> Json | None:
    """The strict share alone, whether or not the document wraps it with the key of the stage."""
    wrapped = given.get("mature") if given else None
    return wrapped or given


def _dwell(dwell: Json) -> Json:
    tail = dwell.get("tail") or {
        "beyond_seconds": None,
        "share": _missing(dwell.get("reason") or "no_cases"),
        "cases": (),
    }
    absent = {f"{name}_seconds": None for name in SECONDS}
    return {"completed": 0, "open": 0, **absent, "histogram": (), **dwell, "tail": tail}


def _variant(variant: Json) -> Json:
    endings = variant.get("endings")
    if endings is None:
        ending = variant.get("ending")
        endings = {ending: variant["count"]} if ending else {}
    return {"share": None, "median_seconds": None, **variant, "endings": endings}
