"""The only way a view gets something of a tenant: a foreign id answers 404, as if it did not exist."""

from typing import TypeVar

from django.db.models import Model, QuerySet
from django.http import Http404

from tropa.customers.models import (
    Account,
    Affiliation,
    Contact,
    Deal,
    EntryFact,
    Order,
    Pipeline,
    PipelineStage,
    Subscription,
)
from tropa.workspace.models import Member, Workspace

Row = TypeVar("Row", bound=Model)


def _found(rows: "QuerySet[Row]", pk: int) -> Row:
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404(rows.model._meta.model_name)
    return row


def account(workspace: Workspace, pk: int) -> Account:
    return _found(Account.objects.of(workspace).select_related("owner__user", "workspace"), pk)


def contact(workspace: Workspace, pk: int) -> Contact:
    return _found(Contact.objects.of(workspace).select_related("workspace"), pk)


def affiliation(workspace: Workspace, pk: int) -> Affiliation:
    return _found(Affiliation.objects.of(workspace).select_related("contact__workspace", "account"), pk)


def deal(workspace: Workspace, pk: int) -> Deal:
    related = ("account", "contact", "pipeline", "stage", "owner__user", "workspace")
    return _found(Deal.objects.of(workspace).select_related(*related), pk)


def order(workspace: Workspace, pk: int) -> Order:
    return _found(Order.objects.of(workspace).select_related("account", "deal", "workspace"), pk)


def subscription(workspace: Workspace, pk: int) -> Subscription:
    return _found(Subscription.objects.of(workspace).select_related("account", "workspace"), pk)


def pipeline(workspace: Workspace, pk: int) -> Pipeline:
    return _found(Pipeline.objects.of(workspace).select_related("workspace"), pk)


def pipeline_stage(workspace: Workspace, pk: int) -> PipelineStage:
    return _found(PipelineStage.objects.of(workspace).select_related("pipeline__workspace"), pk)


def entry_fact(workspace: Workspace, pk: int) -> EntryFact:
    return _found(EntryFact.objects.of(workspace).select_related("stage__pipeline"), pk)


def owner(workspace: Workspace, pk: int) -> Member:
    """An active member of the workspace, to whom something can be given."""
    return _found(Member.objects.of(workspace).filter(is_active=True).select_related("user"), pk)
