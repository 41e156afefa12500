"""Moves of deals and the touches they leave, as `customers.actions` does, with how surely their time is known."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from tropa.capture.applying import stages
from tropa.capture.applying.books import Entry
from tropa.capture.applying.desk import Desk
from tropa.facts.domain import microseconds, storable
from tropa.facts.touches import NewTouch

_MOST_BYTES = 2000


def created_touch(desk: Desk, deal: Entry, *, certainty: str) -> None:
    """The deal came into being."""
    at, said = deal.values["created_at"], {"certainty": certainty}
    _append(desk, deal, f"deal:{deal.id}:created", "deal_created", at=at, said=said)


def moved_touches(desk: Desk, deal: Entry, move: Entry) -> None:
    """The deal came to a stage; winning and losing leave a touch of their own beside the move."""
    stage = stages.by_id(desk, move.values["to_stage_id"])
    pipeline, kind = stages.pipeline_of(desk, stage).values["key"], stage.values["kind"]
    said = {"pipeline": pipeline, "stage": f"{pipeline}.{stage.values['key']}", "kind": kind,
            "certainty": move.values["certainty"]}  # fmt: skip
    if move.values["reason"]:
        said["reason"] = move.values["reason"]
    at = move.values["at"]
    suffix = f"{move.id}:{microseconds(at)}"
    _append(desk, deal, f"deal:{deal.id}:move:{suffix}", "deal_stage", at=at, said=said)
    if kind != stages.OPEN:
        worth = deal.values["amount"] if kind == stages.WON else None
        _append(desk, deal, f"deal:{deal.id}:{kind}:{suffix}", f"deal_{kind}", at=at, said=said, worth=worth)


def chain(desk: Desk, deal: Entry) -> Iterable[tuple[Entry, int | None]]:
    """The moves of a deal in order, each with the stage it came from."""
    came_from: int | None = None
    moves = sorted(desk.moves.all_of(f"m:{deal.id}"), key=lambda each: (each.values["at"], each.id < 0, abs(each.id)))
    for move in moves:
        yield move, came_from
        came_from = move.values["to_stage_id"]


def standing(desk: Desk, stage: Entry, *, at: datetime, reason: str = "") -> dict[str, Any]:
    """The columns of a deal that stands on a stage since `at`."""
    kind = stage.values["kind"]
    return {
        "pipeline_id": stage.values["pipeline_id"],
        "stage_id": stage.id,
        "stage_since": at,
        "closed_at": None if kind == stages.OPEN else at,
        "lost_reason": reason if kind == stages.LOST else "",
    }


def _append(
    desk: Desk, deal: Entry, message_id: str, kind: str, *, at: datetime, said: dict[str, str], worth: Any = None
) -> None:
    if desk.is_trial:
        return
    desk.touches.append(
        NewTouch(
            message_id, kind, microseconds(at), account_id=deal.values["account_id"],
            contact_id=deal.values["contact_id"], deal_id=deal.id, channel="crm",
            value=None if worth is None else float(worth),
            properties={name: storable(text, _MOST_BYTES) for name, text in said.items()},
        )
    )  # fmt: skip
