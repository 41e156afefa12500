"""The audit trail: who did what when, as chains of hashes that show a changed, inserted or missing line.

One chain per workspace, and one (workspace None) for what happens outside of any, such as signing in.
"""

import hashlib
import json
from datetime import UTC

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from tropa.workspace.addresses import client_address
from tropa.workspace.models import AuditEntry, AuditHead, User, Workspace

OUTSIDE = 0  # the chain of what happens outside of any workspace


def record(
    *,
    workspace: Workspace | None,
    actor: User | None,
    action: str,
    target: str = "",
    details: dict[str, object] | None = None,
    request: HttpRequest | None = None,
) -> AuditEntry:
    """Add a line, in the caller's transaction when there is one.

    action: `noun.verb`, shown by a label (tropa.workspace.audit_labels). target: `room.noun:id`. details: values that
    JSON can hold, no secrets, no personal data of customers.
    """
    with transaction.atomic():
        head = _locked_head(OUTSIDE if workspace is None else workspace.pk)
        entry = AuditEntry(
            workspace=workspace,
            at=timezone.now(),
            actor=actor,
            action=action,
            target=target,
            details=details or {},
            address=None if request is None else client_address(request),
            previous_hash=head.hash,
        )
        entry.hash = _hash(entry)
        entry.save()
        AuditHead.objects.filter(pk=head.pk).update(length=head.length + 1, hash=entry.hash)
    return entry


def verify(workspace: Workspace | None) -> AuditEntry | None:
    """The first line that does not fit its chain, None when all do.

    When lines were cut off at the end, it is the last one left; when none is left at all, one without an id.
    """
    length, last_hash, last = 0, "", AuditEntry()
    for entry in chain(workspace).iterator(chunk_size=2000):
        if entry.previous_hash != last_hash or entry.hash != _hash(entry):
            return entry
        length, last_hash, last = length + 1, entry.hash, entry
    head = AuditHead.objects.filter(pk=OUTSIDE if workspace is None else workspace.pk).first() or AuditHead()
    return None if (head.length, head.hash) == (length, last_hash) else last


def chain(workspace: Workspace | None) -> QuerySet[AuditEntry]:
    """The lines of one chain, oldest first."""
    return AuditEntry.objects.filter(workspace=workspace).order_by("id")


def _locked_head(number: int) -> AuditHead:
    heads = AuditHead.objects.select_for_update().filter(chain=number)
    if found := heads.first():
        return found
    AuditHead.objects.get_or_create(chain=number)
    return heads.get()


def _hash(entry: AuditEntry) -> str:
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    parts = [entry.previous_hash, entry.workspace_id, at, entry.actor_id, entry.action, entry.target, entry.address]
    text = json.dumps([*parts, entry.details], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
