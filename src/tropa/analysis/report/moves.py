"""Moves between stages as a table, and as areas to point at in a picture."""

from collections.abc import Sequence

from markupsafe import Markup

from tropa.analysis.report.document import TransitionDoc
from tropa.analysis.report.subject import Subject
from tropa.analysis.report.svg import element, tip
from tropa.analysis.report.tables import Table


def hit(
    title: str,
    rows: Sequence[tuple[str, str]],
    *,
    d: str,
    kind: str = "hit",
    width: float | None = None,
    link: str | None = None,
) -> Markup:
    """A path that can be pointed at and reached by Tab; its name says what the tooltip says. link: where it leads."""
    said = f"{title}: " + ", ".join(f"{name} {value}" for name, value in rows)
    shape = {"class_": kind, "d": d, "stroke_width": width}
    if link is not None:
        return element("a", element("path", **shape), href=link, aria_label=said, data_figure_tip=tip(title, rows))
    return element("path", **shape, tabindex="0", role="img", aria_label=said, data_tip=tip(title, rows))


def move_rows(subject: Subject, move: TransitionDoc) -> list[tuple[str, str]]:
    """What a tooltip says of a move."""
    words = subject.words
    count = (words("column.moves"), words.number(move["count"]))
    return [count, (words("column.median"), words.days(move["median_seconds"]))]


def table(subject: Subject, most: int = 60) -> Table:
    """Moves with their kind, count and time; used by every picture of moves."""
    words = subject.words
    names = [words(f"column.{key}") for key in ("source", "target", "kind", "moves", "median", "mean")]
    moves = sorted(subject.document["transitions"], key=lambda move: -move["count"])
    rows = [
        [
            subject.name(move["source"]),
            subject.name(move["target"]),
            words(f"kind.{move['kind']}") if words.has(f"kind.{move['kind']}") else move["kind"],
            words.number(move["count"]),
            words.days(move["median_seconds"]),
            words.days(move["mean_seconds"]),
        ]
        for move in moves[:most]
    ]
    rest = words("more.moves", n=words.count(len(moves) - most, "pair")) if len(moves) > most else ""
    return Table(words("flow.caption"), names, rows, rest)
