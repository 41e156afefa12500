"""Which CRM stages stand for which stages of the journey: suggestions, and what is left over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from tropa.customers.models import Pipeline, PipelineStage
from tropa.journeys.models import CrmMapping, Journey, Stage
from tropa.journeys.shipped import crm_stages, templates
from tropa.workspace.models import Workspace


@dataclass(frozen=True, slots=True)
class CrmRow:
    """One CRM stage as the table shows it. mapped, suggested: ids of stages of the journey."""

    stage: PipelineStage
    deals: int
    mapped: frozenset[int]
    suggested: frozenset[int]


@dataclass(frozen=True, slots=True)
class CrmTable:
    """All pipelines with their stages. unmapped: CRM stages, lost ones apart, that stand for nothing; without_twin:
    stages of the journey that no CRM stage stands for and nobody marked as meant."""

    pipelines: tuple[tuple[Pipeline, tuple[CrmRow, ...]], ...]
    unmapped: tuple[CrmRow, ...]
    without_twin: tuple[Stage, ...]


def table(journey: Journey) -> CrmTable:
    """The mapping of a journey beside every CRM stage of its workspace."""
    stages = list(journey.draft_stages())
    crm = _crm_stages(journey.workspace)
    pairs = _pairs(journey)
    hints = suggestions(journey, stages, crm)
    rows = [
        CrmRow(
            each,
            each.deal_count,  # type: ignore[attr-defined]  # annotated
            frozenset(stage for stage, crm_stage in pairs if crm_stage == each.pk),
            hints.get(each.pk, frozenset()),
        )
        for each in crm
    ]
    by_pipeline: dict[Pipeline, list[CrmRow]] = {}
    for row in rows:
        by_pipeline.setdefault(row.stage.pipeline, []).append(row)
    mapped = {stage for stage, _ in pairs}
    return CrmTable(
        tuple((pipeline, tuple(of_pipeline)) for pipeline, of_pipeline in by_pipeline.items()),
        tuple(row for row in rows if not row.mapped and row.stage.kind != PipelineStage.Kind.LOST),
        tuple(stage for stage in stages if stage.pk not in mapped and not stage.no_crm),
    )


def suggestions(
    journey: Journey, stages: Sequence[Stage], crm: Sequence[PipelineStage]
) -> Mapping[int, frozenset[int]]:
    """Per CRM stage id the stages it probably stands for: by the template the journey was made from, else by name. A
    won stage of the CRM stands for the won stage of the journey, a lost one for none."""
    by_template = crm_stages(journey.template) if journey.template in templates() else {}
    found: dict[int, frozenset[int]] = {}
    for each in crm:
        if each.kind == PipelineStage.Kind.LOST:
            continue
        fitting = [stage for stage in stages if _stands_for(each, stage, by_template)]
        if not fitting and each.kind == PipelineStage.Kind.WON:
            fitting = [stage for stage in stages if stage.is_won]
        if fitting:
            found[each.pk] = frozenset(stage.pk for stage in fitting[:1])
    return found


def _stands_for(crm: PipelineStage, stage: Stage, by_template: Mapping[str, Sequence[str]]) -> bool:
    names = {stage.label_ru.casefold(), stage.label_en.casefold()} - {""}
    return crm.key in by_template.get(stage.key, ()) or crm.key == stage.key or crm.name.strip().casefold() in names


def _crm_stages(workspace: Workspace) -> list[PipelineStage]:
    rows = PipelineStage.objects.of(workspace).select_related("pipeline")
    counted = rows.annotate(deal_count=Count("deals", filter=Q(deals__archived_at=None)))
    return list(counted.order_by("pipeline__position", "pipeline_id", "position", "id"))


def _pairs(journey: Journey) -> set[tuple[int, int]]:
    rows = CrmMapping.objects.filter(stage__journey=journey, stage__removed_at=None)
    return set(rows.values_list("stage_id", "crm_stage_id"))
