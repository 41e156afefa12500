"""What the test of routes puts into addresses of maps."""

from django.utils import timezone

from tests.route_objects import a_journey, makes
from tropa.journeys.models import Journey
from tropa.maps import actions as maps
from tropa.maps import personas
from tropa.maps.models import JourneyMap
from tropa.workspace.models import Member


@makes("maps/<pk>")
def a_map(owner: Member) -> object:
    return _map(owner).pk


@makes("cards/<card>")
def a_card(owner: Member) -> object:
    made = _map(owner)
    found = made.cards.first()
    if found is not None:
        return found.pk
    at = timezone.now()
    return maps.add_card(map=made, by=owner, lane="pains", column="implementation", text="Карточка", at=at).target


@makes("versions/<number>")
def a_map_version(owner: Member) -> object:
    made = _map(owner)
    found = made.versions.first()
    return (found or maps.save_version(map=made, by=owner, at=timezone.now(), name="Версия")).number


@makes("personas/<pk>")
def a_persona(owner: Member) -> object:
    return _map(owner).persona_id


def _map(owner: Member) -> JourneyMap:
    found = JourneyMap.objects.of(owner.workspace).first()
    return found or maps.create(
        workspace=owner.workspace,
        by=owner,
        journey=Journey.objects.get(pk=int(str(a_journey(owner)))),
        kind="current_state",
        name="Карта",
        persona=personas.create(workspace=owner.workspace, by=owner, name="Закупщик"),
        at=timezone.now(),
    )
