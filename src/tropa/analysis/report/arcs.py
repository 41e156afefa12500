"""Returns and skips as arcs above the stages, each on a track of its own where two would cross."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tropa.analysis.report.document import TransitionDoc
from tropa.analysis.report.moves import hit, move_rows
from tropa.analysis.report.subject import Subject
from tropa.analysis.report.svg import element, joined, path, share, text

MOST_RETURNS, MOST_SKIPS = 6, 3
WIDTH, TRACK, THICKEST, ROUND = 1000.0, 36.0, 18.0, 18.0


@dataclass(frozen=True, slots=True)
class Arc:
    """start, end: places of the stages the move leaves and reaches."""

    start: int
    end: int
    move: TransitionDoc

    @property
    def low(self) -> int:
        return min(self.start, self.end)

    @property
    def high(self) -> int:
        return max(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Drawn:
    lines: Markup
    labels: Markup
    hits: Markup


def chosen(moves: Sequence[TransitionDoc], places: Mapping[str, int]) -> tuple[list[Arc], int]:
    """The most frequent returns and skips, and how many of them are left to the table."""
    arcs = [Arc(places[move["source"]], places[move["target"]], move) for move in moves]
    by_count = sorted(arcs, key=lambda arc: -arc.move["count"])
    back = [arc for arc in by_count if arc.end < arc.start]
    over = [arc for arc in by_count if arc.end > arc.start + 1]
    kept = [*back[:MOST_RETURNS], *over[:MOST_SKIPS]]
    return kept, len(back) + len(over) - len(kept)


def packed(arcs: Sequence[Arc]) -> list[list[Arc]]:
    """Tracks from the lowest up; short arcs lie low, and no two of a track overlap."""
    tracks: list[list[Arc]] = []
    for arc in sorted(arcs, key=lambda arc: (arc.high - arc.low, arc.low)):
        free = next((track for track in tracks if all(arc.high <= o.low or arc.low >= o.high for o in track)), None)
        if free is None:
            tracks.append([arc])
        else:
            free.append(arc)
    return tracks


def top_of(tracks: Sequence[Sequence[Arc]]) -> float:
    """How much room the arcs take above the stages, pixels."""
    return 16.0 + TRACK * len(tracks) + (10.0 if tracks else 0.0)


def drawn(subject: Subject, tracks: Sequence[Sequence[Arc]], xs: Sequence[float], top: float, scale: float) -> Drawn:
    """The arcs, their arrows with labels, and the areas to point at. scale: pixels a move, as in the ribbons; less when
    an arc would be too thick."""
    most = max((arc.move["count"] for track in tracks for arc in track), default=1)
    scale = min(scale, THICKEST / most)
    leaving, reaching = dict.fromkeys(range(len(xs)), 0.0), dict.fromkeys(range(len(xs)), 0.0)
    lines, labels, hits = [], [], []
    for level, track in enumerate(tracks):
        y = top - 10.0 - TRACK * (level + 1) + 10.0
        for arc in track:
            thick = max(1.75, arc.move["count"] * scale)
            kind = "sk-b" if arc.end < arc.start else "sk-o"
            line = _path(arc, (xs[arc.start], xs[arc.end]), (leaving, reaching), (y, top, thick))
            lines.append(element("path", class_=kind, d=line, stroke_width=thick))
            hits.append(_hit(subject, arc, line, thick))
            labels.append(_label(subject, arc, (xs[arc.start] + xs[arc.end]) / 2 / WIDTH, y, thick))
    return Drawn(joined(lines), joined(labels), joined(hits))


def _path(
    arc: Arc,
    xs: tuple[float, float],
    used: tuple[dict[int, float], dict[int, float]],
    heights: tuple[float, float, float],
) -> str:
    """Up from the source, along the track, down to the target; arcs of one stage stand side by side."""
    (y, top, thick), (leaving, reaching) = heights, used
    toward = -1.0 if arc.end < arc.start else 1.0
    out = xs[0] + toward * (thick / 2 + leaving[arc.start] - 2) + (0 if toward < 0 else 5)
    into = xs[1] - toward * (thick / 2 + reaching[arc.end] + 2) + (5 if toward < 0 else 0)
    leaving[arc.start] += thick + 3
    reaching[arc.end] += thick + 3
    bend = min(ROUND, abs(out - into) / 3)
    drop = min(ROUND, top - y - 2)
    up = ("M", out, top, "V", y + drop, "Q", out, y, out + toward * bend, y)
    return path(*up, "H", into - toward * bend, "Q", into, y, into, y + drop, "V", top - 2)


def _label(subject: Subject, arc: Arc, x: float, y: float, thick: float) -> Markup:
    back = arc.end < arc.start
    words = subject.words
    said = words("flow.returned" if back else "flow.skipped", n=words.number(arc.move["count"]))
    arrow = element("path", class_="arrow-b" if back else "arrow-o", d="M3,-4l-5,4 5,4" if back else "M-3,-4l5,4 -5,4")
    mark = element("svg", arrow, x=share(x), y=y, class_="mark")
    label = element(
        "text",
        text(said),
        class_="tw halo" if back else "tx2 halo",
        x=share(x),
        y=y + thick / 2 + 14,
        text_anchor="middle",
    )
    return joined([mark, label])


def _hit(subject: Subject, arc: Arc, line: str, thick: float) -> Markup:
    move, back = arc.move, arc.end < arc.start
    key = "flow.return_from" if back else "flow.skip_from"
    title = subject.words(key, source=subject.name(move["source"]), target=subject.name(move["target"]))
    kind = "hit-line" if back else "hit-line hit-over"
    link = subject.link("transition", move["source"], move["target"])
    return hit(title, move_rows(subject, move), d=line, kind=kind, width=max(thick, 8.0), link=link)
