"""What the pages of this room read."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from tropa.workspace.audit_labels import label_of
from tropa.workspace.models import ApiKey, AuditEntry, Invitation, Member, Role, User, Workspace


def workspaces_of(user: User) -> QuerySet[Workspace]:
    """The workspaces that a person may enter, by name."""
    mine = Member.objects.filter(user=user, is_active=True).values("workspace")
    return Workspace.objects.filter(pk__in=mine).order_by("name", "id")


def members(workspace: Workspace) -> QuerySet[Member]:
    """All members: the active ones first."""
    found = Member.objects.of(workspace).select_related("user", "reports_to__user")
    return found.order_by("-is_active", "user__email")


def heads(workspace: Workspace) -> frozenset[int]:
    """Members to whom an active member reports."""
    found = Member.objects.of(workspace).filter(is_active=True, reports_to__isnull=False)
    return frozenset(found.values_list("reports_to_id", flat=True))


def owners(workspace: Workspace) -> QuerySet[Member]:
    """Whom to ask for access."""
    return members(workspace).filter(role=Role.OWNER, is_active=True)


def open_invitations(workspace: Workspace, *, now: datetime) -> QuerySet[Invitation]:
    """Invitations that still let somebody in, the newest first."""
    found = Invitation.objects.of(workspace).filter(accepted_at=None, revoked_at=None, expires_at__gt=now)
    return found.select_related("invited_by__user").order_by("-id")


def keys(workspace: Workspace) -> QuerySet[ApiKey]:
    """Living keys first, then revoked ones, the newest first."""
    return ApiKey.objects.of(workspace).select_related("created_by__user").order_by("revoked_at", "-id")


@dataclass(frozen=True, slots=True)
class AuditQuestion:
    """Which lines of the audit trail. since and until: half-open; before: only lines with a smaller id (paging)."""

    action: str = ""
    actor: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


def audit_lines(workspace: Workspace, question: AuditQuestion, *, limit: int) -> list[AuditEntry]:
    """Lines of the workspace, and of how its members signed in (which lies outside of any), newest first."""
    lines = _visible(workspace).select_related("actor").order_by("-id")
    if question.action:
        lines = lines.filter(action=question.action)
    if question.actor is not None:
        lines = lines.filter(actor=question.actor)
    if question.since is not None:
        lines = lines.filter(at__gte=question.since)
    if question.until is not None:
        lines = lines.filter(at__lt=question.until)
    if question.before is not None:
        lines = lines.filter(pk__lt=question.before)
    return list(lines[:limit])


def audit_actions(workspace: Workspace) -> list[tuple[str, str]]:
    """Actions that occur in the trail, with their labels."""
    found = _visible(workspace).order_by().values_list("action", flat=True).distinct()
    return sorted(((action, label_of(action)) for action in found), key=lambda pair: pair[1])


def _visible(workspace: Workspace) -> QuerySet[AuditEntry]:
    people = _people(workspace)
    outside = Q(actor__in=people) | Q(target__in=[f"workspace.user:{number}" for number in people])
    return AuditEntry.objects.filter(Q(workspace=workspace) | Q(workspace=None) & outside)


def _people(workspace: Workspace) -> Collection[int]:
    return list(Member.objects.of(workspace).filter(is_active=True).values_list("user_id", flat=True))
