"""The figures around the purchase, the ways out and the cohorts of random logs against slow obvious twins."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.dwell import forward
from tropa.analysis.figure import Share
from tropa.analysis.losses import churn_after
from tropa.analysis.passages import Passages
from tropa.analysis.purchase import first_value, touches_to_won
from tropa.analysis.summary import exits
from tropa.analysis.tests import twin_figures
from tropa.analysis.tests.logs import JOURNEYS, MOMENTS, Row, examples, model, random_rows, read, twin_of
from tropa.analysis.tests.twin import DAY, Journey, Visit, moment, trips
from tropa.analysis.trend import monthly_cohorts

SECOND = 1_000_000
HALF_HOUR = 30 * 60 * SECOND
CHURN_DAYS = 10
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@examples(8)
@given(random_rows(), st.sampled_from(JOURNEYS), MOMENTS)
def test_the_rest_of_the_figures_are_those_of_the_twins(rows: list[Row], journey: Journey, as_of: int) -> None:
    visits = twin_of(rows, journey, as_of)
    known = [row for row in rows if moment(row) <= as_of]
    with read(rows, model(journey, "first_value: {touch: note}"), as_of) as (log, passages):
        same_forward(passages, visits, journey)
        assert exits(passages) == ways_out(visits, journey)
        for stage, key in enumerate(journey.stages):
            assert churn_after(passages, key, days=CHURN_DAYS) == churned(trips(visits), stage, as_of)
            told = {cohort.month: (cohort.share.k, cohort.share.n) for cohort in monthly_cohorts(passages, key)}
            assert told == cohorts(trips(visits), journey, stage, as_of)
        found, counts = touches_to_won(log, passages), list(counts_to_won(trips(visits), known, journey))
        assert (found is None) == (not counts)
        if found is not None:
            assert found.trips == len(counts)
            assert (found.median, found.p90) == pytest.approx(tuple(np.quantile(counts, (0.5, 0.9))))
        value, observed = first_value(log, passages), list(values(trips(visits), known, journey, as_of))
        assert (value is None) == (not observed)
        if value is not None:
            assert (value.customers, value.reached) == (len(observed), sum(reached for _, reached, _ in observed))
            steps = twin_figures.survival([(duration, reached) for duration, reached, _ in observed])
            median = twin_figures.quantile(steps, 0.5)
            assert value.median_days == (None if median is None else pytest.approx(median / DAY))
            old = [(duration, reached) for duration, reached, age in observed if age >= 30 * DAY]
            soon = sum(reached and duration <= 30 * DAY for duration, reached in old)
            assert value.within_30_days == Share.of(soon, len(old), none="no_mature_cases")


def same_forward(passages: Passages, visits: Sequence[Visit], journey: Journey) -> None:
    for stage, found in enumerate(forward(passages.visits)):
        observed = [(visit.left - visit.entered, _kind(visit)) for visit in visits if visit.stage == stage]
        assert (found.key, found.visits) == (journey.stages[stage], len(observed))
        if not observed:
            assert found.moved is None
            continue
        ends = sorted({duration for duration, kind in observed if kind != "censored"})
        assert (found.moved, found.left) == pytest.approx(twin_figures.incidence(observed, max(ends, default=0)))
        for p, told in ((0.25, found.p25), (0.5, found.median), (0.75, found.p75)):
            wanted = (end for end in ends if twin_figures.incidence(observed, end)[0] >= p - 1e-9)
            at = next(wanted, None)
            assert told == (None if at is None else at / SECOND)


def _kind(visit: Visit) -> str:
    if isinstance(visit.left_to, int):
        return "reached" if visit.left_to > visit.stage else "left"
    return "censored" if visit.left_to == "open" else "left"


def ways_out(visits: Sequence[Visit], journey: Journey) -> dict[str, dict[str, int]]:
    counts = {
        key: dict.fromkeys(("forward", "back", "lost", "dropped", "completed", "open"), 0) for key in journey.stages
    }
    for visit in visits:
        if isinstance(visit.left_to, int):
            way = "forward" if visit.left_to > visit.stage else "back"
        else:
            way = "back" if visit.left_to == "regained" else visit.left_to
        counts[journey.stages[visit.stage]][way] += 1
    return counts


def churned(found: Sequence[Sequence[Visit]], stage: int, as_of: int) -> Share:
    lost = followed = 0
    for trip in found:
        left = [v.left for v in trip if v.stage == stage and isinstance(v.left_to, int) and v.left_to > stage]
        if not left or max(left) > as_of - CHURN_DAYS * DAY:
            continue
        followed += 1
        is_gone = twin_figures.ending(trip) in ("lost", "dropped")
        lost += is_gone and trip[-1].left - max(left) <= CHURN_DAYS * DAY
    return Share.of(lost, followed, none="no_mature_cases")


def cohorts(found: Sequence[Sequence[Visit]], journey: Journey, stage: int, as_of: int) -> dict[str, tuple[int, int]]:
    """Month to (k, n), from the first entry to the last month whose end is the horizon before as_of."""
    if stage == len(journey.stages) - 1:
        return {}
    horizon = int(journey.horizon[stage] * DAY)
    entries = []
    for trip in found:
        first = twin_figures.first_entry(trip, stage)
        if first is None or twin_figures.is_out_of_order(trip, stage):
            continue
        entered, higher = trip[first].entered, [trip[place].entered for place in twin_figures.highers(trip, stage)]
        entries.append((_month(entered), bool(higher) and higher[0] - entered <= horizon))
    n, k = Counter(month for month, _ in entries), Counter(month for month, soon in entries if soon)
    months, month = {}, min(n, default=datetime.max.replace(tzinfo=UTC))
    while entries and (following := (month + timedelta(days=32)).replace(day=1)) <= _at(as_of - horizon):
        months[f"{month:%Y-%m}"] = (k[month], n[month])
        month = following
    return months


def _at(microseconds: int) -> datetime:
    return EPOCH + timedelta(microseconds=microseconds)


def _month(microseconds: int) -> datetime:
    return _at(microseconds).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _won(found: Sequence[Sequence[Visit]], journey: Journey) -> Iterator[tuple[str, int]]:
    """Case and moment of the win (the won stage or a higher one entered) of each trip that was won."""
    for trip in found:
        wins = [visit.entered for visit in trip if journey.won is not None and visit.stage >= journey.won]
        if wins:
            yield trip[0].case, wins[0]


def counts_to_won(found: Sequence[Sequence[Visit]], rows: Sequence[Row], journey: Journey) -> Iterator[int]:
    for case, won_at in _won(found, journey):
        last: dict[object, int] = {}
        count = 0
        for row in sorted((row for row in rows if row["case_id"] == case), key=moment):
            if moment(row) > won_at:
                break
            count += row["type"] not in last or moment(row) - last[row["type"]] > HALF_HOUR
            last[row["type"]] = moment(row)
        yield count


def values(
    found: Sequence[Sequence[Visit]], rows: Sequence[Row], journey: Journey, as_of: int
) -> Iterator[tuple[int, bool, int]]:
    """Duration from the win to the first value or to as_of, whether it came, and the age of the win."""
    for case, won_at in _won(found, journey):
        notes = [moment(row) for row in rows if row["case_id"] == case and row["type"] == "note"]
        after = [at for at in notes if at >= won_at]
        yield (min(after) if after else as_of) - won_at, bool(after), as_of - won_at
