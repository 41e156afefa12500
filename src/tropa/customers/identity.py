"""Whose a key is: which contact an address belongs to, which account a domain or an id of another system.

A contact is tied to an account by the company id that its CRM gives, else by the domain of its address, unless anybody
may have an address there. What a person decided by hand wins over both and is never undone by a rule. The full identity
graph (merges, undo, devices) comes through `owner_of`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q
from django.db.models.functions import Greatest

from tropa.customers.free_mail import FREE_MAIL
from tropa.customers.models import Account, Affiliation, Contact
from tropa.facts.domain import microseconds
from tropa.facts.models import KeyOwner
from tropa.workspace.models import Workspace

EMAIL = "email"
DOMAIN = "domain"
ACCOUNT_ID = "account_external_id"
CONTACT_ID = "contact_external_id"

_LONGEST_VALUE = 320


@dataclass(frozen=True, slots=True)
class Owner:
    """Who a key belongs to; either may be unknown."""

    account_id: int | None
    contact_id: int | None


def site_of(text: str) -> str:
    """A domain as people give it («https://www.Example.com/price») in the form that is stored: `example.com`."""
    host = text.strip().lower().partition("://")[2] or text.strip().lower()
    return host.split("/")[0].split("?")[0].split(":")[0].removeprefix("www.").strip(".")


def domain_of(email: str) -> str | None:
    """The domain of an address when it says where the person works; None for free mail and for what is no address."""
    local, at, domain = email.strip().rpartition("@")
    domain = site_of(domain)
    if not (local and at and "." in domain) or domain in FREE_MAIL:
        return None
    return domain


def owner_of(workspace: Workspace, keys: Mapping[str, str]) -> Owner:
    """The owner of the first key that has one, in the order given. keys: from kind to value."""
    values = [(kind, _plain(kind, value)) for kind, value in keys.items() if value.strip()]
    if not values:
        return Owner(None, None)
    any_of = Q()
    for kind, value in values:
        any_of |= Q(kind=kind, value=value)
    found = {(row.kind, row.value): row for row in KeyOwner.objects.of(workspace).filter(any_of)}
    rows = [found[key] for key in values if key in found]
    account = next((row.account_id for row in rows if row.account_id), None)
    return Owner(account, next((row.contact_id for row in rows if row.contact_id), None))


def own(
    workspace: Workspace, kind: str, value: str, *, account: int | None = None, contact: int | None = None, at: datetime
) -> None:
    """Say whose a key is. Its version only grows: copies made from the owners see that something changed."""
    if not (value := _plain(kind, value)):
        return
    version = microseconds(at)
    row, is_new = KeyOwner.objects.get_or_create(
        workspace=workspace,
        kind=kind,
        value=value,
        defaults={"account_id": account, "contact_id": contact, "version": version},
    )
    if not is_new and (row.account_id, row.contact_id) != (account, contact):
        grown = Greatest(F("version") + 1, version)
        KeyOwner.objects.filter(pk=row.pk).update(account_id=account, contact_id=contact, version=grown)


def release(workspace: Workspace, kind: str, value: str, *, at: datetime) -> None:
    """Nobody's any more (an address was corrected); the row stays, so that its version shows the change."""
    if value := _plain(kind, value):
        grown = Greatest(F("version") + 1, microseconds(at))
        rows = KeyOwner.objects.of(workspace).filter(kind=kind, value=value)
        rows.update(account_id=None, contact_id=None, version=grown)


def _plain(kind: str, value: str) -> str:
    value = value.strip()[:_LONGEST_VALUE]
    return value.lower() if kind in (EMAIL, DOMAIN) else value


def tie(contact: Contact, *, crm_account: Account | None, at: datetime) -> Affiliation | None:
    """Tie a contact to its account by rule: the CRM's link, else the domain of the address. None: nothing to tie by."""
    current = contact.affiliations.filter(until=None)
    by_hand = current.filter(reason=Affiliation.Reason.MANUAL).first()
    if by_hand is not None:
        return by_hand
    if crm_account is not None:
        return affiliate(contact, crm_account, reason=Affiliation.Reason.CRM, at=at)
    domain = domain_of(contact.email)
    if domain is None or current.filter(reason=Affiliation.Reason.CRM).exists():
        return None
    account = by_domain(contact.workspace, domain)
    return None if account is None else affiliate(contact, account, reason=Affiliation.Reason.DOMAIN, at=at)


def by_domain(workspace: "Workspace | int", domain: str) -> Account | None:
    """The account of a domain; two of them say nothing, since either could be meant."""
    found = Account.objects.of(workspace).filter(domain=site_of(domain), archived_at=None, merged_into=None)[:2]
    return found[0] if len(found) == 1 else None


def affiliate(contact: Contact, account: Account, *, reason: str, at: datetime) -> Affiliation:
    """The contact works at the account from now on; an earlier place ends, its history stays."""
    current = list(contact.affiliations.filter(until=None))
    same = next((one for one in current if one.account_id == account.pk), None)
    for one in current:
        if one is not same and one.is_main:
            one.until = at
            one.save(update_fields=["until"])
    if same is None:
        same = Affiliation.objects.create(
            workspace_id=contact.workspace_id, contact=contact, account=account, reason=reason, since=at
        )
    elif reason == Affiliation.Reason.MANUAL and same.reason != reason:
        same.reason = reason
        same.save(update_fields=["reason"])
    claim_contact(contact, account.pk, at=at)
    return same


def leave(affiliation: Affiliation, *, at: datetime) -> None:
    """The person no longer works there."""
    affiliation.until = at
    affiliation.save(update_fields=["until"])
    claim_contact(affiliation.contact, main_account_id(affiliation.contact), at=at)


def main_account_id(contact: Contact) -> int | None:
    """Where the contact works now."""
    current = contact.affiliations.filter(until=None).order_by("-is_main", "-since")
    return current.values_list("account_id", flat=True).first()


def claim_contact(contact: Contact, account_id: int | None, *, at: datetime) -> None:
    """The keys of a contact are its own, and of the account where it works."""
    for kind, value in ((EMAIL, contact.email), (CONTACT_ID, contact.external_id)):
        own(contact.workspace, kind, value, account=account_id, contact=contact.pk, at=at)


def claim_account(account: Account, *, at: datetime) -> None:
    """The keys of an account are its own."""
    for kind, value in ((DOMAIN, account.domain), (ACCOUNT_ID, account.external_id)):
        own(account.workspace, kind, value, account=account.pk, at=at)


def claim_people(account: Account, *, at: datetime) -> int:
    """Tie contacts who have an address at the domain of the account and work nowhere yet; how many."""
    if not account.domain:
        return 0
    ending = f"@{account.domain}"
    free = Contact.objects.of(account.workspace_id).filter(email__endswith=ending, archived_at=None)
    tied = 0
    for contact in free.exclude(affiliations__until=None, affiliations__isnull=False)[:1000]:
        affiliate(contact, account, reason=Affiliation.Reason.DOMAIN, at=at)
        tied += 1
    return tied
