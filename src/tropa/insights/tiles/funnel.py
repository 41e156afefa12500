"""Funnel by stage: how many came, went on, left and stay, against the targets (metrics.md section 1.1)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from markupsafe import Markup

from tropa.analysis.figure import FEW
from tropa.analysis.report.river import rivers
from tropa.analysis.words import DASH, DAY
from tropa.insights.figures import StageFigures
from tropa.insights.sheet import Cell, Table, words
from tropa.insights.shown import TONES, Shown, share_cells, shown
from tropa.insights.telling import Count, Telling


@dataclass(frozen=True, slots=True)
class Duration:
    """The median of a stage and its target; note: why there is none, or that the cases are few."""

    value: str
    target: str = ""
    note: str = ""
    tone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One stage. gone: lost and gone silent together."""

    number: int
    name: str
    river: Markup
    entered: Count
    went_on: Shown
    went_on_url: str
    gone: Count
    here: Count
    median: Duration


@dataclass(frozen=True, slots=True)
class Funnel:
    rows: list[Row]
    conclusion: str
    sentence: str
    table: Table
    has_targets: bool


def funnel(telling: Telling) -> Funnel:
    """All stages in their order."""
    stages = telling.figures.stages
    drawn = rivers([stage.entered.total for stage in stages], [_left_part(stage) for stage in stages])
    conclusion = conclusion_of(telling)
    return Funnel(
        [_row(telling, stage, river) for stage, river in zip(stages, drawn, strict=True)],
        conclusion,
        f"{_sentence(telling)} {conclusion}",
        table(telling),
        any(stage.target_conversion is not None for stage in stages),
    )


def _left_part(stage: StageFigures) -> float:
    """Of those who did not go on, the part that left: the others still stand on the stage."""
    left = stage.gone.total
    return left / (left + stage.here.total) if left else 0.0


def _row(telling: Telling, stage: StageFigures, river: Markup) -> Row:
    went_on = shown(stage.conversion, telling.words, target=stage.target_conversion, compared=stage.conversion_compared)
    return Row(
        stage.number,
        telling.name(stage.key),
        river,
        telling.count(stage.entered, "entered", stage.key),
        went_on,
        telling.behind(telling.converted, stage=stage.key) if _rests(stage) else "",
        telling.count(stage.gone, "gone", stage.key),
        telling.count(stage.here, "here", stage.key),
        median_of(telling, stage),
    )


def _rests(stage: StageFigures) -> bool:
    """Whether the conversion has rows behind it; an estimate has no k, but those it rests on."""
    share = stage.conversion
    return bool(share.k) or (share.k is None and share.value is not None)


def median_of(telling: Telling, stage: StageFigures) -> Duration:
    """The median against the target days; «больше N» when half have not left yet."""
    said, target = telling.words, stage.target_days
    goal = said.number(target, 0 if target == round(target) else 1) if target else ""
    if stage.median_days is None:
        return Duration(DASH, goal, said.reason(stage.days_reason or "no_cases"))
    few = stage.stays < FEW
    tone = "" if few else TONES.get(stage.days_compared, "")
    # A time below a day with a target in days would read as days.
    value = said.in_unit(stage.median_days * DAY, DAY) if stage.median_days >= 0.05 else said.short(0.0)
    return Duration(value, goal, said("few") if few else "", tone, telling.behind("entered", stage=stage.key))


def conclusion_of(telling: Telling) -> str:
    """The stage farthest below its target; without targets the largest loss."""
    said, worst = telling.words, worst_stage(telling)
    if worst is not None:
        counts = shown(worst.conversion, said)
        told = f"{counts.counts} ({counts.head})"
        goal = said.goal(worst.target_conversion)
        return said("funnel.worst", stage=telling.name(worst.key), counts=told, target=goal)
    stages = telling.figures.stages
    if any(_shortfall(stage) is not None for stage in stages):
        return said("funnel.on_target")
    return _largest_loss(telling)


def worst_stage(telling: Telling) -> StageFigures | None:
    """The stage with the largest relative shortfall, when it is more than a trifle."""
    short = [(gap, stage) for stage in telling.figures.stages if (gap := _shortfall(stage)) is not None]
    __, stage = max(short, key=lambda pair: pair[0], default=(0.0, None))
    return stage if stage is not None and stage.conversion_compared in ("warn", "bad") else None


def _shortfall(stage: StageFigures) -> float | None:
    """None where a target cannot be compared with."""
    value, target = stage.conversion.value, stage.target_conversion
    if stage.conversion_compared not in ("good", "warn", "bad") or value is None or not target:
        return None
    return (target - value) / target


def _largest_loss(telling: Telling) -> str:
    said, stages = telling.words, telling.figures.stages
    lost = [(stage.gone.total, stage) for stage in stages]
    count, stage = max(lost, key=lambda pair: pair[0], default=(0, None))
    if stage is None or not count:
        has_targets = any(stage.target_conversion for stage in stages)
        return said("funnel.too_few" if has_targets else "funnel.no_targets")
    return said("funnel.loss", stage=telling.name(stage.key), n=said.number(count), of=said.number(stage.entered.total))


def _sentence(telling: Telling) -> str:
    said, stages = telling.words, telling.figures.stages
    if not stages:
        return said("funnel.empty")
    first, last = stages[0], stages[-1]
    return said(
        "funnel.sentence",
        first=telling.name(first.key),
        last=telling.name(last.key),
        entered=said.number(first.entered.total),
        reached=said.number(last.entered.total),
    )


def table(telling: Telling) -> Table:
    """The same numbers, with what does not fit into the picture."""
    heads = [
        _("Этап"), _("Вошли: компании"), _("Вошли: неизвестные"), _("Перешли дальше"), _("из"), _("Перешли, %"),
        _("95 %, от"), _("95 %, до"), _("Цель, %"), _("Потеряны: компании"), _("Потеряны: неизвестные"),
        _("Замолчали: компании"), _("Замолчали: неизвестные"), _("На этапе: компании"), _("На этапе: неизвестные"),
        _("Медиана, дней"), _("Цель, дней"), _("Доля ушедших, %"),
    ]  # fmt: skip
    return Table(telling.words("funnel.caption"), heads, [_cells(telling, stage) for stage in telling.figures.stages])


def _cells(telling: Telling, stage: StageFigures) -> list[Cell]:
    said, key = telling.words, stage.key
    goal, drop = stage.target_conversion, shown(stage.drop_off, said)
    return [
        words(telling.name(key)),
        *telling.count(stage.entered, "entered", key).cells,
        *share_cells(stage.conversion, said, telling.behind(telling.converted, stage=key)),
        Cell(said.goal(goal), None if goal is None else round(goal * 100, 2)),
        *telling.count(stage.lost, "lost", key).cells,
        *telling.count(stage.dropped, "dropped", key).cells,
        *telling.count(stage.here, "here", key).cells,
        _days(telling, stage.median_days),
        _days(telling, stage.target_days),
        Cell(drop.line, None if stage.drop_off.value is None or drop.few else round(stage.drop_off.value * 100, 2)),
    ]


def _days(telling: Telling, days: float | None) -> Cell:
    return Cell(DASH) if days is None else Cell(telling.words.number(days, 0 if days >= 10 else 1), round(days, 2))
