"""Verbs of customers. Each owns its transaction; whatever moves a deal leaves its touch in the log in the same one."""

from tropa.customers.actions.accounts import archive, create_account, restore, update_account
from tropa.customers.actions.bulk import give, put_back
from tropa.customers.actions.contacts import assign, create_contact, leave, update_contact
from tropa.customers.actions.deals import create_deal, move_deal, update_deal
from tropa.customers.actions.log import log_touch
from tropa.customers.actions.orders import (
    create_order,
    create_subscription,
    update_order,
    update_subscription,
)
from tropa.customers.actions.pipelines import pipeline_from_template, starter_pipeline

__all__ = [
    "archive",
    "assign",
    "create_account",
    "create_contact",
    "create_deal",
    "create_order",
    "create_subscription",
    "give",
    "leave",
    "log_touch",
    "move_deal",
    "pipeline_from_template",
    "put_back",
    "restore",
    "starter_pipeline",
    "update_account",
    "update_contact",
    "update_deal",
    "update_order",
    "update_subscription",
]
