"""A persona as pages show it; what nobody edited of an example, in the language of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tropa.maps import catalogue
from tropa.maps.models import Persona
from tropa.maps.personas import COLUMNS
from tropa.web import typography


@dataclass(frozen=True, slots=True)
class FieldShown:
    """A field with what is told of it; nothing told is a question for the next interview."""

    key: str
    label: str
    hint: str
    told: Sequence[str]


@dataclass(frozen=True, slots=True)
class PersonaCard:
    persona: Persona
    name: str
    position: str
    fields: Sequence[FieldShown]

    @property
    def title(self) -> str:
        lower = f"{self.position[:1].lower()}{self.position[1:]}"
        return f"{self.name}, {lower}" if self.position else self.name

    @property
    def initial(self) -> str:
        return self.name[:1].upper()

    @property
    def known(self) -> list[FieldShown]:
        return [each for each in self.fields if each.told]

    @property
    def unknown(self) -> list[FieldShown]:
        return [each for each in self.fields if not each.told]

    def values(self) -> dict[str, Any]:
        """What a form starts with."""
        told = {
            each.key: list(each.told) if isinstance(self.persona.fields.get(each.key), list) else "".join(each.told)
            for each in self.known
        }
        return {"name": self.name, "position": self.position, **told}


def card_of(persona: Persona) -> PersonaCard:
    language = typography.language()
    english = catalogue.english() if persona.is_example and language == "en" else {}
    fields = [
        FieldShown(
            each.key, each.label.in_(language), each.hint.in_(language), _told(persona.fields, each.key, english)
        )
        for each in catalogue.persona_fields()
        if each.key not in COLUMNS
    ]
    name, position = (english.get(text, text) for text in (persona.name, persona.position))
    return PersonaCard(persona, name, position, fields)


def _told(fields: Mapping[str, Any], key: str, english: Mapping[str, str]) -> list[str]:
    value = fields.get(key) or []
    return [english.get(each, each) for each in ([value] if isinstance(value, str) else value)]
