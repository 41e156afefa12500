"""The timeline of an account: which of its touches are asked for, counted over all of them, one part shown."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from urllib.parse import urlencode

import numpy as np
from django.utils import timezone
from django.utils.functional import cached_property

from tropa.customers import channels
from tropa.customers.models import Account, Contact
from tropa.customers.timeline import Entry, Known, moment_of, type_label
from tropa.facts import marks
from tropa.facts.domain import microseconds
from tropa.facts.marks import Mark, Mask
from tropa.facts.models import TouchType
from tropa.facts.queries import TouchRow, marks_of, touches_by_id

PART = 30
LATEST = 5
PERIODS = (30, 90, 365)
_IS_ID = re.compile("[1-9][0-9]{0,17}")
_ASKED = ("channel", "person", "type", "period")

# Turns of an account's way that higher rooms know of, oldest first; config.slots names who tells them.
_TELLERS: list[Callable[[Account], Sequence[Entry]]] = []


def told_by(teller: Callable[[Account], Sequence[Entry]]) -> None:
    """Let a higher room put its entries among the touches. Their `stage` holds for every later touch."""
    _TELLERS.append(teller)


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, and how many touches have it."""

    key: str
    label: str
    count: int
    is_chosen: bool


class Feed:
    """What the card shows of an account's touches. asked: the query string; a value nobody has finds nothing."""

    def __init__(self, account: Account, asked: Mapping[str, str], *, now: datetime) -> None:
        self.account, self.now = account, now
        self.asked = {name: asked.get(name, "") for name in _ASKED}
        self._after = _edge(asked.get("after", ""))
        self.marks = marks_of(account.workspace, account.pk)
        self._found = self.marks.those(self._fitting) if self.is_filtered else self.marks
        self._part = self._found.part(self._found.behind(self._after) if self._after else 0, PART)

    @property
    def total(self) -> int:
        return len(self.marks)

    @property
    def count(self) -> int:
        return len(self._found)

    @property
    def is_filtered(self) -> bool:
        return any(self.asked.values())

    @property
    def query(self) -> str:
        """The filters as they stand in the address."""
        return urlencode({name: value for name, value in self.asked.items() if value})

    @property
    def more(self) -> str:
        """Where the next part begins, empty at the end."""
        if not self._part or self._part[-1].id == self._found.at(-1).id:
            return ""
        return f"{self._part[-1].occurred_us}.{self._part[-1].id}"

    @property
    def span(self) -> timedelta:
        """From the first touch to now."""
        return self.now - moment_of(self.marks.at(-1).occurred_us) if self.total else timedelta()

    @cached_property
    def first(self) -> Entry | None:
        return self._entry(self.marks.at(-1)) if self.total else None

    @cached_property
    def latest(self) -> list[Entry]:
        return [self._entry(mark) for mark in self.marks.part(0, LATEST)]

    @cached_property
    def days(self) -> list[tuple[date, list[Entry]]]:
        """The entries of this part by day, newest first; of turns at one moment the later one."""
        entries = [self._entry(mark) for mark in self._part] + list(self._turns_here())[::-1]
        entries.sort(key=lambda entry: (entry.at, not entry.channel), reverse=True)
        return [(day, list(of)) for day, of in groupby(entries, key=lambda one: timezone.localtime(one.at).date())]

    @cached_property
    def types(self) -> dict[int, TouchType]:
        return TouchType.objects.of(self.account.workspace_id).in_bulk(list(marks.counted(self.marks.types)))

    @cached_property
    def channels(self) -> list[Choice]:
        counted: Counter[str] = Counter()
        for kind, count in marks.counted(self.marks.kinds).items():
            counted[self._channel(kind)] += count
        return self._choices("channel", counted, channels.label)

    @cached_property
    def people(self) -> list[Choice]:
        counted = marks.counted(self.marks.people)
        names = Contact.objects.of(self.account.workspace_id).in_bulk([key for key in counted if key])
        of_each = Counter({str(pk): counted[pk] for pk in names})
        return self._choices("person", of_each, lambda key: str(names[int(key)]))

    @cached_property
    def kinds(self) -> list[Choice]:
        labels = {kind.key: type_label(kind) for kind in self.types.values()}
        counted = marks.counted(self.marks.types)
        of_each = Counter({kind.key: counted[pk] for pk, kind in self.types.items()})
        return self._choices("type", of_each, lambda key: labels[key])

    @cached_property
    def periods(self) -> list[Choice]:
        moments = self.marks.moments
        counts = {days: int(np.count_nonzero(moments >= self._days_ago(days))) for days in PERIODS}
        return [Choice(str(days), "", count, self._is(days)) for days, count in counts.items()]

    def last_with(self, contact_id: int) -> datetime | None:
        """When somebody of the account was last in touch."""
        found = self.marks.moments[self.marks.people == contact_id]
        return moment_of(int(found[0])) if len(found) else None

    def _is(self, days: int) -> bool:
        return self.asked["period"] == str(days)

    def _choices(self, name: str, counted: Counter[str], label: Callable[[str], str]) -> list[Choice]:
        found = [Choice(key, label(key), n, key == self.asked[name]) for key, n in counted.items() if key]
        return sorted(found, key=lambda choice: (-choice.count, choice.label))

    def _channel(self, kind: int) -> str:
        """The channel of touches of a kind, else the usual one of their type."""
        type_id, channel = self.marks.kind(kind)
        known = self.types.get(type_id)
        return channel or (known.channel if known else "")

    @property
    def _fitting(self) -> Mask:
        asked, fits = self.asked, self.marks.moments >= self._since_us
        if asked["channel"]:
            kinds = self.marks.kinds
            wanted = [kind for kind in np.unique(kinds).tolist() if self._channel(kind) == asked["channel"]]
            fits &= np.isin(kinds, wanted)
        if asked["person"]:
            fits &= self.marks.people == (int(asked["person"]) if _IS_ID.fullmatch(asked["person"]) else -1)
        if asked["type"]:
            fits &= np.isin(self.marks.types, [pk for pk, kind in self.types.items() if kind.key == asked["type"]])
        return fits

    @cached_property
    def _since_us(self) -> float:
        asked = self.asked["period"]
        if not asked:
            return float("-inf")
        return self._days_ago(int(asked)) if asked in map(str, PERIODS) else float("inf")

    def _days_ago(self, days: int) -> int:
        return microseconds(self.now - timedelta(days=days))

    @cached_property
    def _rows(self) -> dict[int, TouchRow]:
        ids = {
            mark.id for mark in (*self._part, *self.marks.part(0, LATEST), *self.marks.part(max(0, self.total - 1), 1))
        }
        return {row.id: row for row in touches_by_id(self.account.workspace, ids)}

    @cached_property
    def _known(self) -> Known:
        return Known(self.account, list(self._rows.values()), self.types)

    @cached_property
    def _turns(self) -> list[Entry]:
        return sorted((entry for tell in _TELLERS for entry in tell(self.account)), key=lambda entry: entry.at)

    def _turns_here(self) -> Iterable[Entry]:
        """The turns between the touches of this part, unless only some kind of touch is asked for."""
        if any(self.asked[name] for name in ("channel", "person", "type")):
            return ()
        upper = float("inf") if self._after is None else self._after[0]
        lower = self._part[-1].occurred_us if self.more else self._since_us
        return (replace(turn, stage="") for turn in self._turns if lower <= microseconds(turn.at) < upper)

    def _entry(self, mark: Mark) -> Entry:
        row = self._rows.get(mark.id)
        if row is None:  # taken out of the log in this very moment
            return Entry(moment_of(mark.occurred_us), channels.icon(""), type_label(self.types.get(mark.type_id)))
        place = bisect_right(self._turns, moment_of(mark.occurred_us), key=lambda turn: turn.at)
        return self._known.entry(row, self._turns[place - 1].stage if place else "")


def _edge(after: str) -> tuple[int, int] | None:
    found = re.fullmatch(r"(-?[0-9]{1,18})\.([0-9]{1,18})", after)
    return None if found is None else (int(found[1]), int(found[2]))
