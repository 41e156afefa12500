"""From one version to the next: the old one serves until the new one is built, and the switch is one transaction."""

from django.db import transaction

from tropa.analysis import InputError
from tropa.journeys.models import Journey, JourneyVersion

Status = JourneyVersion.Status


@transaction.atomic
def switch(version: JourneyVersion) -> JourneyVersion | None:
    """Let a built version serve. Returns the one that served before."""
    journey = Journey.objects.select_for_update().get(pk=version.journey_id)
    before = journey.serving
    if before is not None:
        JourneyVersion.objects.filter(pk=before.pk).update(status=Status.RETIRED)
    JourneyVersion.objects.filter(pk=version.pk, status=Status.BUILDING).update(status=Status.SERVING)
    version.refresh_from_db()
    return before


@transaction.atomic
def fail(version: JourneyVersion, error: InputError | None) -> None:
    """Say why a version was not built; the old one serves on."""
    told = {"code": "failed", "ru": "", "en": ""}
    if error is not None:
        told = {"code": error.code, "ru": error.ru, "en": error.en}
    JourneyVersion.objects.filter(pk=version.pk).update(status=Status.FAILED, error=told, claim="", claimed_at=None)
