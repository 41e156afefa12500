"""The trips of an account: the stages it stood on in order, as the history that holds tells them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from tropa.customers.models import Account
from tropa.journeys import definition, queries
from tropa.journeys.models import JourneyVersion, Placement, StageChange, State
from tropa.web import typography

MOST_TRIPS: Final = 12
_MOST_UNITS: Final = 50


@dataclass(frozen=True, slots=True)
class Level:
    """A stage of the journey, from below. number: from 1."""

    key: str
    number: int
    label: str
    target_days: float | None


@dataclass(frozen=True, slots=True)
class Step:
    """One visit to a stage. left: null while it lasts. is_back: it came from a later stage. origin: the touch that
    entered it and its source. certainty: empty when the moment is exact."""

    level: Level
    at: datetime
    left: datetime | None
    is_back: bool = False
    origin: str = ""
    certainty: str = ""

    def days(self, now: datetime) -> int:
        """Whole days on the stage so far, or until it was left."""
        return max(0, ((self.left or now) - self.at).days)


@dataclass(frozen=True, slots=True)
class Trip:
    """One trip of a unit of the account. steps: in order, at least one. ended: null while it is open."""

    version: JourneyVersion
    unit_id: int
    unit_name: str
    number: int
    levels: Sequence[Level]
    steps: Sequence[Step]
    state: State
    ended: datetime | None

    @property
    def key(self) -> str:
        """Its name in the address."""
        return f"{self.version.journey_id}.{self.unit_id}.{self.number}"

    @property
    def last(self) -> Step:
        return self.steps[-1]

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    def on_stage(self, now: datetime) -> timedelta:
        """Time on its stage, earlier visits of this trip to it included."""
        here = (step for step in self.steps if step.level.key == self.last.level.key)
        return sum(((step.left or now) - step.at for step in here), timedelta())


def trips(account: Account, *, now: datetime) -> list[Trip]:
    """The trips of an account on every journey that serves: open ones first, the latest first."""
    known: list[Trip] | None = account.__dict__.get("_trips")  # several parts of one page ask
    if known is None:
        found = [trip for version in queries.serving_versions(account.workspace) for trip in _trips(version, account)]
        found.sort(key=lambda trip: (trip.is_open, trip.last.at), reverse=True)
        known = account.__dict__["_trips"] = found[:MOST_TRIPS]
    return known


def chosen(found: Sequence[Trip], key: str) -> Trip | None:
    """The trip that the address names, else the first."""
    return next((trip for trip in found if trip.key == key), found[0] if found else None)


def _trips(version: JourneyVersion, account: Account) -> Iterable[Trip]:
    units = _units(version, account)
    rows = StageChange.objects.filter(version=version, unit_id__in=units, superseded_by=None)
    held = list(rows.exclude(kind=StageChange.Kind.WITHDRAWN).order_by("unit_id", "trip", "visit"))
    if not held:
        return
    levels = {
        stage["key"]: Level(
            stage["key"], number, definition.label_of(stage, typography.language()), stage.get("target_days")
        )
        for number, stage in enumerate(queries.ranked(version), 1)
    }
    origins = queries.origins(account.workspace, [row.touch_id for row in held])
    is_account = version.document["journey"]["unit"] == "account"
    names = {} if is_account else queries.unit_names(version, units)
    for (unit_id, number), of_trip in groupby(held, key=lambda row: (row.unit_id, row.trip)):
        steps, end = _told(list(of_trip), levels, origins)
        if steps:
            state = State(end.state) if end else State.OPEN
            ended = queries.moment_of(end.at_us) if end else None
            name = names.get(unit_id, "")
            yield Trip(version, unit_id, name, number, tuple(levels.values()), steps, state, ended)


def _units(version: JourneyVersion, account: Account) -> list[int]:
    if version.document["journey"]["unit"] == "account":
        return [account.pk]
    rows = Placement.objects.filter(version=version, account_id=account.pk).order_by("-active_us")
    return list(dict.fromkeys(rows.values_list("unit_id", flat=True)[: _MOST_UNITS * 2]))[:_MOST_UNITS]


def _told(
    rows: Sequence[StageChange], levels: Mapping[str, Level], origins: Mapping[int, str]
) -> tuple[tuple[Step, ...], StageChange | None]:
    """Visits of one trip, and the row that ended it."""
    end = next((row for row in rows if not row.to_stage), None)
    entries = sorted((row for row in rows if row.to_stage in levels), key=lambda row: (row.visit, row.at_us))
    left = [row.at_us for row in entries[1:]] + [end.at_us if end else None]
    steps = tuple(
        Step(
            levels[row.to_stage],
            _moment(row.at_us),
            queries.moment_of(until),
            row.from_stage in levels and levels[row.from_stage].number > levels[row.to_stage].number,
            origins.get(row.touch_id or 0, ""),
            "" if row.certainty == "exact" else str(row.get_certainty_display()),
        )
        for row, until in zip(entries, left, strict=True)
    )
    return steps, end


def _moment(microseconds: int) -> datetime:
    found = queries.moment_of(microseconds)
    assert found is not None
    return found
