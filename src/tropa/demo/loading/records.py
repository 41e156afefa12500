"""Accounts, contacts and the keys they are known by, in bulk."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from tropa.customers import identity
from tropa.customers.models import Account, Affiliation, Contact
from tropa.demo.loading.files import MICRO, WorldFiles
from tropa.demo.world import UNTIL
from tropa.facts.models import KeyOwner
from tropa.workspace.models import Member, Workspace

SEGMENT = "средний бизнес"
# What a person of each buying role is at their company.
POSITIONS = {
    "champion": "Руководитель отдела маркетинга",
    "user": "Менеджер отдела продаж",
    "expert": "Руководитель ИТ-службы",
    "decider": "Коммерческий директор",
    "economic_buyer": "Финансовый директор",
    "signatory": "Генеральный директор",
}


def moment(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / MICRO, UTC)


def add_accounts(workspace: Workspace, files: WorldFiles, seen: Mapping[str, int], owner: Member) -> dict[str, Account]:
    """Every account of the world by its key; companies have an owner, visitors do not."""
    made = Account.objects.bulk_create(_account(workspace, row, seen, owner) for row in files.accounts)
    accounts = {account.external_id: account for account in made}
    _own(workspace, identity.ACCOUNT_ID, {key: (account.pk, None) for key, account in accounts.items()})
    _own(workspace, identity.DOMAIN, {account.domain: (account.pk, None) for account in made if account.domain})
    return accounts


def _account(workspace: Workspace, row: dict[str, Any], seen: Mapping[str, int], owner: Member) -> Account:
    key = str(row["account_id"])
    is_company = row["kind"] == "company"
    return Account(
        workspace=workspace,
        kind=Account.Kind.COMPANY if is_company else Account.Kind.UNKNOWN,
        name=row["name"],
        domain=domain(key) if is_company else "",
        industry=row["segment"] or "",
        segment=SEGMENT if is_company else "",
        employees=row["employees"],
        owner=owner if is_company else None,
        external_id=key,
        created_at=_since(seen, key),
    )


def add_contacts(
    workspace: Workspace, files: WorldFiles, seen: Mapping[str, int], accounts: Mapping[str, Account]
) -> dict[str, Contact]:
    """The people of the world by their key, tied to their companies by the domain of their address."""
    made = Contact.objects.bulk_create(
        Contact(
            workspace=workspace,
            position=POSITIONS[row["role"]],
            buying_role=row["role"],
            email=f"{row['role']}.{row['contact_id'].rsplit('-', 1)[1]}@{domain(row['account_id'])}",
            external_id=row["contact_id"],
            created_at=_since(seen, row["contact_id"], row["account_id"]),
        )
        for row in files.contacts
    )
    at = [accounts[row["account_id"]] for row in files.contacts]
    Affiliation.objects.bulk_create(
        Affiliation(
            workspace=workspace,
            contact=contact,
            account=account,
            reason=Affiliation.Reason.DOMAIN,
            since=contact.created_at,
        )
        for contact, account in zip(made, at, strict=True)
    )
    owners = {contact.email: (account.pk, contact.pk) for contact, account in zip(made, at, strict=True)}
    _own(workspace, identity.EMAIL, owners)
    return {contact.external_id: contact for contact in made}


def domain(account_key: str) -> str:
    """The domain of a company of the world, on a name that is kept for examples."""
    return f"company-{account_key.removeprefix('acc-')}.example"


def _since(seen: Mapping[str, int], *keys: str) -> datetime:
    return next((moment(seen[key]) for key in keys if key in seen), UNTIL)


def _own(workspace: Workspace, kind: str, owners: Mapping[str, tuple[int | None, int | None]]) -> None:
    KeyOwner.objects.bulk_create(
        KeyOwner(workspace=workspace, kind=kind, value=value, account_id=account, contact_id=contact)
        for value, (account, contact) in owners.items()
    )
