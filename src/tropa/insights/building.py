"""From what was counted to what pages show: names, targets, comparisons, money."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tropa.analysis.condition.reading import MOST_DAYS
from tropa.analysis.dwell import Dwell
from tropa.analysis.figure import Finding, Share
from tropa.analysis.losses import LossReason
from tropa.analysis.paths import Variant
from tropa.analysis.survival import Incidence
from tropa.facts.models import TouchType
from tropa.insights.comparing import compared, of_money, of_shares, of_times, trend
from tropa.insights.counted import Counted, Point, StageCounted
from tropa.insights.question import Question
from tropa.insights.shapes import (
    Bin,
    DropOffPoint,
    Figure,
    Figures,
    Headline,
    Move,
    Note,
    Path,
    Reason,
    StageFigures,
    StageLosses,
    Tail,
    TailCase,
    Totals,
)
from tropa.journeys import definition, queries
from tropa.journeys.models import JourneyVersion
from tropa.web import typography

SECONDS_A_DAY: Final = 86_400
Document = Mapping[str, Any]


def figures(version: JourneyVersion, question: Question, counted: Counted) -> Figures:
    """The figures of a version as a page shows them."""
    return _Building(version, question, counted).figures()


class _Building:
    """One answer being put into words."""

    def __init__(self, version: JourneyVersion, question: Question, counted: Counted) -> None:
        self.version, self.question, self.counted = version, question, counted
        self.designed = queries.ranked(version)
        self.labels = {each["key"]: definition.label_of(each, typography.language()) for each in self.designed}
        self.money = dict(zip(self.labels, counted.now.lost.by_stage, strict=False)) if counted.now.lost.deals else {}

    def figures(self) -> Figures:
        stages = self._stages()
        points = self._points()
        as_of = queries.moment_of(self.counted.as_of_us)
        assert as_of is not None
        return Figures(
            as_of=as_of,
            version_no=self.version.number,
            stages=stages,
            losses=self._losses(stages, points),
            points=points,
            reasons=tuple(self._reason(each) for each in self.counted.reasons),
            paths=tuple(self._path(number, each) for number, each in enumerate(self._variants, 1)),
            transitions=self._transitions(),
            totals=self._totals(stages),
            findings=tuple(_note(finding) for finding in self.counted.findings),
        )

    def _stages(self) -> tuple[StageFigures, ...]:
        named = self._tail_names()
        pairs = zip(self.designed, self.counted.stages, strict=True)
        return tuple(self._stage(number, *pair, named) for number, pair in enumerate(pairs, 1))

    def _tail_names(self) -> Mapping[int, str]:
        units = {int(case) for stage in self.counted.stages for case in _tail_cases(stage.time)}
        return queries.unit_names(self.version, units) if units else {}

    def _stage(self, number: int, designed: Document, counted: StageCounted, names: Mapping[int, str]) -> StageFigures:
        by_measure = {
            "to_date": _figure(counted.to_date),
            "mature": _figure(counted.mature),
            "estimate": _estimate(counted.estimate, counted.to_date),
        }
        conversion, drop_off, time = by_measure[self.question.measure], _figure(counted.drop_off), counted.time
        targets = [designed.get(name) for name in ("target_conversion", "target_days", "target_drop")]
        stays = time.completed + time.open
        gone = counted.lost.total + counted.dropped.total
        return StageFigures(
            key=counted.key,
            label=self.labels[counted.key],
            number=number,
            phase=designed["phase"],
            is_won=bool(designed.get("won")),
            entered=counted.entered,
            reached=counted.reached,
            here=counted.here,
            lost=counted.lost,
            dropped=counted.dropped,
            completed=counted.completed,
            conversion=conversion,
            to_date=by_measure["to_date"],
            mature=by_measure["mature"],
            estimate=by_measure["estimate"],
            skipped=_figure(counted.skipped),
            returned=_figure(counted.returned),
            **_times(time),
            tail=_tail(time, names),
            drop_off=drop_off,
            recovered=counted.recovered,
            severity=gone * designed["loss_weight"],
            money=self.money.get(counted.key),
            horizon_days=designed["horizon_days"],
            inactivity_days=None if designed["inactivity_days"] >= MOST_DAYS else designed["inactivity_days"],
            target_conversion=targets[0],
            target_days=targets[1],
            target_drop=targets[2],
            conversion_compared=compared(conversion.value, targets[0], conversion.n, more_is_better=True),
            days_compared=compared(_days(time.median), targets[1], stays, more_is_better=False),
            drop_compared=compared(drop_off.value, targets[2], drop_off.n, more_is_better=False),
        )

    def _points(self) -> tuple[DropOffPoint, ...]:
        weights = {each["key"]: float(each["loss_weight"]) for each in self.designed}
        types = _type_labels(self.version, {point.last_type for point in self.counted.points})
        whole = sum(_gone(point) * weights[point.stage] for point in self.counted.points)
        money = self.counted.now.lost
        found = [
            DropOffPoint(
                stage=point.stage,
                stage_label=self.labels[point.stage],
                last_type=point.last_type,
                last_label=types.get(point.last_type) or point.last_type or _("касание без вида"),
                lost=point.lost,
                dropped=point.dropped,
                severity=_gone(point) * weights[point.stage],
                of_all=_gone(point) * weights[point.stage] / whole if whole else 0.0,
                money=money.by_point.get((point.stage, point.last_type), 0.0) if money.deals else None,
            )
            for point in self.counted.points
        ]
        return tuple(sorted(found, key=lambda point: (-point.severity, point.stage, point.last_type)))

    def _losses(self, stages: Sequence[StageFigures], points: Sequence[DropOffPoint]) -> tuple[StageLosses, ...]:
        whole = sum(stage.severity for stage in stages)
        found = [
            StageLosses(
                stage=stage.key,
                label=stage.label,
                number=stage.number,
                gone=stage.gone,
                severity=stage.severity,
                of_all=stage.severity / whole if whole else 0.0,
                money=stage.money,
                points=tuple(point for point in points if point.stage == stage.key),
            )
            for stage in stages
        ]
        return tuple(sorted(found, key=lambda losses: (-losses.severity, losses.number)))

    def _reason(self, reason: LossReason) -> Reason:
        share = Share.of(reason.count, round(reason.count / reason.share))
        return Reason(reason.reason or "", reason.reason or _("причина не записана"), _figure(share))

    @property
    def _variants(self) -> Sequence[Variant]:
        return self.counted.variants.most_frequent

    def _path(self, number: int, variant: Variant) -> Path:
        ranks = {key: rank for rank, key in enumerate(self.labels)}
        steps = zip(variant.path, variant.path[1:], strict=False)
        return Path(
            number=number,
            stages=variant.path,
            labels=tuple(self.labels[key] for key in variant.path),
            share=_figure(Share.of(variant.count, self.counted.variants.trips)),
            endings=variant.endings,
            median_days=variant.median / SECONDS_A_DAY,
            returns=sum(ranks[later] < ranks[earlier] for earlier, later in steps),
        )

    def _transitions(self) -> tuple[Move, ...]:
        return tuple(
            Move(
                move.source,
                move.target,
                self.labels[move.source],
                self.labels[move.target],
                move.count,
                move.median / SECONDS_A_DAY,
                move.kind,
            )
            for move in self.counted.transitions
        )

    def _totals(self, stages: Sequence[StageFigures]) -> Totals:
        counted, lost = self.counted, self.counted.now.lost
        return Totals(
            trips=counted.trips,
            open=counted.open_trips,
            bought=self._share_headline("bought", counted.now.bought, None),
            to_purchase=self._time_headline(stages),
            onboarded=self._onboarded(stages),
            lost_money=Headline(
                key="lost_money",
                value=lost.total if lost.deals else None,
                low=None,
                high=None,
                k=lost.trips,
                n=lost.deals,
                target=None,
                compared="none",
                trend=trend(self.question, counted, lambda now, before: of_money(now.lost, before.lost)),
                reason="" if lost.deals else "no_deals",
            ),
            currency=self.version.workspace.currency,
            deals=lost.deals,
            other_deals=lost.other,
            paths=counted.variants.distinct,
            returns=sum(move.count for move in counted.transitions if move.kind == "return"),
        )

    def _onboarded(self, stages: Sequence[StageFigures]) -> Headline:
        behind = next((stages[place + 1] for place, stage in enumerate(stages[:-1]) if stage.is_won), None)
        target = None if behind is None else behind.target_conversion
        return self._share_headline("onboarded", self.counted.now.onboarded, target)

    def _share_headline(self, key: str, share: Share, target: float | None) -> Headline:
        found = trend(
            self.question,
            self.counted,
            lambda now, before: of_shares(_figure(getattr(now, key)), _figure(getattr(before, key))),
        )
        word = compared(share.value, target, share.n, more_is_better=True)
        reason = share.reason or ""
        return Headline(key, share.value, share.low, share.high, share.k, share.n or 0, target, word, found, reason)

    def _time_headline(self, stages: Sequence[StageFigures]) -> Headline:
        time = self.counted.now.to_purchase
        won = next((place for place, stage in enumerate(stages) if stage.is_won), None)
        days = [] if won is None else [stage.target_days for stage in stages[:won]]
        target = sum(each for each in days if each) if days and all(days) else None
        found = trend(self.question, self.counted, lambda now, before: of_times(now.to_purchase, before.to_purchase))
        return Headline(
            key="to_purchase",
            value=time.median,
            low=time.low,
            high=time.high,
            k=None,
            n=time.n,
            target=target,
            compared=compared(time.median, target, time.n, more_is_better=False),
            trend=found,
            reason="" if time.n else "no_rule" if won is None else "no_cases",
        )


def _gone(point: Point) -> int:
    return point.lost.total + point.dropped.total


def _figure(share: Share) -> Figure:
    return Figure(share.k, share.n, share.value, share.low, share.high, share.reason or "")


def _estimate(estimate: Incidence | None, to_date: Share) -> Figure:
    """An estimate has no numerator: those whose time has not come count in part."""
    if estimate is None:
        reason = to_date.reason or "no_mature_cases"
        return Figure(None, to_date.n, None, None, None, reason)
    return Figure(None, estimate.n, estimate.reached, estimate.low, estimate.high)


def _days(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / SECONDS_A_DAY


def _times(time: Dwell) -> dict[str, Any]:
    low, high = time.median_interval
    return {
        "median_days": _days(time.median),
        "median_range": (_days(low), _days(high)),
        "p25": _days(time.p25),
        "p75": _days(time.p75),
        "p90": _days(time.p90),
        "longest_days": _days(time.longest),
        "stays": time.completed + time.open,
        "open": time.open,
        "days_reason": time.reason or "",
        "histogram": tuple(
            Bin(bar.from_seconds / SECONDS_A_DAY, bar.to_seconds / SECONDS_A_DAY, bar.completed, bar.open)
            for bar in time.histogram
        ),
    }


def _tail_cases(time: Dwell) -> Sequence[str]:
    return () if time.tail is None else time.tail.cases


def _tail(time: Dwell, names: Mapping[int, str]) -> Tail | None:
    if time.tail is None:
        return None
    cases = tuple(TailCase(int(case), names.get(int(case), f"№ {case}")) for case in time.tail.cases)
    return Tail(time.tail.beyond_seconds / SECONDS_A_DAY, _figure(time.tail.share), cases)


def _type_labels(version: JourneyVersion, types: set[str]) -> Mapping[str, str]:
    label = "label_en" if typography.language() == "en" else "label_ru"
    rows = TouchType.objects.of(version.workspace).filter(key__in=types)
    return dict(rows.values_list("key", label))


def _note(finding: Finding) -> Note:
    n = finding.count
    if finding.code == "out_of_order":
        text = ngettext(
            "у {n} прохождения даты этапов идут не по порядку: в зрелую когорту оно не входит",
            "у {n} прохождений даты этапов идут не по порядку: в зрелую когорту они не входят",
            n,
        )
    else:
        text = ngettext(
            "касания есть, но ни на один этап не попал {n}", "касания есть, но ни на один этап не попали {n}", n
        )
    return Note(finding.code, n, text.format(n=typography.number(n)))
