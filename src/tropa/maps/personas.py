"""Verbs of personas: whom maps are about."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from tropa.journeys.keys import key_of
from tropa.maps import catalogue
from tropa.maps.models import Persona
from tropa.workspace import audit
from tropa.workspace.models import Member, Workspace

# Columns of their own; the other fields of the catalogue are kept by key.
COLUMNS = ("name", "position")


@transaction.atomic
def example_persona(workspace: Workspace, key: str) -> Persona:
    """An example of the catalogue; made when it is not there. Raises KeyError for an unknown one."""
    node = catalogue.personas()[key]
    found, _ = Persona.objects.get_or_create(
        workspace=workspace,
        key=key,
        defaults={
            "name": node["name"]["ru"],
            "position": node["position"]["ru"],
            "fields": {each.key: told for each in catalogue.persona_fields() if (told := _told(node, each.key))},
            "is_example": True,
        },
    )
    return found


@transaction.atomic
def create(
    *, workspace: Workspace, by: Member | None, name: str, position: str = "", fields: Mapping[str, Any] | None = None
) -> Persona:
    key = key_of(name, set(Persona.objects.of(workspace).values_list("key", flat=True)), otherwise="persona")
    made = Persona.objects.create(workspace=workspace, key=key, name=name, position=position, fields=dict(fields or {}))
    _record(made, by, "persona.created")
    return made


@transaction.atomic
def update(*, persona: Persona, by: Member | None, name: str, position: str, fields: Mapping[str, Any]) -> None:
    persona.name, persona.position, persona.fields = name, position, dict(fields)
    persona.save(update_fields=["name", "position", "fields"])
    _record(persona, by, "persona.changed")


@transaction.atomic
def archive(*, persona: Persona, by: Member | None, archived: bool) -> None:
    persona.is_archived = archived
    persona.save(update_fields=["is_archived"])
    _record(persona, by, "persona.archived" if archived else "persona.returned")


def _told(node: Mapping[str, Any], key: str) -> str | list[str]:
    """A field of an example as a persona keeps it: a text, or a list of texts."""
    value = node.get(key)
    if key in COLUMNS or value is None:
        return ""
    if set(value) == {"min", "max"}:
        return f"{value['min']}–{value['max']}"
    told: str | list[str] = value["ru"]
    return told


def _record(persona: Persona, by: Member | None, action: str) -> None:
    target = f"maps.persona:{persona.pk}"
    audit.record(workspace=persona.workspace, actor=None if by is None else by.user, action=action, target=target)
