"""The touches that customers leave in the log."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from tropa.customers.models import Account, Contact, Deal, DealMove
from tropa.facts import actions as facts
from tropa.facts.domain import microseconds, storable
from tropa.facts.models import Source
from tropa.facts.touches import NewTouch
from tropa.workspace.models import Workspace

CRM_SOURCE = "crm-manual"
_MOST_BYTES = 2000


def log_created(deal: Deal, *, at: datetime, now: datetime) -> None:
    """The deal came into being."""
    _append(deal.workspace, [_of_deal(deal, f"deal:{deal.pk}:created", "deal_created", at=at)], now=now)


def log_move(deal: Deal, move: DealMove, *, now: datetime) -> None:
    """The deal came to a stage; winning and losing it leave a touch of their own beside the move."""
    stage = move.to_stage
    said = {"pipeline": stage.pipeline.key, "stage": f"{stage.pipeline.key}.{stage.key}", "kind": stage.kind}
    if move.reason:
        said["reason"] = move.reason
    if move.certainty != DealMove.Certainty.EXACT:
        said["certainty"] = move.certainty
    touches = [_of_deal(deal, f"deal:{deal.pk}:move:{move.pk}", "deal_stage", at=move.at, said=said)]
    if stage.kind != stage.Kind.OPEN:
        won = stage.kind == stage.Kind.WON
        worth = deal.amount if won else None
        ended = _of_deal(deal, f"deal:{deal.pk}:{stage.kind}:{move.pk}", f"deal_{stage.kind}", at=move.at, said=said)
        touches.append(_worth(ended, worth))
    _append(deal.workspace, touches, now=now)


def log_purchase(
    account: Account, kind: str, *, message_id: str, at: datetime, now: datetime, amount: Decimal | None,
    deal_id: int | None = None, said: Mapping[str, str] | None = None,
) -> None:  # fmt: skip
    """An order was placed, a subscription began or ended."""
    touch = NewTouch(
        message_id, kind, microseconds(at), account_id=account.pk, deal_id=deal_id, channel="crm",
        value=None if amount is None else float(amount), properties=dict(said or {}),
    )  # fmt: skip
    _append(account.workspace, [touch], now=now)


def log_touch(
    *, account: Account, type_key: str, at: datetime, now: datetime, message_id: str, channel: str = "",
    contact: Contact | None = None, deal: Deal | None = None, note: str = "",
) -> bool:  # fmt: skip
    """Write down by hand what happened with a client. False: the same form was sent before, nothing was added."""
    touch = NewTouch(
        message_id, type_key, microseconds(at), account_id=account.pk, channel=channel,
        contact_id=None if contact is None else contact.pk, deal_id=None if deal is None else deal.pk,
        properties={"note": storable(note, _MOST_BYTES)} if note else {},
    )  # fmt: skip
    return _append(account.workspace, [touch], now=now) == 1


def _of_deal(
    deal: Deal, message_id: str, kind: str, *, at: datetime, said: Mapping[str, str] | None = None
) -> NewTouch:
    return NewTouch(
        message_id, kind, microseconds(at), account_id=deal.account_id, contact_id=deal.contact_id, deal_id=deal.pk,
        channel="crm", properties={name: storable(text, _MOST_BYTES) for name, text in (said or {}).items()},
    )  # fmt: skip


def _worth(touch: NewTouch, amount: Decimal | None) -> NewTouch:
    return touch if amount is None else replace(touch, value=float(amount))


def _append(workspace: Workspace, touches: list[NewTouch], *, now: datetime) -> int:
    # A name of the interface would have to be translated at every reading; the key says it all.
    source = facts.source(workspace, CRM_SOURCE, Source.Kind.MANUAL, "CRM")
    done = facts.append(source, touches, now=now)
    if done.rejected:
        raise ValueError(f"the log refused a touch: {done}")
    return done.stored
