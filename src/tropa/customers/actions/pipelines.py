"""Verbs of pipelines: made from a template or from nothing, edited stage by stage."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import Max

from tropa.analysis.condition import parse
from tropa.customers.catalogue import PipelineTemplate, pipeline_templates
from tropa.customers.domain import latin_key
from tropa.customers.models import Deal, DealMove, EntryFact, Pipeline, PipelineStage
from tropa.web.typography import language
from tropa.workspace import audit
from tropa.workspace.models import Member, Workspace

STARTER = "sales"


class InUse(Exception):
    """What deals stand on, or stood on, cannot be deleted. deals: how many."""

    def __init__(self, deals: int) -> None:
        super().__init__(deals)
        self.deals = deals


def starter_pipeline(workspace: Workspace) -> Pipeline:
    """The ordinary pipeline that a workspace starts with, in the language of the moment; else the one it has."""
    found = Pipeline.objects.of(workspace).filter(key=STARTER).first()
    return found or pipeline_from_template(workspace, STARTER, language=language())


@transaction.atomic
def pipeline_from_template(
    workspace: Workspace, template_key: str, *, by: Member | None = None, language: str = "ru"
) -> Pipeline:
    """A pipeline with the stages and entry facts of a shipped one. KeyError: there is no such template."""
    template = next((each for each in pipeline_templates() if each.key == template_key), None)
    if template is None:
        raise KeyError(template_key)
    pipeline = _new(workspace, template.key, template.label[language], is_strict=template.is_strict)
    _fill(pipeline, template, language)
    _note(by, "pipeline.create", pipeline, {"template": template_key})
    return pipeline


@transaction.atomic
def create_pipeline(workspace: Workspace, *, by: Member, name: str, won: str, lost: str) -> Pipeline:
    """A pipeline with its two ends alone; the stages between are added by the person."""
    pipeline = _new(workspace, latin_key(name) or "pipeline", name, is_strict=False)
    for position, (kind, label) in enumerate((("won", won), ("lost", lost))):
        _stage(pipeline, kind, label, position=position, kind=kind, probability=100 if kind == "won" else 0)
    _note(by, "pipeline.create", pipeline, {})
    return pipeline


@transaction.atomic
def update_pipeline(pipeline: Pipeline, *, by: Member, name: str, is_strict: bool) -> None:
    """Rename; make it strict or not."""
    Pipeline.objects.filter(pk=pipeline.pk).update(name=name, is_strict=is_strict)
    _note(by, "pipeline.update", pipeline, {"is_strict": is_strict})


@transaction.atomic
def delete_pipeline(pipeline: Pipeline, *, by: Member) -> None:
    """Only one that no deal ever stood on. Raises InUse."""
    if deals := Deal.objects.filter(pipeline=pipeline).count() or _moves(pipeline.stages.values_list("pk", flat=True)):
        raise InUse(deals)
    _note(by, "pipeline.delete", pipeline, {"key": pipeline.key})
    pipeline.delete()


@transaction.atomic
def add_stage(pipeline: Pipeline, *, by: Member, name: str, kind: str, probability: int | None) -> PipelineStage:
    """A stage at the end of the open ones, or of all when it closes deals."""
    stages = list(pipeline.stages.select_for_update())
    ends = [stage for stage in stages if stage.kind != PipelineStage.Kind.OPEN]
    before = ends[0].position if kind == PipelineStage.Kind.OPEN and ends else len(stages)
    stage = _stage(pipeline, latin_key(name) or "stage", name, position=before, kind=kind, probability=probability)
    _number([each for each in stages if each.position < before] + [stage] + [s for s in stages if s.position >= before])
    _note(by, "pipeline.update", pipeline, {"added": stage.key})
    return stage


@transaction.atomic
def update_stage(stage: PipelineStage, *, by: Member, **values: object) -> None:
    """Rename it, change its kind or probability. Its key stays: rules and history name it."""
    PipelineStage.objects.filter(pk=stage.pk).update(**values)
    _note(by, "pipeline.update", stage.pipeline, {"stage": stage.key})


@transaction.atomic
def shift_stage(stage: PipelineStage, *, by: Member, steps: int) -> None:
    """Move a stage along the pipeline; negative: towards its beginning."""
    stages = list(PipelineStage.objects.select_for_update().filter(pipeline=stage.pipeline_id))
    at = next(index for index, each in enumerate(stages) if each.pk == stage.pk)
    stages.insert(max(0, min(len(stages) - 1, at + steps)), stages.pop(at))
    _number(stages)
    _note(by, "pipeline.update", stage.pipeline, {"stage": stage.key, "shifted": steps})


@transaction.atomic
def delete_stage(stage: PipelineStage, *, by: Member) -> None:
    """Only one that no deal ever stood on. Raises InUse."""
    if deals := Deal.objects.filter(stage=stage).count() or _moves([stage.pk]):
        raise InUse(deals)
    _note(by, "pipeline.update", stage.pipeline, {"deleted": stage.key})
    stage.delete()


@transaction.atomic
def add_fact(stage: PipelineStage, *, by: Member, label: str, rule: Mapping[str, object]) -> EntryFact:
    """An entry fact at the end of the stage's. Raises InputError when the rule is no condition."""
    parse(rule)
    last = stage.entry_facts.aggregate(last=Max("position"))["last"]
    fact = EntryFact.objects.create(
        workspace_id=stage.workspace_id, stage=stage, label=label, rule=rule, position=0 if last is None else last + 1
    )
    _note(by, "pipeline.update", stage.pipeline, {"stage": stage.key, "fact_added": fact.pk})
    return fact


@transaction.atomic
def delete_fact(fact: EntryFact, *, by: Member) -> None:
    """Moves keep the labels of what they lacked, so nothing of history is lost."""
    _note(by, "pipeline.update", fact.stage.pipeline, {"stage": fact.stage.key, "fact_deleted": fact.pk})
    fact.delete()


def _new(workspace: Workspace, key: str, name: str, *, is_strict: bool) -> Pipeline:
    last = Pipeline.objects.of(workspace).aggregate(last=Max("position"))["last"]
    key = _free(key, set(Pipeline.objects.of(workspace).values_list("key", flat=True)))
    position = 0 if last is None else last + 1
    return Pipeline.objects.create(workspace=workspace, key=key, name=name, position=position, is_strict=is_strict)


def _fill(pipeline: Pipeline, template: PipelineTemplate, language: str) -> None:
    for position, given in enumerate(template.stages):
        stage = _stage(
            pipeline, given.key, given.label[language], position=position, kind=given.kind,
            probability=given.probability,
        )  # fmt: skip
        EntryFact.objects.bulk_create(
            EntryFact(workspace_id=pipeline.workspace_id, stage=stage, label=fact.label[language], rule=fact.rule,
                      position=at)
            for at, fact in enumerate(given.facts)
        )  # fmt: skip


def _stage(
    pipeline: Pipeline, key: str, name: str, *, position: int, kind: str, probability: int | None
) -> PipelineStage:
    key = _free(key, set(pipeline.stages.values_list("key", flat=True)))
    return PipelineStage.objects.create(
        workspace_id=pipeline.workspace_id, pipeline=pipeline, key=key, name=name, position=position, kind=kind,
        probability=probability,
    )  # fmt: skip


def _free(key: str, taken: set[str]) -> str:
    """The key, or the key with the first number that makes it free."""
    tries = (key, *(f"{key}_{number}" for number in range(2, len(taken) + 3)))
    return next(each for each in tries if each not in taken)


def _number(stages: list[PipelineStage]) -> None:
    for position, stage in enumerate(stages):
        stage.position = position
    PipelineStage.objects.bulk_update(stages, ["position"])


def _moves(stage_ids: "object") -> int:
    return DealMove.objects.filter(to_stage_id__in=stage_ids).values("deal").distinct().count()  # type: ignore[misc]


def _note(by: Member | None, action: str, pipeline: Pipeline, details: dict[str, object]) -> None:
    if by is not None:
        target = f"customers.pipeline:{pipeline.pk}"
        audit.record(workspace=by.workspace, actor=by.user, action=action, target=target, details=details)
