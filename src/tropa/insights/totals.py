"""The tiles at the top: headlines with their targets and their movement."""

from collections.abc import Sequence

from tropa.analysis.figure import Share
from tropa.insights.comparing import compared, compared_scores, of_money, of_scores, of_shares, of_times, trend
from tropa.insights.converting import figure
from tropa.insights.counted import Counted
from tropa.insights.question import Question
from tropa.insights.shapes import Headline, StageFigures, Totals
from tropa.journeys.models import JourneyVersion


def totals(version: JourneyVersion, question: Question, counted: Counted, stages: Sequence[StageFigures]) -> Totals:
    """What the page says first."""
    lost = counted.now.lost
    return Totals(
        trips=counted.trips,
        open=counted.open_trips,
        bought=_of_share(question, counted, "bought", None),
        to_purchase=_of_time(question, counted, stages),
        onboarded=_of_share(question, counted, "onboarded", _target_behind_won(stages)),
        lost_money=_of_money(question, counted),
        nps=_of_scores(question, counted, stages),
        currency=version.workspace.currency,
        deals=lost.deals,
        other_deals=lost.other,
        paths=counted.variants.distinct,
        returns=sum(move.count for move in counted.transitions if move.kind == "return"),
    )


def _of_share(question: Question, counted: Counted, key: str, target: float | None) -> Headline:
    share: Share = getattr(counted.now, key)
    moved = trend(
        question, counted, lambda now, before: of_shares(figure(getattr(now, key)), figure(getattr(before, key)))
    )
    word = compared(share.value, target, share.n, more_is_better=True)
    return Headline(
        key, share.value, share.low, share.high, share.k, share.n or 0, target, word, moved, share.reason or ""
    )


def _target_behind_won(stages: Sequence[StageFigures]) -> float | None:
    """The target of the stage behind the won one: how many are to go on from it."""
    behind = next((stages[place + 1] for place, stage in enumerate(stages[:-1]) if stage.is_won), None)
    return None if behind is None else behind.target_conversion


def _of_time(question: Question, counted: Counted, stages: Sequence[StageFigures]) -> Headline:
    """The target of the way is the sum of the targets of its stages, when every one has its own."""
    time, won = counted.now.to_purchase, next((place for place, stage in enumerate(stages) if stage.is_won), None)
    days = [] if won is None else [stage.target_days for stage in stages[:won]]
    target = sum(each for each in days if each) if days and all(days) else None
    return Headline(
        key="to_purchase",
        value=time.median,
        low=time.low,
        high=time.high,
        k=None,
        n=time.n,
        target=target,
        compared=compared(time.median, target, time.n, more_is_better=False),
        trend=trend(question, counted, lambda now, before: of_times(now.to_purchase, before.to_purchase)),
        reason="" if time.n else "no_rule" if won is None else "no_cases",
    )


def _of_money(question: Question, counted: Counted) -> Headline:
    lost = counted.now.lost
    return Headline(
        key="lost_money",
        value=lost.total if lost.deals else None,
        low=None,
        high=None,
        k=lost.trips,
        n=lost.deals,
        target=None,
        compared="none",
        trend=trend(question, counted, lambda now, before: of_money(now.lost, before.lost)),
        reason="" if lost.deals else "no_deals",
    )


def _of_scores(question: Question, counted: Counted, stages: Sequence[StageFigures]) -> Headline:
    """The target is what the answers would give together if every stage reached its own; None when one that has answers
    has no target."""
    found, answered = counted.now.nps, [stage for stage in stages if stage.nps.n]
    wanted = [stage.target_nps * stage.nps.n for stage in answered if stage.target_nps is not None]
    target = sum(wanted) / found.n if found.n and len(wanted) == len(answered) else None
    return Headline(
        key="nps",
        value=found.value,
        low=found.low,
        high=found.high,
        k=None,
        n=found.n,
        target=target,
        compared=compared_scores(found, target),
        trend=trend(question, counted, lambda now, before: of_scores(now.nps, before.nps)),
        reason=found.reason or "",
    )
