"""What tests of maps start from: a journey of six stages, a map on it, cards in its cells."""

from datetime import UTC, datetime, timedelta

from tropa.journeys import actions as journeys
from tropa.journeys.models import Journey, JourneyVersion
from tropa.maps import actions, personas
from tropa.maps.models import Card, JourneyMap, Lane, MapChange, Persona
from tropa.workspace.models import Member, Workspace

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TEXT = "Ищет, с кем посоветоваться"


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
