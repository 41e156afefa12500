"""API keys: made, recognised, revoked."""

import base64
import binascii
import hmac
import re
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from tropa.workspace import audit
from tropa.workspace.models import ApiKey, Member
from tropa.workspace.tokens import digest, new_token

MARK = "tropa"  # begins every key, so that a leaked one can be recognised
PREFIX_LENGTH = 12
SEEN_EVERY = timedelta(minutes=1)


def create_key(*, by: Member, name: str, scope: str, request: HttpRequest | None = None) -> tuple[ApiKey, str]:
    """A new key and its secret, which is never seen again."""
    secret = f"{MARK}_{new_token()}"
    with transaction.atomic():
        key = ApiKey.objects.create(
            workspace=by.workspace,
            name=name,
            scope=scope,
            prefix=secret[:PREFIX_LENGTH],
            secret_hash=digest(secret),
            created_by=by,
        )
        audit.record(
            workspace=by.workspace,
            actor=by.user,
            action="key.created",
            target=f"workspace.key:{key.pk}",
            details={"name": name, "scope": scope},
            request=request,
        )
    return key, secret


def revoke_key(*, key: ApiKey, by: Member, now: datetime, request: HttpRequest | None = None) -> None:
    """From the next request on the key opens nothing. A key that is revoked already stays as it is."""
    with transaction.atomic():
        if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
            return
        audit.record(
            workspace=by.workspace,
            actor=by.user,
            action="key.revoked",
            target=f"workspace.key:{key.pk}",
            details={"name": key.name},
            request=request,
        )


def authenticate(header: str) -> ApiKey | None:
    """The living key in an Authorization header: `Bearer <key>`, or `Basic` with the key as name (as trackers send it).

    The stored hash is looked up, never the secret, so that the time it takes tells nothing about the secret.
    """
    secret = _secret_in(header)
    if not secret:
        return None
    hashed = digest(secret)
    key = ApiKey.objects.select_related("workspace").filter(secret_hash=hashed, revoked_at=None).first()
    if key is None or not hmac.compare_digest(key.secret_hash, hashed):
        return None
    _note_use(key, timezone.now())
    return key


def _note_use(key: ApiKey, now: datetime) -> None:
    """Once a minute is enough to show when a key was last used, and spares a write per request."""
    if key.last_used_at is None or now - key.last_used_at >= SEEN_EVERY:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)
        key.last_used_at = now


def _secret_in(header: str) -> str | None:
    kind, _, rest = header.strip().partition(" ")
    if kind.lower() == "bearer":
        found = rest.strip()
    elif kind.lower() == "basic":
        found = _name_in_basic(rest.strip())
    else:
        return None
    return found if re.fullmatch(rf"{MARK}_[\w-]{{20,80}}", found, re.ASCII) else None


def _name_in_basic(encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode().partition(":")[0]
    except (binascii.Error, UnicodeDecodeError):
        return ""
