"""The shipped templates of stages: what they hold, and the rules that a journey made from one starts with. Pure.

A starting rule names deliberate steps only. A touch that anybody makes every day (a page read, a login, a ticket) says
nothing of where the client stands: it would throw a customer of three years back to the first stage.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from tropa.analysis.shipped_yaml import loaded
from tropa.journeys.rules import Rule, joined

FILE: Final = Path(__file__).parent / "catalogue" / "stage_templates.yaml"
# Engagement weight in the catalogue of touchpoints from which a touch counts as a deliberate step of the client.
DELIBERATE_WEIGHT: Final = 6
# The first stage of most templates knows everyday touches alone; they enter it unless the client has gone further.
FIRST_STAGE_DAYS: Final = 90
CRM_MOVES: Final = ("deal_created", "deal_stage")


@dataclass(frozen=True, slots=True)
class TemplateStage:
    """A stage as shipped. typical: keys of touchpoints that people meet there."""

    key: str
    label_ru: str
    label_en: str
    description_ru: str
    description_en: str
    phase: str
    won: bool
    typical: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Template:
    """A template of stages, in rank order. unit: what travels."""

    key: str
    label_ru: str
    label_en: str
    description_ru: str
    description_en: str
    unit: str
    is_default: bool
    stages: tuple[TemplateStage, ...]

    @property
    def won(self) -> str | None:
        return next((stage.key for stage in self.stages if stage.won), None)


@dataclass(frozen=True, slots=True)
class KnownTouch:
    """What a starting rule has to know of a touchpoint."""

    weight: float
    direction: str
    client_activity: bool


@cache
def templates() -> Mapping[str, Template]:
    """All templates by key, in the order of the file."""
    return {each["key"]: _template(each) for each in _document()["stage_templates"]}


@cache
def crm_stages(template_key: str) -> Mapping[str, tuple[str, ...]]:
    """Per stage of a template the keys of CRM stages that stand for it, as shipped for one template and carried over
    to the others by the table of equivalent stages."""
    shipped = _document()["crm_funnel_mapping"]
    own = {row["stage"]: tuple(row["crm_stages"]) for row in shipped["rows"]}
    if shipped["template"] == template_key:
        return own
    carried: dict[str, list[str]] = {}
    for row in _document()["stage_equivalence"]["rows"]:
        for stage in row.get(template_key, ())[:1]:
            for source in row[shipped["template"]]:
                carried.setdefault(stage, []).extend(own.get(source, ()))
    return {stage: tuple(dict.fromkeys(keys)) for stage, keys in carried.items()}


def starting_rules(template: Template, known: Mapping[str, KnownTouch]) -> dict[str, Rule | None]:
    """Per stage the rule it starts with; None when nothing typical of it is a deliberate step."""
    first = template.stages[0].key
    steps = {stage.key: _steps(template, stage, known) for stage in template.stages}
    built: dict[str, Rule | None] = {key: {"touch": list(types)} if types else None for key, types in steps.items()}
    everyday = [key for key in steps[first] if not _deliberate(known[key])]
    if everyday:
        further = [*(type_ for key, types in steps.items() if key != first for type_ in types), *CRM_MOVES]
        none_further: Rule = {"count": {"of": {"touch": further}, "within_days": FIRST_STAGE_DAYS, "at_most": 0}}
        built[first] = joined("all", [{"touch": list(steps[first])}, none_further])
    return built


def _steps(template: Template, stage: TemplateStage, known: Mapping[str, KnownTouch]) -> tuple[str, ...]:
    """Typical touches of the client that tell this stage from the others. On the first stage, and where no step is
    deliberate, everyday touches have to do."""
    own = [key for key in stage.typical if key in known and _is_of(template, stage, key) and _of_client(known[key])]
    deliberate = tuple(key for key in own if _deliberate(known[key]))
    if stage is template.stages[0]:
        return tuple(own)
    return deliberate or tuple(key for key in own if known[key].weight > 1)


def _is_of(template: Template, stage: TemplateStage, key: str) -> bool:
    """Whether a touch typical of several stages may stand for this one: it belongs to the lowest of them when all are
    of one phase, else to none."""
    sharing = [other for other in template.stages if key in other.typical]
    return sharing[0] is stage and len({other.phase for other in sharing}) == 1


def _of_client(touch: KnownTouch) -> bool:
    return touch.client_activity and touch.direction in ("client", "mutual")


def _deliberate(touch: KnownTouch) -> bool:
    return touch.weight >= DELIBERATE_WEIGHT or touch.weight == 0


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = loaded(FILE.read_text(encoding="utf-8"))
    return document


def _template(node: Mapping[str, Any]) -> Template:
    return Template(
        key=node["key"],
        label_ru=node["label"]["ru"],
        label_en=node["label"]["en"],
        description_ru=node["description"]["ru"],
        description_en=node["description"]["en"],
        unit=node.get("unit", "account"),
        is_default=node.get("default", False),
        stages=tuple(map(_stage, _by_rank(node["stages"]))),
    )


def _by_rank(nodes: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(nodes, key=lambda node: node["rank"])


def _stage(node: Mapping[str, Any]) -> TemplateStage:
    # A stage of the fact-based funnel is described by the fact that enters it, and its evidence is what is typical.
    described = node.get("description") or node["entry_fact"]
    typical: Collection[str] = node.get("typical_touchpoints") or node.get("evidence", ())
    return TemplateStage(
        key=node["key"],
        label_ru=node["label"]["ru"],
        label_en=node["label"]["en"],
        description_ru=described["ru"],
        description_en=described["en"],
        phase=node["phase"],
        won=node.get("won", False),
        typical=tuple(typical),
    )
