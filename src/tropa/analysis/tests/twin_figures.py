"""Slow obvious twins of the figures: plain loops over the visits of each trip, from metrics.md sections 1.1 to 1.8."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, median

from tropa.analysis.tests.twin import DAY, Journey, Row, Visit, moment

Trip = Sequence[Visit]
Observed = tuple[int, str]  # duration in µs, and how it ended


@dataclass
class StageCounts:
    """What the funnel counts of one stage."""

    entered: int = 0
    reached: int = 0
    mature: int = 0
    mature_reached: int = 0
    mature_next: int = 0
    returned: int = 0
    skipped: int = 0
    out_of_order: int = 0


def ending(trip: Trip) -> str:
    left_to = trip[-1].left_to
    assert isinstance(left_to, str)
    return left_to


def first_entry(trip: Trip, stage: int) -> int | None:
    """Position in the trip of the first visit to the stage."""
    return next((place for place, visit in enumerate(trip) if visit.stage == stage), None)


def highers(trip: Trip, stage: int) -> list[int]:
    return [place for place, visit in enumerate(trip) if visit.stage > stage]


def is_out_of_order(trip: Trip, stage: int) -> bool:
    """It stood higher before it ever stood on the stage."""
    first, higher = first_entry(trip, stage), highers(trip, stage)
    return first is not None and bool(higher) and higher[0] < first


def passed_over(trip: Trip, stage: int) -> bool:
    """It went from below the stage to above it and never stood on it."""
    if first_entry(trip, stage) is not None:
        return False
    below = [place for place, visit in enumerate(trip) if visit.stage < stage]
    return any(place > below[0] for place in highers(trip, stage)) if below else False


def funnel(trips: Sequence[Trip], journey: Journey, as_of: int) -> list[StageCounts]:
    counts = [StageCounts() for _ in journey.stages]
    for trip in trips:
        for stage, count in enumerate(counts):
            count.skipped += passed_over(trip, stage)
            if first_entry(trip, stage) is not None:
                _count_stage(trip, stage, count, horizon=int(journey.horizon[stage] * DAY), as_of=as_of)
    return counts


def _count_stage(trip: Trip, stage: int, count: StageCounts, *, horizon: int, as_of: int) -> None:
    first, higher = first_entry(trip, stage), highers(trip, stage)
    assert first is not None
    entered = trip[first].entered
    count.entered += 1
    count.reached += bool(higher)
    count.returned += any(
        visit.stage == stage and isinstance(visit.left_to, int) and visit.left_to < stage for visit in trip
    )
    if is_out_of_order(trip, stage):
        count.out_of_order += 1
        return
    if entered > as_of - horizon:
        return
    count.mature += 1
    count.mature_reached += any(trip[place].entered - entered <= horizon for place in higher)
    following = first_entry(trip, stage + 1)
    count.mature_next += following is not None and trip[following].entered - entered <= horizon


def times_to_next(trips: Sequence[Trip], stage: int) -> list[Observed]:
    """From the first entry to the first higher stage, to the end of the trip, or to now."""
    found: list[Observed] = []
    for trip in trips:
        first = first_entry(trip, stage)
        if first is None or is_out_of_order(trip, stage):
            continue
        entered, higher = trip[first].entered, highers(trip, stage)
        if higher:
            found.append((trip[higher[0]].entered - entered, "reached"))
        else:
            kind = "left" if ending(trip) in ("lost", "dropped") else "censored"
            found.append((trip[-1].left - entered, kind))
    return found


def incidence(observed: Sequence[Observed], horizon: float) -> tuple[float, float]:
    """Aalen-Johansen at the horizon: reached, left."""
    free, reached, left = 1.0, 0.0, 0.0
    for time in sorted({time for time, _ in observed if time <= horizon}):
        at_risk = sum(other >= time for other, _ in observed)
        ways = Counter(kind for other, kind in observed if other == time)
        reached += free * ways["reached"] / at_risk
        left += free * ways["left"] / at_risk
        free *= 1 - (ways["reached"] + ways["left"]) / at_risk
    return reached, left


def survival(observed: Sequence[tuple[int, bool]]) -> list[tuple[int, float]]:
    """Kaplan-Meier: (time, S) at each distinct exit time; observed: (duration, ended)."""
    steps, share = [], 1.0
    for time in sorted({time for time, ended in observed if ended}):
        at_risk = sum(other >= time for other, _ in observed)
        share *= 1 - sum(other == time and ended for other, ended in observed) / at_risk
        steps.append((time, share))
    return steps


def quantile(steps: Sequence[tuple[int, float]], p: float) -> int | None:
    return next((time for time, share in steps if share <= 1 - p + 1e-9), None)


def dwell(trips: Sequence[Trip], stage: int) -> list[tuple[int, bool]]:
    """Per trip that visited the stage: the sum of its visits in µs, and whether it has left."""
    found = []
    for trip in trips:
        stays = [visit for visit in trip if visit.stage == stage]
        if stays:
            total = sum(visit.left - visit.entered for visit in stays)
            found.append((total, all(visit.left_to != "open" for visit in stays)))
    return found


def transitions(trips: Sequence[Trip]) -> dict[tuple[int, int], tuple[int, float, float]]:
    """(source, target) → count, median, mean of the time from the one entry to the other in µs."""
    moves: dict[tuple[int, int], list[int]] = {}
    for trip in trips:
        for visit in trip:
            if isinstance(visit.left_to, int):
                moves.setdefault((visit.stage, visit.left_to), []).append(visit.left - visit.entered)
    return {move: (len(times), median(times), mean(times)) for move, times in moves.items()}


def variants(trips: Sequence[Trip]) -> dict[tuple[int, ...], tuple[int, dict[str, int], float]]:
    """path → count, endings, median time from the first entry to the end in µs."""
    paths: dict[tuple[int, ...], list[Trip]] = {}
    for trip in trips:
        paths.setdefault(tuple(visit.stage for visit in trip), []).append(trip)
    return {
        path: (
            len(same),
            dict(Counter(map(ending, same))),
            median(trip[-1].left - trip[0].entered for trip in same),
        )
        for path, same in paths.items()
    }


def stage_losses(
    trips: Sequence[Trip], stage: int, journey: Journey, *, as_of: int, silences: Sequence[int]
) -> tuple[int, int, int, tuple[int, int]]:
    """explicit, implicit, recovered, and drop-off as (k, n)."""
    on_it = [trip for trip in trips if trip[-1].stage == stage]
    explicit = sum(ending(trip) == "lost" for trip in on_it)
    implicit = sum(ending(trip) == "dropped" for trip in on_it)
    regained = sum(visit.stage == stage and visit.left_to == "regained" for trip in trips for visit in trip)
    latest = as_of - int(max(journey.horizon[stage], journey.silence[stage]) * DAY)
    mature = [trip for trip in trips if any(visit.stage == stage for visit in trip) and _entered(trip, stage) <= latest]
    gone = sum(trip[-1].stage == stage and ending(trip) in ("lost", "dropped") for trip in mature)
    return explicit, implicit, regained + silences.count(stage), (gone, len(mature))


def _entered(trip: Trip, stage: int) -> int:
    return min(visit.entered for visit in trip if visit.stage == stage)


def drop_off_points(trips: Sequence[Trip]) -> dict[tuple[int, str], tuple[int, int]]:
    """(stage, type of the last sign of life) → explicit, implicit."""
    points: dict[tuple[int, str], tuple[int, int]] = {}
    for trip in trips:
        if ending(trip) in ("lost", "dropped"):
            at = (trip[-1].stage, trip[-1].last_type)
            explicit, implicit = points.get(at, (0, 0))
            lost = ending(trip) == "lost"
            points[at] = (explicit + lost, implicit + (not lost))
    return points


def reasons(trips: Sequence[Trip], given: Mapping[tuple[str, int], str | None]) -> dict[str | None, int]:
    """Reason → recorded losses; given: (case, moment) → reason."""
    return dict(Counter(given.get((trip[-1].case, trip[-1].lost_at or 0)) for trip in trips if ending(trip) == "lost"))


def recorded_reasons(rows: Iterable[Row], lost: str) -> dict[tuple[str, int], str | None]:
    """(case, moment) → what was said of the loss; of several at one moment the last by name."""
    given: dict[tuple[str, int], str | None] = {}
    for row in rows:
        why = row.get("why")
        if row["type"] == lost and why is not None:
            at = (str(row["case_id"]), moment(row))
            given[at] = max(str(why), given.get(at) or "")
    return given


def shape(trips: Sequence[Trip], won: int | None) -> tuple[int, int, int, int]:
    """closed, and among them: every step one rank up without a break; with a return; with a skip."""
    closed = [
        trip
        for trip in trips
        if ending(trip) != "open" or (won is not None and any(visit.stage >= won for visit in trip))
    ]
    steps = [[_step(visit) for visit in trip[:-1]] for trip in closed]
    return (
        len(closed),
        sum(all(step == 1 for step in trip) for trip in steps),
        sum(any(step is not None and step < 0 for step in trip) for trip in steps),
        sum(any(step is not None and step > 1 for step in trip) for trip in steps),
    )


def _step(visit: Visit) -> int | None:
    """Ranks gained by leaving; None for a loss that was taken back."""
    return visit.left_to - visit.stage if isinstance(visit.left_to, int) else None


def lead_times(trips: Sequence[Trip], source: int, target: int) -> list[int]:
    """First entry to first entry in µs, over trips that visited both."""
    visited = [trip for trip in trips if {source, target} <= {visit.stage for visit in trip}]
    return [_entered(trip, target) - _entered(trip, source) for trip in visited]
