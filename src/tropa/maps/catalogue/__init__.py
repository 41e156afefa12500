"""The shipped catalogue of maps: types, lanes, emotions, reasons to look again, persona fields and worked examples."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from tropa.analysis.shipped_yaml import loaded

MAPS, EXAMPLES = "maps.yaml", "examples.yaml"

CARD_LANES: Final = frozenset({"cards", "cards_red", "cards_green", "cards_owned", "quotes"})
EMOTION_CURVE: Final = "emotion_curve"
TOUCHPOINTS: Final = "touchpoint_refs"
# What these lanes show is read from elsewhere; nobody writes cards into them.
DERIVED_LANES: Final = frozenset({"metric_refs", "evidence_refs", "automation_refs"})
# Nothing of their own to show: figures stand in the head, scenarios have no section yet.
NOT_DRAWN: Final = frozenset({"metric_refs", "automation_refs"})
# A deal map is a table of tasks, not of lanes of cards: it belongs to selling.
UNBUILT_TYPES: Final = frozenset({"progress_value_map"})
GROUPS: Final[Mapping[str, Sequence[str]]] = {
    "client": (
        "context", "customer_goals", "customer_actions", "parallel_tasks", "tools_used", "other_vendors",
        "thoughts", "target_experience",
    ),
    "experience": (
        "emotions", "expectations", "pains", "barriers", "risk_points", "loyalty_points", "gap", "opportunities",
        "growth_options", "initiatives",
    ),
    "contact": ("touchpoints", "channels", "content", "automations"),
    "owners": ("committee_roles", "client_owner", "our_owner"),
    "service": (
        "physical_evidence", "frontstage", "backstage", "support_processes", "systems", "time_sla", "failure_points",
    ),
    "grounds": ("metrics", "target_metrics", "quotes", "evidence", "competitors"),
}  # fmt: skip
OWN_GROUP: Final = "own"


@dataclass(frozen=True, slots=True)
class Words:
    """A text in both languages."""

    ru: str
    en: str

    def in_(self, language: str) -> str:
        return self.en if language == "en" else self.ru


@dataclass(frozen=True, slots=True)
class LaneKind:
    key: str
    value_type: str
    label: Words
    description: Words

    @property
    def group(self) -> str:
        return next((group for group, keys in GROUPS.items() if self.key in keys), OWN_GROUP)


@dataclass(frozen=True, slots=True)
class Divider:
    """A line of a service blueprint; it stands above the lane `before`."""

    key: str
    label: Words
    description: Words
    before: str


@dataclass(frozen=True, slots=True)
class MapType:
    """A kind of map. default_columns: names of time columns, empty when the columns are stages of the journey.
    bound_to: `account`, or empty for a persona."""

    key: str
    label: Words
    description: Words
    lanes: tuple[str, ...]
    required: tuple[str, ...]
    dividers: tuple[Divider, ...]
    default_columns: tuple[Words, ...]
    bound_to: str

    @property
    def has_stages(self) -> bool:
        return not self.default_columns


@dataclass(frozen=True, slots=True)
class Emotion:
    key: str
    valence: float
    label: Words


@dataclass(frozen=True, slots=True)
class Keyed:
    """An entry that is only a key and a text. hint: empty without one."""

    key: str
    label: Words
    hint: Words = Words("", "")


@dataclass(frozen=True, slots=True)
class Triggers:
    """When a map has to be looked at again, and what may have changed by then."""

    review_days: int
    stale_days: int
    reasons: tuple[Keyed, ...]


@cache
def map_types() -> Mapping[str, MapType]:
    """Types of maps by key, in the order of the file."""
    document = _document(MAPS)
    return {
        node["key"]: _map_type(node, document["dividers"])
        for node in document["map_types"]
        if node["key"] not in UNBUILT_TYPES
    }


@cache
def lanes() -> Mapping[str, LaneKind]:
    found = (
        LaneKind(node["key"], node["value_type"], _words(node["label"]), _words(node["description"]))
        for node in _document(MAPS)["lanes"]
    )
    return {lane.key: lane for lane in found}


@cache
def emotions() -> Mapping[str, Emotion]:
    found = (
        Emotion(node["key"], float(node["valence"]), _words(node["label"])) for node in _document(MAPS)["emotions"]
    )
    return {emotion.key: emotion for emotion in found}


@cache
def emotion_scale() -> Mapping[int, Words]:
    """What the whole numbers of the scale are called."""
    return {node["value"]: _words(node) for node in _document(MAPS)["emotion_scale"]["labels"]}


@cache
def typical_pains() -> tuple[Keyed, ...]:
    return _keyed(_document(MAPS)["typical_pains"]["items"])


@cache
def opportunity_prompts() -> tuple[Keyed, ...]:
    return _keyed(_document(MAPS)["opportunity_prompts"]["items"])


@cache
def triggers() -> Triggers:
    node = _document(MAPS)["map_update_triggers"]
    return Triggers(node["review_every_days"], node["stale_after_days"], _keyed(node["items"]))


@cache
def persona_fields() -> tuple[Keyed, ...]:
    return _keyed(_document(EXAMPLES)["persona_fields"])


@cache
def personas() -> Mapping[str, Mapping[str, Any]]:
    """Example personas by key, as the file has them."""
    return {node["key"]: node for node in _document(EXAMPLES)["personas"]}


@cache
def example_maps() -> Mapping[str, Mapping[str, Any]]:
    """Worked examples by key, as the file has them."""
    return {node["key"]: node for node in _document(EXAMPLES)["example_maps"]}


@cache
def english() -> Mapping[str, str]:
    """English for every Russian text of the examples: what nobody edited is shown in the language of the page."""
    found = {each.label.ru: each.label.en for each in emotions().values()}
    for russian, english_ in _pairs([*personas().values(), *example_maps().values()]):
        found |= dict(zip(russian, english_, strict=True))
    return found


def _pairs(node: Any) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Every text of a file in both languages, a single one as a list of one."""
    if isinstance(node, dict) and set(node) == {"ru", "en"}:
        yield (node["ru"], node["en"]) if isinstance(node["ru"], list) else ([node["ru"]], [node["en"]])
    elif isinstance(node, dict | list):
        for each in node.values() if isinstance(node, dict) else node:
            yield from _pairs(each)


def _map_type(node: Mapping[str, Any], dividers: Sequence[Mapping[str, Any]]) -> MapType:
    lines = {each["key"]: each for each in dividers}
    sequence: Sequence[str] = node.get("sequence", ())
    below = dict(pairwise(sequence))
    columns = node.get("default_columns", {"ru": (), "en": ()})
    return MapType(
        key=node["key"],
        label=_words(node["label"]),
        description=_words(node["description"]),
        lanes=tuple(node["lanes"]),
        required=tuple(node["required_lanes"]),
        dividers=tuple(
            Divider(key, _words(lines[key]["label"]), _words(lines[key]["description"]), below[key])
            for key in sequence
            if key in lines
        ),
        default_columns=tuple(Words(ru, en) for ru, en in zip(columns["ru"], columns["en"], strict=True)),
        bound_to="account" if node.get("bound_to") == "account" else "",
    )


def _keyed(nodes: Sequence[Mapping[str, Any]]) -> tuple[Keyed, ...]:
    empty = {"ru": "", "en": ""}
    return tuple(Keyed(node["key"], _words(node["label"]), _words(node.get("hint", empty))) for node in nodes)


def _words(node: Mapping[str, str]) -> Words:
    return Words(node["ru"], node["en"])


@cache
def _document(name: str) -> dict[str, Any]:
    document: dict[str, Any] = loaded((Path(__file__).parent / name).read_text(encoding="utf-8"))
    return document
