"""What tests of journeys start from: a workspace, companies, touches on given days, a small journey."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from tropa.customers.models import Account
from tropa.facts import actions as facts
from tropa.facts.models import Source
from tropa.facts.touches import NewTouch
from tropa.jobs.testing import run_all
from tropa.journeys import actions, definition, placement
from tropa.journeys.models import Journey, JourneyVersion, Placement, Stage, StageChange
from tropa.journeys.publishing import propose
from tropa.journeys.switching import switch
from tropa.workspace.models import Workspace

START = datetime(2025, 1, 1, tzinfo=UTC)
DAY_US = 86_400_000_000
START_US = 1_735_689_600_000_000
_numbers = count(1)


def day(number: float) -> datetime:
    """A moment so many days after the start."""
    return START + timedelta(days=number)


def company(workspace: Workspace, name: str = "Завод", kind: str = "company") -> Account:
    return Account.objects.create(workspace=workspace, name=name, kind=kind, created_at=START)


def touch(account: Account | int, type_: str, on_day: float, **fields: Any) -> NewTouch:
    """A touch of an account so many days after the start."""
    at = START_US + round(on_day * DAY_US)
    number = account if isinstance(account, int) else account.pk
    return NewTouch(message_id=f"m{next(_numbers)}", type=type_, occurred_us=at, account_id=number, **fields)


def append(workspace: Workspace, touches: Sequence[NewTouch], key: str = "test") -> None:
    source = facts.source(workspace, key, Source.Kind.API, "Проверка")
    facts.append(source, touches, now=timezone.now())


def small_journey(workspace: Workspace, *, unit: str = "account", name: str = "Продажи") -> Journey:
    """Three stages entered by the touches `ask`, `offer` and `pay`; lost by `no`; the client does everything but
    `mail`. Silence of 30 days drops, except behind the last stage."""
    product = actions.product(workspace, "Продукт")
    journey = actions.create_empty(workspace=workspace, name=name, product=product, by=None, unit=unit)
    for rank, (key, label, rule) in enumerate(
        (("interest", "Интерес", "ask"), ("offer", "Предложение", "offer"), ("paid", "Оплата", "pay")), 1
    ):
        Stage.objects.create(
            workspace=workspace,
            journey=journey,
            key=key,
            label_ru=label,
            rank=rank,
            phase="sale",
            rule={"touch": [rule]},
            is_won=key == "paid",
            horizon_days=60,
            inactivity_days=None if key == "paid" else 30,
            loss_weight=0.5,
        )
    journey.lost, journey.lost_reason, journey.client_activity = {"touch": ["no"]}, "", {"not": {"touch": ["mail"]}}
    journey.save()
    return journey


def published(journey: Journey) -> JourneyVersion:
    """The journey published and built, jobs run."""
    version = propose(journey=journey, by=None, note="")
    run_all()
    version.refresh_from_db()
    assert version.status == JourneyVersion.Status.SERVING, version.error
    return version


def built(journey: Journey, *, on_day: float) -> JourneyVersion:
    """A version of the journey that serves, placed as of a day; without the jobs."""
    number, document = journey.versions.count() + 1, definition.document(journey)
    version = JourneyVersion.objects.create(
        workspace=journey.workspace, journey=journey, number=number, document=document, status="building"
    )
    placement.build(version, now=day(on_day))
    switch(version)
    return version


def positions(version: JourneyVersion) -> list[tuple[Any, ...]]:
    """Everything that placements say, in a fixed order."""
    rows = Placement.objects.filter(version=version).order_by("unit_id", "trip")
    return list(
        rows.values_list(
            "unit_id",
            "trip",
            "stage",
            "state",
            "entered_us",
            "left_us",
            "started_us",
            "active_us",
            "visits",
            "touch_id",
        )
    )


def history(version: JourneyVersion) -> list[tuple[Any, ...]]:
    """The changes that hold, in a fixed order."""
    rows = StageChange.objects.filter(version=version, superseded_by=None).exclude(kind="withdrawn")
    found = rows.values_list("unit_id", "trip", "visit", "from_stage", "to_stage", "state", "at_us")
    return sorted(found, key=lambda row: (*row[:3], row[5] != "open", row[6]))
