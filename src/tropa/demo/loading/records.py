"""Accounts, contacts and the keys they are known by, in bulk."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from tropa.customers import identity
from tropa.customers.models import Account, Affiliation, Contact
from tropa.demo.loading.files import MICRO, WorldFiles
from tropa.demo.world import UNTIL
from tropa.facts.models import KeyOwner
from tropa.workspace.models import Member, Workspace
from tropa.workspace.plain_rows import insert

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


def add_accounts(workspace: Workspace, files: WorldFiles, seen: Mapping[str, int], owner: Member) -> dict[str, int]:
    """Every account of the world: ids by key. Companies have an owner, visitors do not."""
    _add(Account, workspace, [_account(row, seen, owner) for row in files.accounts])
    ids = _ids(Account, workspace)
    _own(workspace, identity.ACCOUNT_ID, {key: (pk, None) for key, pk in ids.items()})
    companies = Account.objects.of(workspace).exclude(domain="").order_by("pk").values_list("domain", "pk")
    _own(workspace, identity.DOMAIN, {name: (pk, None) for name, pk in companies})
    return ids


def _account(row: Mapping[str, Any], seen: Mapping[str, int], owner: Member) -> dict[str, Any]:
    key = str(row["account_id"])
    is_company = row["kind"] == "company"
    return {
        "kind": Account.Kind.COMPANY if is_company else Account.Kind.UNKNOWN,
        "name": row["name"],
        "domain": domain(key) if is_company else "",
        "industry": row["segment"] or "",
        "segment": SEGMENT if is_company else "",
        "city": "",
        "employees": row["employees"],
        "phone": "",
        "owner_id": owner.pk if is_company else None,
        "merged_into_id": None,
        "external_id": key,
        "created_at": _since(seen, key),
    }


def add_contacts(
    workspace: Workspace, files: WorldFiles, seen: Mapping[str, int], accounts: Mapping[str, int]
) -> dict[str, int]:
    """The people of the world, tied to their companies by the domain of their address: ids by key."""
    rows = [_contact(row, seen) for row in files.contacts]
    _add(Contact, workspace, rows)
    ids = _ids(Contact, workspace)
    at = [(ids[row["contact_id"]], accounts[row["account_id"]]) for row in files.contacts]
    insert(
        Affiliation,
        ("contact_id", "account_id", "since"),
        ((*pair, row["created_at"]) for pair, row in zip(at, rows, strict=True)),
        same={"workspace_id": workspace.pk, "reason": Affiliation.Reason.DOMAIN, "until": None},
    )
    owners = {row["email"]: (account, contact) for (contact, account), row in zip(at, rows, strict=True)}
    _own(workspace, identity.EMAIL, owners)
    return ids


def _contact(row: Mapping[str, Any], seen: Mapping[str, int]) -> dict[str, Any]:
    return {
        "name": "",
        "position": POSITIONS[row["role"]],
        "buying_role": row["role"],
        "email": f"{row['role']}.{row['contact_id'].rsplit('-', 1)[1]}@{domain(row['account_id'])}",
        "phone": "",
        "external_id": row["contact_id"],
        "created_at": _since(seen, row["contact_id"], row["account_id"]),
    }


def _add(model: type[Account | Contact], workspace: Workspace, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    search = model._meta.get_field("search")
    insert(
        model,
        (*rows[0], "search"),
        ((*row.values(), search.value_of(row)) for row in rows),
        same={"workspace_id": workspace.pk, "attributes": {}, "updated_at": timezone.now(), "archived_at": None},
    )


def _ids(model: type[Account | Contact], workspace: Workspace) -> dict[str, int]:
    return dict(model.objects.of(workspace).order_by("pk").values_list("external_id", "pk"))


def domain(account_key: str) -> str:
    """The domain of a company of the world, on a name that is kept for examples."""
    return f"company-{account_key.removeprefix('acc-')}.example"


def _since(seen: Mapping[str, int], *keys: str) -> datetime:
    return next((moment(seen[key]) for key in keys if key in seen), UNTIL)


def _own(workspace: Workspace, kind: str, owners: Mapping[str, tuple[int | None, int | None]]) -> None:
    insert(
        KeyOwner,
        ("value", "account_id", "contact_id"),
        ((value, *of) for value, of in owners.items()),
        same={"workspace_id": workspace.pk, "kind": kind},
    )
