"""How a figure looks: percent with its counts, counts alone when few, a dash with the reason when there is none."""

from dataclasses import dataclass, field
from typing import Protocol

from markupsafe import Markup

from tropa.analysis.figure import COUNTS_ONLY, FEW
from tropa.analysis.report.shares import bullet
from tropa.analysis.words import DASH, Words
from tropa.insights.sheet import Cell

# Words of a comparison with the target that colour a figure.
TONES = {"warn": "warn", "bad": "pain"}


class Share(Protocol):
    """k of n with its interval; an estimate has no k. value is None with a reason."""

    @property
    def k(self) -> int | None: ...
    @property
    def n(self) -> int | None: ...
    @property
    def value(self) -> float | None: ...
    @property
    def low(self) -> float | None: ...
    @property
    def high(self) -> float | None: ...
    @property
    def reason(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """head: the large part; counts: «k из n»; tone: "", "warn" or "pain"; few: compared with nothing."""

    head: str
    counts: str = ""
    interval: str = ""
    target: str = ""
    note: str = ""
    tone: str = ""
    few: bool = False
    bullet: Markup = field(default_factory=Markup)

    @property
    def line(self) -> str:
        """In one line, as a sentence has it."""
        return " ".join(part for part in (self.head, f"({self.counts})" if self.counts else "", self.note) if part)


def shown(share: Share, words: Words, *, target: float | None = None, compared: str = "") -> Shown:
    """A share; compared: how it stands to the target, as the figures say it."""
    goal = words("share.target", value=words.goal(target)) if target is not None else ""
    if share.value is None or not share.n:
        return Shown(DASH, target=goal, note=words.reason(share.reason))
    counts = _counts(share, words)
    if share.n < COUNTS_ONLY:
        head, note = (counts, words("few.counts")) if share.k is not None else (DASH, _too_few(share.n, words))
        return Shown(head, target=goal, note=note, few=True)
    few = share.n < FEW
    tone = "" if few else TONES.get(compared, "")
    drawn = bullet(share.value, target, (share.low, share.high), "bad" if tone == "pain" else tone)
    interval = words.range(share.low, share.high)
    return Shown(words.percent(share.value), counts, interval, goal, words("few") if few else "", tone, few, drawn)


def _counts(share: Share, words: Words) -> str:
    n = words.number(share.n)
    return words("share.over", n=n) if share.k is None else words("share.of", k=words.number(share.k), n=n)


def _too_few(n: int, words: Words) -> str:
    return words("few.estimate", n=words.number(n))


def share_cells(share: Share, words: Words, url: str = "") -> list[Cell]:
    """k, n, the share in percent and both ends of its interval: five columns of a table."""
    hidden = share.n is not None and share.n < COUNTS_ONLY
    value, low, high = (None, None, None) if hidden else (share.value, share.low, share.high)
    return [
        Cell(words.number(share.k), share.k, url if share.k else ""),
        Cell(words.number(share.n), share.n),
        Cell(words.percent(value), _points(value)),
        Cell(words.percent(low), _points(low)),
        Cell(words.percent(high), _points(high)),
    ]


def _points(fraction: float | None) -> float | None:
    return None if fraction is None else round(fraction * 100, 2)
