"""Real paths: the picture of moves with returns, and the frequent sequences (metrics.md section 1.8)."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from markupsafe import Markup

from tropa.analysis.report.document import SummaryDoc
from tropa.analysis.report.flow import Head, flow
from tropa.analysis.report.subject import Subject
from tropa.analysis.report.svg import element, joined, share
from tropa.analysis.words import DAY
from tropa.insights.figures import Path, StageFigures
from tropa.insights.sheet import Cell, Table, words
from tropa.insights.shown import Shown, share_cells, shown
from tropa.insights.telling import Telling

MOST_ROWS, MOST_CHIPS = 12, 12
HEIGHT = 230.0
ENDINGS = {"lost": "lost", "dropped": "lost", "open": "open", "completed": "done"}


@dataclass(frozen=True, slots=True)
class Flow:
    """drawing: with links to the rows behind every flow."""

    heads: list[Head]
    drawing: Markup
    notes: str
    conclusion: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Moves:
    """flow: None when there is nothing to draw."""

    flow: Flow | None
    returns: str
    table: Table


def moves(telling: Telling) -> Moves:
    """Moves between stages."""
    returns = telling.figures.totals.returns
    counted = telling.words.count(returns, "move") if returns else ""
    return Moves(_flow(telling), _("возвраты: %(n)s") % {"n": counted} if counted else "", moves_table(telling))


def _flow(telling: Telling) -> Flow | None:
    def link(what: str, stage: str, target: str) -> str:
        if what == "gone":
            return telling.behind("gone", stage=stage)
        return telling.behind("transition", source=stage, target=target)

    drawn = flow(Subject(_document(telling), telling.words, link), body=HEIGHT)
    if drawn is None:
        return None
    notes = " ".join(part for part in (telling.words("flow.counting"), drawn.hidden, drawn.rest) if part)
    return Flow(drawn.heads, drawn.drawing, notes, drawn.conclusion, drawn.sentence)


def _document(telling: Telling) -> SummaryDoc:
    """The part of the document of an analysis that the picture of paths reads."""
    figures = telling.figures
    document: dict[str, Any] = {
        "question": {"journey": {}, "unit": telling.unit},
        "stages": [_stage(telling, stage) for stage in figures.stages],
        "transitions": [
            {
                "source": move.source,
                "target": move.target,
                "count": move.count,
                "kind": move.kind,
                "median_seconds": move.median_days * DAY,
                "mean_seconds": None,
            }
            for move in figures.transitions
        ],
        "path_shape": None,
    }
    return cast("SummaryDoc", document)


def _stage(telling: Telling, stage: StageFigures) -> dict[str, Any]:
    """Every visit of a stage ends in a move or with the trip: so visits are what leaves it."""
    leaving = sum(move.count for move in telling.figures.transitions if move.source == stage.key)
    ends = {
        "lost": stage.lost.total,
        "dropped": stage.dropped.total,
        "completed": stage.completed.total,
        "open": stage.here.total,
    }
    return {
        "key": stage.key,
        "label": {telling.words.language: stage.label},
        "entered": stage.entered.total,
        "visits": leaving + sum(ends.values()),
        "exits": ends,
    }


def moves_table(telling: Telling) -> Table:
    """Every pair of stages with a move."""
    said = telling.words
    heads = [_("Откуда"), _("Куда"), _("Вид"), _("Переходов"), _("Медиана, дней")]
    rows = [
        [
            words(move.source_label),
            words(move.target_label),
            words(said(f"kind.{move.kind}")),
            Cell(
                said.number(move.count),
                move.count,
                telling.behind("transition", source=move.source, target=move.target),
            ),
            Cell(said.number(move.median_days, 0 if move.median_days >= 10 else 1), round(move.median_days, 2)),
        ]
        for move in sorted(telling.figures.transitions, key=lambda move: -move.count)
    ]
    return Table(said("flow.caption"), heads, rows)


@dataclass(frozen=True, slots=True)
class Chip:
    """kind: "" for a step forward, back, lost, open, done, more."""

    text: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    chips: list[Chip]
    share: Shown
    count: str
    url: str
    bar: Markup
    median: str


@dataclass(frozen=True, slots=True)
class Variants:
    rows: list[Row]
    total: str
    rest: str
    conclusion: str
    table: Table


def variants(telling: Telling) -> Variants:
    """The most frequent sequences of stages first."""
    said, paths, totals = telling.words, telling.figures.paths, telling.figures.totals
    most = max((path.share.value or 0.0 for path in paths), default=0.0) or 1.0
    more = totals.paths - min(len(paths), MOST_ROWS)
    trips = said.count(totals.trips.total, "trip")
    return Variants(
        [_row(telling, path, most) for path in paths[:MOST_ROWS]],
        said("variants.total", n=said.count(totals.paths, "variant"), trips=trips) if paths else "",
        said("more.variants", n=said.count(more, "variant")) if more > 0 else "",
        _conclusion(telling),
        variants_table(telling),
    )


def _row(telling: Telling, path: Path, most: float) -> Row:
    said, part = telling.words, path.share.value or 0.0
    bar = element("rect", class_="d-bar", width=share(max(0.01, part / most)), height=4.0, rx=2.0)
    plot = element("svg", joined([bar]), class_="plain-bar", width="100%", height=4.0, aria_hidden="true")
    return Row(
        [*_steps(telling, path), *_endings(telling, path)],
        shown(path.share, said),
        said.number(path.share.k),
        telling.behind("path", path=">".join(path.stages)),
        plot,
        said.days(path.median_days * DAY),
    )


def _steps(telling: Telling, path: Path) -> list[Chip]:
    steps = [(key, len(list(same))) for key, same in groupby(path.stages)]
    ranks = {stage.key: stage.number for stage in telling.figures.stages}
    chips = []
    for place, (key, times) in enumerate(steps[:MOST_CHIPS]):
        back = place > 0 and ranks.get(key, 0) < ranks.get(steps[place - 1][0], 0)
        name = telling.name(key) + (f" ×{telling.words.number(times)}" if times > 1 else "")
        chips.append(Chip(name, "back" if back else ""))
    more = len(steps) - MOST_CHIPS
    return (
        [*chips, Chip(telling.words("more.steps", n=telling.words.count(more, "step")), "more")] if more > 0 else chips
    )


def _endings(telling: Telling, path: Path) -> Sequence[Chip]:
    """How the trips of a path ended, with their numbers when they ended differently."""
    said, counts = telling.words, dict.fromkeys(ENDINGS.values(), 0)
    for ending, count in path.endings.items():
        if ending in ENDINGS:
            counts[ENDINGS[ending]] += count
    present = {kind: count for kind, count in counts.items() if count}
    if len(present) == 1:
        return [Chip(said(f"variants.{kind}"), kind) for kind in present]
    return [Chip(f"{said(f'variants.{kind}')} {said.number(count)}", kind) for kind, count in present.items()]


def _conclusion(telling: Telling) -> str:
    said, paths = telling.words, telling.figures.paths
    if not paths:
        return said("variants.empty")
    first = paths[0].share
    if first.value is None or (first.n or 0) < 10:
        return said("variants.few", n=said.number(first.k))
    sentence = said("variants.first", n=said.number(first.k), share=said.percent(first.value))
    if len(paths) <= 3:
        return sentence
    three = sum(path.share.value or 0.0 for path in paths[:3])
    return f"{sentence} {said('variants.three', share=said.percent(three))}"


def variants_table(telling: Telling) -> Table:
    """Every sequence that is known."""
    said = telling.words
    ends = ("open", "completed", "lost", "dropped")
    heads = [
        pgettext("stages in a row", "Путь"),
        _("Прохождений"), _("из"), _("Доля, %"), _("95 %, от"), _("95 %, до"), _("Ещё в пути"),
        _("Завершили путь"), _("Потеряны"), _("Замолчали"), _("Возвратов"), _("Медиана, дней"),
    ]  # fmt: skip
    rows = [
        [
            words(" → ".join(path.labels)),
            *share_cells(path.share, said, telling.behind("path", path=">".join(path.stages))),
            *(Cell(said.number(path.endings.get(end, 0)), path.endings.get(end, 0)) for end in ends),
            Cell(said.number(path.returns), path.returns),
            Cell(said.number(path.median_days, 0 if path.median_days >= 10 else 1), round(path.median_days, 2)),
        ]
        for path in telling.figures.paths
    ]
    return Table(_("Варианты пути"), heads, rows)
