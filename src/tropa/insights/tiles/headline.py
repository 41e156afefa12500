"""The row of large figures at the top, each with how it stands to the target and to the period before."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tropa.analysis.figure import COUNTS_ONLY, FEW
from tropa.analysis.words import DASH, DAY, NBSP
from tropa.insights.figures import Headline, StageFigures, Trend
from tropa.insights.sheet import Cell, Table, words
from tropa.insights.shown import TONES
from tropa.insights.telling import Count, Telling
from tropa.web import typography


@dataclass(frozen=True, slots=True)
class Delta:
    """tone: good, bad, flat; way: up, down or empty; note: what it is compared with, or why with nothing."""

    text: str
    tone: str
    way: str
    note: str


@dataclass(frozen=True, slots=True)
class Tile:
    """value and unit: the large figure. facts: its counts, interval and target. count: of companies and visitors."""

    key: str
    label: str
    value: str
    unit: str
    url: str
    tone: str
    facts: list[str]
    few: bool
    delta: Delta | None
    count: Count | None = None


@dataclass(frozen=True, slots=True)
class Headlines:
    """uncompared: why none of them can be compared with the period before; empty when one can."""

    tiles: list[Tile]
    uncompared: str
    table: Table


def headlines(telling: Telling) -> Headlines:
    """Six figures: the outcome, its time, what follows it, what was lost, what clients say, who is on the way."""
    totals = telling.figures.totals
    tiles = [_share(telling, totals.bought, "bought"), _days(telling, totals.to_purchase)]
    if _after_won(telling) is not None:
        tiles.append(_share(telling, totals.onboarded, "onboarded"))
    tiles += [_money(telling, totals.lost_money), _score(telling, totals.nps)]
    reasons = {headline.trend.reason for headline in _headlines(telling) if headline.value is not None}
    common = reasons.pop() if len(reasons) == 1 else ""
    return Headlines([*tiles, _on_the_way(telling)], _uncompared(common), _table(telling))


def _headlines(telling: Telling) -> tuple[Headline, ...]:
    totals = telling.figures.totals
    return totals.bought, totals.to_purchase, totals.onboarded, totals.lost_money, totals.nps


def _uncompared(reason: str) -> str:
    return {
        "no_period": _("Сравнить не с чем: выберите период, и рядом встанет такой же период до него."),
        "no_history": _("Сравнить не с чем: так далеко в прошлое данные не достают."),
        "few": _("Сравнивать рано: в периодах слишком мало прохождений."),
    }.get(reason, "")


def won_stage(telling: Telling) -> StageFigures | None:
    """The stage on which a client counts as won."""
    return next((stage for stage in telling.figures.stages if stage.is_won), None)


def _after_won(telling: Telling) -> StageFigures | None:
    won = won_stage(telling)
    behind = won.number + 1 if won else 0
    return next((stage for stage in telling.figures.stages if stage.number == behind), None)


def label_of(telling: Telling, key: str) -> str:
    """What a headline figure is called in this journey."""
    won, after = won_stage(telling), _after_won(telling)
    name, behind = (telling.name(stage.key) if stage else DASH for stage in (won, after))
    return {
        "bought": telling.words("tile.won", stage=name) if won else telling.words("tile.won_none"),
        "to_purchase": _("Медиана до этапа «%(stage)s»") % {"stage": name}
        if won
        else telling.words("tile.median_path"),
        "onboarded": _("Прошли этап «%(stage)s»") % {"stage": behind},
        "lost_money": _("Потеряно на уходах"),
        "nps": _("NPS клиентов"),
    }[key]


def _share(telling: Telling, found: Headline, key: str) -> Tile:
    said, label = telling.words, label_of(telling, key)
    url = telling.behind(key) if found.k else ""
    if found.value is None:
        return Tile(key, label, DASH, "", "", "", [said.reason(found.reason)], True, None)
    counts = said("share.of", k=said.number(found.k), n=said.number(found.n))
    goal = [] if found.target is None else [_goal(telling, said.goal(found.target))]
    if found.n < COUNTS_ONLY:
        of = said("tile.of", n=said.number(found.n))
        return Tile(key, label, said.number(found.k), of, url, "", [*goal, said("few.counts")], True, None)
    value, sign = said.percent(found.value).rstrip("%\u00a0"), "%"
    facts = [counts, said.range(found.low, found.high), *goal]
    delta = _delta(found.trend, lambda points: _points(telling, points))
    return Tile(key, label, value, sign, url, _tone(found), facts, found.n < FEW, delta)


def _goal(telling: Telling, target: str) -> str:
    return telling.words("share.target", value=target).replace(" ", NBSP)


def _points(telling: Telling, difference: float) -> str:
    points = abs(difference) * 100
    return _("%(n)s п. п.") % {"n": telling.words.number(points, 2 if points < 0.1 else 1)}


def _days(telling: Telling, found: Headline) -> Tile:
    said, label = telling.words, label_of(telling, "to_purchase")
    if found.value is None:
        return Tile(found.key, label, DASH, "", "", "", [said("tile.median_path_none")], True, None)
    value, unit = said.parts(found.value * DAY)
    facts = [said.count(found.n, "trip")]
    if found.low is not None and found.high is not None:
        facts.append(f"{said.number(found.low)}–{said.number(found.high)}")
    if found.target:
        facts.append(_goal(telling, said.number(found.target)))
    delta = _delta(found.trend, lambda days: said.days(abs(days) * DAY))
    url = telling.behind("to_purchase")
    return Tile(found.key, label, value, unit, url, _tone(found), facts, found.n < FEW, delta)


def _money(telling: Telling, found: Headline) -> Tile:
    label, totals, said = label_of(telling, "lost_money"), telling.figures.totals, telling.words
    if found.value is None:
        return Tile(found.key, label, DASH, "", "", "", [_("с потерянными не связано ни одной сделки")], False, None)
    facts = []
    dearest = max(telling.figures.losses, key=lambda losses: losses.money or 0.0, default=None)
    if dearest is not None and dearest.money and found.value:
        part = {"share": said.percent(dearest.money / found.value), "stage": telling.name(dearest.stage)}
        facts.append(_("%(share)s — на этапе «%(stage)s»") % part)
    facts.append(_("сделок %(n)s") % {"n": said.number(totals.deals)})
    if totals.other_deals:
        facts.append(_("без суммы %(n)s") % {"n": said.number(totals.other_deals)})
    delta = _delta(found.trend, lambda amount: telling.money(abs(amount)))
    return Tile(found.key, label, telling.money(found.value), "", telling.behind("lost_money"), "", facts, False, delta)


def _score(telling: Telling, found: Headline) -> Tile:
    said, label, signed = telling.words, label_of(telling, "nps"), typography.signed
    if found.value is None:
        return Tile(found.key, label, DASH, "", "", "", [_("ответов нет")], True, None)
    facts = [ngettext("%(n)s ответ", "%(n)s ответа", found.n) % {"n": said.number(found.n)}]
    facts.append(_("от %(low)s до %(high)s") % {"low": signed(found.low), "high": signed(found.high)})
    if found.target is not None:
        facts.append(_goal(telling, signed(found.target)))
    delta = _delta(found.trend, lambda points: said.number(abs(points), 1 if abs(points) < 1 else 0))
    url = telling.behind("nps")
    return Tile(found.key, label, signed(found.value), "", url, _tone(found), facts, found.n < FEW, delta)


def _on_the_way(telling: Telling) -> Tile:
    said, totals = telling.words, telling.figures.totals
    count = telling.count(totals.open, "open")
    whole = _("из %(n)s начавших путь") % {"n": said.number(totals.trips.total)}
    return Tile(
        "open", _("Сейчас в пути"), said.number(totals.open.total), "", count.url, "", [whole], False, None, count
    )


def _tone(found: Headline) -> str:
    return "" if found.n < FEW else TONES.get(found.compared, "")


def _delta(trend: Trend, written: Callable[[float], str]) -> Delta:
    """The change, coloured by what it means, not by its sign."""
    if trend.moved is None or trend.difference is None:
        why = {
            "no_history": _("нет сравнения: прошлого периода нет в данных"),
            "few": _("нет сравнения: мало данных"),
        }
        return Delta("", "flat", "", why.get(trend.reason, _("нет сравнения")))
    note = _("к прошлому периоду")
    if trend.moved == "flat":
        return Delta(_("≈ как было"), "flat", "", note)
    tone = "good" if trend.moved == "better" else "bad"
    return Delta(written(trend.difference), tone, "up" if trend.difference > 0 else "down", note)


def _table(telling: Telling) -> Table:
    totals = telling.figures.totals
    heads = [
        _("Показатель"),
        _("Значение"),
        _("95 %, от"),
        _("95 %, до"),
        _("Сколько"),
        _("из"),
        _("Цель"),
        _("Период до"),
    ]
    rows = [_row(telling, found) for found in _headlines(telling)]
    counts = telling.words.number
    on_the_way = words(_("Сейчас в пути"))
    open_, trips, nothing = _cell(totals.open.total, counts), _cell(totals.trips.total, counts), Cell(DASH)
    rows.append([on_the_way, open_, nothing, nothing, nothing, trips, nothing, nothing])
    return Table(_("Главные показатели"), heads, rows)


def _row(telling: Telling, found: Headline) -> list[Cell]:
    """A share is a percentage in the file, a time is days, a score is points."""
    said = telling.words
    is_share = found.key in ("bought", "onboarded")
    scale = 100.0 if is_share else 1.0
    others = {"lost_money": telling.money, "nps": typography.signed}
    written = said.percent if is_share else others.get(found.key, _days_of(telling))
    value, low, high, before = (
        _cell(each, written, scale) for each in (found.value, found.low, found.high, found.trend.before)
    )
    target = _cell(found.target, said.goal if is_share else written, scale)
    name = words(label_of(telling, found.key))
    return [name, value, low, high, _cell(found.k, said.number), _cell(found.n, said.number), target, before]


def _days_of(telling: Telling) -> Callable[[float], str]:
    return lambda days: telling.words.days(days * DAY)


def _cell(value: float | None, written: Callable[[float], str], scale: float = 1.0) -> Cell:
    """scale: of the number in the file."""
    if value is None:
        return Cell(DASH)
    return Cell(written(value), value if isinstance(value, int) else round(value * scale, 2))
