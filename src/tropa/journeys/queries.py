"""Reads of journeys with several callers: counts per stage, who stands where, what a rule finds."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from tropa.customers.domain import folded
from tropa.customers.models import Account, Contact, Deal
from tropa.engine import EngineError
from tropa.facts import queries as facts
from tropa.facts.models import SettledTouch, Touch
from tropa.journeys.models import Journey, JourneyVersion, Placement, State
from tropa.workspace.models import Workspace

# Another name whenever the shape of the figures changes: a cache outlives the code that filled it.
_CACHE: Final = "journeys.figures.2"
_CACHE_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Split:
    """A count of companies and of unknown visitors, never summed silently."""

    companies: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class StageCounts:
    """One stage of a version. entered: trips that ever stood on it, None when the figures could not be asked. here,
    lost, dropped, completed: trips whose last visit is on it. median_days: over `stays`, None when too few have left;
    median_range: its 95 % interval, None where it is not bounded."""

    key: str
    here: Split
    lost: Split
    dropped: Split
    completed: Split
    entered: Split | None
    median_days: float | None
    stays: int
    median_range: tuple[float | None, float | None] = (None, None)


def ask(question: str, **arguments: Any) -> Any:
    """The answer of a question of this room (tropa.journeys.questions). Raises EngineError."""
    return import_string(settings.FIGURES)(f"tropa.journeys.questions:{question}", **arguments)


def serving_versions(workspace: Workspace) -> QuerySet[JourneyVersion]:
    """What figures and cards rest on."""
    rows = JourneyVersion.objects.of(workspace).filter(status=JourneyVersion.Status.SERVING)
    return rows.filter(journey__is_archived=False).select_related("journey")


def journeys(workspace: Workspace, *, archived: bool = False) -> QuerySet[Journey]:
    rows = Journey.objects.of(workspace).filter(is_archived=archived)
    return rows.select_related("product").prefetch_related("versions")


def stage_counts(version: JourneyVersion, *, with_figures: bool = True) -> list[StageCounts]:
    """Every stage of a version, in rank order. Without figures only what stands now, which is a single query."""
    standing = _standing(version)
    figures = stage_figures(version) if with_figures else None
    return [_stage_counts(stage["key"], standing, figures) for stage in ranked(version)]


def stage_figures(version: JourneyVersion) -> Mapping[str, Mapping[str, Any]] | None:
    """Per stage who ever entered and how long they stayed. Kept until visits change, and at most an hour, in which open
    stays grow older; when they cannot be asked, the last ones are shown, and without any None."""
    folder = version.files.order_by("-generation").values_list("folder", flat=True).first()
    if folder is None:
        return None
    # Folders have names of their own for ever; numbers of rows come again in a database that was made anew.
    key, latest = f"{_CACHE}.{folder}", f"{_CACHE}.{version.pk}.{version.created_at.timestamp()}"
    found: Mapping[str, Mapping[str, Any]] | None = cache.get(key)
    if found is not None:
        return found
    try:
        found = ask("stage_figures", version_id=version.pk)
    except EngineError:
        last: Mapping[str, Mapping[str, Any]] | None = cache.get(latest)
        return last
    cache.set_many({key: found, latest: found}, _CACHE_SECONDS)
    return found


def ranked(version: JourneyVersion) -> Sequence[Mapping[str, Any]]:
    """Stages of a version's document in rank order."""
    stages: list[Mapping[str, Any]] = version.document["stages"]
    return sorted(stages, key=lambda stage: float(stage["rank"]))


def placements(
    version: JourneyVersion, *, stage: str = "", states: Collection[str] = (), kind: str = ""
) -> QuerySet[Placement]:
    """Trips of a version, oldest on their stage first. kind: `company`, `unknown`, empty for all."""
    rows = Placement.objects.filter(version=version)
    if stage:
        rows = rows.filter(stage=stage)
    if states:
        rows = rows.filter(state__in=states)
    return of_kind(rows, kind).order_by("entered_us", "id")


def of_kind(rows: QuerySet[Placement], kind: str) -> QuerySet[Placement]:
    """Trips of companies (`company`), of visitors nobody knows (`unknown`), or all."""
    if not kind:
        return rows
    return rows.filter(_is_unknown()) if kind == "unknown" else rows.exclude(_is_unknown())


def unit_names(version: JourneyVersion, units: Collection[int]) -> dict[int, str]:
    """What a few units are called."""
    unit = version.document["journey"]["unit"]
    if unit == "deal":
        return {row.pk: row.title for row in Deal.objects.of(version.workspace).filter(pk__in=units)}
    model: type[Account] | type[Contact] = Account if unit == "account" else Contact
    return {row.pk: str(row) for row in model.objects.of(version.workspace).filter(pk__in=units)}


def account_names(workspace: Workspace, accounts: Collection[int]) -> dict[int, str]:
    """What a few accounts are called."""
    return {row.pk: row.name for row in Account.objects.of(workspace).filter(pk__in=accounts)}


def units_named(version: JourneyVersion, words: str) -> QuerySet[Any]:
    """Ids of the units whose name has every word."""
    unit = version.document["journey"]["unit"]
    model: Any = {"account": Account, "contact": Contact, "deal": Deal}[unit]
    rows = model.objects.of(version.workspace)
    for word in words.split():
        rows = rows.filter(search__contains=folded(word))
    ids: QuerySet[Any] = rows.values("pk")
    return ids


def origins(workspace: Workspace, touches: Collection[int | None]) -> dict[int, str]:
    """Per touch its type and its source, in the words of the page."""
    label = "type__label_en" if get_language() == "en" else "type__label_ru"
    ids = {touch for touch in touches if touch is not None}
    found: dict[int, str] = {}
    for table in (Touch, SettledTouch):
        rows = table.objects.filter(workspace=workspace, pk__in=ids).values_list("pk", label, "source__name")
        found |= {pk: f"{name} · {source}" for pk, name, source in rows}
    return found


def has_touches(workspace: Workspace) -> bool:
    """Whether anything was ever logged."""
    return facts.last_id(workspace) > 0


def moment_of(microseconds: int | None) -> datetime | None:
    """The aware moment of microseconds since 1970-01-01 UTC."""
    if microseconds is None:
        return None
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)


def _is_unknown() -> Exists:
    return Exists(Account.objects.filter(pk=OuterRef("account_id"), kind=Account.Kind.UNKNOWN))


def _standing(version: JourneyVersion) -> dict[tuple[str, str, bool], int]:
    rows = Placement.objects.filter(version=version).annotate(is_unknown=_is_unknown())
    counted = rows.values("stage", "state", "is_unknown").annotate(n=Count("id")).order_by()
    return {(row["stage"], row["state"], row["is_unknown"]): row["n"] for row in counted}


def _stage_counts(
    key: str, standing: Mapping[tuple[str, str, bool], int], figures: Mapping[str, Mapping[str, Any]] | None
) -> StageCounts:
    split = {
        state: Split(standing.get((key, state, False), 0), standing.get((key, state, True), 0))
        for state in State.values
    }
    of_stage = None if figures is None else figures.get(key)
    return StageCounts(
        key,
        split[State.OPEN],
        split[State.LOST],
        split[State.DROPPED],
        split[State.COMPLETED],
        None if of_stage is None else Split(of_stage["companies"], of_stage["unknown"]),
        None if of_stage is None else of_stage["median_days"],
        0 if of_stage is None else of_stage["stays"],
        (None, None) if of_stage is None else tuple(of_stage["median_range"]),
    )
