"""What a map is made of: a fold of its changes. Pure.

A state is every row of a map by (kind, id), each as its plain fields. A change names the fields it changed, before and
after; before None: the row was added. Rows are never deleted, they are marked as removed or hidden, so every change
has an inverse.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final

Fields = dict[str, Any]
Row = tuple[str, int]
State = dict[Row, Fields]

CARD, LANE, EVIDENCE, MAP = "card", "lane", "evidence", "map"
LOWEST, HIGHEST = -2.0, 2.0
DIP, FALL = -1.0, 2.0
REVIEW_DAYS, STALE_DAYS = 90, 180
STEP: Final = 1024.0
# What takes an added row out again.
TAKEN_OUT: Final[Mapping[str, str]] = {CARD: "is_removed", EVIDENCE: "is_removed", LANE: "is_hidden"}
# Of these, the page of settings has its own way back; they are no steps of the board.
NOT_UNDONE: Final = frozenset({MAP})


@dataclass(frozen=True, slots=True)
class Change:
    """One change, as the log has it. undoes: number of the change that it takes back."""

    number: int
    kind: str
    target: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]
    by: int | None = None
    undoes: int | None = None

    @property
    def row(self) -> Row:
        return self.kind, self.target


class Refused(Exception):
    """A change that cannot be made. code: `no_card`, `no_lane`, `no_column`, `no_evidence`, `derived_lane`…"""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code)
        self.code, self.values = code, values


class Overtaken(Exception):
    """Somebody else has changed the same since, so taking it back would undo their work. theirs: None when the change
    is not in the log that was looked at."""

    def __init__(self, mine: Change, theirs: Change | None) -> None:
        super().__init__(f"change {mine.number} is overtaken")
        self.mine, self.theirs = mine, theirs


class CardState(StrEnum):
    """What a card rests on."""

    ASSUMED = "assumed"
    TOLD = "told"
    MEASURED = "measured"
    CONTRADICTED = "contradicted"

    @property
    def mark(self) -> str:
        """The value of data-ev."""
        return {"assumed": "0", "told": "1", "measured": "m", "contradicted": "c"}[self]


class Age(StrEnum):
    """How long ago a map was looked at: fresh, due for a look, stale."""

    FRESH = "fresh"
    DUE = "due"
    STALE = "stale"


def fold(changes: Iterable[Change], state: State | None = None) -> State:
    """The state behind changes in the order of their numbers."""
    found: State = {row: dict(fields) for row, fields in (state or {}).items()}
    for change in changes:
        found[change.row] = {**found.get(change.row, {}), **change.after}
    return found


def unfold(state: State, changes: Iterable[Change]) -> State:
    """The state before changes, given the one behind them."""
    found: State = {row: dict(fields) for row, fields in state.items()}
    for change in sorted(changes, key=lambda each: -each.number):
        if change.before is None:
            found.pop(change.row, None)
        else:
            found[change.row] = {**found.get(change.row, {}), **change.before}
    return found


def inverse(change: Change) -> tuple[Fields, Fields]:
    """(before, after) of the change that takes this one back."""
    if change.before is not None:
        return dict(change.after), dict(change.before)
    out = TAKEN_OUT[change.kind]
    return {out: False}, {out: True}


def changed(row: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[Fields, Fields]:
    """(before, after) of what really differs."""
    after = {field: value for field, value in wanted.items() if row.get(field) != value}
    return {field: row.get(field) for field in after}, after


def check_not_overtaken(mine: Change, row: Mapping[str, Any], since: Sequence[Change]) -> None:
    """Raises Overtaken unless the row is as the change left it. since: later changes of the row, latest first."""
    moved = {field for field, value in mine.after.items() if row.get(field) != value}
    if not moved:
        return
    theirs = next((each for each in since if each.by != mine.by and moved & set(each.after)), None)
    raise Overtaken(mine, theirs)


def overwritten(changes: Iterable[Change], after: Mapping[str, Any], by: int | None) -> Mapping[str, Any]:
    """What others wrote into the same fields, latest last: {field: their value}. changes: of the row, since the editor
    looked."""
    theirs: Fields = {}
    for change in changes:
        if change.by != by:
            theirs |= {field: value for field, value in change.after.items() if field in after}
    return {field: value for field, value in theirs.items() if value != after[field]}


def stacks(changes: Iterable[Change]) -> tuple[list[Change], list[Change]]:
    """(can be undone, can be redone) of one member's changes in order of their numbers; the next one is the last."""
    done: list[Change] = []
    undone: list[Change] = []
    for change in changes:
        if change.kind in NOT_UNDONE:
            continue
        if _take(done, change.undoes):
            undone.append(change)
        elif _take(undone, change.undoes):
            done.append(change)
        elif change.undoes is None:
            done.append(change)
            undone.clear()
    return done, undone


def _take(changes: list[Change], number: int | None) -> bool:
    for index, change in enumerate(changes):
        if change.number == number:
            del changes[index]
            return True
    return False


def card_state(card: Mapping[str, Any], evidence: Iterable[Mapping[str, Any]], *, has_touches: bool) -> CardState:
    """has_touches: the card is bound to a touch type of which there are touches. Sources do not count while a changed
    card waits for somebody to confirm them; the log knows no text, so what it counts stays counted."""
    living = [] if card["needs_confirmation"] else [each for each in evidence if not each["is_removed"]]
    if any(each["contradicts"] for each in living):
        return CardState.CONTRADICTED
    kinds = {each["kind"] for each in living}
    if has_touches or "data" in kinds:
        return CardState.MEASURED
    return CardState.TOLD if kinds - {"opinion"} else CardState.ASSUMED


def dips(points: Sequence[tuple[int, float]]) -> set[int]:
    """Ids of the points that are candidates for improvement. points: (id, emotion) along the whole curve."""
    low = {number for number, emotion in points if emotion <= DIP}
    return low | {number for (_, before), (number, emotion) in pairwise(points) if before - emotion >= FALL}


def between(before: float | None, after: float | None) -> float | None:
    """A position between two neighbours; None when there is no room left."""
    if before is None and after is None:
        return STEP
    if after is None:
        return (before or 0.0) + STEP
    if before is None:
        return after - STEP
    middle = (before + after) / 2
    return middle if before < middle < after else None


def age(reviewed_at: datetime, now: datetime) -> Age:
    days = (now - reviewed_at).total_seconds() / 86_400
    return Age.FRESH if days < REVIEW_DAYS else Age.DUE if days < STALE_DAYS else Age.STALE


def freshness(reviewed_at: datetime, now: datetime) -> float:
    """Part of the map's health, 0 to 100: full up to the review, then straight down to nothing."""
    days = (now - reviewed_at).total_seconds() / 86_400
    return max(0.0, min(100.0, 100 * (STALE_DAYS - days) / (STALE_DAYS - REVIEW_DAYS)))
