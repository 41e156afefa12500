"""Whose the keys of imported customers are, said for a whole batch at once (tropa.customers.identity decides)."""

from collections.abc import Collection

from tropa.capture.applying.books import Entry
from tropa.capture.applying.desk import Desk
from tropa.customers import identity
from tropa.facts.domain import microseconds
from tropa.facts.models import KeyOwner
from tropa.workspace.plain_rows import insert

_LONGEST = 320
_OF = {
    "account": ((identity.DOMAIN, "domain"), (identity.ACCOUNT_ID, "external_id")),
    "contact": ((identity.EMAIL, "email"), (identity.CONTACT_ID, "external_id")),
}


def own_keys(desk: Desk, noun: str, entries: Collection[Entry], accounts: dict[int, int] | None = None) -> None:
    """The keys of written entries are their own. accounts: contact id to the account where it works."""
    if desk.is_trial or not entries:
        return
    version = microseconds(desk.seen_at)
    owners: dict[tuple[str, str], tuple[int | None, int | None]] = {}
    for entry in entries:
        account = entry.id if noun == "account" else (accounts or {}).get(entry.id)
        contact = entry.id if noun == "contact" else None
        for kind, name in _OF[noun]:
            value = str(entry.values[name] or "").strip()[:_LONGEST]
            if value:
                owners[kind, value] = account, contact
    insert(
        KeyOwner,
        ("kind", "value", "account_id", "contact_id"),
        (key + owner for key, owner in owners.items()),
        same={"workspace_id": desk.workspace.pk, "version": version},
        once=("workspace_id", "kind", "value"),
    )
