"""Verbs of a workspace: founding it, changing it and its members. Each owns its transaction and is audited."""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.http import HttpRequest

from tropa.workspace import audit
from tropa.workspace.domain import free_slug, slug_of
from tropa.workspace.models import ApiKey, AuditEntry, Member, Role, User, Workspace

# What higher rooms put into a workspace that is founded on its page (starter rows); `config` fills it.
STARTERS: list[Callable[[Workspace], object]] = []


class LastOwner(Exception):
    """A workspace must keep an active owner."""


def create_owner(*, email: str, password: str | None, first_name: str = "", language: str = "ru") -> User:
    """A person who can sign in, from the command line: the first one of a server. An existing one gets the password."""
    with transaction.atomic():
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            user = User.objects.create_user(email, password, first_name=first_name, language=language)
        elif password is not None:
            user.set_password(password)
            user.save()
        audit.record(workspace=None, actor=None, action="user.created", target=f"workspace.user:{user.pk}")
    return user


def create_workspace(
    *,
    name: str,
    owner: User,
    slug: str | None = None,
    timezone: str = "Europe/Moscow",
    currency: str = "RUB",
    is_demo: bool = False,
) -> Workspace:
    """An empty workspace with its owner. Starter rows of other rooms are for the caller (or `found_workspace`)."""
    with transaction.atomic():
        taken = set(Workspace.objects.filter(slug__startswith=slug_of(name)).values_list("slug", flat=True))
        workspace = Workspace.objects.create(
            name=name, slug=slug or free_slug(name, taken), timezone=timezone, currency=currency, is_demo=is_demo
        )
        Member.objects.create(workspace=workspace, user=owner, role=Role.OWNER)
        audit.record(workspace=workspace, actor=owner, action="workspace.created")
    return workspace


def found_workspace(*, name: str, owner: User, timezone: str, currency: str) -> Workspace:
    """A workspace as its page makes it: with the starter rows of every room."""
    with transaction.atomic():
        workspace = create_workspace(name=name, owner=owner, timezone=timezone, currency=currency)
        for starter in STARTERS:
            starter(workspace)
    return workspace


def update_workspace(
    *, workspace: Workspace, by: Member, values: Mapping[str, object], request: HttpRequest | None = None
) -> None:
    """Change settings. values: by field name; only what differs is written and recorded."""
    changed = {name: value for name, value in values.items() if getattr(workspace, name) != value}
    if not changed:
        return
    with transaction.atomic():
        Workspace.objects.filter(pk=workspace.pk).update(**changed)
        details = {name: [str(getattr(workspace, name)), str(value)] for name, value in changed.items()}
        audit.record(
            workspace=workspace,
            actor=by.user,
            action="workspace.changed",
            details={"changed": details},
            request=request,
        )
    for name, value in changed.items():
        setattr(workspace, name, value)


def change_member(
    *, member: Member, by: Member, values: Mapping[str, object], request: HttpRequest | None = None
) -> None:
    """Change role, function, position or superior; it holds from the member's next request. Raises LastOwner."""
    changed = {name: value for name, value in values.items() if getattr(member, name) != value}
    if not changed:
        return
    with transaction.atomic():
        _lock(member.workspace)
        if changed.get("role", Role.OWNER) != Role.OWNER:
            _refuse_last_owner(member)
        Member.objects.filter(pk=member.pk).update(**changed)
        details = {name: [_plain(getattr(member, name)), _plain(value)] for name, value in changed.items()}
        _record("member.changed", member, by, request, {"changed": details})
    for name, value in changed.items():
        setattr(member, name, value)


def deactivate_member(
    *, member: Member, by: Member, revoke_keys: bool = False, request: HttpRequest | None = None
) -> None:
    """Close the workspace to a member from their next request on; their rows stay. Raises LastOwner.

    revoke_keys: also revoke the API keys that they made, whose secrets they know.
    """
    with transaction.atomic():
        _lock(member.workspace)
        _refuse_last_owner(member)
        Member.objects.filter(pk=member.pk).update(is_active=False)
        entry = _record("member.deactivated", member, by, request, {})
        if revoke_keys:
            keys = ApiKey.objects.of(member.workspace).filter(created_by=member, revoked_at=None)
            for key in keys:
                _record("key.revoked", member, by, request, {"name": key.name})
            keys.update(revoked_at=entry.at)
    member.is_active = False


def activate_member(*, member: Member, by: Member, request: HttpRequest | None = None) -> None:
    """Let a former member in again, with the role they had."""
    with transaction.atomic():
        Member.objects.filter(pk=member.pk).update(is_active=True)
        _record("member.activated", member, by, request, {})
    member.is_active = True


def _lock(workspace: Workspace) -> None:
    """One change of members at a time: two owners who deactivate each other must not both succeed."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)


def _refuse_last_owner(member: Member) -> None:
    owners = Member.objects.of(member.workspace).filter(role=Role.OWNER, is_active=True)
    if owners.filter(pk=member.pk).exists() and owners.count() == 1:
        raise LastOwner


def _record(
    action: str, member: Member, by: Member, request: HttpRequest | None, details: dict[str, object]
) -> AuditEntry:
    return audit.record(
        workspace=by.workspace,
        actor=by.user,
        action=action,
        target=f"workspace.member:{member.pk}",
        details=details,
        request=request,
    )


def _plain(value: object) -> object:
    return value.pk if isinstance(value, Member) else value
