"""Verbs of contacts."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tropa.customers import identity
from tropa.customers.actions.editing import edit, same_workspace
from tropa.customers.models import Account, Affiliation, Contact
from tropa.workspace.models import Member, Workspace


@transaction.atomic
def create_contact(
    *,
    workspace: Workspace,
    by: Member | None,
    account: Account | None = None,
    crm_account: Account | None = None,
    at: datetime | None = None,
    **fields: Any,
) -> Contact:
    """A new contact. account: where a person put it; else crm_account, the company its CRM links it to; else the
    account with the domain of its address. at: since when it is known, None: now."""
    at = at or timezone.now()
    same_workspace(workspace.pk, account, crm_account)
    fields["email"] = (fields.get("email") or "").strip().lower()
    contact = Contact.objects.create(workspace=workspace, created_at=at, **fields)
    identity.claim_contact(contact, None, at=at)
    if account is not None:
        identity.affiliate(contact, account, reason=Affiliation.Reason.MANUAL, at=at)
    else:
        identity.tie(contact, crm_account=crm_account, at=at)
    return contact


@transaction.atomic
def update_contact(contact: Contact, *, by: Member | None, seen: datetime | None = None, **values: Any) -> Contact:
    """Change the named fields; a new address may tie the contact to another account. Raises Conflict."""
    now = timezone.now()
    if "email" in values:
        values["email"] = (values["email"] or "").strip().lower()
    before = {"email": (identity.EMAIL, contact.email), "external_id": (identity.CONTACT_ID, contact.external_id)}
    fresh, changed = edit(contact, values, seen=seen)
    for name in changed & before.keys():
        identity.release(fresh.workspace, *before[name], at=now)
    if changed & before.keys():
        identity.claim_contact(fresh, identity.main_account_id(fresh), at=now)
        identity.tie(fresh, crm_account=None, at=now)
    return fresh


@transaction.atomic
def assign(contact: Contact, account: Account, *, by: Member, at: datetime) -> Affiliation:
    """A person says where the contact works: rules no longer change it."""
    same_workspace(by.workspace_id, contact, account)
    return identity.affiliate(contact, account, reason=Affiliation.Reason.MANUAL, at=at)


@transaction.atomic
def leave(affiliation: Affiliation, *, by: Member, at: datetime) -> None:
    """The contact no longer works there; what happened meanwhile stays with the account."""
    identity.leave(affiliation, at=at)
