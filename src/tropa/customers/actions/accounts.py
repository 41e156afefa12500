"""Verbs of accounts."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from tropa.customers import identity
from tropa.customers.actions.editing import edit, locked, same_workspace
from tropa.customers.models import Account, Contact, Deal
from tropa.workspace import audit
from tropa.workspace.models import Member, Workspace

Archivable = Account | Contact | Deal


@transaction.atomic
def create_account(
    *,
    workspace: Workspace,
    by: Member | None,
    name: str,
    kind: str = Account.Kind.COMPANY,
    at: datetime | None = None,
    **fields: Any,
) -> Account:
    """A new account, and the people who write from its domain with it. at: since when it is known, None: now."""
    at = at or timezone.now()
    same_workspace(workspace.pk, fields.get("owner"))
    fields["domain"] = identity.site_of(fields.get("domain") or "")
    account = Account.objects.create(workspace=workspace, kind=kind, name=name, created_at=at, **fields)
    identity.claim_account(account, at=at)
    identity.claim_people(account, at=at)
    return account


@transaction.atomic
def update_account(account: Account, *, by: Member | None, seen: datetime | None = None, **values: Any) -> Account:
    """Change the named fields. seen: `updated_at` of what the person looked at; raises Conflict (see `editing`)."""
    now = timezone.now()
    same_workspace(account.workspace_id, values.get("owner"))
    if "domain" in values:
        values["domain"] = identity.site_of(values["domain"] or "")
    before = {"domain": (identity.DOMAIN, account.domain), "external_id": (identity.ACCOUNT_ID, account.external_id)}
    fresh, changed = edit(account, values, seen=seen)
    for name in changed & before.keys():
        identity.release(fresh.workspace, *before[name], at=now)
    if changed & before.keys():
        identity.claim_account(fresh, at=now)
        identity.claim_people(fresh, at=now)
    return fresh


@transaction.atomic
def archive(row: Archivable, *, by: Member, now: datetime) -> None:
    """Put away: out of lists and boards, but its touches and figures stay, and it can be brought back."""
    _set_archived(row, by=by, archived_at=now, action="archive")


@transaction.atomic
def restore(row: Archivable, *, by: Member) -> None:
    """Bring back what was put away."""
    _set_archived(row, by=by, archived_at=None, action="restore")


def _set_archived(row: Archivable, *, by: Member, archived_at: datetime | None, action: str) -> None:
    fresh = locked(row)
    fresh.archived_at = archived_at
    fresh.save(update_fields=["archived_at", "updated_at"])
    noun = row._meta.model_name
    audit.record(workspace=by.workspace, actor=by.user, action=f"{noun}.{action}", target=f"customers.{noun}:{row.pk}")
