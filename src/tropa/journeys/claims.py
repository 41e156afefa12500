"""Who recomputes a version: one at a time, however many workers look."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from tropa.journeys.models import JourneyVersion

# A claim older than this was left by somebody who died.
CLAIM_HOLDS: Final = timedelta(minutes=15)


class Overtaken(Exception):
    """Somebody else recomputes this version, or it is no longer there to be recomputed."""


def claim(version: JourneyVersion, now: datetime) -> str:
    """Say that this version is being recomputed here. Raises Overtaken when somebody else said so first."""
    token, rows = uuid.uuid4().hex, JourneyVersion.objects.filter(pk=version.pk)
    for free in (rows.filter(claim=""), rows.filter(claimed_at__lt=now - CLAIM_HOLDS)):
        if free.update(claim=token, claimed_at=now):
            return token
    raise Overtaken(version.pk)


def held(version: JourneyVersion, token: str) -> JourneyVersion:
    """The row, locked, while the claim is still ours. Raises Overtaken."""
    found = JourneyVersion.objects.select_for_update().filter(pk=version.pk, claim=token).first()
    if found is None:
        raise Overtaken(version.pk)
    return found


@contextmanager
def releasing(version: JourneyVersion, token: str) -> Iterator[None]:
    """Give the claim back, whatever happens."""
    try:
        yield
    finally:
        JourneyVersion.objects.filter(pk=version.pk, claim=token).update(claim="", claimed_at=None)
