"""Verbs of deals: every creation and every move leaves a row of history and a touch in the log, in one transaction."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tropa.customers import entry_facts
from tropa.customers.actions.editing import edit, locked, same_workspace
from tropa.customers.actions.log import log_created, log_move
from tropa.customers.domain import Lacking, MissingFacts, MovedMeanwhile, ReasonNeeded
from tropa.customers.models import Account, Deal, DealMove, PipelineStage
from tropa.workspace import audit
from tropa.workspace.models import Member, Role, Workspace

EXACT = DealMove.Certainty.EXACT


@transaction.atomic
def create_deal(
    *,
    workspace: Workspace,
    by: Member | None,
    account: Account | None,
    title: str,
    stage: PipelineStage,
    at: datetime,
    certainty: str = EXACT,
    exception: str = "",
    reason: str = "",
    **fields: Any,
) -> Deal:
    """A new deal on a stage. What may refuse it is told at `move_deal`."""
    same_workspace(workspace.pk, account, stage, fields.get("owner"), fields.get("contact"))
    deal = Deal(
        workspace=workspace, account=account, title=title, pipeline=stage.pipeline, stage=stage,
        created_at=at, stage_since=at, **fields,
    )  # fmt: skip
    lacking = _checked(deal, stage, by=by, now=at, certainty=certainty, exception=exception, reason=reason)
    _stand(deal, stage, at=at, reason=reason)
    deal.save()
    log_created(deal, at=at, now=timezone.now())
    _moved(deal, None, stage, by=by, at=at, certainty=certainty, lacking=lacking, exception=exception, reason=reason)
    return deal


@transaction.atomic
def move_deal(
    *,
    deal: Deal,
    to_stage: PipelineStage,
    by: Member | None,
    at: datetime,
    certainty: str = EXACT,
    exception: str = "",
    reason: str = "",
    seen_stage_id: int | None = None,
) -> DealMove:
    """Move a deal to a stage of its pipeline or of another one.

    by: who moves it; None: a system that reports what happened elsewhere, which nothing refuses. seen_stage_id: where
    the person saw the deal, by default where `deal` stands. exception: why a head lets it pass without its facts.
    reason: why it is lost. A move that is older than the last one is written down and moves nothing.
    Raises MovedMeanwhile, MissingFacts (strict pipeline), ReasonNeeded (a lost stage).
    """
    same_workspace(deal.workspace_id, to_stage)
    seen = deal.stage_id if seen_stage_id is None else seen_stage_id
    fresh = locked(deal)
    came_from = fresh.stage
    if came_from.pk != seen:
        raise MovedMeanwhile(came_from.name)
    lacking = _checked(fresh, to_stage, by=by, now=at, certainty=certainty, exception=exception, reason=reason)
    if by is not None or at >= fresh.stage_since:
        _stand(fresh, to_stage, at=at, reason=reason)
        fresh.save()
    return _moved(
        fresh, came_from, to_stage, by=by, at=at, certainty=certainty,
        lacking=lacking, exception=exception, reason=reason,
    )  # fmt: skip


@transaction.atomic
def update_deal(deal: Deal, *, by: Member | None, seen: datetime | None = None, **values: Any) -> Deal:
    """Change the named fields, never the stage. Raises Conflict."""
    same_workspace(deal.workspace_id, values.get("account"), values.get("contact"), values.get("owner"))
    return edit(deal, values, seen=seen)[0]


def may_pass(member: Member) -> bool:
    """Whether the person may let a deal pass without its facts: a head, or the owner of the workspace."""
    return member.role == Role.OWNER or member.is_head


def _checked(
    deal: Deal, stage: PipelineStage, *, by: Member | None, now: datetime, certainty: str, exception: str, reason: str
) -> list[Lacking]:
    """What the deal lacks for the stage; raises when a person may not do this."""
    by_person = by is not None and certainty == EXACT
    if by_person and stage.kind == PipelineStage.Kind.LOST and not reason.strip():
        raise ReasonNeeded
    if not stage.pipeline.is_strict:
        return []
    lacking = entry_facts.lacking(deal, stage, now=now)
    if lacking and by_person and by is not None:
        passes = may_pass(by)
        if not (passes and exception.strip()):
            raise MissingFacts(lacking, may_pass=passes)
    return lacking


def _stand(deal: Deal, stage: PipelineStage, *, at: datetime, reason: str) -> None:
    deal.pipeline, deal.stage, deal.stage_since = stage.pipeline, stage, at
    deal.closed_at = None if stage.kind == PipelineStage.Kind.OPEN else at
    deal.lost_reason = reason.strip()[:160] if stage.kind == PipelineStage.Kind.LOST else ""


def _moved(
    deal: Deal, came_from: PipelineStage | None, stage: PipelineStage, *, by: Member | None, at: datetime,
    certainty: str, lacking: list[Lacking], exception: str, reason: str,
) -> DealMove:  # fmt: skip
    move = DealMove.objects.create(
        workspace_id=deal.workspace_id, deal=deal, from_stage=came_from, to_stage=stage, at=at, certainty=certainty,
        by=by, missing=[one.label for one in lacking], exception=exception.strip()[:500] if lacking else "",
        reason=reason.strip()[:160] if stage.kind == PipelineStage.Kind.LOST else "",
    )  # fmt: skip
    log_move(deal, move, now=timezone.now())
    if lacking and by is not None:
        audit.record(
            workspace=deal.workspace, actor=by.user, action="deal.exception", target=f"customers.deal:{deal.pk}",
            details={"move": move.pk, "stage": stage.pk, "facts": [one.fact_id for one in lacking]},
        )  # fmt: skip
    return move
