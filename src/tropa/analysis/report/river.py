"""The narrowing trail: width is the square root of the number, those who left run off red at the banks."""

from collections.abc import Sequence
from math import sqrt

from markupsafe import Markup

from tropa.analysis.report.svg import element, joined

WIDTH, HEIGHT = 1000.0, 100.0
NARROWEST = 6.0


def rivers(entered: Sequence[int], left: Sequence[float]) -> list[Markup]:
    """A piece of the trail for each stage, to be put one under the other. entered: how many came; left: of those who
    did not go on, the fraction that left."""
    widest = max(entered, default=0)
    widths = [max(NARROWEST, sqrt(count / widest) * WIDTH) if widest else NARROWEST for count in entered]
    after = [*widths[1:], widths[-1] * 0.94] if widths else []
    last = len(widths) - 1
    return [
        _river(width, following, part if place < last else 0.0)
        for place, (width, following, part) in enumerate(zip(widths, after, left, strict=True))
    ]


def _river(width: float, following: float, left_part: float) -> Markup:
    left, right = (WIDTH - width) / 2, (WIDTH + width) / 2
    left2, right2 = (WIDTH - following) / 2, (WIDTH + following) / 2
    path = (
        f"M{left:.1f},0L{left:.1f},55C{left:.1f},86 {left2:.1f},74 {left2:.1f},100"
        f"L{right2:.1f},100C{right2:.1f},74 {right:.1f},86 {right:.1f},55L{right:.1f},0Z"
    )
    runs_off = width - following > 3 and left_part > 0
    banks = [_bank(left, left2, left_part), _bank(right, right2, left_part)] if runs_off else []
    river = element("path", class_="river", d=path)
    box = f"0 0 {WIDTH:.0f} {HEIGHT:.0f}"
    return element("svg", joined([*banks, river]), viewBox=box, preserveAspectRatio="none", aria_hidden="true")


def _bank(outer: float, inner: float, left_part: float) -> Markup:
    outer = inner + (outer - inner) * left_part
    bend = inner + (outer - inner) * 0.55
    path = f"M{outer:.1f},50C{outer:.1f},78 {bend:.1f},70 {inner:.1f},97L{outer:.1f},97Z"
    return element("path", class_="bank", d=path)
