"""What the card of a customer shows beside its timeline: people with their buying roles, deals, orders."""

from django.db.models import F

from tropa.customers import queries
from tropa.customers.models import Account, Affiliation, Order, PipelineStage, Subscription
from tropa.customers.sums import NOTHING, deals_of_accounts

_MOST_ROWS = 50


def card_of(account: Account) -> dict[str, object]:
    """Context of the card."""
    deals = queries.live_deals(account.workspace).filter(account=account).select_related("stage", "pipeline")
    return {
        "people": people_of(account),
        "worth": deals_of_accounts(account.workspace, [account.pk]).get(account.pk, NOTHING),
        "deals": deals.order_by(F("closed_at").desc(nulls_first=True), "-created_at")[:_MOST_ROWS],
        "open_kind": PipelineStage.Kind.OPEN,
        "orders": Order.objects.of(account.workspace_id).filter(account=account).order_by("-ordered_at")[:_MOST_ROWS],
        "subscriptions": Subscription.objects.of(account.workspace_id)
        .filter(account=account)
        .order_by("-started_on")[:_MOST_ROWS],
    }


def people_of(account: Account) -> "list[Affiliation]":
    """Who works there now and who did, the former first."""
    rows = Affiliation.objects.of(account.workspace_id).filter(account=account, contact__archived_at=None)
    ordered = rows.select_related("contact").order_by(F("until").desc(nulls_first=True), "contact__search", "pk")
    return list(ordered[:_MOST_ROWS])
