"""Small logs for tests: by hand in days, and at random."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from hypothesis import strategies as st

from tropa.analysis.log import EventLog
from tropa.analysis.model import JourneyModel
from tropa.analysis.passages import Passages, find_passages
from tropa.analysis.placed import COMPLETED, FIRST, LOST, place
from tropa.analysis.tests.twin import DAY, Journey, Visit, activity_visits
from tropa.analysis.tests.twin import visits as twin_visits
from tropa.analysis.visits import DROPPED, OPEN, REGAINED, Visits, find_visits
from tropa.engine import Engine

Row = dict[str, object]
WORDS = {OPEN: "open", LOST: "lost", COMPLETED: "completed", DROPPED: "dropped", REGAINED: "regained"}


def touches(case: str, *told: tuple[float, str], **more: object) -> list[Row]:
    """Touches of one case: (day, type)."""
    return [{"case_id": case, "type": type_, "occurred_at": int(day * DAY), **more} for day, type_ in told]


def model(journey: Journey) -> JourneyModel:
    """The model of a twin's journey, through the YAML a user writes."""
    lines = [
        f"journey: {{key: j, label: {{ru: п, en: j}}, reopen_days: {journey.reopen}}}",
        f"lost: {{touch: [{journey.lost}], reason: why}}",
        f"completed: {{touch: [{journey.completed}]}}",
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
def passages_of(
    rows: Sequence[Mapping[str, object]], journey: JourneyModel | None, as_of: int | None = None
) -> Iterator[Passages]:
    """Passages of a log in an engine of their own."""
    with Engine(memory_mb=256, threads=1) as engine:
        placed = place(EventLog.from_rows(rows, engine=engine), journey, as_of=as_of)
        yield find_passages(find_visits(placed))


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
TYPES = ("a", "a", "b", "b", "c", "c", "d", "e", "lost", "lost", "done", "note", "mail", "offer", "visit")
LAST_DAY = 30


def random_rows(*, distinct_times: bool = False) -> st.SearchStrategy[list[Row]]:
    """Logs of a few cases in shuffled file order: ties in time, returns, skips, losses, completions, new deals."""
    day = st.integers(0, 2 * LAST_DAY).map(lambda half: half / 2)
    touch = st.tuples(
        st.sampled_from(("k1", "k2", "k3", "k4")),
        day,
        st.sampled_from(TYPES),
        st.sampled_from((None, None, "d1", "d2", "d3")),
        st.sampled_from((None, "price", "silent")),
        st.sampled_from((None, "p1", "p2")),
    )
    unique = (lambda told: told[:2]) if distinct_times else None
    return st.lists(touch, min_size=1, max_size=28, unique_by=unique).map(lambda told: [_row(*one) for one in told])


def _row(case: str, day: float, type_: str, deal: str | None, why: str | None, person: str | None) -> Row:  # noqa: PLR0913
    reason = why if type_ == "lost" else None
    return {
        "case_id": case,
        "type": type_,
        "occurred_at": int(day * DAY),
        "deal_id": deal,
        "contact_id": person,
        "why": reason,
    }


def twin_of(rows: Sequence[Row], journey: Journey | None, as_of: int) -> list[Visit]:
    """The twin's visits; without a journey its stages are the activities in alphabetical order."""
    if journey is not None:
        return twin_visits(rows, journey, as_of)
    return activity_visits(rows, sorted({str(row["type"]) for row in rows if row["occurred_at"] <= as_of}), as_of)  # type: ignore[operator]
