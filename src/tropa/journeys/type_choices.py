"""Types of touches to choose from in a rule: those that the log knows first, then the rest of the catalogue."""

from dataclasses import dataclass

from django.core.cache import cache
from django.utils.translation import get_language

from tropa.engine import EngineError
from tropa.facts import queries as facts
from tropa.facts.models import TouchType
from tropa.journeys import queries
from tropa.workspace.models import Workspace

_CACHE_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Choice:
    """A type: key, label, and how many touches of it there are (None: not counted)."""

    key: str
    label: str
    count: int | None


def choices(workspace: Workspace) -> list[Choice]:
    """All types of a workspace: the most frequent first, then by name."""
    label = "label_en" if get_language() == "en" else "label_ru"
    seen = _seen(workspace)
    rows = TouchType.objects.of(workspace).values_list("key", label)
    found = [Choice(key, name, None if seen is None else seen.get(key, 0)) for key, name in rows]
    return sorted(found, key=lambda choice: (-(choice.count or 0), choice.label.casefold()))


def _seen(workspace: Workspace) -> dict[str, int] | None:
    if not queries.has_touches(workspace):
        return {}
    key = f"journeys.types.{workspace.pk}.{workspace.created_at.timestamp()}.{facts.last_id(workspace)}"
    found: dict[str, int] | None = cache.get(key)
    if found is None:
        try:
            found = queries.ask("seen_types", workspace_id=workspace.pk)
        except EngineError:
            return None
        cache.set(key, found, _CACHE_SECONDS)
    return found
