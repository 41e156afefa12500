"""The job that builds a version: what a builder that died left behind, and what is built already."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from tropa.jobs import enqueue
from tropa.jobs.testing import run_all
from tropa.journeys import definition, jobs
from tropa.journeys.claims import CLAIM_HOLDS
from tropa.journeys.models import JourneyVersion, Placement, StageChange
from tropa.journeys.tests.making import append, built, company, history, positions, small_journey, touch
from tropa.workspace.tests.people import make_workspace

pytestmark = pytest.mark.django_db
NOW = datetime(2025, 3, 1, 12, tzinfo=UTC)
SOON = timedelta(minutes=1)
Status = JourneyVersion.Status


@pytest.fixture
def abandoned() -> JourneyVersion:
    """A version whose builder was killed two minutes before NOW: its claim and half of its rows are still there."""
    workspace = make_workspace("Своё")
    firms = [company(workspace) for _ in range(3)]
    append(workspace, [touch(firm, "ask", 40) for firm in firms])
    journey = small_journey(workspace)
    version = JourneyVersion.objects.create(
        workspace=workspace, journey=journey, number=1, document=definition.document(journey), status=Status.BUILDING,
        claim="gone", claimed_at=NOW - timedelta(minutes=2),
    )  # fmt: skip
    row = {"workspace": workspace, "version": version, "unit_id": firms[0].pk, "account_id": firms[0].pk, "trip": 1}
    Placement.objects.create(
        **row, stage="paid", state="open", entered_us=1, started_us=1, active_us=1, visits=1
    )  # fmt: skip
    StageChange.objects.create(
        **row, kind="built", visit=1, to_stage="paid", state="open", at_us=1, recorded_at=NOW - timedelta(minutes=2)
    )
    return version


def test_a_version_whose_builder_was_killed_is_built_when_its_claim_has_run_out(abandoned: JourneyVersion) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        enqueue(jobs.build, version_id=abandoned.pk)
        assert run_all() == 1
        abandoned.refresh_from_db()
        assert (abandoned.status, abandoned.claim) == (Status.BUILDING, "gone")
        clock.shift(CLAIM_HOLDS - SOON)
        assert run_all() == 0
        clock.shift(SOON)
        run_all()
        abandoned.refresh_from_db()
        assert (abandoned.status, abandoned.claim) == (Status.SERVING, "")
        assert abandoned.built_at == timezone.now()
    assert [row[2] for row in positions(abandoned)] == ["interest"] * 3
    assert [row[4] for row in history(abandoned)] == ["interest"] * 3


def test_a_version_that_another_finished_meanwhile_is_left_alone(abandoned: JourneyVersion) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        enqueue(jobs.build, version_id=abandoned.pk)
        run_all()
        JourneyVersion.objects.filter(pk=abandoned.pk).update(status=Status.SERVING, claim="", claimed_at=None)
        before = _everything(abandoned)
        clock.shift(CLAIM_HOLDS)
        assert run_all() == 1
        assert _everything(abandoned) == before


def test_a_version_that_serves_is_not_built_again() -> None:
    workspace = make_workspace("Своё")
    append(workspace, [touch(company(workspace), "ask", 0)])
    version = built(small_journey(workspace), on_day=1)
    before = _everything(version)
    run_all()
    jobs.build(version_id=version.pk)
    assert run_all() == 0
    assert _everything(version) == before


def _everything(version: JourneyVersion) -> list[object]:
    return [
        *JourneyVersion.objects.filter(pk=version.pk).values(),
        *Placement.objects.filter(version=version).order_by("pk").values(),
        *StageChange.objects.filter(version=version).order_by("pk").values(),
        *version.files.values(),
    ]
