"""The touches of an account in short, a column each: thousands of them are filtered, counted and drawn at once.

This module knows columns, no database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]


class Mark(NamedTuple):
    """The little of a touch that tells when it was and what it is about. type_id: 0 for a type that is gone."""

    occurred_us: int
    id: int
    type_id: int
    channel: str
    contact_id: int | None


@dataclass(frozen=True, slots=True)
class Marks:
    """Touches, newest first: columns of one length. moments: µs since 1970-01-01 UTC; types: 0 for one that is gone;
    channels: places in `names`; people: 0 for nobody."""

    moments: Numbers
    ids: Numbers
    types: Numbers
    channels: Numbers
    people: Numbers
    names: tuple[str, ...] = ("",)

    def __len__(self) -> int:
        return len(self.moments)

    def at(self, place: int) -> Mark:
        """One of them. Raises IndexError."""
        return Mark(
            int(self.moments[place]),
            int(self.ids[place]),
            int(self.types[place]),
            self.names[self.channels[place]],
            int(self.people[place]) or None,
        )

    def part(self, start: int, length: int) -> list[Mark]:
        """Some in a row."""
        return [self.at(place) for place in range(start, min(start + length, len(self)))]

    def those(self, mask: Mask) -> "Marks":
        """The ones for which the mask is true."""
        columns = {name: getattr(self, name)[mask] for name in _COLUMNS}
        return replace(self, **columns)

    @property
    def kinds(self) -> Numbers:
        """For each touch its type and channel as one number, which `kind` takes apart."""
        return self.types * len(self.names) + self.channels

    def kind(self, number: int) -> tuple[int, str]:
        type_id, channel = divmod(number, len(self.names))
        return type_id, self.names[channel]

    def behind(self, edge: tuple[int, int]) -> int:
        """How many come before the first that is older than a (moment, id)."""
        moment, id_ = edge
        return len(self) - int(
            np.count_nonzero((self.moments < moment) | ((self.moments == moment) & (self.ids < id_)))
        )


_COLUMNS = ("moments", "ids", "types", "channels", "people")


def in_order(moments: Numbers, ids: Numbers, types: Numbers, people: Numbers, channels: "Coded") -> Marks:
    """Marks from columns in any order."""
    order = np.lexsort((ids, moments))[::-1]
    codes, names = channels
    return Marks(moments[order], ids[order], types[order], codes[order], people[order], names)


Coded = tuple[Numbers, tuple[str, ...]]


def coded(texts: Sequence[str]) -> Coded:
    """Texts as places among the different ones."""
    names = tuple(dict.fromkeys(texts)) or ("",)
    places = {name: place for place, name in enumerate(names)}
    return numbers(places[text] for text in texts), names


def numbers(values: Iterable[Any]) -> Numbers:
    """A column of whole numbers; null is 0."""
    return np.array([value or 0 for value in values], dtype=np.int64)


def counted(column: Numbers) -> dict[int, int]:
    """How often each number stands in a column."""
    values, counts = np.unique(column, return_counts=True)
    return dict(zip(values.tolist(), counts.tolist(), strict=True))


def together(first: Marks, second: Marks) -> Marks:
    """Marks of both; one that is in both is taken from the second."""
    if not len(first) or not len(second):
        return second if len(second) else first
    kept = first.those(~np.isin(first.ids, second.ids))
    names = tuple(dict.fromkeys(kept.names + second.names))
    places = [np.array([names.index(name) for name in each.names], dtype=np.int64) for each in (kept, second)]
    channels = np.concatenate([place[each.channels] for place, each in zip(places, (kept, second), strict=True)])
    moments, ids, types, people = (
        np.concatenate([getattr(kept, name), getattr(second, name)]) for name in ("moments", "ids", "types", "people")
    )
    return in_order(moments, ids, types, people, (channels, names))
