"""A journey as plain data that JourneyModel reads, and the model out of it."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

from tropa.analysis import JourneyModel
from tropa.analysis.condition.reading import MOST_DAYS
from tropa.analysis.model.plain_yaml import load
from tropa.analysis.problem import InputError, Problems
from tropa.journeys.models import CrmMapping, Journey, JourneyVersion, Stage
from tropa.journeys.rule_fields import refuse_records
from tropa.journeys.rules import NEVER, Rule, joined

Document = dict[str, Any]

# The property that says when a touch happened, for rules that hold since a moment (seconds since 1970-01-01 UTC).
MOMENT_PROPERTY: Final = "occurred_s"
ENDS: Final = ("lost", "completed", "client_activity", "first_value")
# What of a stage is told on pages and compared with, and counts nothing.
_TARGETS: Final = ("target_conversion", "target_days", "target_drop", "target_nps")
_TOLD: Final = frozenset({"label", "phase", "loss_weight", *_TARGETS})
MOVE_TYPE, MOVE_STAGE = "deal_stage", "stage"


def document(journey: Journey) -> Document:
    """The draft as plain data. A stage is entered by its own rule or by a move to one of its CRM stages."""
    mapped = crm_keys(journey)
    stages, weight = [], 0.0
    for rank, stage in enumerate(journey.draft_stages(), 1):
        # A loss never weighs less further on, whatever was written before stages were moved.
        weight = max(weight, stage.loss_weight)
        stages.append(_stage(stage, mapped.get(stage.pk, ())) | {"rank": rank, "loss_weight": weight})
    label = {"ru": journey.name, "en": journey.name}
    head = {"key": journey.key, "label": label, "unit": journey.unit, "reopen_days": journey.reopen_days}
    built: Document = {"journey": head, "stages": stages}
    return built | {key: value for key in ENDS if (value := _end(journey, key)) is not None}


def crm_keys(journey: Journey) -> dict[int, list[str]]:
    """Per stage id the CRM stages that stand for it, as moves name them: `<pipeline key>.<stage key>`."""
    rows = CrmMapping.objects.filter(stage__journey=journey).order_by("crm_stage__pipeline__position", "crm_stage")
    keys: dict[int, list[str]] = {}
    for stage_id, pipeline, stage in rows.values_list("stage_id", "crm_stage__pipeline__key", "crm_stage__key"):
        keys.setdefault(stage_id, []).append(f"{pipeline}.{stage}")
    return keys


def crm_rule(keys: Sequence[str]) -> Rule:
    """A move of a deal to one of these CRM stages."""
    return {"all": [{"touch": [MOVE_TYPE]}, {"field": f"touch.{MOVE_STAGE}", "in": list(keys)}]}


def read(data: Document, name: str = "journey.yaml") -> JourneyModel:
    """The model of plain data. Raises InputError `bad_journey`, which names every problem and its place."""
    # JSON is YAML too: one reader, one set of messages.
    return JourneyModel.parse(json.dumps(data, ensure_ascii=False), name)


def model_of(version: JourneyVersion) -> JourneyModel:
    """The model that places touches for a version."""
    return read(effective(version))


def effective(version: JourneyVersion) -> Document:
    """The document of a version; with history that was not to be recalculated, one whose rules hold since a moment."""
    if version.before is None or version.since_s is None:
        return dict(version.document)
    return continued(version.before, version.document, version.since_s)


def continued(before: Document, after: Document, since_s: int) -> Document:
    """One document that places earlier touches by `before` and later ones by `after`. Stages are those of `after`: what
    `before` put on a stage that is gone is placed nowhere."""
    old = {stage["key"]: stage["enter"] for stage in before["stages"]}
    stages = [stage | {"enter": _since(old.get(stage["key"]), stage["enter"], since_s)} for stage in after["stages"]]
    built = after | {"stages": stages}
    for key in ("lost", "completed"):
        if key in before or key in after:
            merged = _since(_bare(before.get(key)), _bare(after.get(key)), since_s)
            reason = (after.get(key) or before.get(key) or {}).get("reason")
            built[key] = dict(merged) | ({"reason": reason} if reason else {})
    return built


def as_yaml(data: Document) -> str:
    """The document as a file people read and edit, in the order of the reference."""
    return yaml.safe_dump(_plain(data), allow_unicode=True, sort_keys=False, width=120, default_flow_style=None)


def from_yaml(text: str, name: str) -> tuple[JourneyModel, Document]:
    """A journey file: the model, and its plain data, in which rules stay as they were written.

    Raises InputError `bad_yaml`, `bad_journey`, `journey_too_large`; each names line and key. A rule that names what
    only files know (`rule_fields`) is a `bad_journey` here.
    """
    model = JourneyModel.parse(text, name)
    problems = Problems()
    loaded = load(text, name, problems)
    data = loaded.data
    assert isinstance(data, dict), "a model was read from it"
    refuse_records(data, (), problems)
    problems.raise_any("bad_journey", name, loaded.line)
    _refuse_unstorable(data, name)
    return model, data


def rule_from_yaml(text: str) -> Rule | None:
    """One condition out of YAML text; None for an empty one. Raises InputError `bad_yaml`, `bad_condition`."""
    from tropa.analysis.condition import fields
    from tropa.analysis.condition.reading import read as read_condition

    problems = Problems()
    loaded = load(text, "", problems)
    if loaded.data is None:
        return None
    condition = read_condition(loaded.data, (), problems)
    if "stage" in fields(condition):
        problems.add((), ru="поле stage здесь неизвестно: этапы выводятся из этих правил", en="the field stage is not "
                     "known here: stages follow from these rules")  # fmt: skip
    refuse_records(loaded.data, (), problems)
    problems.raise_any("bad_condition", "", loaded.line)
    _refuse_unstorable(loaded.data, "")
    return loaded.data if isinstance(loaded.data, dict) else None


def _refuse_unstorable(data: object, name: str) -> None:
    """Escapes of YAML can write characters that no database keeps: NUL, and halves of characters."""
    text = json.dumps(data, ensure_ascii=False)
    if "\\u0000" in text or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise InputError(
            "bad_yaml",
            ru=f"{name}: в тексте есть знаки, которые нельзя сохранить (нулевой или половина знака); уберите их",
            en=f"{name}: the text holds characters that cannot be kept (NUL or half a character); remove them",
        )


def check_rule(rule: Rule) -> None:
    """Raises InputError `bad_condition` for plain data that is no rule of a journey."""
    rule_from_yaml(json.dumps(rule, ensure_ascii=False))


def is_published(journey: Journey, version: JourneyVersion | None) -> bool:
    """Whether the draft is what the version holds."""
    return version is not None and json_equal(version.document, document(journey))


def json_equal(one: object, other: object) -> bool:
    """Equal as JSON: a tuple is a list, 90 is 90.0."""
    return bool(json.loads(json.dumps(one)) == json.loads(json.dumps(other)))


def same_figures(one: Document, other: Document) -> bool:
    """Whether two descriptions count alike: names, phases, targets and the weight of a loss change no conversion and no
    time."""
    return json_equal(_counting(one), _counting(other))


def without_reason(lost: Rule | None) -> tuple[Rule | None, str]:
    """The rule of a loss as files write it, and the property that holds the reason."""
    return _bare(lost), str((lost or {}).get("reason", ""))


def never_silent(days: float | None) -> bool:
    """Whether a limit of silence is none at all."""
    return days is None or days >= MOST_DAYS


def _plain(data: Any) -> Any:
    """The same data with whole numbers as people write them: 90, not 90.0."""
    if isinstance(data, Mapping):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    return int(data) if isinstance(data, float) and data.is_integer() and abs(data) < 1e15 else data


def _stage(stage: Stage, mapped: Sequence[str]) -> Document:
    parts = [*([stage.rule] if stage.rule else []), *([crm_rule(mapped)] if mapped else [])]
    built: Document = {
        "key": stage.key,
        "label": {"ru": stage.label_ru, "en": stage.label_en or stage.label_ru},
        "rank": 0,
        "phase": stage.phase,
        "enter": dict(joined("any", parts)) if parts else dict(NEVER),
        "won": stage.is_won,
        "horizon_days": stage.horizon_days,
        "inactivity_days": MOST_DAYS if stage.inactivity_days is None else stage.inactivity_days,
        "loss_weight": 0.0,
        "target_conversion": stage.target_conversion,
        "target_days": stage.target_days,
        "target_drop": stage.target_drop,
        "target_nps": stage.target_nps,
    }
    return {key: value for key, value in built.items() if value is not None}


def _end(journey: Journey, key: str) -> Document | None:
    rule: Document | None = getattr(journey, key)
    if rule is None or key != "lost" or not journey.lost_reason:
        return rule
    return rule | {"reason": journey.lost_reason}


def _counting(data: Document) -> Document:
    head = {key: value for key, value in data["journey"].items() if key in ("unit", "reopen_days")}
    stages = [{key: value for key, value in stage.items() if key not in _TOLD} for stage in data["stages"]]
    return data | {"journey": head, "stages": stages}


def _bare(rule: Rule | None) -> Rule | None:
    return None if rule is None else {key: value for key, value in rule.items() if key != "reason"}


def _since(old: Rule | None, new: Rule | None, since_s: int) -> Rule:
    """The old rule before the moment, the new one since."""
    field = f"touch.{MOMENT_PROPERTY}"
    parts: list[Rule] = []
    if old is not None:
        parts.append({"all": [{"field": field, "less_than": since_s}, dict(old)]})
    if new is not None:
        parts.append({"all": [{"field": field, "at_least": since_s}, dict(new)]})
    return joined("any", parts)


def label_of(stage: Mapping[str, Any], language: str) -> str:
    """The name of a stage of a document."""
    words = stage["label"]
    return str(words.get(language) or words["ru"])
