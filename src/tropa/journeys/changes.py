"""What the log of stage changes has to say when visits are known anew. Pure.

The rows that hold tell the history as it is known now. New knowledge appends rows: what truly came after everything
known is new and may fire; what corrects the past supersedes an older row or withdraws it, and fires nothing.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["new", "built", "corrected", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit as placement found it. ended: `open`, or how the trip ended with it; empty when another visit follows.

    ended_us: when (µs); a recorded loss: when it was recorded.
    """

    trip: int
    number: int
    stage: str
    entered_us: int
    ended: str
    ended_us: int
    touch_id: int | None = None
    certainty: str = "exact"


@dataclass(frozen=True, slots=True)
class Change:
    """A row that holds or should: to_stage came to (state open), or left the path (to_stage empty). id: of the row."""

    trip: int
    visit: int
    from_stage: str
    to_stage: str
    state: str
    at_us: int
    touch_id: int | None = None
    certainty: str = "exact"
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row to append. supersedes: id of the row that holds no longer."""

    change: Change
    kind: Kind
    supersedes: int | None = None


def told(visits: Sequence[Visit]) -> list[Change]:
    """The changes that visits of one unit, in their order, amount to."""
    changes: list[Change] = []
    before: Visit | None = None
    for visit in visits:
        came_from = before.stage if before is not None and before.trip == visit.trip else ""
        changes.append(
            Change(
                visit.trip,
                visit.number,
                came_from,
                visit.stage,
                "open",
                visit.entered_us,
                visit.touch_id,
                visit.certainty,
            )
        )
        if visit.ended not in ("", "open"):
            changes.append(Change(visit.trip, visit.number, visit.stage, "", visit.ended, visit.ended_us))
        before = visit
    return changes


def entries(known: Sequence[Change], now: Sequence[Change]) -> list[Entry]:
    """What to append so that the rows that hold become those of `now`, in the order of time."""
    latest = max((change.at_us for change in known), default=None)
    old, new = _without_equal(known, now)
    appended: list[Entry] = []
    for key in (_event, _position):
        old, new, pairs = _paired(old, new, key)
        for was, change in pairs:
            if _is_the_same_event(was, change):
                appended.append(Entry(change, "corrected", was.id))
            else:
                old, new = [*old, was], [*new, change]
    appended += [Entry(replace(was, id=None), "withdrawn", was.id) for was in old]
    appended += [Entry(change, "new" if latest is None or change.at_us >= latest else "corrected") for change in new]
    return sorted(appended, key=lambda entry: (entry.kind != "withdrawn", entry.change.at_us, entry.change.visit))


def _without_equal(known: Iterable[Change], now: Iterable[Change]) -> tuple[list[Change], list[Change]]:
    old, new, _ = _paired(known, now, lambda change: (change.trip, change.visit, change.from_stage, _event(change)))
    return old, new


def _paired(
    known: Iterable[Change], now: Iterable[Change], key: Callable[[Change], Hashable]
) -> tuple[list[Change], list[Change], list[tuple[Change, Change]]]:
    """Old and new changes without a partner of the same key, and the pairs."""
    waiting: dict[Hashable, list[Change]] = {}
    for change in known:
        waiting.setdefault(key(change), []).append(change)
    pairs: list[tuple[Change, Change]] = []
    alone: list[Change] = []
    for change in now:
        partners = waiting.get(key(change))
        if partners:
            pairs.append((partners.pop(0), change))
        else:
            alone.append(change)
    return [change for partners in waiting.values() for change in partners], alone, pairs


def _event(change: Change) -> Hashable:
    return (change.to_stage, change.state, change.at_us)


def _position(change: Change) -> Hashable:
    return (change.trip, change.visit, change.to_stage == "")


def _is_the_same_event(was: Change, change: Change) -> bool:
    """Whether a change at the place of another tells the same event with a better date. A later end of a trip is
    another event: in between somebody showed signs of life."""
    if (was.to_stage, was.state) != (change.to_stage, change.state):
        return False
    return change.to_stage != "" or change.at_us <= was.at_us
