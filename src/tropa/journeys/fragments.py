"""What the card of an account shows of its journeys (slots customer_card.head and customer_card.side)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from tropa.customers.models import Account
from tropa.journeys import definition, queries
from tropa.journeys.models import JourneyVersion, Placement, StageChange, State
from tropa.web import typography

MOST_TRIPS = 6


@dataclass(frozen=True, slots=True)
class Position:
    """Where one unit of an account stands on one journey. days: on the stage, up to now or to the end of the trip."""

    version: JourneyVersion
    placed: Placement
    number: int
    label: str
    days: int
    target_days: float | None
    unit_name: str

    @property
    def is_over(self) -> bool:
        return self.target_days is not None and self.days > self.target_days and self.placed.state == State.OPEN


@dataclass(frozen=True, slots=True)
class Step:
    """One visit of a trip. is_back: it came from a later stage. origin: which touch entered it, and its source."""

    number: int
    label: str
    at: datetime | None
    is_back: bool
    certainty: str
    ended: str
    origin: str


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip with its visits in order."""

    journey: str
    journey_id: int
    number: int
    unit_name: str
    steps: tuple[Step, ...]


def account_head(context: Mapping[str, Any]) -> str:
    """Position on every journey: stage, days on it against the target."""
    account = context["account"]
    return _rendered("journeys/_account_head.html", context, {"positions": positions(account, now=timezone.now())})


def account_side(context: Mapping[str, Any]) -> str:
    """The profile of the latest trips: visits in order, returns marked."""
    return _rendered("journeys/_account_side.html", context, {"trips": trips(context["account"])})


def positions(account: Account, *, now: datetime) -> list[Position]:
    """The latest trip of each unit of the account, on each journey that serves."""
    found: list[Position] = []
    for version in queries.serving_versions(account.workspace):
        rows = Placement.objects.filter(version=version, account_id=account.pk).order_by("unit_id", "-trip")
        latest = [next(of_unit) for _, of_unit in groupby(rows, key=lambda row: row.unit_id)][:MOST_TRIPS]
        names = _names(version, latest)
        found += [_position(version, placed, names, now) for placed in latest]
    return found


def trips(account: Account) -> list[Trip]:
    """The latest trips of the account, newest first."""
    found: list[Trip] = []
    for version in queries.serving_versions(account.workspace):
        rows = StageChange.objects.filter(version=version, account_id=account.pk, superseded_by=None)
        told = list(rows.exclude(kind=StageChange.Kind.WITHDRAWN).order_by("unit_id", "trip", "visit", "to_stage"))
        names, origins = _names(version, told), queries.origins(account.workspace, [row.touch_id for row in told])
        for (unit_id, number), of_trip in groupby(told, key=lambda row: (row.unit_id, row.trip)):
            steps = _steps(version, list(of_trip), origins)
            name = version.journey.name
            found.append(Trip(name, version.journey_id, number, names.get(unit_id, ""), steps))
    found.sort(key=lambda trip: max((step.at for step in trip.steps if step.at), default=timezone.now()), reverse=True)
    return found[:MOST_TRIPS]


def _position(version: JourneyVersion, placed: Placement, names: Mapping[int, str], now: datetime) -> Position:
    stages = {stage["key"]: (number, stage) for number, stage in enumerate(queries.ranked(version), 1)}
    number, stage = stages[placed.stage]
    entered, left = queries.moment_of(placed.entered_us), queries.moment_of(placed.left_us)
    assert entered is not None
    label = definition.label_of(stage, typography.language())
    days = max(0, ((left or now) - entered).days)
    return Position(version, placed, number, label, days, stage.get("target_days"), names.get(placed.unit_id, ""))


def _steps(version: JourneyVersion, rows: Sequence[StageChange], origins: Mapping[int, str]) -> tuple[Step, ...]:
    order = {stage["key"]: number for number, stage in enumerate(queries.ranked(version), 1)}
    labels = {stage["key"]: definition.label_of(stage, typography.language()) for stage in version.document["stages"]}
    ends = {row.visit: str(State(row.state).label) for row in rows if not row.to_stage}
    return tuple(
        Step(
            order[row.to_stage],
            labels[row.to_stage],
            queries.moment_of(row.at_us),
            bool(row.from_stage) and order[row.from_stage] > order[row.to_stage],
            "" if row.certainty == "exact" else str(row.get_certainty_display()),
            ends.get(row.visit, ""),
            origins.get(row.touch_id or 0, ""),
        )
        for row in rows
        if row.to_stage
    )


def _names(version: JourneyVersion, rows: Sequence[Placement] | Sequence[StageChange]) -> Mapping[int, str]:
    """Names of units, where the unit is not the account itself."""
    if version.document["journey"]["unit"] == "account":
        return {}
    return queries.unit_names(version, {row.unit_id for row in rows})


def _rendered(template: str, context: Mapping[str, Any], own: dict[str, Any]) -> str:
    return render_to_string(template, {"workspace": context["workspace"], **own}, request=context.get("request"))
