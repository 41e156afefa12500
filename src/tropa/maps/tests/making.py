"""What tests of maps start from: a journey of six stages, a map on it, cards in its cells."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import reverse

from tropa.customers.models import Account
from tropa.journeys import actions as journeys
from tropa.journeys.models import Journey, JourneyVersion
from tropa.maps import actions, personas
from tropa.maps.models import Card, JourneyMap, Lane, MapChange, Persona
from tropa.workspace.models import Member, Workspace
from tropa.workspace.tests.people import World

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEXT = "Ищет, с кем посоветоваться"
AIM: dict[str, Any] = {"purpose": "Понять, где замолкают", "decision": "Что менять в онбординге"}


def at(minutes: float = 0) -> datetime:
    return NOW + timedelta(minutes=minutes)


def a_journey(workspace: Workspace, template: str = "classic_7") -> Journey:
    """A journey of a template, serving as if it were built when nobody is on it."""
    made = journeys.create_from_template(
        workspace=workspace,
        template_key=template,
        name="Путь",
        product=journeys.product(workspace, "CRM по подписке"),
        by=None,
    )
    JourneyVersion.objects.filter(journey=made).update(status=JourneyVersion.Status.SERVING, built_at=NOW)
    return made


def a_persona(workspace: Workspace) -> Persona:
    return personas.create(workspace=workspace, by=None, name="Закупщик", position="Директор по закупкам")


def a_map(workspace: Workspace, kind: str = "current_state", journey: Journey | None = None) -> JourneyMap:
    return actions.create(
        workspace=workspace,
        by=None,
        journey=journey or a_journey(workspace),
        kind=kind,
        name="Карта",
        persona=a_persona(workspace),
        at=NOW,
    )


def add(
    map_: JourneyMap,
    by: Member | None = None,
    *,
    lane: str = "customer_actions",
    column: str = "decision",
    text: str = TEXT,
) -> int:
    """A card; returns its id."""
    return actions.add_card(map=map_, by=by, lane=lane, column=column, text=text, at=NOW).target


def card(pk: int) -> Card:
    return Card.objects.get(pk=pk)


def lane(map_: JourneyMap, key: str) -> Lane:
    return Lane.objects.get(map=map_, key=key)


def log(map_: JourneyMap) -> list[MapChange]:
    return list(map_.changes.order_by("number"))


def company(world: World) -> Account:
    return Account.objects.create(workspace=world.own, name="Завод", kind="company", created_at=NOW)


def evidenced_point(map_: JourneyMap, column: str) -> None:
    """A point of the curve that a client's words speak for."""
    point = add(map_, lane="emotions", column=column, text="Тревога")
    actions.add_evidence(map=map_, by=None, card=point, kind="interview", quote="Боюсь сорвать срок", at=at(1))


def ready(map_: JourneyMap) -> JourneyMap:
    """The map with everything that publishing asks for, and nothing after the sale."""
    for key in ("customer_actions", "touchpoints", "pains"):
        add(map_, lane=key)
    evidenced_point(map_, "decision")
    actions.update_map(map=map_, by=None, at=at(1), **AIM)
    return fresh(map_)


def fresh(map_: JourneyMap) -> JourneyMap:
    """The map as the database has it now."""
    return JourneyMap.objects.select_related("journey").get(pk=map_.pk)


def url(world: World, name: str, *args: Any) -> str:
    return reverse(name, args=[world.own.slug, *args])
