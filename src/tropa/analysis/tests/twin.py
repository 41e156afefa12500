"""The slow obvious twin of placing, trips and visits: one loop over the sorted touches of a case, from the definitions
of metrics.md sections 0, 1.1 and 1.3 and of the ADR on visits and trips. No SQL, no arrays."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

DAY = 86_400_000_000
Row = Mapping[str, object]


@dataclass(frozen=True)
class Journey:
    """A journey of types: each stage is entered by the type of its name and by those of `also`.

    horizon, silence: days per stage. won: index of the won stage. supplier: types that are no sign of life.
    """

    stages: tuple[str, ...]
    horizon: tuple[float, ...]
    silence: tuple[float, ...]
    won: int | None = None
    reopen: float = 90
    weights: tuple[float, ...] = ()
    also: Mapping[str, str] = field(default_factory=dict)
    supplier: frozenset[str] = frozenset()
    lost: str = "lost"
    completed: str = "done"

    def stage_of(self, type_: str) -> int | None:
        """The highest stage that a touch of the type enters."""
        name = self.also.get(type_, type_)
        return self.stages.index(name) if name in self.stages else None


@dataclass(frozen=True)
class Visit:
    """stage, left_to: indexes of stages, or for left_to a word. Moments in µs. last_type: its last sign of life."""

    case: str
    trip: int
    stage: int
    entered: int
    left: int
    left_to: int | str
    lost_at: int | None
    active_at: int
    last_type: str


@dataclass
class _Case:
    """Where one case stands while its touches go by."""

    case: str
    journey: Journey
    visits: list[Visit] = field(default_factory=list)
    place: int | str = "none"
    trip: int = 0
    lost_at: int = 0
    regainable: bool = False
    wins: int = 0
    opened_behind_win: int = 0
    deals: set[str] = field(default_factory=set)
    broken_silences: list[int] = field(default_factory=list)

    def take(self, at: int, type_: str, deal: str | None) -> None:
        stage, alive = self.journey.stage_of(type_), type_ not in self.journey.supplier
        if type_ == self.journey.lost:
            self.lose(at)
        elif type_ == self.journey.completed:
            self.complete(at)
        elif stage is not None:
            self.enter(stage, at, type_, alive=alive, new_trip=self.opens_new_deal(stage, deal))
        elif alive and isinstance(self.place, int):
            self.live(at, type_)

    def opens_new_deal(self, stage: int, deal: str | None) -> bool:
        """The first new deal behind a won one; deals beside it share its trip."""
        won = self.journey.won
        if won is None:
            return False
        opens = (
            deal is not None
            and deal not in self.deals
            and stage < won
            and self.wins > 0
            and self.opened_behind_win < self.wins
        )
        if opens:
            self.opened_behind_win = self.wins
        if deal is not None:
            self.deals.add(deal)
        self.wins += stage >= won
        return opens

    def live(self, at: int, type_: str) -> None:
        last = self.visits[-1]
        if at - last.active_at >= self.journey.silence[last.stage] * DAY:
            self.broken_silences.append(last.stage)
        self.visits[-1] = replace(last, active_at=at, last_type=type_)

    def enter(self, stage: int, at: int, type_: str, *, alive: bool, new_trip: bool) -> None:
        if self.place == stage and not new_trip:
            if alive:
                self.live(at, type_)
            return
        if isinstance(self.place, int):
            last = self.visits[-1]
            if at - last.active_at >= self.journey.silence[last.stage] * DAY:
                self.broken_silences.append(last.stage)
            self.visits[-1] = replace(last, left=at, left_to="completed" if new_trip else stage)
        elif self.place == "lost" and self.regainable and not new_trip:
            if at - self.lost_at <= self.journey.reopen * DAY:
                self.visits[-1] = replace(self.visits[-1], left_to="regained")
            else:
                new_trip = True
        else:
            new_trip = True
        self.trip += new_trip
        self.place = stage
        self.visits.append(Visit(self.case, self.trip, stage, at, at, "open", None, at, type_))

    def lose(self, at: int) -> None:
        if self.place == "lost":
            return
        if isinstance(self.place, int):
            last = self.visits[-1]
            silent = at - last.active_at >= self.journey.silence[last.stage] * DAY
            self.visits[-1] = replace(last, left=last.active_at if silent else at, left_to="lost", lost_at=at)
        self.regainable = isinstance(self.place, int)
        self.place, self.lost_at = "lost", at

    def complete(self, at: int) -> None:
        if isinstance(self.place, int):
            self.visits[-1] = replace(self.visits[-1], left=at, left_to="completed")
        self.place = "completed"

    def end(self, as_of: int) -> None:
        if isinstance(self.place, int):
            last = self.visits[-1]
            dropped = as_of - last.active_at >= self.journey.silence[last.stage] * DAY
            left, left_to = (last.active_at, "dropped") if dropped else (as_of, "open")
            self.visits[-1] = replace(last, left=left, left_to=left_to)


def by_case(rows: Iterable[Row], as_of: int) -> dict[str, list[Row]]:
    """Touches up to as_of, case by case in the order of their ids, sorted by time; equal times keep the file order."""
    cases: dict[str, list[Row]] = {}
    for row in rows:
        if moment(row) <= as_of:
            cases.setdefault(str(row["case_id"]), []).append(row)
    return {case: sorted(cases[case], key=moment) for case in sorted(cases)}


def moment(row: Row) -> int:
    at = row["occurred_at"]
    assert isinstance(at, int)
    return at


def walk(rows: Iterable[Row], journey: Journey, as_of: int) -> list[_Case]:
    """Every case with its visits."""
    cases = []
    for case, touches in by_case(rows, as_of).items():
        standing = _Case(case, journey)
        for touch in touches:
            deal = touch.get("deal_id")
            standing.take(moment(touch), str(touch["type"]), None if deal is None else str(deal))
        standing.end(as_of)
        cases.append(standing)
    return cases


def visits(rows: Iterable[Row], journey: Journey, as_of: int) -> list[Visit]:
    return [visit for case in walk(rows, journey, as_of) for visit in case.visits]


def broken_silences(rows: Iterable[Row], journey: Journey, as_of: int) -> list[int]:
    """The stage of each silence that ended with a sign of life."""
    return [stage for case in walk(rows, journey, as_of) for stage in case.broken_silences]


def activity_visits(rows: Iterable[Row], types: Sequence[str], as_of: int) -> list[Visit]:
    """Without a journey each touch is a visit of its own, the last one of a case is open."""
    found = []
    for case, touches in by_case(rows, as_of).items():
        for touch, behind in zip(touches, [*touches[1:], None], strict=True):
            at, type_ = moment(touch), str(touch["type"])
            left = as_of if behind is None else moment(behind)
            left_to = "open" if behind is None else types.index(str(behind["type"]))
            found.append(Visit(case, 1, types.index(type_), at, left, left_to, None, at, type_))
    return found


def trips(found: Iterable[Visit]) -> list[list[Visit]]:
    """Visits of each trip, in their order."""
    grouped: dict[tuple[str, int], list[Visit]] = {}
    for visit in found:
        grouped.setdefault((visit.case, visit.trip), []).append(visit)
    return list(grouped.values())
