"""Removing a workspace with everything that is its own, from the highest room down. It cannot be taken back; of what
was there, the trail of the deployment alone still tells.

Rows go in small transactions, so that others can write in between; the workspace goes last. Whoever is cut off begins
again and ends the same.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, Final

from django.apps import apps
from django.db import models, transaction

from tropa.workspace import audit
from tropa.workspace.models import ApiKey, AuditHead, Member, User, Workspace

BATCH: Final = 5_000
# Of tables that cannot be asked for the rows of a workspace: how many ids are looked through at once.
WINDOW: Final = 100_000
# What rooms keep on the disk for a workspace and for what is no more: called before and after its rows go; `config`
# fills it.
FILES: list[Callable[[Workspace], None]] = []


@transaction.atomic
def close(*, workspace: Workspace, by: User) -> None:
    """Let nobody in any more: the workspace is about to be removed."""
    Member.objects.of(workspace).update(is_active=False)
    ApiKey.objects.of(workspace).delete()
    _record("workspace.closed", workspace, by, {"slug": workspace.slug, "name": workspace.name})


def remove(*, workspace: Workspace, by: User | None) -> int:
    """Remove a workspace that was closed; returns how many rows were there."""
    pk, told = workspace.pk, {"slug": workspace.slug, "name": workspace.name}
    for files in FILES:
        files(workspace)
    rows = sum(_empty(model, pk) for model in owned_models())
    with transaction.atomic():
        AuditHead.objects.filter(chain=pk).delete()
        _raw_delete(Workspace.objects.filter(pk=pk))
        _record("workspace.removed", workspace, by, {**told, "rows": rows})
    for files in FILES:
        files(workspace)
    return rows


def owned_models() -> Iterator[type[models.Model]]:
    """Every model whose rows belong to a workspace: those of higher rooms first, and what points before what it points
    at."""
    rooms = [room for room in apps.get_app_configs() if room.name.startswith("tropa.")]
    for room in reversed(rooms):
        yield from _pointing_first([model for model in room.get_models() if _is_owned(model)])


def _is_owned(model: type[models.Model]) -> bool:
    return any(each.name == "workspace" and each.related_model is Workspace for each in model._meta.fields)


def _pointing_first(left: list[type[models.Model]]) -> Iterator[type[models.Model]]:
    while left:
        pointed_at = {key.related_model for model in left for key in _keys(model) if key.related_model is not model}
        free = [model for model in left if model not in pointed_at]
        yield from free
        left = [model for model in left if model in pointed_at]


def _keys(model: type[models.Model]) -> list[Any]:
    return [field for field in model._meta.fields if isinstance(field, models.ForeignKey)]


def _empty(model: type[models.Model], workspace_id: int) -> int:
    rows = model._base_manager.filter(workspace=workspace_id)
    if not any(key.name == "workspace" and key.db_index for key in _keys(model)):
        return _empty_unindexed(rows)
    # Rows of one table that point at each other go in any order.
    for key in _keys(model):
        if key.related_model is model:
            rows.exclude(**{key.name: None}).update(**{key.name: None})
    return sum(iter(lambda: _empty_batch(rows), 0))


def _empty_batch(rows: "models.QuerySet[Any]") -> int:
    with transaction.atomic():
        batch = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        return _raw_delete(rows.model._base_manager.filter(pk__in=batch)) if batch else 0


def _empty_unindexed(rows: "models.QuerySet[Any]") -> int:
    """From the first id to the last, window by window."""
    ends = rows.model._base_manager.aggregate(first=models.Min("pk"), last=models.Max("pk"))
    deleted = 0
    for first in () if ends["first"] is None else count(ends["first"], WINDOW):
        if first > ends["last"]:
            break
        with transaction.atomic():
            deleted += _raw_delete(rows.filter(pk__gte=first, pk__lt=first + WINDOW))
    return deleted


def _raw_delete(rows: "models.QuerySet[Any]") -> int:
    """Without asking what hangs on the rows: that is gone, and in the tables of touches asking would be a full scan."""
    return int(rows._raw_delete(rows.db))


def _record(action: str, workspace: Workspace, by: User | None, details: dict[str, object]) -> None:
    """In the chain of the deployment: that of the workspace goes with it."""
    audit.record(workspace=None, actor=by, action=action, target=f"workspace.workspace:{workspace.pk}", details=details)
