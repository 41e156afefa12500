"""What follows what in a log without a journey: activities in their usual order and the moves between them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from tropa.analysis.report.document import TransitionDoc
from tropa.analysis.report.moves import hit, move_rows, table
from tropa.analysis.report.subject import Subject
from tropa.analysis.report.svg import element, joined, path, plain, share, text, tip
from tropa.analysis.report.tables import Table

MOST_NODES, MOST_MOVES, NAMED = 12, 26, 8
ROW, BOX, WIDTH = 62.0, 36.0, 1000.0
LEFT, RIGHT = 300.0, 700.0
THICKEST = 11.0


@dataclass(frozen=True, slots=True)
class Node:
    name: str
    count: str
    again: str
    tip: str


@dataclass(frozen=True, slots=True)
class Follows:
    nodes: list[Node]
    drawing: Markup
    rest: str
    conclusion: str
    sentence: str
    table: Table


def follows(subject: Subject) -> Follows | None:
    """None when nothing follows anything."""
    moves = subject.document["transitions"]
    if not moves:
        return None
    order = _order(subject)
    places = {key: place for place, key in enumerate(order)}
    inside = [move for move in moves if move["source"] in places and move["target"] in places]
    kept = sorted(inside, key=lambda move: -move["count"])[:MOST_MOVES]
    conclusion = conclusion_of(subject)
    return Follows(
        [_node(subject, key, moves) for key in order],
        _drawing(subject, places, [move for move in kept if move["source"] != move["target"]]),
        _rest(subject, order, len(moves), len(kept)),
        conclusion,
        f"{subject.words('follows.sentence')} {conclusion}",
        table(subject),
    )


def _order(subject: Subject) -> list[str]:
    """The most frequent activities by the mean place they take in the variants, the busier first when equal."""
    chosen = sorted(subject.stages.values(), key=lambda stage: -stage["entered"])[:MOST_NODES]
    places: defaultdict[str, list[tuple[float, int]]] = defaultdict(list)
    for variant in subject.document["variants"]:
        last = max(1, len(variant["path"]) - 1)
        for place, key in enumerate(variant["path"]):
            places[key].append((place / last, variant["count"]))
    return [stage["key"] for stage in sorted(chosen, key=lambda stage: _mean(places[stage["key"]]))]


def _mean(places: Sequence[tuple[float, int]]) -> float:
    weight = sum(count for _, count in places)
    return sum(place * count for place, count in places) / weight if weight else 0.5


def _node(subject: Subject, key: str, moves: Sequence[TransitionDoc]) -> Node:
    words, stage = subject.words, subject.stages[key]
    again = sum(move["count"] for move in moves if move["source"] == key == move["target"])
    rows = [
        (words("column.trips"), words.number(stage["entered"])),
        (words("column.visits"), words.number(stage["visits"])),
        (words("column.median"), words.days(stage["dwell"]["km_median_seconds"])),
    ]
    name = subject.name(key)
    return Node(name, words.number(stage["visits"]), f"↻ {words.number(again)}" if again else "", tip(name, rows))


def _drawing(subject: Subject, places: Mapping[str, int], moves: Sequence[TransitionDoc]) -> Markup:
    most = max((move["count"] for move in moves), default=1)
    height = ROW * len(places)
    longest = max((abs(places[m["target"]] - places[m["source"]]) for m in moves), default=1)
    lines, labels, hits = [], [], []
    taken: list[tuple[float, float]] = []
    for move in sorted(moves, key=lambda move: move["count"]):
        edge = _Edge(
            places[move["source"]], places[move["target"]], longest, max(1.25, move["count"] / most * THICKEST)
        )
        lines.append(element("path", class_=edge.kind, d=edge.path, stroke_width=edge.thick))
        labels.append(edge.label(subject.words.number(move["count"]), taken))
        hits.append(_hit(subject, move, edge))
    picture = element("g", joined([_stretched(lines, height), *labels]), role="img", aria_label=conclusion_of(subject))
    return element("svg", picture, _stretched(hits, height, "hits"), class_="chart", width="100%", height=height)


def _stretched(parts: Sequence[Markup], height: float, kind: str | None = None) -> Markup:
    box = f"0 0 {WIDTH:.0f} {plain(height)}"
    return element(
        "svg", joined(parts), class_=kind, viewBox=box, preserveAspectRatio="none", width="100%", height=height
    )


class _Edge:
    """Down the middle to the next activity, by the right past others, by the left against the order."""

    def __init__(self, source: int, target: int, longest: int, thick: float) -> None:
        self.source, self.target, self.thick = source, target, thick
        self.back, self.next = target < source, target == source + 1
        self.kind = "fo-b" if self.back else "fo-n" if self.next else "fo-s"
        reach = 0.22 + 0.74 * abs(target - source) / max(1, longest)
        self.side = LEFT - LEFT * reach if self.back else RIGHT + (WIDTH - RIGHT) * reach

    @property
    def path(self) -> str:
        if self.next:
            return path("M", 500.0, self.source * ROW + (ROW + BOX) / 2, "V", self.target * ROW + (ROW - BOX) / 2)
        edge, x = LEFT if self.back else RIGHT, self.side
        out, into = self._port(self.source, True), self._port(self.target, False)
        return path("M", edge, out, "C", x, out, x, into, edge, into)

    def _port(self, place: int, leaving: bool) -> float:
        lower = leaving != self.back
        return place * ROW + ROW / 2 + (7 if lower else -7)

    def label(self, said: str, taken: list[tuple[float, float]]) -> Markup:
        """The count at the bend and the arrow at the end; counts that would cover each other move apart."""
        if self.next:
            y = (self.source + 1) * ROW
            arrow = _arrow(500.0, y + (ROW - BOX) / 2, "M-5,-6l5,6 5,-6", self.kind)
            return joined([arrow, element("text", text(said), class_="tx2", x="50%", dx=self.thick / 2 + 8, y=y + 4)])
        edge = LEFT if self.back else RIGHT
        x, y = edge + (self.side - edge) * 0.75, (self._port(self.source, True) + self._port(self.target, False)) / 2
        while any(abs(x - x2) < 45 and abs(y - y2) < 13 for x2, y2 in taken):
            y += 13
        taken.append((x, y))
        arrow = _arrow(
            edge, self._port(self.target, False), "M-7,-5l7,5 -7,5" if self.back else "M7,-5l-7,5 7,5", self.kind
        )
        kind = "tw halo" if self.back else "tx2 halo"
        return joined(
            [arrow, element("text", text(said), class_=kind, x=share(x / WIDTH), y=y + 4, text_anchor="middle")]
        )


def _arrow(x: float, y: float, shape: str, kind: str) -> Markup:
    return element(
        "svg", element("path", class_=f"{kind}-arrow fo-arrow", d=shape), x=share(x / WIDTH), y=y, class_="mark"
    )


def _hit(subject: Subject, move: TransitionDoc, edge: _Edge) -> Markup:
    title = f"{subject.name(move['source'])} → {subject.name(move['target'])}"
    kind = "hit-line" if edge.back else "hit-line hit-over"
    return hit(title, move_rows(subject, move), d=edge.path, kind=kind, width=max(edge.thick, 8.0))


def _rest(subject: Subject, order: Sequence[str], moves: int, kept: int) -> str:
    words = subject.words
    others = [key for key in subject.stages if key not in set(order)]
    said = []
    if others:
        names = ", ".join(subject.name(key) for key in others[:NAMED])
        more = f" {words('more', n=words.number(len(others) - NAMED))}" if len(others) > NAMED else ""
        said.append(words("follows.not_drawn", names=names + more))
    if moves > kept:
        said.append(words("follows.moves_drawn", kept=words.number(kept), all=words.number(moves)))
    return " ".join(said)


def conclusion_of(subject: Subject) -> str:
    """The most frequent move and its usual time."""
    words = subject.words
    moves = [move for move in subject.document["transitions"] if move["source"] != move["target"]]
    if not moves:
        return words("follows.only_repeats")
    most = max(moves, key=lambda move: move["count"])
    said = {
        "source": subject.name(most["source"]),
        "target": subject.name(most["target"]),
        "n": words.number(most["count"]),
    }
    if most["median_seconds"] is None:
        return words("follows.most", **said)
    return words("follows.most_time", **said, median=words.days(most["median_seconds"]))
