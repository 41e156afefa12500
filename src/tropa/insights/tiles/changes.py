"""The few things worth reading first, each computed from the figures below, and what to know of the data."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from tropa.analysis.figure import COUNTS_ONLY, FEW
from tropa.analysis.words import DAY
from tropa.insights.figures import Note, StageFigures
from tropa.insights.sheet import Table, words
from tropa.insights.shown import shown
from tropa.insights.telling import Telling
from tropa.insights.tiles.funnel import worst_stage
from tropa.insights.tiles.headline import label_of


@dataclass(frozen=True, slots=True)
class Link:
    """Where a finding leads. kind: the colour of a chip; icon: its picture."""

    text: str
    url: str
    icon: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    title: str
    text: str
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """has_changes: something is told about the period before."""

    items: list[Item]
    notes: Sequence[Note]
    has_changes: bool
    table: Table


def changes(telling: Telling) -> Changes:
    """In the order a person would ask: what changed, where they stop, where it hurts, what is slow, what repeats."""
    changed = _moved(telling)
    rest = [_worst(telling), _severest(telling), _slowest(telling), _tail(telling), _returning(telling)]
    items = [*changed, *(item for item in rest if item is not None)]
    notes = telling.figures.findings
    rows = [[words(item.title), words(item.text)] for item in items]
    rows += [
        [words(_("Качество данных")), words(f"{note.text} ({telling.words.number(note.count)})")] for note in notes
    ]
    return Changes(
        items, notes, bool(changed), Table(pgettext("tile", "Главное"), [_("Вывод"), _("На чём держится")], rows)
    )


def _moved(telling: Telling) -> list[Item]:
    """Headline figures that moved more than chance explains."""
    totals, found = telling.figures.totals, []
    for headline in (totals.bought, totals.onboarded, totals.to_purchase):
        trend = headline.trend
        if trend.moved not in ("better", "worse") or trend.before is None or headline.value is None:
            continue
        is_share = headline.key != "to_purchase"
        before, now = (_value(telling, value, is_share) for value in (trend.before, headline.value))
        label = label_of(telling, headline.key)
        title = _("%(figure)s: стало лучше") if trend.moved == "better" else _("%(figure)s: стало хуже")
        text = _("Было %(before)s, стало %(now)s. Причина не доказана.") % {"before": before, "now": now}
        found.append(Item(title % {"figure": label}, text))
    return found


def _value(telling: Telling, value: float, is_share: bool) -> str:
    return telling.words.percent(value) if is_share else telling.words.days(value * DAY)


def _worst(telling: Telling) -> Item | None:
    stage, said = worst_stage(telling), telling.words
    if stage is None:
        return None
    counts = shown(stage.conversion, said)
    text = said(
        "headline.worst_text", counts=f"{counts.counts} ({counts.head})", target=said.goal(stage.target_conversion)
    )
    return Item(
        said("headline.worst", stage=telling.name(stage.key)),
        text,
        (Link(_("кто не дошёл"), telling.behind("not_reached", stage=stage.key), "clients"),),
    )


def _severest(telling: Telling) -> Item | None:
    stage = max(telling.figures.stages, key=lambda each: each.severity, default=None)
    if stage is None or not stage.severity:
        return None
    said = telling.words
    text = said(
        "headline.severest_text",
        lost=said.number(stage.gone.total),
        entered=said.number(stage.entered.total),
        severity=said.number(stage.severity, 1),
    )
    url = telling.behind("gone", stage=stage.key)
    count = said("flow.left", n=said.number(stage.gone.total))
    return Item(said("headline.severest", stage=telling.name(stage.key)), text, (Link(count, url, "exit", "pain"),))


def _slowest(telling: Telling) -> Item | None:
    late = [stage for stage in telling.figures.stages if stage.days_compared == "bad"]
    stage = max(late, key=_lateness, default=None)
    if stage is None or stage.median_days is None or stage.target_days is None:
        return None
    said = telling.words
    text = said(
        "headline.slow_text", median=said.days(stage.median_days * DAY), target=said.days(stage.target_days * DAY)
    )
    here = telling.behind("here", stage=stage.key)
    links = (Link(_("кто сейчас здесь: %(n)s") % {"n": said.number(stage.here.total)}, here, "clock"),)
    return Item(said("headline.slow", stage=telling.name(stage.key)), text, links if stage.here.total else ())


def _lateness(stage: StageFigures) -> float:
    return stage.median_days / stage.target_days if stage.median_days and stage.target_days else 0.0


def _tail(telling: Telling) -> Item | None:
    long = [(stage.tail, stage) for stage in telling.figures.stages if stage.tail and stage.tail.beyond_days]
    enough = [(tail, stage) for tail, stage in long if (tail.share.n or 0) >= FEW and tail.share.k]
    if not enough:
        return None
    tail, stage = max(enough, key=lambda pair: pair[0].share.value or 0.0)
    said = telling.words
    beyond = said.days(tail.beyond_days * DAY)
    text = said("headline.tail_text", share=shown(tail.share, said).line, beyond=beyond)
    count = said("dwell.in_tail", n=said.number(tail.share.k))
    links = (Link(count, telling.behind("tail", stage=stage.key), "clock", "pain"),)
    return Item(said("headline.tail", stage=telling.name(stage.key)), text, links)


def _returning(telling: Telling) -> Item | None:
    returns = [move for move in telling.figures.transitions if move.kind == "return"]
    most = max(returns, key=lambda move: move.count, default=None)
    if most is None or most.count < COUNTS_ONLY:
        return None
    said = telling.words
    stage = telling.stages.get(most.source)
    count = said.count(most.count, "move")
    share = shown(stage.returned, said).line if stage is not None else ""
    text = said("headline.return_text", n=count, share=share) if share else said("headline.return_count", n=count)
    url = telling.behind("transition", source=most.source, target=most.target)
    title = said("headline.return", source=most.source_label, target=most.target_label)
    return Item(title, text, (Link(count, url, "return", "warn"),))
