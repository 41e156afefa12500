"""How straight the paths are, and how much it takes to win."""

from dataclasses import dataclass

from tropa.analysis.report import shares
from tropa.analysis.report.subject import Subject


@dataclass(frozen=True, slots=True)
class Fact:
    name: str
    value: str
    note: str


def shape(subject: Subject) -> list[Fact]:
    """Straight paths, paths with a return, with a skip; touches up to the win."""
    words, given, touches = subject.words, subject.document["path_shape"], subject.document["touches_to_won"]
    facts = []
    if given:
        for key, share in (
            ("linear", given["linear"]),
            ("with_return", given["with_return"]),
            ("with_skip", given["with_skip"]),
        ):
            figure = shares.shown(share, None, words)
            facts.append(Fact(words(f"shape.{key}"), figure.head, figure.counts or figure.note))
    if touches and touches["median"] is not None:
        note = words("shape.touches_note", n=words.count(touches["trips"], "trip"), p90=words.number(touches["p90"]))
        facts.append(Fact(words("shape.touches"), words.number(touches["median"]), note))
    return facts
