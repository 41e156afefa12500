"""Verbs of journeys: making one, changing its draft, publishing it. Each owns its transaction."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from tropa.analysis.model.stage import (
    HORIZON_DAYS,
    INACTIVITY_DAYS,
    LOSS_WEIGHT,
    PHASE_HORIZON_DAYS,
    PHASE_INACTIVITY_DAYS,
    PHASE_LOSS_WEIGHT,
)
from tropa.customers.models import PipelineStage
from tropa.facts.actions import load_catalogue
from tropa.facts.catalogue import touchpoints
from tropa.facts.models import TouchType
from tropa.journeys import mapping
from tropa.journeys.definition import from_yaml, never_silent, without_reason
from tropa.journeys.keys import ALL_STAGES, key_of
from tropa.journeys.models import CrmMapping, Journey, Product, Stage
from tropa.journeys.publishing import publish_first
from tropa.journeys.rules import Rule
from tropa.journeys.shipped import KnownTouch, Template, starting_rules, templates
from tropa.journeys.targets import set_target as set_target
from tropa.workspace import audit
from tropa.workspace.models import Member, Workspace

# What ends a journey until somebody says otherwise; a reason stands in the property of the same touch.
LOST: Rule = {"touch": ["deal_lost"]}
LOST_REASON = "reason"
FIRST_VALUE: Rule = {"touch": ["first_value_event"]}


@transaction.atomic
def product(workspace: Workspace, name: str) -> Product:
    """The product of this name; made when there is none."""
    found, _ = Product.objects.get_or_create(workspace=workspace, name=name.strip())
    return found


@transaction.atomic
def create_from_template(
    *, workspace: Workspace, template_key: str, name: str, product: Product, by: Member | None, segment: str = ""
) -> Journey:
    """A journey with the stages, the starting rules and the CRM mapping of a template, published as version 1.

    Raises KeyError for an unknown template.
    """
    template = templates()[template_key]
    load_catalogue(workspace)
    journey = _journey(workspace, name, product, segment, unit=template.unit, template=template_key)
    _add_template_stages(journey, template)
    accept_suggestions(journey=journey)
    audit.record(workspace=workspace, actor=_user(by), action="journey.created", target=_target(journey))
    publish_first(journey, by=by)
    return journey


@transaction.atomic
def create_from_yaml(
    *, workspace: Workspace, text: str, filename: str, product: Product, by: Member | None, name: str = ""
) -> Journey:
    """A journey out of a file that JourneyModel reads, published as version 1.

    Raises InputError that names line and key.
    """
    model, data = from_yaml(text, filename)
    lost, reason = without_reason(data.get("lost"))
    ends = {key: data.get(key) for key in ("completed", "client_activity", "first_value")}
    journey = _journey(workspace, name or model.label["ru"], product, "", unit=model.unit)
    for field, value in {**ends, "lost": lost, "lost_reason": reason, "reopen_days": model.reopen_days}.items():
        setattr(journey, field, value)
    journey.save()
    written = {node["key"]: node.get("enter", {"touch": [node["key"]]}) for node in data["stages"]}
    taken: set[str] = set()
    for rank, stage in enumerate(model.stages, 1):
        Stage.objects.create(
            workspace=workspace,
            journey=journey,
            key=_addressable(stage.key, taken),
            label_ru=stage.label["ru"][:120],
            label_en=stage.label["en"][:120],
            rank=rank,
            phase=stage.phase,
            rule=written[stage.key],
            is_won=stage.won,
            horizon_days=stage.horizon_days,
            inactivity_days=None if never_silent(stage.inactivity_days) else stage.inactivity_days,
            target_conversion=stage.target_conversion,
            target_days=stage.target_days,
            target_drop=stage.target_drop,
            target_nps=stage.target_nps,
            loss_weight=stage.loss_weight,
        )
    audit.record(workspace=workspace, actor=_user(by), action="journey.imported", target=_target(journey))
    publish_first(journey, by=by)
    return journey


@transaction.atomic
def create_empty(
    *, workspace: Workspace, name: str, product: Product, by: Member | None, unit: str = "account", segment: str = ""
) -> Journey:
    """A journey without stages; it is published when it has some."""
    load_catalogue(workspace)
    journey = _journey(workspace, name, product, segment, unit=unit)
    audit.record(workspace=workspace, actor=_user(by), action="journey.created", target=_target(journey))
    return journey


@transaction.atomic
def update_journey(*, journey: Journey, fields: Mapping[str, Any], by: Member | None) -> None:
    """Change what the journey is called and how it ends."""
    for field, value in fields.items():
        setattr(journey, field, value)
    journey.save(update_fields=list(fields))
    details: dict[str, object] = {"fields": sorted(fields)}
    audit.record(
        workspace=journey.workspace, actor=_user(by), action="journey.changed", target=_target(journey), details=details
    )


@transaction.atomic
def archive(*, journey: Journey, archived: bool, by: Member | None) -> None:
    """Take a journey out of the list, or back."""
    journey.is_archived = archived
    journey.save(update_fields=["is_archived"])
    action = "journey.archived" if archived else "journey.returned"
    audit.record(workspace=journey.workspace, actor=_user(by), action=action, target=_target(journey))


@transaction.atomic
def add_stage(*, journey: Journey, label: str, phase: str) -> Stage:
    """A new stage behind the last one of its phase, with the defaults of the phase."""
    Journey.objects.select_for_update().get(pk=journey.pk)
    order = list(Stage.Phase.values)
    before = [stage for stage in journey.draft_stages() if order.index(stage.phase) <= order.index(phase)]
    key = key_of(label, set(journey.stages.values_list("key", flat=True)))
    rank = before[-1].rank + 1 if before else 1
    journey.stages.filter(rank__gte=rank).update(rank=F("rank") + 1)
    stage = Stage(workspace=journey.workspace, journey=journey, key=key, label_ru=label, rank=rank, phase=phase)
    _defaults(stage)
    stage.save()
    return stage


@transaction.atomic
def update_stage(*, stage: Stage, fields: Mapping[str, Any]) -> None:
    """Change a stage; a journey has at most one won stage, so winning moves here."""
    for field, value in fields.items():
        setattr(stage, field, value)
    stage.save(update_fields=list(fields))
    if fields.get("is_won"):
        stage.journey.stages.exclude(pk=stage.pk).update(is_won=False)


@transaction.atomic
def move_stage(*, stage: Stage, step: int) -> None:
    """Move a stage by `step` places (−1: earlier)."""
    Journey.objects.select_for_update().get(pk=stage.journey_id)
    order = list(stage.journey.draft_stages())
    at = next(place for place, each in enumerate(order) if each.pk == stage.pk)
    order.insert(max(0, min(len(order) - 1, at + step)), order.pop(at))
    for rank, each in enumerate(order, 1):
        Stage.objects.filter(pk=each.pk).update(rank=rank)


@transaction.atomic
def remove_stage(*, stage: Stage, now: datetime) -> None:
    """Take a stage out of the draft; `return_stage` undoes it."""
    stage.removed_at = now
    stage.save(update_fields=["removed_at"])


@transaction.atomic
def return_stage(*, stage: Stage) -> None:
    """Put a stage back where it was."""
    stage.removed_at = None
    if stage.is_won and stage.journey.draft_stages().filter(is_won=True).exists():
        stage.is_won = False
    stage.save(update_fields=["removed_at", "is_won"])


@transaction.atomic
def set_mapping(*, journey: Journey, pairs: Collection[tuple[int, int]], without: Collection[int]) -> None:
    """Tie stages of the journey to CRM stages: exactly these pairs of ids. without: stages that have no twin, as people
    say. Ids of other workspaces and journeys are left out."""
    own = set(journey.draft_stages().values_list("pk", flat=True))
    crm = set(PipelineStage.objects.of(journey.workspace).values_list("pk", flat=True))
    CrmMapping.objects.filter(stage__journey=journey, stage__removed_at=None).delete()
    CrmMapping.objects.bulk_create(
        CrmMapping(workspace=journey.workspace, stage_id=stage, crm_stage_id=crm_stage)
        for stage, crm_stage in sorted(set(pairs))
        if stage in own and crm_stage in crm
    )
    mapped = {stage for stage, _ in pairs}
    journey.stages.update(no_crm=False)
    journey.stages.filter(pk__in=set(without) - mapped).update(no_crm=True)


@transaction.atomic
def accept_suggestions(*, journey: Journey) -> int:
    """Tie what is not tied yet the way it is suggested. Returns how many pairs were added."""
    rows = [row for _, of_pipeline in mapping.table(journey).pipelines for row in of_pipeline if not row.mapped]
    pairs = [(stage, row.stage.pk) for row in rows for stage in row.suggested]
    CrmMapping.objects.bulk_create(
        CrmMapping(workspace=journey.workspace, stage_id=stage, crm_stage_id=crm_stage) for stage, crm_stage in pairs
    )
    journey.stages.filter(pk__in=[stage for stage, _ in pairs]).update(no_crm=False)
    return len(pairs)


def _journey(
    workspace: Workspace, name: str, product: Product, segment: str, *, unit: str, template: str = ""
) -> Journey:
    taken = set(Journey.objects.of(workspace).values_list("key", flat=True))
    return Journey.objects.create(
        workspace=workspace,
        key=key_of(name, taken, otherwise="journey"),
        name=name[:160],
        product=product,
        segment=segment,
        unit=unit,
        template=template,
        lost=LOST,
        lost_reason=LOST_REASON,
        client_activity=_client_activity(workspace),
        first_value=FIRST_VALUE,
    )


def _addressable(key: str, taken: set[str]) -> str:
    """The key as it is when it can stand in an address, else one made of it."""
    fits = re.fullmatch(r"[\w-]{1,80}", key) is not None and key not in {*taken, ALL_STAGES}
    taken.add(found := key if fits else key_of(key, taken))
    return found


def _client_activity(workspace: Workspace) -> Rule:
    """Every touch but those that the catalogue says no client makes."""
    rows = TouchType.objects.of(workspace).filter(client_activity=False)
    shipped = {each.key for each in touchpoints() if not each.client_activity}
    return {"not": {"touch": sorted({*shipped, *rows.values_list("key", flat=True)})}}


def _add_template_stages(journey: Journey, template: Template) -> None:
    # As shipped: a type that came with an import before the catalogue was loaded knows nothing of itself.
    known = {each.key: KnownTouch(each.weight, each.direction, each.client_activity) for each in touchpoints()}
    rules = starting_rules(template, known)
    for rank, shipped in enumerate(template.stages, 1):
        stage = Stage(
            workspace=journey.workspace,
            journey=journey,
            key=shipped.key,
            label_ru=shipped.label_ru,
            label_en=shipped.label_en,
            description=shipped.description_ru[:500],
            rank=rank,
            phase=shipped.phase,
            rule=rules[shipped.key],
            is_won=shipped.won,
        )
        _defaults(stage)
        stage.save()


def _defaults(stage: Stage) -> None:
    """Horizon, silence and weight of a loss: by the key where metrics.md names it, else by the phase."""
    phase: Any = stage.phase
    stage.horizon_days = HORIZON_DAYS.get(stage.key, PHASE_HORIZON_DAYS[phase])
    stage.inactivity_days = INACTIVITY_DAYS.get(stage.key, PHASE_INACTIVITY_DAYS[phase])
    stage.loss_weight = LOSS_WEIGHT.get(stage.key, PHASE_LOSS_WEIGHT[phase])


def _target(journey: Journey) -> str:
    return f"journeys.journey:{journey.pk}"


def _user(by: Member | None) -> Any:
    return None if by is None else by.user
