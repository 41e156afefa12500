"""Real paths through the stages: ribbons forward, arcs back above, those who left running down, those still here."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup

from tropa.analysis.report.arcs import Arc, chosen, drawn, packed, top_of
from tropa.analysis.report.column import NODE, WIDTH, Column, Node
from tropa.analysis.report.document import StageDoc, TransitionDoc
from tropa.analysis.report.moves import table
from tropa.analysis.report.subject import Subject
from tropa.analysis.report.svg import element, joined, plain, share
from tropa.analysis.report.tables import Table

MOST_STAGES = 10
BODY, FOOT = 360.0, 52.0
# A first stage this much larger than the next would leave nothing to see of the rest.
OVERWHELMING = 6.0


@dataclass(frozen=True, slots=True)
class Head:
    name: str
    count: str


@dataclass(frozen=True, slots=True)
class Flow:
    heads: list[Head]
    drawing: Markup
    hidden: str
    rest: str
    conclusion: str
    sentence: str
    table: Table


def flow(subject: Subject, *, body: float = BODY) -> Flow | None:
    """None when there are no moves between stages to draw, or too many stages for ribbons. body: how high the largest
    stage is drawn, pixels."""
    stages, hidden = _shown(subject)
    if not 2 <= len(stages) <= MOST_STAGES or not subject.document["transitions"]:
        return None
    among = _among(subject, stages)
    arcs, dropped = chosen(among, {stage["key"]: place for place, stage in enumerate(stages)})
    conclusion = conclusion_of(subject)
    return Flow(
        [_head(subject, stage) for stage in stages],
        _drawing(subject, stages, among, arcs, said=conclusion, body=body),
        _hidden(subject, hidden),
        subject.words("flow.more_arcs", n=subject.words.count(dropped, "move")) if dropped else "",
        conclusion,
        f"{subject.words('flow.sentence')} {conclusion}",
        table(subject),
    )


def _shown(subject: Subject) -> tuple[list[StageDoc], list[StageDoc]]:
    stages = [stage for stage in subject.stages.values() if stage["visits"]]
    hidden: list[StageDoc] = []
    while len(stages) > 3 and stages[0]["visits"] > OVERWHELMING * max(stage["visits"] for stage in stages[1:]):
        hidden.append(stages.pop(0))
    return stages, hidden


def _among(subject: Subject, stages: Sequence[StageDoc]) -> list[TransitionDoc]:
    keys = {stage["key"] for stage in stages}
    return [move for move in subject.document["transitions"] if {move["source"], move["target"]} <= keys]


def _head(subject: Subject, stage: StageDoc) -> Head:
    return Head(subject.name(stage["key"]), subject.words.count(stage["entered"], subject.unit))


def _hidden(subject: Subject, hidden: Sequence[StageDoc]) -> str:
    words = subject.words
    said = [
        words("flow.hidden", stage=subject.name(stage["key"]), n=words.count(stage["visits"], "visit"))
        for stage in hidden
    ]
    return " ".join(said)


def _nodes(stages: Sequence[StageDoc], moves: Sequence[TransitionDoc], top: float, scale: float) -> list[Node]:
    ahead = {(move["source"], move["target"]): move["count"] for move in moves}
    following = [*(ahead.get((a["key"], b["key"]), 0) for a, b in pairwise(stages)), 0]
    step = WIDTH / (len(stages) - 1)
    return [
        Node(stage, step * place, top, max(3.0, stage["visits"] * scale), forward)
        for place, (stage, forward) in enumerate(zip(stages, following, strict=True))
    ]


def _drawing(
    subject: Subject,
    stages: Sequence[StageDoc],
    moves: Sequence[TransitionDoc],
    arcs: Sequence[Arc],
    *,
    said: str,
    body: float,
) -> Markup:
    levels = packed(arcs)
    top = top_of(levels)
    scale = body / max(1, max(stage["visits"] for stage in stages))
    nodes = _nodes(stages, moves, top, scale)
    height = top + body + FOOT
    bands, labels, hits = [_inflow(nodes[0])], [], []
    for place, node in enumerate(nodes):
        following = nodes[place + 1] if place + 1 < len(nodes) else None
        drawing = Column(subject, node, following, scale)
        bands.append(drawing.bands())
        labels.append(drawing.labels())
        hits.append(drawing.hits())
    above = drawn(subject, levels, [node.x for node in nodes], top, scale)
    picture = element(
        "g",
        joined([_stretched([*bands, above.lines], height), above.labels, *labels, *map(_bar, nodes)]),
        role="img",
        aria_label=f"{subject.words('flow.sentence')} {said}",
    )
    over = _stretched([*hits, above.hits], height, "hits")
    return element("svg", picture, over, class_="chart flow", width="100%", height=height)


def _stretched(parts: Sequence[Markup], height: float, kind: str | None = None) -> Markup:
    box = f"0 0 {WIDTH:.0f} {plain(height)}"
    return element(
        "svg", joined(parts), class_=kind, viewBox=box, preserveAspectRatio="none", width="100%", height=height
    )


def _inflow(node: Node) -> Markup:
    return element("rect", class_="sk sk-in", x=-40.0, y=node.top, width=40.0, height=node.height)


def _bar(node: Node) -> Markup:
    return element("rect", class_="node", x=share(node.x / WIDTH), y=node.top, width=NODE, height=node.height, rx=1.5)


def conclusion_of(subject: Subject) -> str:
    """The most frequent return, and how many closed paths had one."""
    words = subject.words
    returns = [move for move in subject.document["transitions"] if move["kind"] == "return"]
    shape = subject.document["path_shape"]
    said = []
    if returns:
        most = max(returns, key=lambda move: move["count"])
        ends = {"source": subject.name(most["source"]), "target": subject.name(most["target"])}
        said.append(words("flow.most_return", **ends, n=words.number(most["count"])))
    else:
        said.append(words("flow.no_returns"))
    if shape and shape["linear"]["value"] is not None:
        linear = shape["linear"]
        counts = words("share.of", k=words.number(linear["k"]), n=words.number(linear["n"]))
        said.append(words("flow.linear", counts=counts))
    return " ".join(said)
