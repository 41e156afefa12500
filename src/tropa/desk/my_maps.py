"""The maps of a member on the home page, each with the trail of its journey."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import sqrt
from typing import Final

from django.db.models import Exists, OuterRef, Q

from tropa.desk.news import address
from tropa.insights import figures
from tropa.insights.question import Question
from tropa.journeys import definition, queries
from tropa.journeys.models import JourneyVersion
from tropa.maps import domain
from tropa.maps.models import JourneyMap, MapChange
from tropa.maps.queries import maps
from tropa.web import typography
from tropa.workspace.models import Member

MOST: Final = 6
WIDE, HIGH = 100, 36
_NARROWEST: Final = 0.05


@dataclass(frozen=True, slots=True)
class Trail:
    """The journey under a map. stages: label and how many companies came, None while nobody has counted. path: the
    trail that narrows, in a box of WIDE a stage by HIGH; empty without counts."""

    journey: int
    stages: Sequence[tuple[str, int | None]]
    path: str

    @property
    def width(self) -> int:
        return WIDE * len(self.stages)

    @property
    def is_counted(self) -> bool:
        return bool(self.path)


@dataclass(frozen=True, slots=True)
class MyMap:
    """One map. age: fresh, due, stale."""

    map: JourneyMap
    url: str
    age: domain.Age
    trail: Trail | None


def my_maps(member: Member, *, now: datetime) -> tuple[list[MyMap], int]:
    """Those the member made or changed, else all: the latest few, and how many there are in the workspace."""
    live = maps(member.workspace)
    touched = MapChange.objects.filter(map=OuterRef("pk"), by=member)
    mine = live.filter(Q(created_by=member) | Exists(touched))
    chosen = list(mine[:MOST]) or list(live[:MOST])
    versions = {version.journey_id: version for version in queries.serving_versions(member.workspace)} if chosen else {}
    trails = {pk: trail(versions[pk], now=now) for pk in {each.journey_id for each in chosen} & versions.keys()}
    found = [
        MyMap(
            each,
            address("map", member.workspace.slug, each.pk),
            domain.age(each.reviewed_at, now),
            None if each.columns else trails.get(each.journey_id),
        )
        for each in chosen
    ]
    return found, live.count()


def trail(version: JourneyVersion, *, now: datetime, anew: bool = False) -> Trail:
    """How many companies came to each stage, as far as it is known; anew: counted when it is not."""
    labels = [definition.label_of(stage, typography.language()) for stage in queries.ranked(version)]
    known = (figures.of if anew else figures.known)(Question.of(version, now=now))
    if known is None:
        return Trail(version.journey_id, [(label, None) for label in labels], "")
    counts = [stage.entered.companies for stage in known.stages]
    return Trail(version.journey_id, list(zip(labels, counts, strict=True)), _narrowing(counts))


def _narrowing(counts: Sequence[int]) -> str:
    """An outline whose height at each stage is the square root of the count."""
    most = max(counts, default=0)
    if not most:
        return ""
    half = [max(_NARROWEST, sqrt(count / most)) * HIGH / 2 for count in counts]
    upper, lower, end = "", "", len(half) * WIDE
    for place, (wide, after) in enumerate(zip(half, [*half[1:], half[-1]], strict=True)):
        upper += _bank(place, -wide, -after, is_back=False)
        lower = _bank(place, wide, after, is_back=True) + lower
    return f"M0,{HIGH / 2 - half[0]:.1f}{upper}L{end},{HIGH / 2 + half[-1]:.1f}{lower}Z"


def _bank(place: int, wide: float, after: float, *, is_back: bool) -> str:
    """One bank of the trail along a stage: straight, then bent to where the next stage begins."""
    start, end = place * WIDE, (place + 1) * WIDE
    bend, middle = end - WIDE * 0.35, end - WIDE * 0.17
    here, there = f"{HIGH / 2 + wide:.1f}", f"{HIGH / 2 + after:.1f}"
    if is_back:
        return f"C{middle:g},{there} {middle:g},{here} {bend:g},{here}H{start}"
    return f"H{bend:g}C{middle:g},{here} {middle:g},{there} {end},{there}"
