"""Deals of the demo world, read off its touches: what a manager would have done in the CRM when they happened."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tropa.customers.actions import starter_pipeline
from tropa.customers.models import Deal, DealMove, PipelineStage
from tropa.demo.loading.files import WorldFiles
from tropa.demo.loading.records import moment
from tropa.facts.domain import microseconds
from tropa.facts.touches import NewTouch
from tropa.workspace.models import Member, Workspace

# A touch of a deal → the stage of the pipeline that it brings the deal to. A deal never goes back to an earlier one.
MOVES = {
    "deal_created": "new_lead",
    "outbound_call_answered": "qualification",
    "demo_held": "negotiation",
    "deal_stage_changed": "negotiation",
    "proposal_sent": "proposal",
    "order_form": "closing",
    "contract_redline": "closing",
    "contract_signed": "closing",
    "deal_won": "won",
    "deal_lost": "lost",
    "contract_cancelled": "lost",
}
ENDS = ("won", "lost")


@dataclass(slots=True)
class Story:
    """What became of one deal: moves as (stage key, moment in microseconds)."""

    account: str
    moves: list[tuple[str, int]] = field(default_factory=list)
    reason: str = ""


def stories(files: WorldFiles, order: Mapping[str, int]) -> dict[str, Story]:
    """The deals of the world by their key. order: position of each stage of the pipeline."""
    found: dict[str, Story] = {}
    for row in sorted(files.touches_of_deals(MOVES), key=lambda row: row["occurred_at"]):
        story = found.setdefault(row["deal_id"], Story(row["account_id"]))
        stage, last = MOVES[row["type"]], story.moves[-1][0] if story.moves else None
        if last in ENDS or (last is not None and order[stage] <= order[last]):
            continue
        story.moves.append((stage, row["occurred_at"]))
        if stage == "lost":
            story.reason = row["lost_reason"] or ""
    return found


@dataclass(frozen=True, slots=True)
class Desk:
    """Who works on the deals, and on which stages."""

    workspace: Workspace
    owner: Member
    stages: Mapping[str, PipelineStage]

    def deal(self, key: str, story: Story, account_id: int, name: str, value: float) -> Deal:
        stage, since = self.stages[story.moves[-1][0]], moment(story.moves[-1][1])
        return Deal(
            workspace=self.workspace,
            account_id=account_id,
            pipeline_id=stage.pipeline_id,
            stage=stage,
            title=f"CRM: {name}",
            amount=Decimal(f"{value:.2f}"),
            owner=self.owner,
            lost_reason=story.reason,
            closed_at=since if stage.key in ENDS else None,
            stage_since=since,
            external_id=key,
            created_at=moment(story.moves[0][1]),
        )

    def moves(self, deal: Deal, story: Story) -> Iterator[DealMove]:
        before = None
        for key, at in story.moves:
            reason = story.reason if key == "lost" else ""
            stage = self.stages[key]
            yield DealMove(
                workspace=self.workspace,
                deal=deal,
                from_stage=before,
                to_stage=stage,
                at=moment(at),
                by=self.owner,
                reason=reason,
            )
            before = stage


def add_deals(
    workspace: Workspace, files: WorldFiles, accounts: Mapping[str, int], owner: Member
) -> tuple[dict[str, int], list[NewTouch]]:
    """Every deal of the world with its moves: ids by key; and the touches that these moves leave in the log."""
    stages = {stage.key: stage for stage in starter_pipeline(workspace).stages.select_related("pipeline")}
    desk = Desk(workspace, owner, stages)
    told = stories(files, {key: stage.position for key, stage in stages.items()})
    rows = zip(files.accounts, files.values, strict=True)
    given = {row["account_id"]: (accounts[row["account_id"]], row["name"], value) for row, value in rows}
    deals = Deal.objects.bulk_create(desk.deal(key, story, *given[story.account]) for key, story in told.items())
    moves = DealMove.objects.bulk_create(
        move for deal, story in zip(deals, told.values(), strict=True) for move in desk.moves(deal, story)
    )
    return {deal.external_id: deal.pk for deal in deals}, [_touch(move) for move in moves]


def _touch(move: DealMove) -> NewTouch:
    """What a move leaves in the log, as when a person moves a deal."""
    stage, deal = move.to_stage, move.deal
    said = {"pipeline": stage.pipeline.key, "stage": f"{stage.pipeline.key}.{stage.key}", "kind": str(stage.kind)}
    return NewTouch(
        f"{deal.external_id}:{stage.key}",
        "deal_stage",
        microseconds(move.at),
        account_id=deal.account_id,
        deal_id=deal.pk,
        channel="crm",
        properties=said | ({"reason": move.reason} if move.reason else {}),
    )
