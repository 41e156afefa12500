"""One change for many rows, and taking it back."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db import transaction

from tropa.customers.models import Account, Contact, Deal
from tropa.workspace import audit
from tropa.workspace.models import Member

GIVEN = {
    "accounts": (Account, frozenset({"owner_id", "segment"})),
    "contacts": (Contact, frozenset({"buying_role"})),
    "deals": (Deal, frozenset({"owner_id"})),
}
MOST_ROWS = 10_000

Value = int | str | None


@transaction.atomic
def give(*, noun: str, field: str, value: Value, ids: Collection[int], by: Member, now: datetime) -> dict[int, Value]:
    """Set one field of many rows; gives what each changed row had before, for `put_back`.

    noun, field: one of GIVEN. Ids of other workspaces are not found and not counted.
    """
    model, fields = GIVEN[noun]
    if field not in fields:
        raise KeyError(field)
    rows = model._default_manager.filter(workspace=by.workspace_id, pk__in=list(ids)[:MOST_ROWS])
    before: dict[int, Value] = dict(rows.select_for_update().exclude(**{field: value}).values_list("pk", field))
    rows.filter(pk__in=before).update(**{field: value, "updated_at": now})
    if before:
        _note(by, f"{noun}.bulk_edit", field, len(before))
    return before


@transaction.atomic
def put_back(*, noun: str, field: str, value: Value, before: Mapping[int, Value], by: Member, now: datetime) -> int:
    """Undo `give` for the rows that still hold the given value; how many."""
    model, _ = GIVEN[noun]
    back = 0
    for old in set(before.values()):
        ids = [pk for pk, had in before.items() if had == old]
        rows = model._default_manager.filter(workspace=by.workspace_id, pk__in=ids, **{field: value})
        back += rows.update(**{field: old, "updated_at": now})
    _note(by, f"{noun}.bulk_undo", field, back)
    return back


def _note(by: Member, action: str, field: str, rows: int) -> None:
    audit.record(workspace=by.workspace, actor=by.user, action=action, details={"field": field, "rows": rows})
