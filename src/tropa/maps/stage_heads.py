"""The live header of a board: every stage in figures beside its targets. Each figure leads to whom it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tropa.analysis.words import Words
from tropa.insights import behind
from tropa.insights.figures import Figures, StageFigures
from tropa.insights.question import Question
from tropa.insights.shown import shown
from tropa.maps.columns import Column
from tropa.maps.head_shapes import Count, Head, Meter, Pill
from tropa.maps.models import JourneyMap
from tropa.web import typography

# A bar that is longer than the rest of its row is cut: one slow stage must not flatten the others.
LONGEST_OF_MIDDLE: Final = 3.0
STEP_DAYS: Final = 10.0
# A score lies between −100 and 100: nothing is the middle of its bar.
_SCORE_SCALE: Final = 2.0
WORSE: Final = frozenset({"warn", "bad"})


def heads(
    map_: JourneyMap, columns: Sequence[Column], figures: Figures | None, question: Question | None
) -> list[Head]:
    """Every column in its order; without figures only their names."""
    if figures is None or question is None:
        return [Head(column) for column in columns]
    drawn = _Drawn(map_, figures, question)
    return [drawn.head(column) for column in columns]


def said_of(compared: str) -> str:
    """A comparison with the target, in words."""
    words: Mapping[str, str] = {
        "good": _("в норме"),
        "warn": _("чуть хуже цели"),
        "bad": _("хуже цели"),
        "few": _("мало данных, с целью не сравниваем"),
    }
    return words.get(compared, "")


class _Drawn:
    """One answer of the figures, drawn stage by stage."""

    def __init__(self, map_: JourneyMap, figures: Figures, question: Question) -> None:
        self._map, self._question = map_, question
        self._figures = figures
        self._words = Words(typography.language())
        self._longest = _scale(figures.stages)
        self._last = max((stage.number for stage in figures.stages), default=0)

    def head(self, column: Column) -> Head:
        stage = self._figures.stage(column.key)
        if stage is None:
            return Head(column)
        return Head(
            column,
            passed=stage.entered.total,
            companies=self._companies(stage),
            unknown=self._unknown(stage),
            conversion=self._conversion(stage),
            days=self._days(stage),
            drop=self._drop(stage),
            nps=self._nps(stage),
            here=Count(typography.number(stage.here.total), "", self._url(stage, "here"), ""),
            gone=Count(typography.number(stage.gone.total), "", self._url(stage, "gone"), ""),
            worst=self._worst(stage),
        )

    def _url(self, stage: StageFigures, what: str, **of: Any) -> str:
        return behind.address(self._map.workspace, self._map.journey, self._question, what=what, stage=stage.key, **of)

    def _companies(self, stage: StageFigures) -> Count | None:
        if self._question.who == "unknown":
            return None
        n = stage.entered.companies
        noun = ngettext("компания", "компании", n)
        return Count(
            typography.number(n), noun, self._url(stage, "entered", who="company"), _("Вошли на этап: компании")
        )

    def _unknown(self, stage: StageFigures) -> Count | None:
        n = stage.entered.unknown
        if self._question.who == "company" or not (n or self._question.who):
            return None
        noun = ngettext("неизвестный", "неизвестных", n)
        tip = _("Посетители, о которых ещё не известно, из какой они компании. С компаниями не складываем.")
        return Count(typography.number(n), noun, self._url(stage, "entered", who="unknown"), tip)

    def _worst(self, stage: StageFigures) -> Count | None:
        losses = next((each for each in self._figures.losses if each.stage == stage.key), None)
        if losses is None or not losses.points:
            return None
        point = max(losses.points, key=lambda each: each.gone.total)
        url = self._url(stage, "point", type=point.last_type)
        return Count(typography.number(point.gone.total), point.last_label, url, "")

    def _conversion(self, stage: StageFigures) -> Pill | None:
        figure = stage.conversion
        if stage.number == self._last:
            return None
        look = shown(figure, self._words, target=stage.target_conversion, compared=stage.conversion_compared)
        tone = "ok" if stage.conversion_compared == "good" else stage.conversion_compared
        said = said_of(stage.conversion_compared)
        tip = self._conversion_tip(stage, look.line, look.interval, look.target)
        url = self._url(stage, behind.converted(self._question)) if figure.n else ""
        counts = "" if look.head == look.counts else look.counts
        filled = round((figure.value or 0.0) * 100, 1)
        at = None if stage.target_conversion is None else round(stage.target_conversion * 100, 1)
        pill = Pill(look.head, "few" if look.few else tone, url, tip, look.target, said, counts, filled, at)
        if at is None or tone not in WORSE or filled >= at:
            return pill
        return replace(pill, under_x=filled, under_w=round(at - filled, 1))

    def _conversion_tip(self, stage: StageFigures, line: str, interval: str, target: str) -> str:
        following = self._figures.stages[stage.number].label
        first = f"{stage.label} → {following}: {line}"
        parts = [_("%(share)s, интервал 95 %%: %(range)s") % {"share": first, "range": interval} if interval else first]
        parts.append({"to_date": _("доля на сегодня"), "mature": _("зрелая когорта"),
                      "estimate": _("оценка с учётом тех, кто ещё в пути")}[self._question.measure])  # fmt: skip
        open_ = stage.here.total
        if open_ and self._question.measure == "to_date" and stage.conversion.value is not None:
            parts.append(_("предварительно: ещё на этапе %(n)s") % {"n": typography.number(open_)})
        return self._sentence(parts, target, stage.conversion_compared)

    def _days(self, stage: StageFigures) -> Meter:
        target = stage.target_days
        goal = "" if target is None else _short_days(target)
        if stage.median_days is None:
            return Meter(target=goal, missing=self._words.reason(stage.days_reason))
        return _meter(
            _short_days(stage.median_days),
            stage.median_days / self._longest * 100,
            None if target is None else target / self._longest * 100,
            stage.days_compared,
            url=self._url(stage, "entered"),
            tip=self._days_tip(stage),
            target=goal,
            long=typography.days(stage.median_days),
        )

    def _days_tip(self, stage: StageFigures) -> str:
        days = typography.days(stage.median_days)
        parts = [_("Медиана на этапе «%(stage)s»: %(days)s") % {"stage": stage.label, "days": days}]
        low, high = stage.median_range
        if low is not None or high is not None:
            parts.append(_("интервал 95 %%: %(range)s дн.") % {"range": f"{_bound(low)}–{_bound(high)}"})
        stays = ngettext("%(n)s посещение", "%(n)s посещения", stage.stays)
        parts.append(stays % {"n": typography.number(stage.stays)})
        if stage.open:
            parts.append(_("предварительно: %(n)s ещё не закончено") % {"n": typography.number(stage.open)})
        target = "" if stage.target_days is None else typography.days(stage.target_days)
        return self._sentence(parts, self._words("share.target", value=target) if target else "", stage.days_compared)

    def _drop(self, stage: StageFigures) -> Meter:
        figure, target = stage.drop_off, stage.target_drop
        goal = "" if target is None else typography.number(target * 100)
        look = shown(figure, self._words, target=target, compared=stage.drop_compared)
        if figure.value is None:
            return Meter(target=goal, missing=look.note)
        share = {"stage": stage.label, "share": look.line}
        parts = [
            _("Потеряны или замолчали на этапе «%(stage)s», из тех, кого видели достаточно долго: %(share)s") % share
        ]
        if look.interval:
            parts.append(_("интервал 95 %%: %(range)s") % {"range": look.interval})
        return _meter(
            look.head if figure.counts_only else typography.number(figure.value * 100, 1),
            figure.value * 100,
            None if target is None else target * 100,
            "few" if look.few else stage.drop_compared,
            url=self._url(stage, "followed_gone"),
            tip=self._sentence(parts, look.target, stage.drop_compared),
            target=goal,
            long=look.head,
        )

    def _nps(self, stage: StageFigures) -> Meter:
        target, value = stage.target_nps, stage.nps.value
        goal = "" if target is None else typography.signed(target)
        if value is None:
            return Meter(target=goal, missing=_("ещё нет опросов"))
        filled, at = _of_scale(value), None if target is None else _of_scale(target)
        is_under = at is not None and stage.nps_compared in WORSE and filled < at
        tone = "few" if stage.nps.is_few else stage.nps_compared
        return Meter(
            value=typography.signed(value),
            tone="ok" if tone == "good" else tone,
            url=self._url(stage, "nps"),
            tip=self._nps_tip(stage),
            filled=filled,
            target_at=at,
            target=goal,
            said=said_of(stage.nps_compared),
            long=typography.signed(value),
            under_x=filled if is_under else 0.0,
            under_w=round(at - filled, 1) if is_under and at is not None else 0.0,
        )

    def _nps_tip(self, stage: StageFigures) -> str:
        found, signed = stage.nps, typography.signed
        parts = [_("NPS на этапе «%(stage)s»: %(score)s") % {"stage": stage.label, "score": signed(found.value)}]
        ends = _("от %(low)s до %(high)s") % {"low": signed(found.low), "high": signed(found.high)}
        parts.append(_("интервал 95 %%: %(range)s") % {"range": ends})
        answers = ngettext("%(n)s ответ", "%(n)s ответа", found.n) % {"n": typography.number(found.n)}
        kinds = {"promoters": found.promoters, "passives": found.passives, "detractors": found.detractors}
        split = _("сторонников %(promoters)s, нейтральных %(passives)s, критиков %(detractors)s")
        parts.append(f"{answers}: {split % {name: typography.number(n) for name, n in kinds.items()}}")
        if found.left_out:
            words = ngettext("%(n)s ответ без оценки от 0 до 10 не считаем",
                             "%(n)s ответа без оценки от 0 до 10 не считаем", found.left_out)  # fmt: skip
            parts.append(words % {"n": typography.number(found.left_out)})
        if stage.target_nps is None:
            return self._sentence([*parts, self._words("few")] if found.is_few else parts, "", "none")
        goal = self._words("share.target", value=signed(stage.target_nps))
        return self._sentence(parts, goal, stage.nps_compared)

    def _sentence(self, parts: Sequence[str], target: str, compared: str) -> str:
        said = said_of(compared)
        goal = [f"{target}: {said}" if said else target] if target else []
        return typography.tied("; ".join([*parts, *goal]) + ".")


def _meter(
    value: str, filled: float, target_at: float | None, compared: str, *, url: str, tip: str, target: str, long: str
) -> Meter:
    """Less is better here: what is above the target is drawn as too much, once it counts as worse."""
    at = None if target_at is None else round(min(100.0, target_at), 1)
    end = round(min(100.0, filled), 1)
    is_over = at is not None and compared in WORSE and end > at
    tone = "ok" if compared == "good" else compared
    return Meter(
        value=value,
        tone=tone,
        url=url,
        tip=tip,
        filled=at if is_over and at is not None else end,
        target_at=at,
        over_x=at if is_over and at is not None else 0.0,
        over_w=round(end - at, 1) if is_over and at is not None else 0.0,
        target=target,
        said=said_of(compared),
        long=long,
    )


def _of_scale(score: float) -> float:
    """Where a score lies on its bar, in hundredths."""
    return round((score + 100) / _SCORE_SCALE, 1)


def _scale(stages: Sequence[StageFigures]) -> float:
    """The days that fill a bar, the same in the whole row."""
    days = sorted(
        max(stage.median_days or 0.0, stage.target_days or 0.0)
        for stage in stages
        if stage.median_days is not None or stage.target_days is not None
    )
    if not days:
        return STEP_DAYS
    most = min(days[-1], days[len(days) // 2] * LONGEST_OF_MIDDLE)
    return max(STEP_DAYS, -(-most * 1.15 // STEP_DAYS) * STEP_DAYS)


def _short_days(days: float) -> str:
    return typography.number(days, 1 if days < 10 and round(days, 1) != round(days) else 0)


def _bound(days: float | None) -> str:
    return "…" if days is None else _short_days(days)
