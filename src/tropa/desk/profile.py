"""The profile of a trip as a drawing: stages as levels from below, time to the right. Knows no database.

Across, everything is a share of the width (percent; paths in thousandths of it, stretched); up and down, pixels.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Final

from tropa.desk.trips import Level, Step, Trip
from tropa.facts.domain import microseconds

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)

LEVEL: Final = 36
TOP: Final = 20
WIDE: Final = 1000
# Half the width of a climb, in thousandths; a stay shorter than three of them is drawn steeper.
SLOPE: Final = 8.0
ROOM_AFTER: Final = 0.1
_BUCKETS: Final = 80
_MOST_TICKS: Final = 9


@dataclass(frozen=True, slots=True)
class Row:
    """A level. y: of its middle; bottom: of its lower edge."""

    level: Level
    y: float
    bottom: float
    is_here: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """The beginning of a month, or of a day, on the axis."""

    day: date
    x: float


@dataclass(frozen=True, slots=True)
class Dot:
    """One touch, or several that fall on one place. by_client: at least one of them was theirs."""

    x: float
    y: float
    count: int
    by_client: bool
    first: datetime
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Back:
    """A return. days: until it came as far again, up to now when it has not. path: its fall. x, y: of its label."""

    path: str
    days: int
    x: float
    y: float
    is_healed: bool

    @property
    def is_right(self) -> bool:
        """Whether there is no room for its label to the right."""
        return self.x > 70


@dataclass(frozen=True, slots=True)
class Late:
    """The part of the last stay that is beyond its target."""

    x: float
    width: float
    top: float
    y: float


@dataclass(frozen=True, slots=True)
class Profile:
    """A drawing. now_x: of the line of today, null for a trip that is over. end_x, end_y: where it ended."""

    rows: tuple[Row, ...]
    height: int
    bottom: int
    ticks: tuple[Tick, ...]
    ticks_are_days: bool
    path: str
    plan: str
    plan_x: float
    plan_y: float
    backs: tuple[Back, ...]
    late: Late | None
    dots: tuple[Dot, ...]
    now_x: float | None
    end_x: float
    end_y: float


@dataclass(frozen=True, slots=True)
class Touches:
    """Touches as far as the drawing needs them, oldest first. moments: µs; types: of the same touches, names of
    `labels`; ours: types that are not the client's doing."""

    moments: Sequence[int]
    types: Sequence[int]
    labels: Mapping[int, str]
    ours: Collection[int]

    def between(self, begin: datetime, end: datetime, *, with_end: bool) -> tuple[int, int]:
        """Places of the first touch in a time and of the first behind it."""
        last = microseconds(end)
        behind = bisect_right(self.moments, last) if with_end else bisect_left(self.moments, last)
        return bisect_left(self.moments, microseconds(begin)), behind


def profile(trip: Trip, touches: Touches, *, now: datetime) -> Profile:
    """The drawing of a trip with the touches of its time. now: in the zone in which days begin."""
    axis = _axis(trip, now)
    bottom = TOP + LEVEL * len(trip.levels)
    heights = {level.key: bottom - LEVEL * (place + 0.5) for place, level in enumerate(trip.levels)}
    points = [(axis.x(step.at), heights[step.level.key]) for step in trip.steps]
    end = axis.x(trip.ended or now)
    plan = [(axis.x(at), heights[level.key]) for level, at in _plan(trip)]
    plan_end = min(axis.x(plan_end_of(trip)), WIDE)
    shown = [point for point in plan if point[0] < WIDE]
    ticks, are_days = _ticks(axis)
    return Profile(
        tuple(
            Row(level, heights[level.key], heights[level.key] + LEVEL / 2, level == trip.last.level)
            for level in reversed(trip.levels)
        ),
        bottom + 26,
        bottom,
        ticks,
        are_days,
        _line(points, end),
        _line(shown, plan_end) if len(plan) > 1 or trip.steps[0].level.target_days else "",
        plan_end / 10,
        shown[-1][1],
        tuple(_backs(trip, points, end, now)),
        _late(trip, axis, heights, end),
        _dots(trip, touches, axis, heights, now),
        end / 10 if trip.is_open else None,
        end / 10,
        points[-1][1],
    )


def plan_end_of(trip: Trip) -> datetime:
    """When the planned way ends: with the last stage in a row that has a target."""
    last, at = _plan(trip)[-1]
    return at + timedelta(days=last.target_days or 0)


@dataclass(frozen=True, slots=True)
class _Axis:
    start: datetime
    length: timedelta

    def x(self, at: datetime) -> float:
        return round(WIDE * ((at - self.start) / self.length), 1)


def _axis(trip: Trip, now: datetime) -> _Axis:
    start, end = trip.steps[0].at.astimezone(now.tzinfo), trip.ended or now
    walked = max(end - start, timedelta(days=1))
    whole = walked * (1 + ROOM_AFTER)
    # A young trip shows the way ahead of it.
    ahead = plan_end_of(trip) - start if trip.is_open else timedelta()
    return _Axis(start, max(whole, min(ahead, walked * 4)))


def _plan(trip: Trip) -> list[tuple[Level, datetime]]:
    """When each stage would be entered by the targets, from where the trip began; up to the first without a target."""
    at, found = trip.steps[0].at, []
    for level in trip.levels[trip.levels.index(trip.steps[0].level) :]:
        found.append((level, at))
        if level.target_days is None:
            break
        at += timedelta(days=level.target_days)
    return found


def _line(points: Sequence[tuple[float, float]], end: float) -> str:
    """A path along the points: level on a stage, a smooth climb or fall between them."""
    drawn = f"M{points[0][0]:g},{points[0][1]:g}"
    for place, (before, here) in enumerate(pairwise(points), 1):
        after = points[place + 1][0] if place + 1 < len(points) else end
        drawn += _climb(before, here, after)
    return f"{drawn}H{max(end, points[-1][0]):g}"


def _climb(before: tuple[float, float], here: tuple[float, float], after: float) -> str:
    begin, curve = _curve(before, here, after)
    return f"H{begin:g}{curve}"


def _curve(before: tuple[float, float], here: tuple[float, float], after: float) -> tuple[float, str]:
    """Where the change from one stage to another begins, and its shape."""
    x, y = here
    begin, end = x - min(SLOPE, (x - before[0]) / 3), x + min(SLOPE, max(after - x, 0) / 3)
    return round(begin, 1), f"C{x:g},{before[1]:g} {x:g},{y:g} {round(end, 1):g},{y:g}"


def _backs(trip: Trip, points: Sequence[tuple[float, float]], end: float, now: datetime) -> list[Back]:
    found = []
    for place, step in enumerate(trip.steps):
        if not step.is_back or not place:
            continue
        healed = next((one for one in trip.steps[place + 1 :] if _reaches(one, trip.steps[place - 1])), None)
        until = healed.at if healed else trip.ended or now
        before, here = points[place - 1], points[place]
        after = points[place + 1][0] if place + 1 < len(points) else end
        begin, curve = _curve(before, here, after)
        days, middle = max(0, (until - step.at).days), (before[1] + here[1]) / 2
        found.append(Back(f"M{begin:g},{before[1]:g}{curve}", days, here[0] / 10, middle, healed is not None))
    return found


def _reaches(step: Step, left: Step) -> bool:
    return step.level.number >= left.level.number


def _late(trip: Trip, axis: _Axis, heights: Mapping[str, float], end: float) -> Late | None:
    target = trip.last.level.target_days
    if target is None or not trip.is_open:
        return None
    due = axis.x(trip.last.at + timedelta(days=target))
    if due >= end:
        return None
    y = heights[trip.last.level.key]
    return Late(due / 10, (end - due) / 10, y - LEVEL / 2, y)


def _dots(trip: Trip, touches: Touches, axis: _Axis, heights: Mapping[str, float], now: datetime) -> tuple[Dot, ...]:
    """Touches of the time of the trip on its path, those on one place together."""
    start = microseconds(axis.start)
    wide = max(1, axis.length // timedelta(microseconds=_BUCKETS))
    found = []
    for place, step in enumerate(trip.steps):
        is_last = place + 1 == len(trip.steps)
        first, behind = touches.between(step.at, step.left or now, with_end=is_last)
        while first < behind:
            # A bucket of the width after the other: many touches cost a few searches.
            edge = start + ((touches.moments[first] - start) // wide + 1) * wide
            end = min(bisect_left(touches.moments, edge), behind)
            types = touches.types[first:end]
            shown = tuple(dict.fromkeys(touches.labels.get(key, "") for key in dict.fromkeys(types)))[:3]
            at = EPOCH + timedelta(microseconds=touches.moments[first])
            by_client = any(key not in touches.ours for key in set(types))
            found.append(Dot(axis.x(at) / 10, heights[step.level.key], end - first, by_client, at, shown))
            first = end
    return tuple(found)


def _ticks(axis: _Axis) -> tuple[tuple[Tick, ...], bool]:
    """Beginnings of months, every so many of them, or of days when the drawing is short."""
    first, last = axis.start.date(), (axis.start + axis.length).date()
    days = (last - first).days
    if days <= 45:
        every = max(1, -(-days // _MOST_TICKS))
        found = [first + timedelta(days=number) for number in range(every, days + 1, every)]
    else:
        found = _months(first, last)
    at = [(day, datetime(day.year, day.month, day.day, tzinfo=axis.start.tzinfo)) for day in found]
    return tuple(Tick(day, axis.x(moment) / 10) for day, moment in at if 0 <= axis.x(moment) <= WIDE - 60), days <= 45


def _months(first: date, last: date) -> list[date]:
    count = (last.year - first.year) * 12 + last.month - first.month
    every = next(step for step in (1, 2, 3, 6, 12, 24, 60, 1200) if count / step <= _MOST_TICKS)
    start = first.year * 12 + first.month - 1
    months = range(start + 1, last.year * 12 + last.month)
    return [date(month // 12, month % 12 + 1, 1) for month in months if month % every == 0 or every == 1]
