"""Verbs of orders and subscriptions. Their dates are facts in the log: they are not edited afterwards."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from tropa.customers.actions.editing import edit, same_workspace
from tropa.customers.actions.log import log_purchase
from tropa.customers.models import Account, Order, Subscription
from tropa.workspace.models import Member, Workspace


@transaction.atomic
def create_order(*, account: Account, by: Member | None, ordered_at: datetime, **fields: Any) -> Order:
    """An order of the account."""
    same_workspace(account.workspace_id, fields.get("deal"))
    order = Order.objects.create(workspace=account.workspace, account=account, ordered_at=ordered_at, **fields)
    log_purchase(
        account, "order_placed", message_id=f"order:{order.pk}:placed", at=ordered_at, now=timezone.now(),
        amount=order.amount, deal_id=order.deal_id, said={"number": order.number} if order.number else None,
    )  # fmt: skip
    return order


@transaction.atomic
def update_order(order: Order, *, by: Member | None, seen: datetime | None = None, **values: Any) -> Order:
    """Change the named fields. Raises Conflict."""
    same_workspace(order.workspace_id, values.get("deal"))
    return edit(order, values, seen=seen)[0]


@transaction.atomic
def create_subscription(*, account: Account, by: Member | None, started_on: date, **fields: Any) -> Subscription:
    """A subscription of the account; one that already ended leaves both touches."""
    found = Subscription.objects.create(workspace=account.workspace, account=account, started_on=started_on, **fields)
    _log(found, "started", started_on)
    if found.ended_on is not None:
        _log(found, "ended", found.ended_on)
    return found


@transaction.atomic
def update_subscription(
    subscription: Subscription, *, by: Member | None, seen: datetime | None = None, **values: Any
) -> Subscription:
    """Change the named fields; the day it ends leaves its touch. Raises Conflict."""
    fresh, changed = edit(subscription, values, seen=seen)
    if "ended_on" in changed and fresh.ended_on is not None:
        _log(fresh, "ended", fresh.ended_on)
    return fresh


def _log(subscription: Subscription, what: str, on: date) -> None:
    account = subscription.account
    log_purchase(
        account, f"subscription_{what}", message_id=f"subscription:{subscription.pk}:{what}:{on.isoformat()}",
        at=day_begins(account.workspace, on), now=timezone.now(), amount=subscription.amount,
        said={"plan": subscription.plan},
    )  # fmt: skip


def day_begins(workspace: Workspace, on: date) -> datetime:
    """Midnight of a day where the workspace is."""
    return datetime.combine(on, time.min, ZoneInfo(workspace.timezone))
