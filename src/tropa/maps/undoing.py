"""Taking back a change, and doing it again: each is a change of its own, the inverse of the one it takes back."""

from datetime import datetime
from typing import Final

from django.db import transaction

from tropa.maps import log, rows
from tropa.maps.domain import CARD, EVIDENCE, LANE, MAP, Change, check_not_overtaken, inverse, stacks
from tropa.maps.models import Card, Evidence, JourneyMap, Lane, MapChange
from tropa.maps.rows import Row
from tropa.workspace.models import Member

# Nobody takes back more than this many steps.
STEPS: Final = 200


@transaction.atomic
def undo(*, map: JourneyMap, by: Member, at: datetime) -> MapChange | None:
    """Take back the member's last change; None when there is none. Raises Overtaken when somebody else has changed the
    same since."""
    locked = log.lock(map, at=at)
    done, _ = _stacks(locked, by)
    return _take_back(locked, done[-1], by, at) if done else None


@transaction.atomic
def redo(*, map: JourneyMap, by: Member, at: datetime) -> MapChange | None:
    """Do again what the member took back last; None when there is nothing. Raises Overtaken."""
    locked = log.lock(map, at=at)
    _, undone = _stacks(locked, by)
    return _take_back(locked, undone[-1], by, at) if undone else None


def can(map_: JourneyMap, by: Member) -> tuple[bool, bool]:
    """Whether the member has something to undo, and to redo."""
    done, undone = _stacks(map_, by)
    return bool(done), bool(undone)


def _stacks(map_: JourneyMap, by: Member) -> tuple[list[Change], list[Change]]:
    latest = map_.changes.filter(by=by).exclude(kind=MAP).select_related("undoes").order_by("-number")[:STEPS]
    return stacks(rows.change_of(each) for each in reversed(latest))


def _take_back(map_: JourneyMap, mine: Change, by: Member, at: datetime) -> MapChange:
    row = _row(map_, mine)
    since = map_.changes.filter(kind=mine.kind, target=mine.target, number__gt=mine.number).select_related("undoes")
    check_not_overtaken(mine, rows.plain(row), [rows.change_of(each) for each in since.order_by("-number")])
    before, after = inverse(mine)
    rows.put(row, after)
    undone = MapChange.objects.get(map=map_, number=mine.number)
    return log.write(map_, mine.kind, mine.target, before, after, by=by, at=at, undoes=undone)


def _row(map_: JourneyMap, change: Change) -> Row:
    found: Row
    if change.kind == LANE:
        found = Lane.objects.get(map=map_, pk=change.target)
    elif change.kind == CARD:
        found = Card.objects.get(map=map_, pk=change.target)
    else:
        assert change.kind == EVIDENCE
        found = Evidence.objects.get(card__map=map_, pk=change.target)
    return found
