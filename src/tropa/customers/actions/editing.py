"""Saving what a person edited without overwriting what somebody else saved meanwhile."""

from collections.abc import Mapping
from datetime import datetime
from typing import TypeVar

from django.db import models

from tropa.customers.domain import Conflict, Differing, Unfitting

Row = TypeVar("Row", bound=models.Model)


def locked(row: Row) -> Row:
    """The row as it is now, nobody else's to change until the transaction ends. Call inside of one."""
    fresh: Row = type(row)._base_manager.select_for_update(of=("self",)).get(pk=row.pk)
    return fresh


def edit(row: Row, values: Mapping[str, object], *, seen: datetime | None) -> tuple[Row, frozenset[str]]:
    """Set the values on the row and save it; gives the row and the names that changed. Call inside a transaction.

    seen: `updated_at` of the row that the person edited, None when nobody looked. Raises Conflict when the row was
    changed since and holds other values than those wanted.
    """
    fresh = locked(row)
    changed = frozenset(name for name, wanted in values.items() if getattr(fresh, name) != wanted)
    stamp: datetime = fresh.updated_at  # type: ignore[attr-defined]  # every row that people edit has one
    if seen is not None and stamp != seen and changed:
        differing = [Differing(name, getattr(fresh, name), values[name]) for name in values if name in changed]
        raise Conflict(differing, stamp, dict(values))
    if changed:
        for name in changed:
            setattr(fresh, name, values[name])
        fresh.save()
    return fresh, changed


def same_workspace(workspace_id: int, *rows: models.Model | None) -> None:
    """Rows that are tied to each other belong to one workspace. Raises Unfitting."""
    for row in rows:
        if row is not None and row.workspace_id != workspace_id:  # type: ignore[attr-defined]  # every tenant's row
            raise Unfitting(f"{row._meta.label} {row.pk} is not of workspace {workspace_id}")
