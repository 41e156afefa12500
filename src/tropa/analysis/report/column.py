"""One stage in the picture of paths and everything that leaves it to the right."""

from dataclasses import dataclass

from markupsafe import Markup

from tropa.analysis.report.document import ExitsDoc, StageDoc
from tropa.analysis.report.moves import hit
from tropa.analysis.report.subject import Subject
from tropa.analysis.report.svg import element, joined, path, plain, share, text

WIDTH, STUB, NODE = 1000.0, 34.0, 7.0


@dataclass(frozen=True, slots=True)
class Node:
    """x in 0..1000 of the width, heights in pixels."""

    stage: StageDoc
    x: float
    top: float
    height: float
    forward: int

    @property
    def exits(self) -> ExitsDoc:
        return self.stage["exits"]

    @property
    def left(self) -> int:
        return self.exits["lost"] + self.exits["dropped"]


class Column:
    """Everything that leaves one stage to the right: the ribbon ahead, those still here, those who left."""

    def __init__(self, subject: Subject, node: Node, following: Node | None, scale: float) -> None:
        self.subject, self.node, self.following = subject, node, following
        self.ahead = max(1.5, node.forward * scale) if node.forward else 0.0
        # Only visits without an end stay: a unit that stands here now has exactly one of them.
        self.still = (node.exits["open"] + node.exits["completed"]) * scale
        self.gone = max(2.0, node.left * scale) if node.left else 0.0
        self.length = min(110.0, WIDTH / 9)

    @property
    def still_top(self) -> float:
        return self.node.top + self.ahead

    @property
    def gone_top(self) -> float:
        return self.still_top + self.still

    def _ribbon(self, following: Node) -> str:
        x, x2, top, low = self.node.x, following.x, self.node.top, self.node.top + self.ahead
        middle = (x + x2) / 2
        out = ("M", x, top, "C", middle, top, middle, top, x2, top)
        return path(*out, "V", low, "C", middle, low, middle, low, x, low, "Z")

    def _fall(self) -> str:
        x, y, high, sag = self.node.x, self.gone_top, self.gone, 34.0
        end, middle, low = x + self.length, x + self.length / 2, y + sag
        out = ("M", x, y, "C", middle, y, middle, low, end, low)
        return path(*out, "V", low + high, "C", middle, low + high, middle, y + high, x, y + high, "Z")

    def bands(self) -> Markup:
        parts = []
        if self.ahead and self.following:
            parts.append(element("path", class_="sk", d=self._ribbon(self.following)))
        if self.gone:
            parts.append(element("path", class_="sk-d", d=self._fall()))
        return joined(parts)

    def labels(self) -> Markup:
        x, parts, lowest = share(self.node.x / WIDTH), [], 0.0
        if self.still:
            stub = element(
                "rect",
                class_="sk-s",
                x=x,
                y=self.still_top,
                width=STUB,
                height=max(1.0, self.still),
                transform=_shift(NODE),
            )
            parts.append(stub)
            said = self._still_words()
            # A label beside a thin stub would lie on the ribbon above it.
            first = max(
                self.still_top + self.still / 2 + 4 - 8 * (len(said) - 1),
                self.still_top + (14 if self.following else 4),
            )
            for line, still in enumerate(said):
                lowest = first + 16 * line
                parts.append(self._label(lowest, NODE + STUB + 6, still, "halo"))
        if self.gone:
            inside = self.gone > 40
            y = self.gone_top + self.gone / 2 + 6 if inside else self.gone_top + self.gone + 40
            y = max(y, lowest + 18)
            parts.append(
                self._label(y, NODE + (12 if inside else 46), self._gone_words(), "tx tb" if inside else "tx tb halo")
            )
        return joined(parts)

    def _label(self, y: float, dx: float, said: str, kind: str) -> Markup:
        return element("text", text(said), x=share(self.node.x / WIDTH), dx=dx, y=y, class_=kind)

    def _still_words(self) -> list[str]:
        words, exits = self.subject.words, self.node.exits
        here = words("flow.here", n=words.number(exits["open"])) if exits["open"] else ""
        done = words("flow.completed", n=words.number(exits["completed"])) if exits["completed"] else ""
        return [part for part in (here, done) if part]

    def _gone_words(self) -> str:
        return self.subject.words("flow.left", n=self.subject.words.number(self.node.left))

    def hits(self) -> Markup:
        parts, words, name = [], self.subject.words, self.subject.name(self.node.stage["key"])
        visits = self.node.stage["visits"]
        if self.ahead and self.following:
            target = self.subject.name(self.following.stage["key"])
            rows = [
                (words("column.moves"), words.number(self.node.forward)),
                (words("flow.of_visits"), _part(self.subject, self.node.forward, visits)),
            ]
            key = self.following.stage["key"]
            link = self.subject.link("transition", self.node.stage["key"], key)
            parts.append(hit(f"{name} → {target}", rows, d=self._ribbon(self.following), link=link))
        if self.gone:
            exits = self.node.exits
            rows = [
                (words("column.explicit"), words.number(exits["lost"])),
                (words("column.implicit"), words.number(exits["dropped"])),
                (words("flow.of_visits"), _part(self.subject, self.node.left, visits)),
            ]
            link = self.subject.link("gone", self.node.stage["key"])
            parts.append(hit(words("flow.left_from", stage=name), rows, d=self._fall(), link=link))
        return joined(parts)


def _part(subject: Subject, part: int, whole: int) -> str:
    return subject.words.percent(part / whole) if whole else "—"


def _shift(x: float) -> str:
    return f"translate({plain(x)} 0)"
