"""Rows of customers: companies, people, deals on pipelines, orders, subscriptions."""

from tropa.customers.models.people import Account, Affiliation, BuyingRole, Contact
from tropa.customers.models.sales import (
    Deal,
    DealMove,
    EntryFact,
    Order,
    Pipeline,
    PipelineStage,
    Subscription,
)

__all__ = [
    "Account",
    "Affiliation",
    "BuyingRole",
    "Contact",
    "Deal",
    "DealMove",
    "EntryFact",
    "Order",
    "Pipeline",
    "PipelineStage",
    "Subscription",
]
