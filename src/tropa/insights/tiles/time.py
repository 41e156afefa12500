"""Time on stage: a histogram for each stage on a common axis, the tail in red and by name (metrics.md section 1.2)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.utils.translation import gettext as _
from markupsafe import Markup

from tropa.analysis.figure import FEW
from tropa.analysis.report.document import StageDoc
from tropa.analysis.report.histogram import BEYOND, plot, ticks
from tropa.analysis.report.scale import Axis, axis_for
from tropa.analysis.report.svg import tip
from tropa.analysis.words import DASH, DAY
from tropa.insights.figures import StageFigures
from tropa.insights.sheet import Cell, Table, words
from tropa.insights.shown import shown
from tropa.insights.telling import Telling
from tropa.insights.tiles.funnel import Duration, median_of

MOST_NAMED = 8
# Further apart than this, one axis would press the short stages into a line.
COMPARABLE = 60.0


@dataclass(frozen=True, slots=True)
class Row:
    """One stage. said: what the tooltip says, in one sentence; bins: for the script that reads single bars out."""

    key: str
    name: str
    target: str
    plot: Markup
    axis: Markup | None
    median: Duration
    tail: str
    tail_url: str
    tip: str
    said: str
    bins: str


@dataclass(frozen=True, slots=True)
class Slow:
    """Somebody in the tail."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class TailList:
    name: str
    note: str
    cases: list[Slow]
    more: str
    url: str


@dataclass(frozen=True, slots=True)
class TimeOnStage:
    rows: list[Row]
    axis: Markup | None
    tails: list[TailList]
    conclusion: str
    sentence: str
    table: Table
    has_targets: bool
    has_open: bool


def time_on_stage(telling: Telling) -> TimeOnStage:
    """The stages where somebody has stayed."""
    stages = [stage for stage in telling.figures.stages if stage.stays]
    common = _common_axis(stages)
    conclusion = conclusion_of(telling, stages)
    return TimeOnStage(
        [_row(telling, stage, common) for stage in stages],
        ticks(common, telling.words) if common and stages else None,
        [found for stage in stages if (found := _tail_list(telling, stage))],
        conclusion,
        f"{telling.words('dwell.sentence')} {conclusion}",
        table(telling),
        any(stage.target_days is not None for stage in stages),
        any(each.open for stage in stages for each in stage.histogram),
    )


def _document(stage: StageFigures) -> StageDoc:
    """The stage as the charts of the report read it, in seconds."""
    tail = stage.tail
    beyond = None if tail is None else tail.beyond_days * DAY
    histogram = [
        {
            "from_seconds": each.from_days * DAY,
            "to_seconds": each.to_days * DAY,
            "completed": each.completed,
            "open": each.open,
        }
        for each in stage.histogram
    ]
    dwell: dict[str, Any] = {
        "histogram": histogram,
        "km_median_seconds": None if stage.median_days is None else stage.median_days * DAY,
        "tail": {"beyond_seconds": beyond, "share": {"k": None if tail is None else tail.share.k}, "cases": ()},
    }
    return cast("StageDoc", {"dwell": dwell, "target_days": stage.target_days})


def _reach(stage: StageFigures) -> float:
    """How far the axis must go for this stage, days: the body and the start of the tail, not its last case."""
    ends = (stage.p90, None if stage.tail is None else stage.tail.beyond_days, stage.p75)
    known = max((end for end in ends if end is not None), default=None)
    longest = max((each.to_days for each in stage.histogram), default=0.0)
    reach = min(longest, known * 1.2) if known else longest
    # An axis that ended inside a bin would have to guess where in the bin the stays lie.
    return next((each.to_days for each in stage.histogram if each.to_days >= reach), reach)


def _common_axis(stages: Sequence[StageFigures]) -> Axis | None:
    # A stage that half have not left yet reaches as far as the log and would press the others together.
    known = [stage for stage in stages if stage.median_days is not None] or stages
    reaches = [reach for stage in known if (reach := _reach(stage)) > 0]
    if reaches and max(reaches) / min(reaches) > COMPARABLE:
        return None
    return axis_for(max(reaches, default=0.0) * DAY)


def _row(telling: Telling, stage: StageFigures, common: Axis | None) -> Row:
    said = telling.words
    axis = common or axis_for(_reach(stage) * DAY)
    median = median_of(telling, stage)
    days = said.days(stage.median_days * DAY) if stage.median_days is not None else median.value
    tail = stage.tail.share.k if stage.tail is not None else None
    lines = _lines(telling, stage)
    name = telling.name(stage.key)
    return Row(
        stage.key,
        name,
        said("dwell.target", days=said.short((stage.target_days or 0) * DAY)) if stage.target_days else "",
        plot(_document(stage), axis, "bad" if median.tone == "pain" else median.tone),
        None if common else ticks(axis, said),
        Duration(days, median.target, median.note, median.tone, median.url),
        said("dwell.in_tail", n=said.number(tail)) if tail is not None else "",
        telling.behind("tail", stage=stage.key) if tail else "",
        tip(name, lines),
        f"{name}: " + ", ".join(f"{label} {value}" for label, value in lines),
        _bins(telling, stage, axis),
    )


def _lines(telling: Telling, stage: StageFigures) -> list[tuple[str, str]]:
    said = telling.words
    lines = [(said("column.median"), _in_days(telling, stage.median_days))]
    if stage.target_days:
        lines.append((_("Цель"), _in_days(telling, stage.target_days)))
    lines += [
        (said("column.quartiles"), f"{_in_days(telling, stage.p25)} – {_in_days(telling, stage.p75)}"),
        (said("column.p90"), _in_days(telling, stage.p90)),
        (_("Прохождений"), said.number(stage.stays)),
    ]
    if stage.tail is not None:
        beyond = said("dwell.tail_beyond", duration=_in_days(telling, stage.tail.beyond_days))
        lines.append((beyond, shown(stage.tail.share, said).line))
    return lines


def _in_days(telling: Telling, days: float | None) -> str:
    return DASH if days is None else telling.words.days(days * DAY)


def _bins(telling: Telling, stage: StageFigures, axis: Axis) -> str:
    """Where each bar stands (fractions of the width) and what it says."""
    said, end = telling.words, axis.seconds / DAY
    scale, over = (1 - BEYOND) / end, 0
    found: list[tuple[float, float, str]] = []
    for each in stage.histogram:
        count = each.completed + each.open
        if each.from_days >= end:
            over += count
        elif count:
            span = f"{said.number(each.from_days)}–{said.number(each.to_days)} {said.unit('day')}"
            text = f"{span}\t{said.count(count, 'trip')}"
            found.append((round(each.from_days * scale, 4), round(min(each.to_days, end) * scale, 4), text))
    if over:
        found.append((round(1 - BEYOND, 4), 1.0, f"> {said.days(axis.seconds)}\t{said.count(over, 'trip')}"))
    return json.dumps(found, ensure_ascii=False)


def _tail_list(telling: Telling, stage: StageFigures) -> TailList | None:
    tail, said = stage.tail, telling.words
    if tail is None or not tail.cases:
        return None
    total = tail.share.k or len(tail.cases)
    cases = [Slow(case.name, telling.unit_url(case.unit_id)) for case in tail.cases[:MOST_NAMED]]
    more = total - len(cases)
    note = said("dwell.tail_note", duration=_in_days(telling, tail.beyond_days), n=said.number(total))
    return TailList(
        telling.name(stage.key),
        note,
        cases,
        said("more", n=said.number(more)) if more > 0 else "",
        telling.behind("tail", stage=stage.key),
    )


def conclusion_of(telling: Telling, stages: Sequence[StageFigures]) -> str:
    """The longest tail among the stages with enough stays."""
    said = telling.words
    enough = [stage for stage in stages if stage.tail and (stage.tail.share.n or 0) >= FEW and stage.tail.beyond_days]
    if not enough:
        return said("dwell.no_median" if any(stage.stays >= FEW for stage in stages) else "dwell.few")
    stage = max(enough, key=lambda each: (each.tail and each.tail.share.value) or 0.0)
    assert stage.tail is not None
    if not stage.tail.share.k:
        return said("dwell.no_tail")
    line, beyond = shown(stage.tail.share, said).line, _in_days(telling, stage.tail.beyond_days)
    return said("dwell.longest_tail", stage=telling.name(stage.key), share=line, beyond=beyond)


def table(telling: Telling) -> Table:
    """Quantiles of every stage."""
    heads = [
        _("Этап"), _("Прохождений"), _("Из них ещё на этапе"), _("Медиана, дней"), _("Медиана 95 %, от"),
        _("Медиана 95 %, до"), _("Цель, дней"), _("Четверть быстрее, дней"), _("Три четверти быстрее, дней"),
        _("Девять из десяти быстрее, дней"), _("Хвост начинается, дней"), _("В хвосте"), _("В хвосте, %"),
    ]  # fmt: skip
    rows = [_cells(telling, stage) for stage in telling.figures.stages if stage.stays]
    return Table(telling.words("dwell.caption"), heads, rows)


def _cells(telling: Telling, stage: StageFigures) -> list[Cell]:
    said, tail, key = telling.words, stage.tail, stage.key
    low, high = stage.median_range
    few = tail is None or (tail.share.n or 0) < 10
    share = None if tail is None or few else tail.share.value
    inside = None if tail is None else tail.share.k
    return [
        words(telling.name(key)),
        Cell(said.number(stage.stays), stage.stays, telling.behind("entered", stage=key)),
        Cell(said.number(stage.open), stage.open, telling.behind("here", stage=key) if stage.open else ""),
        *(_cell(telling, days) for days in (stage.median_days, low, high, stage.target_days)),
        *(_cell(telling, days) for days in (stage.p25, stage.p75, stage.p90)),
        _cell(telling, None if tail is None else tail.beyond_days),
        Cell(said.number(inside), inside, telling.behind("tail", stage=key) if inside else ""),
        Cell(said.percent(share), None if share is None else round(share * 100, 2)),
    ]


def _cell(telling: Telling, days: float | None) -> Cell:
    return Cell(DASH) if days is None else Cell(telling.words.number(days, 0 if days >= 10 else 1), round(days, 2))
