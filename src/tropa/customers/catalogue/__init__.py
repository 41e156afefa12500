"""Shipped pipelines that a workspace can start from."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tropa.analysis.shipped_yaml import loaded


@dataclass(frozen=True, slots=True)
class FactTemplate:
    """An entry fact of a shipped stage. rule: a condition as plain data."""

    label: Mapping[str, str]
    rule: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class StageTemplate:
    """A stage of a shipped pipeline. probability: percent of its deals that are won."""

    key: str
    label: Mapping[str, str]
    kind: str
    probability: int
    facts: tuple[FactTemplate, ...]


@dataclass(frozen=True, slots=True)
class PipelineTemplate:
    """A shipped pipeline. Labels by language."""

    key: str
    label: Mapping[str, str]
    description: Mapping[str, str]
    is_strict: bool
    stages: tuple[StageTemplate, ...]


@cache
def pipeline_templates() -> tuple[PipelineTemplate, ...]:
    """All of them, the ordinary one first."""
    text = (Path(__file__).parent / "pipelines.yaml").read_text(encoding="utf-8")
    return tuple(
        PipelineTemplate(
            key=each["key"],
            label=each["label"],
            description=each["description"],
            is_strict=each["strict"],
            stages=tuple(_stage(stage) for stage in each["stages"]),
        )
        for each in loaded(text)["pipelines"]
    )


def _stage(stage: Mapping[str, object]) -> StageTemplate:
    given = dict(stage)
    facts = given.pop("facts", [])
    return StageTemplate(
        key=str(given["key"]),
        label=_labels(given["label"]),
        kind=str(given.get("kind", "open")),
        probability=int(str(given["probability"])),
        facts=tuple(FactTemplate(_labels(each["label"]), each["rule"]) for each in facts),  # type: ignore[attr-defined]
    )


def _labels(node: object) -> Mapping[str, str]:
    return {str(language): str(text) for language, text in dict(node).items()}  # type: ignore[call-overload]
