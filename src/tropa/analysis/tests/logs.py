"""Small logs for tests: by hand in days, and at random."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from hypothesis import Phase, settings
from hypothesis import strategies as st

from tropa.analysis.log import EventLog
from tropa.analysis.model import JourneyModel
from tropa.analysis.passages import Passages, find_passages
from tropa.analysis.placed import COMPLETED, FIRST, LOST, place
from tropa.analysis.tests.twin import DAY, Journey, Visit, activity_visits, moment
from tropa.analysis.tests.twin import visits as twin_visits
from tropa.analysis.visits import DROPPED, OPEN, REGAINED, Visits, find_visits
from tropa.engine import Engine

Row = dict[str, object]
WORDS = {OPEN: "open", LOST: "lost", COMPLETED: "completed", DROPPED: "dropped", REGAINED: "regained"}


def touches(case: str, *told: tuple[float, str], **more: object) -> list[Row]:
    """Touches of one case: (day, type)."""
    return [{"case_id": case, "type": type_, "occurred_at": int(day * DAY), **more} for day, type_ in told]


def model(journey: Journey, *more: str) -> JourneyModel:
    """The model of a twin's journey, through the YAML a user writes; more: further lines of it."""
    lines = [
        f"journey: {{key: j, label: {{ru: п, en: j}}, reopen_days: {journey.reopen}}}",
        f"lost: {{touch: [{journey.lost}], reason: why}}",
        f"completed: {{touch: [{journey.completed}]}}",
        *more,
    ]
    if journey.supplier:
        lines.append(f"client_activity: {{not: {{touch: [{', '.join(sorted(journey.supplier))}]}}}}")
    lines.append("stages:")
    for index, stage in enumerate(journey.stages):
        types = [stage, *sorted(type_ for type_, of in journey.also.items() if of == stage)]
        parts = {
            "key": stage,
            "rank": 10 * index,
            "enter": f"{{touch: [{', '.join(types)}]}}",
            "horizon_days": journey.horizon[index],
            "inactivity_days": journey.silence[index],
            "won": str(index == journey.won).lower(),
        }
        if journey.weights:
            parts["loss_weight"] = journey.weights[index]
        lines.append(f"  - {{{', '.join(f'{key}: {value}' for key, value in parts.items())}}}")
    return JourneyModel.parse("\n".join(lines))


@contextmanager
def read(
    rows: Sequence[Mapping[str, object]], journey: JourneyModel | None, as_of: int | None = None
) -> Iterator[tuple[EventLog, Passages]]:
    """A log and its passages in an engine of their own."""
    with Engine(memory_mb=256, threads=1) as engine:
        log = EventLog.from_rows(rows, engine=engine)
        yield log, find_passages(find_visits(place(log, journey, as_of=as_of)))


@contextmanager
def visits_of(
    rows: Sequence[Mapping[str, object]], journey: JourneyModel | None, as_of: int | None = None
) -> Iterator[Visits]:
    """Visits of a log in an engine of their own."""
    with Engine(memory_mb=256, threads=1) as engine:
        yield find_visits(place(EventLog.from_rows(rows, engine=engine), journey, as_of=as_of))


@contextmanager
def passages_of(
    rows: Sequence[Mapping[str, object]], journey: JourneyModel | None, as_of: int | None = None
) -> Iterator[Passages]:
    """Passages of a log in an engine of their own."""
    with read(rows, journey, as_of) as (_, passages):
        yield passages


def listed(found: Visits) -> list[dict[str, Any]]:
    """Visits as the engine has them, in their order, with case ids."""
    rows = found.engine.run(found.table.join(found.placed.cases, "case").order_by("visit")).to_pylist()
    return [{name: row[name] for name in row if name != "case_right"} for row in rows]


def as_twin(rows: Sequence[Mapping[str, Any]]) -> list[tuple[object, ...]]:
    """Visits of the engine in the words of the twin; trips are numbered inside of their case."""
    first: dict[str, list[int]] = {}
    for row in rows:
        known = first.setdefault(row["case_id"], [])
        if row["trip"] not in known:
            known.append(row["trip"])
    return [
        (
            row["case_id"],
            first[row["case_id"]].index(row["trip"]) + 1,
            row["stage"] - FIRST,
            row["entered"],
            row["left"],
            WORDS[row["left_to"]] if row["left_to"] < FIRST else row["left_to"] - FIRST,
            row["lost_at"],
            row["active_at"],
        )
        for row in rows
    ]


def told(found: Sequence[Visit]) -> list[tuple[object, ...]]:
    """Visits of the twin to compare with `as_twin`."""
    return [
        (visit.case, visit.trip, visit.stage, visit.entered, visit.left, visit.left_to, visit.lost_at, visit.active_at)
        for visit in found
    ]


JOURNEYS = (
    Journey(
        ("a", "b", "c", "d"),
        horizon=(10, 8, 6, 5),
        silence=(7, 5, 4, 6),
        won=2,
        reopen=6,
        weights=(0.1, 0.25, 0.5, 1),
        also={"offer": "b", "visit": "c"},
        supplier=frozenset({"mail", "offer"}),
    ),
    Journey(("a", "b", "c"), horizon=(3, 30, 5), silence=(100, 2, 9), reopen=0, weights=(0, 0.5, 0.5)),
    Journey(("a", "b", "c", "d", "e"), horizon=(9, 9, 9, 9, 9), silence=(9, 9, 9, 9, 9), won=1, weights=(1,) * 5),
)


def examples(of_fifty: int) -> settings:
    """Settings for tests that ask the engine, some fifty times slower than others: a part of what the profile tries.

    Random logs are small enough to be read as they are found; shrinking one through SQL takes minutes.
    """
    profile = settings.default
    assert profile is not None
    return settings(
        max_examples=max(1, profile.max_examples * of_fifty // 50), phases=(Phase.explicit, Phase.reuse, Phase.generate)
    )


TYPES = ("a", "a", "b", "b", "c", "c", "d", "e", "lost", "done", "note", "mail", "offer", "offer", "visit")
# Half days between touches of a case: ties, and gaps just at, below and above the limits of JOURNEYS.
GAPS = (0, 0, 1, 2, 4, 8, 9, 10, 12, 13, 14, 18, 24)


@st.composite
def random_rows(draw: st.DrawFn, *, distinct_times: bool = False) -> list[Row]:
    """Logs of a few cases in shuffled file order: ties in time, returns, skips, losses, completions, new deals.

    The first touch lies at 0, so that a report at any later moment has something to tell.
    """
    rows: list[Row] = []
    for case in range(draw(st.integers(1, 7))):
        at = 0 if case == 0 else draw(st.integers(0, 10)) * DAY // 2
        for type_, gap, deal, why in draw(st.lists(TOUCH, min_size=3, max_size=9)):
            row = {"case_id": f"k{case}", "type": type_, "occurred_at": at, "deal_id": deal}
            rows.append(row | {"contact_id": "p", "why": why if type_ == "lost" else None})
            at += gap * DAY // 2
    if distinct_times:
        rows = [row | {"occurred_at": moment(row) + place} for place, row in enumerate(rows)]
    return draw(st.permutations(rows))


# A few moments of the report, so that compiled SQL is found again from one example to the next.
MOMENTS = st.sampled_from((9 * DAY, 21 * DAY, 60 * DAY))
TOUCH = st.tuples(
    st.sampled_from(TYPES),
    st.sampled_from(GAPS),
    st.sampled_from((None, None, "d1", "d2", "d3")),
    st.sampled_from((None, "price", "silent")),
)


def last_moment(rows: Sequence[Row]) -> int:
    return max(moment(row) for row in rows)


def twin_of(rows: Sequence[Row], journey: Journey | None, as_of: int) -> list[Visit]:
    """The twin's visits; without a journey its stages are the activities in alphabetical order."""
    if journey is not None:
        return twin_visits(rows, journey, as_of)
    return activity_visits(rows, sorted({str(row["type"]) for row in rows if moment(row) <= as_of}), as_of)
