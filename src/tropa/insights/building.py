"""From what was counted to what pages show: names, targets, comparisons, money."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tropa.analysis.condition.reading import MOST_DAYS
from tropa.analysis.figure import Finding, Share
from tropa.analysis.losses import LossReason
from tropa.analysis.paths import Variant
from tropa.facts.models import Quarantined, TouchType
from tropa.insights.comparing import compared, compared_scores
from tropa.insights.converting import SECONDS_A_DAY, days, estimate, figure, tail, tail_cases, times
from tropa.insights.counted import Counted, Point, StageCounted
from tropa.insights.question import Question
from tropa.insights.shapes import (
    DropOffPoint,
    Figures,
    Move,
    Note,
    Path,
    Reason,
    StageFigures,
    StageLosses,
)
from tropa.insights.totals import totals
from tropa.journeys import definition, queries
from tropa.journeys.models import JourneyVersion
from tropa.web import typography

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
            totals=totals(self.version, self.question, self.counted, stages),
            findings=tuple(_note(finding) for finding in self._findings() if finding.count),
        )

    def _findings(self) -> Sequence[Finding]:
        if not self.question.is_everybody:
            return self.counted.findings
        return (*self.counted.findings, Finding("rejected", _rejected(self.version)))

    def _stages(self) -> tuple[StageFigures, ...]:
        named = self._tail_names()
        pairs = zip(self.designed, self.counted.stages, strict=True)
        return tuple(self._stage(number, *pair, named) for number, pair in enumerate(pairs, 1))

    def _tail_names(self) -> Mapping[int, str]:
        units = {int(case) for stage in self.counted.stages for case in tail_cases(stage.time)}
        return queries.unit_names(self.version, units) if units else {}

    def _stage(self, number: int, designed: Document, counted: StageCounted, names: Mapping[int, str]) -> StageFigures:
        by_measure = {
            "to_date": figure(counted.to_date),
            "mature": figure(counted.mature),
            "estimate": estimate(counted.estimate, counted.to_date),
        }
        conversion, drop_off, time = by_measure[self.question.measure], figure(counted.drop_off), counted.time
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
            skipped=figure(counted.skipped),
            returned=figure(counted.returned),
            **times(time),
            tail=tail(time, names),
            drop_off=drop_off,
            nps=counted.nps,
            recovered=counted.recovered,
            severity=gone * designed["loss_weight"],
            money=self.money.get(counted.key),
            horizon_days=designed["horizon_days"],
            inactivity_days=None if designed["inactivity_days"] >= MOST_DAYS else designed["inactivity_days"],
            target_conversion=targets[0],
            target_days=targets[1],
            target_drop=targets[2],
            target_nps=designed.get("target_nps"),
            conversion_compared=compared(conversion.value, targets[0], conversion.n, more_is_better=True),
            days_compared=compared(days(time.median), targets[1], stays, more_is_better=False),
            drop_compared=compared(drop_off.value, targets[2], drop_off.n, more_is_better=False),
            nps_compared=compared_scores(counted.nps, designed.get("target_nps")),
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
        return Reason(reason.reason or "", reason.reason or _("причина не записана"), figure(share))

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
            share=figure(Share.of(variant.count, self.counted.variants.trips)),
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


def _gone(point: Point) -> int:
    return point.lost.total + point.dropped.total


def _type_labels(version: JourneyVersion, types: set[str]) -> Mapping[str, str]:
    label = "label_en" if typography.language() == "en" else "label_ru"
    rows = TouchType.objects.of(version.workspace).filter(key__in=types)
    return dict(rows.values_list("key", label))


def _rejected(version: JourneyVersion) -> int:
    return Quarantined.objects.of(version.workspace).filter(replayed_at=None).count()


def _note(finding: Finding) -> Note:
    n = finding.count
    texts = {
        "out_of_order": ngettext(
            "у {n} прохождения даты этапов идут не по порядку: в зрелую когорту оно не входит",
            "у {n} прохождений даты этапов идут не по порядку: в зрелую когорту они не входят",
            n,
        ),
        "unsure_moments": ngettext(
            "{n} приход на этап без точной даты: её вывели из других полей или впервые заметили",
            "{n} прихода на этап без точной даты: её вывели из других полей или впервые заметили",
            n,
        ),
        "never_on_a_stage": ngettext(
            "касания есть, но ни на один этап не попал {n}", "касания есть, но ни на один этап не попали {n}", n
        ),
        "rejected": ngettext(
            "{n} касание не принято из-за ошибки в данных", "{n} касания не приняты из-за ошибок в данных", n
        ),
    }
    return Note(finding.code, n, texts[finding.code].format(n=typography.number(n)))
