"""Publishing a draft: first who would move, then everybody placed anew in the background, then the switch."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max

from tropa.facts.domain import microseconds
from tropa.jobs import enqueue
from tropa.journeys import definition, jobs
from tropa.journeys.models import Journey, JourneyVersion
from tropa.workspace import audit
from tropa.workspace.models import Member

Status = JourneyVersion.Status
UNDER_WAY = (Status.PREVIEW, Status.BUILDING)


class UnderWay(Exception):
    """Another version of the journey is being checked or built."""


@transaction.atomic
def publish_first(journey: Journey, *, by: Member | None) -> JourneyVersion | None:
    """Publish a new journey at once: nobody is placed on it yet, so nobody can move. None without stages."""
    if not journey.draft_stages().exists():
        return None
    version = _freeze(journey, by=by, note="", status=Status.BUILDING)
    enqueue(jobs.build, version_id=version.pk)
    return version


@transaction.atomic
def propose(*, journey: Journey, by: Member | None, note: str) -> JourneyVersion:
    """Freeze the draft and have it counted who would move. Raises InputError for a draft that is no journey, UnderWay.

    The first version has nobody to move and is built at once.
    """
    if journey.serving is None:
        status, job = Status.BUILDING, jobs.build
    else:
        status, job = Status.PREVIEW, jobs.count_difference
    version = _freeze(journey, by=by, note=note, status=status)
    enqueue(job, version_id=version.pk)
    return version


@transaction.atomic
def publish(*, version: JourneyVersion, recalculate: bool, by: Member | None, now: datetime) -> None:
    """Build a version that was checked. recalculate: history too; else its rules hold from `now` on and earlier touches
    keep the places they had. Does nothing for a version that is past that."""
    if not recalculate and (serving := version.journey.serving) is not None:
        version.before, version.since_s = definition.effective(serving), microseconds(now) // 1_000_000
    rows = JourneyVersion.objects.filter(pk=version.pk, status=Status.PREVIEW)
    if rows.update(status=Status.BUILDING, before=version.before, since_s=version.since_s):
        enqueue(jobs.build, version_id=version.pk)
        details: dict[str, object] = {"number": version.number, "recalculate": recalculate}
        _note(version, by, "journey.published", details)


@transaction.atomic
def discard(*, version: JourneyVersion, by: Member | None) -> None:
    """Forget a version that serves nobody yet, even while it is built: the draft stays."""
    deleted, _ = JourneyVersion.objects.filter(pk=version.pk, status__in=[*UNDER_WAY, Status.FAILED]).delete()
    if deleted:
        _note(version, by, "journey.publishing_discarded", {"number": version.number})


def _freeze(journey: Journey, *, by: Member | None, note: str, status: str) -> JourneyVersion:
    locked = Journey.objects.select_for_update().get(pk=journey.pk)
    if locked.version_in(*UNDER_WAY) is not None:
        raise UnderWay(journey.pk)
    document = definition.document(locked)
    definition.read(document, locked.name)
    last = locked.versions.aggregate(last=Max("number"))["last"] or 0
    return JourneyVersion.objects.create(
        workspace=journey.workspace,
        journey=journey,
        number=last + 1,
        document=document,
        status=status,
        note=note[:300],
        created_by=by,
    )


def _note(version: JourneyVersion, by: Member | None, action: str, details: dict[str, object]) -> None:
    audit.record(
        workspace=version.workspace,
        actor=None if by is None else by.user,
        action=action,
        target=f"journeys.journey:{version.journey_id}",
        details=details,
    )
