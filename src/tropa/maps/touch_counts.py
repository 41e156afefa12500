"""How many touches of each type came on each stage: the numbers on the cards of touchpoints."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.utils.module_loading import import_string

from tropa.engine import EngineError
from tropa.journeys.models import JourneyVersion
from tropa.maps.board import TouchCount

# Another name whenever the shape changes: a cache outlives the code that filled it.
_CACHE: Final = "maps.touches.1"
_CACHE_SECONDS: Final = 86_400


class Counted(dict[str, TouchCount]):
    """Touches by type, wherever they came; by_place: by (stage, type)."""

    by_place: Mapping[tuple[str, str], TouchCount] = MappingProxyType({})


def known(version: JourneyVersion | None) -> Counted | None:
    """What was counted for the visits as they are now; None when nobody has counted yet."""
    key = None if version is None else _key(version)
    rows: list[dict[str, Any]] | None = cache.get(key) if key else None
    return None if rows is None else _read(rows)


def of(version: JourneyVersion | None) -> Counted | None:
    """The counts, asked when nobody has yet; None when they cannot be asked."""
    key = None if version is None else _key(version)
    if version is None or key is None:
        return None
    rows: list[dict[str, Any]] | None = cache.get(key)
    if rows is None:
        try:
            rows = import_string(settings.FIGURES)("tropa.maps.questions:touch_counts", version_id=version.pk)
        except EngineError:
            return None
        cache.set(key, rows, _CACHE_SECONDS)
    return _read(rows or [])


def _key(version: JourneyVersion) -> str | None:
    folder = version.files.order_by("-generation").values_list("folder", flat=True).first()
    return None if folder is None else f"{_CACHE}.{folder}"


def _read(rows: list[dict[str, Any]]) -> Counted:
    by_place: dict[tuple[str, str], TouchCount] = {}
    by_type = Counted()
    for row in rows:
        counted = TouchCount(row["touches"], 0 if row["is_unknown"] else row["units"], row["units"] * row["is_unknown"])
        place = row["stage"], row["type"]
        by_place[place] = _sum(by_place.get(place), counted)
        by_type[row["type"]] = _sum(by_type.get(row["type"]), counted)
    by_type.by_place = by_place
    return by_type


def _sum(one: TouchCount | None, other: TouchCount) -> TouchCount:
    if one is None:
        return other
    return TouchCount(one.touches + other.touches, one.companies + other.companies, one.unknown + other.unknown)
