"""How a share is shown: percent with its counts, counts alone when few, a dash with the reason when there is none."""

from dataclasses import dataclass, field, replace

from markupsafe import Markup

from tropa.analysis.figure import COUNTS_ONLY, FEW
from tropa.analysis.report.document import EstimateDoc, ShareDoc
from tropa.analysis.report.svg import element, joined, share
from tropa.analysis.words import DASH, Words

FINE, TOLERABLE = 0.02, 0.15
HEIGHT, TOP, BAR = 15.0, 4.0, 6.0


@dataclass(frozen=True, slots=True)
class Shown:
    """head: the large part; counts: «k из n»; target: «цель 25 %»; tone: "", "warn" or "bad" against the target."""

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
        return " ".join(part for part in (self.head, f"({self.counts})" if self.counts else "", self.note) if part)


def shown(given: ShareDoc, target: float | None, words: Words) -> Shown:
    """A share against its target, if there is one and there are enough cases to compare."""
    counts = words("share.of", k=words.number(given["k"]), n=words.number(given["n"]))
    return _shown(given, target, words, counts, Shown(counts, note=words("few.counts"), few=True))


def estimated(given: EstimateDoc, target: float | None, words: Words) -> Shown:
    """The Aalen–Johansen estimate; its counts are all who entered, open ones included."""
    n = words.number(given["n"])
    return _shown(
        given, target, words, words("share.over", n=n), Shown(DASH, note=words("few.estimate", n=n), few=True)
    )


def _shown(given: ShareDoc | EstimateDoc, target: float | None, words: Words, counts: str, counts_only: Shown) -> Shown:
    """counts_only: what stands instead of a percentage that would rest on too few cases."""
    value, n, interval = given["value"], given["n"], (given["low"], given["high"])
    goal = words("share.target", value=words.goal(target)) if target is not None else ""
    if value is None or n is None:
        return Shown(DASH, target=goal, note=words.reason(given.get("reason")))
    if n < COUNTS_ONLY:
        return replace(counts_only, target=goal)
    few = n < FEW
    tone = "" if few else against(value, target)
    return Shown(
        words.percent(value),
        counts,
        words.range(*interval),
        goal,
        words("few") if few else "",
        tone,
        few,
        bullet(value, target, interval, tone),
    )


def against(value: float, target: float | None, *, less_is_better: bool = False) -> str:
    """Up to 2 % off the target is fine, up to 15 % is a warning, more is bad."""
    if not target:
        return ""
    short = (value - target if less_is_better else target - value) / target
    return "" if short <= FINE else "warn" if short <= TOLERABLE else "bad"


def bullet(value: float, target: float | None, interval: tuple[float | None, float | None], tone: str) -> Markup:
    """The bar with its target mark, the missing part hatched, the interval as a thin whisker below."""
    parts = [_bar("b-track", 0.0, 1.0), _bar("b-fill", 0.0, value)]
    if target is not None and tone:
        parts.append(_bar(f"b-under b-{tone}", value, target))
    low, high = interval
    if low is not None and high is not None:
        parts.append(_whisker(low, high))
    if target is not None:
        parts.append(element("rect", class_="b-halo", x=share(target), y=0.0, width=4.0, height=12.5, **_MIDDLE))
        parts.append(element("rect", class_="b-goal", x=share(target), y=0.5, width=2.0, height=11.5, **_CENTRE))
    return element("svg", joined(parts), class_="bullet", width="100%", height=HEIGHT, aria_hidden="true")


_MIDDLE = {"transform": "translate(-2 0)"}
_CENTRE = {"transform": "translate(-1 0)"}


def _bar(kind: str, start: float, end: float) -> Markup:
    width = max(0.0, min(1.0, end) - start)
    return element("rect", class_=kind, x=share(start), y=TOP - 0.5, width=share(width), height=BAR, rx=2.0)


def _whisker(low: float, high: float) -> Markup:
    y = HEIGHT - 1.5
    line = element("line", class_="b-whisker", x1=share(low), x2=share(high), y1=y, y2=y)
    ends = [element("line", class_="b-whisker", x1=share(x), x2=share(x), y1=y - 1.5, y2=y + 1.5) for x in (low, high)]
    return joined([line, *ends])
