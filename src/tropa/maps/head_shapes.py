"""What the live header of a board is drawn from: counts, pills and meters of one column."""

from dataclasses import dataclass

from tropa.analysis.words import DASH
from tropa.maps.columns import Column


@dataclass(frozen=True, slots=True)
class Count:
    """A number of companies or visitors with its noun. url: who they are."""

    number: str
    noun: str
    url: str
    tip: str


@dataclass(frozen=True, slots=True)
class Pill:
    """The conversion between two stages. tone: ok, warn, bad, few, none. under_x, under_w: what is missing to the
    target, once it counts as worse."""

    value: str
    tone: str
    url: str
    tip: str
    target: str
    said: str
    counts: str
    filled: float
    target_at: float | None
    under_x: float = 0.0
    under_w: float = 0.0


@dataclass(frozen=True, slots=True)
class Meter:
    """A figure with a bar against its target, in hundredths of the row's scale. over_x, over_w: what is too much;
    under_x, under_w: what is missing to the target. missing: why there is no figure. said: the comparison in words.
    url: empty without anybody behind it. long: with its noun."""

    value: str = DASH
    tone: str = "none"
    url: str = ""
    tip: str = ""
    filled: float = 0.0
    target_at: float | None = None
    over_x: float = 0.0
    over_w: float = 0.0
    target: str = ""
    said: str = ""
    missing: str = ""
    long: str = ""
    under_x: float = 0.0
    under_w: float = 0.0


@dataclass(frozen=True, slots=True)
class Head:
    """A column of the head. passed: how many came, None while nobody knows: the width of the trail. worst: the point
    after which most are lost."""

    column: Column
    passed: int | None = None
    companies: Count | None = None
    unknown: Count | None = None
    conversion: Pill | None = None
    days: Meter | None = None
    drop: Meter | None = None
    nps: Meter | None = None
    here: Count | None = None
    gone: Count | None = None
    worst: Count | None = None
