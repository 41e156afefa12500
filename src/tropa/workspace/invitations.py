"""Invitations by link: the token is in the link alone, its hash in the database."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import get_language

from tropa.workspace import audit
from tropa.workspace.models import Invitation, Member, User
from tropa.workspace.tokens import digest, new_token

LIFETIME = timedelta(days=7)


class CannotJoin(Exception):
    """An invitation that opens nothing. reason: unknown, expired, revoked, used, other_person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def invite(
    *, by: Member, email: str, role: str, function: str = "", now: datetime, request: HttpRequest | None = None
) -> tuple[Invitation, str]:
    """A new invitation and its token, which is never seen again."""
    token = new_token()
    with transaction.atomic():
        invitation = Invitation.objects.create(
            workspace=by.workspace,
            email=email.lower(),
            role=role,
            function=function,
            token_hash=digest(token),
            invited_by=by,
            expires_at=now + LIFETIME,
        )
        _record("invitation.created", invitation, by.user, request)
    return invitation, token


def revoke(*, invitation: Invitation, by: Member, now: datetime, request: HttpRequest | None = None) -> None:
    """The link opens nothing any more. One that was used or revoked stays as it is."""
    with transaction.atomic():
        living = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if living.update(revoked_at=now):
            _record("invitation.revoked", invitation, by.user, request)


def find(token: str, *, now: datetime) -> Invitation:
    """The living invitation of a token. Raises CannotJoin."""
    invitation = Invitation.objects.select_related("workspace").filter(token_hash=digest(token)).first()
    if invitation is None:
        raise CannotJoin("unknown")
    if invitation.accepted_at:
        raise CannotJoin("used")
    if invitation.revoked_at:
        raise CannotJoin("revoked")
    if invitation.expires_at <= now:
        raise CannotJoin("expired")
    return invitation


def accept(*, token: str, user: User, now: datetime, request: HttpRequest | None = None) -> Member:
    """Let the person in whose address was invited; a former member comes back. Raises CannotJoin.

    The invitation is claimed by a conditional update: of two clicks at once only one joins.
    """
    with transaction.atomic():
        invitation = find(token, now=now)
        if invitation.email != user.email.lower():
            raise CannotJoin("other_person")
        living = Invitation.objects.filter(pk=invitation.pk, accepted_at=None, revoked_at=None)
        if not living.update(accepted_at=now):
            raise CannotJoin("used")
        given = {"role": invitation.role, "function": invitation.function, "is_active": True}
        member, _ = Member.objects.update_or_create(
            workspace=invitation.workspace, user=user, defaults=given, create_defaults=given
        )
        _record("invitation.accepted", invitation, user, request)
    return member


def accept_as_new(
    *, token: str, password: str, first_name: str = "", now: datetime, request: HttpRequest | None = None
) -> Member:
    """The same for a person who is not known yet: they get a password. Raises CannotJoin."""
    with transaction.atomic():
        invitation = find(token, now=now)
        if User.objects.filter(email=invitation.email).exists():
            raise CannotJoin("other_person")
        user = User.objects.create_user(
            invitation.email, password, first_name=first_name, language=get_language() or settings.LANGUAGE_CODE
        )
        return accept(token=token, user=user, now=now, request=request)


def _record(action: str, invitation: Invitation, actor: User, request: HttpRequest | None) -> None:
    audit.record(
        workspace=invitation.workspace,
        actor=actor,
        action=action,
        target=f"workspace.invitation:{invitation.pk}",
        details={"role": invitation.role},
        request=request,
    )
