"""The sorted copy on disk and the refresh of its visits."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tropa.analysis import EventLog, JourneyModel, find_passages, find_visits, funnel, losses, place, variants
from tropa.analysis.copy import CopyError, open_copy, write_copy
from tropa.analysis.live import LiveVisits
from tropa.analysis.visits import Visits
from tropa.engine import Engine

MODEL = JourneyModel.parse(
    """
    journey: {key: small, reopen_days: 30}
    stages:
      - {key: search, rank: 1, enter: {touch: [visit, guide]}, inactivity_days: 20}
      - {key: choice, rank: 2, enter: {touch: demo}, inactivity_days: 15}
      - {key: bought, rank: 3, enter: {touch: paid}, won: true, inactivity_days: 40}
    lost: {touch: refused, reason: why}
    completed: {touch: over}
    client_activity: {not: {touch: [mailing, refused, over]}}
    """
)
TYPES = ("visit", "guide", "demo", "paid", "refused", "over", "call", "mailing")
HOUR = 3_600_000_000


@pytest.fixture
def memory() -> Iterator[Engine]:
    with Engine() as engine:
        yield engine


def touches(seed: int, count: int, *, cases: int = 12, days: int = 120) -> list[dict[str, object]]:
    """Random touches in the order of a file: moments repeat and go back."""
    chance = random.Random(seed)
    return [
        {
            "case_id": f"c{chance.randrange(cases):02d}",
            "occurred_at": 1_700_000_000_000_000 + chance.randrange(days * 4) * 6 * HOUR,
            "type": chance.choice(TYPES),
            "deal_id": chance.choice((None, None, "d1", "d2", "d3")),
            "why": chance.choice((None, "price", "silence")),
        }
        for _ in range(count)
    ]


def told(found: Visits) -> list[tuple[object, ...]]:
    """Visits without their numbers, in the order of cases and of visits in them; trips numbered per case."""
    table = found.table.join(found.placed.cases, "case").order_by("case_id", "visit")
    rows = found.engine.run(table).to_pylist()
    trips: dict[tuple[object, object], int] = {}
    return [
        (
            row["case_id"],
            trips.setdefault((row["case_id"], row["trip"]), len(trips)),
            *(row[name] for name in ("stage", "entered", "left", "left_to", "lost_at", "active_at")),
        )
        for row in rows
    ]


def test_a_copy_answers_as_the_log_it_was_written_from(memory: Engine, tmp_path: Path) -> None:
    log = EventLog.from_rows(touches(1, 300), engine=memory)
    write_copy(log, MODEL, tmp_path)
    copied, direct = open_copy(tmp_path, engine=memory, model=MODEL), place(log, MODEL)
    assert told(find_visits(copied)) == told(find_visits(direct))
    again, before = find_passages(find_visits(copied)), find_passages(find_visits(direct))
    assert funnel(again) == funnel(before)
    assert variants(again) == variants(before)


def test_a_copy_of_a_log_without_a_journey(memory: Engine, tmp_path: Path) -> None:
    log = EventLog.from_rows(touches(2, 60), engine=memory)
    write_copy(log, None, tmp_path)
    assert told(find_visits(open_copy(tmp_path, engine=memory, model=None))) == told(find_visits(place(log)))


@pytest.mark.parametrize("seed", range(4))
def test_refreshed_visits_equal_those_of_the_whole_log(seed: int, memory: Engine, tmp_path: Path) -> None:
    rows = touches(seed, 240)
    late = touches(seed + 100, 40, cases=16, days=130)
    late.append({"case_id": "newcomer", "occurred_at": late[0]["occurred_at"], "type": "unheard_of"})
    write_copy(EventLog.from_rows(rows, engine=memory), MODEL, tmp_path)
    live = LiveVisits(tmp_path, engine=memory, model=MODEL)
    for part in (late[:15], late[15:]):
        live.refresh(EventLog.from_rows(part, engine=memory))
    whole = find_visits(place(EventLog.from_rows(rows + late, engine=memory), MODEL))
    assert told(live.visits()) == told(whole)
    assert live.visits().placed.as_of == whole.placed.as_of
    assert variants(find_passages(live.visits())) == variants(find_passages(whole))
    refreshed, direct = losses(find_passages(live.visits())), losses(find_passages(whole))
    assert refreshed is not None
    assert direct is not None
    assert refreshed.reasons
    assert (refreshed.reasons, refreshed.points) == (direct.reasons, direct.points)


def test_a_refresh_without_touches_changes_nothing(memory: Engine, tmp_path: Path) -> None:
    log = EventLog.from_rows(touches(5, 100), engine=memory)
    write_copy(log, MODEL, tmp_path)
    live = LiveVisits(tmp_path, engine=memory, model=MODEL)
    before = told(live.visits())
    mailing = [{"case_id": "c01", "occurred_at": 1_700_000_000_000_000, "type": "mailing"}]
    live.refresh(EventLog.from_rows(mailing, engine=memory))
    assert told(live.visits()) == before
    with EventLog.from_rows(mailing) as elsewhere, pytest.raises(ValueError, match="another engine"):
        live.refresh(elsewhere)


def test_rules_that_look_further_than_the_type_are_not_refreshed(memory: Engine, tmp_path: Path) -> None:
    model = JourneyModel.parse(
        "journey: {key: rich}\nstages: [{key: rich, rank: 1, enter: {field: touch.value, at_least: 10}}]"
    )
    write_copy(EventLog.from_rows(touches(6, 20), engine=memory), model, tmp_path)
    with pytest.raises(CopyError, match="write the copy anew"):
        LiveVisits(tmp_path, engine=memory, model=model)


def test_a_folder_that_is_no_copy_or_another_one_is_refused(memory: Engine, tmp_path: Path) -> None:
    with pytest.raises(CopyError, match="no complete copy"):
        open_copy(tmp_path, engine=memory, model=MODEL)
    write_copy(EventLog.from_rows(touches(7, 20), engine=memory), MODEL, tmp_path)
    with pytest.raises(CopyError, match="another journey"):
        open_copy(tmp_path, engine=memory, model=None)
    meta = json.loads((tmp_path / "copy.json").read_text(encoding="utf-8"))
    (tmp_path / "copy.json").write_text(json.dumps(meta | {"format": 99}), encoding="utf-8")
    with pytest.raises(CopyError, match="format 99"):
        open_copy(tmp_path, engine=memory, model=MODEL)
