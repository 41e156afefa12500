"""Sums of deals, each currency for itself: rubles and dollars are never added up."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, QuerySet, Sum

from tropa.customers import queries
from tropa.customers.models import Deal, PipelineStage
from tropa.workspace.models import Workspace


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in its currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Total:
    """How many deals, and what they are worth together. sums: the largest first, by number of deals."""

    count: int
    sums: Sequence[Money]


NOTHING = Total(0, ())


def totals(rows: Iterable[tuple[int, str, int, Decimal | None]]) -> dict[int, Total]:
    """By what they belong to: (id, currency, count, sum) → totals."""
    counts: dict[int, int] = defaultdict(int)
    sums: dict[int, list[tuple[int, Money]]] = defaultdict(list)
    for key, currency, count, amount in rows:
        counts[key] += count
        if amount is not None:
            sums[key].append((count, Money(amount, currency)))
    return {
        key: Total(count, [money for _n, money in sorted(sums[key], key=lambda pair: -pair[0])])
        for key, count in counts.items()
    }


def deals_of_accounts(workspace: Workspace, accounts: Sequence[int]) -> dict[int, Total]:
    """Open deals of these accounts: one query for a whole page."""
    rows = queries.live_deals(workspace).filter(account__in=accounts, stage__kind=PipelineStage.Kind.OPEN)
    counted = rows.order_by().values("account_id", "currency").annotate(n=Count("pk"), worth=Sum("amount"))
    return totals(counted.values_list("account_id", "currency", "n", "worth"))


def deals_by_stage(rows: "QuerySet[Deal]") -> dict[int, Total]:
    """What the given deals are worth on each stage."""
    counted = rows.order_by().values("stage_id", "currency").annotate(n=Count("pk"), worth=Sum("amount"))
    return totals(counted.values_list("stage_id", "currency", "n", "worth"))
