"""What is appended to the log of changes when visits are known anew."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tropa.journeys.changes import Change, Visit, entries, told


def visits(*stages: tuple[str, int], ended: str = "open", ended_us: int = 0) -> list[Change]:
    """Changes of one trip: (stage, moment) in order, and how it ended."""
    last = len(stages)
    return told(
        [
            Visit(1, number, stage, at, ended if number == last else "", ended_us)
            for number, (stage, at) in enumerate(stages, 1)
        ]
    )


def kept(changes: list[Change]) -> list[Change]:
    """As they stand in the table, with ids."""
    return [replace(change, id=number) for number, change in enumerate(changes, 1)]


def said(known: list[Change], now: list[Change]) -> list[tuple[str, str, int | None]]:
    return [(entry.kind, entry.change.to_stage, entry.supersedes) for entry in entries(kept(known), now)]


def test_what_comes_after_everything_known_is_new() -> None:
    assert said(visits(("a", 1)), visits(("a", 1), ("b", 5))) == [("new", "b", None)]


def test_a_late_visit_in_between_corrects_and_fires_nothing() -> None:
    assert said(visits(("a", 1), ("c", 5)), visits(("a", 1), ("b", 3), ("c", 5))) == [
        ("corrected", "b", None),
        ("corrected", "c", 2),
    ]


def test_an_entry_with_a_better_date_takes_the_place_of_the_old_one() -> None:
    assert said(visits(("a", 1), ("b", 5)), visits(("a", 1), ("b", 7))) == [("corrected", "b", 2)]


def test_what_did_not_happen_is_withdrawn() -> None:
    assert said(visits(("a", 1), ("b", 5)), visits(("a", 1))) == [("withdrawn", "b", 2)]


def test_a_loss_behind_a_drop_is_a_new_event() -> None:
    dropped = visits(("a", 1), ended="dropped", ended_us=3)
    assert said(dropped, visits(("a", 1), ended="lost", ended_us=9)) == [("withdrawn", "", 2), ("new", "", None)]


def test_a_silence_that_began_later_is_a_new_one() -> None:
    first, second = (visits(("a", 1), ended="dropped", ended_us=at) for at in (3, 8))
    assert said(first, second) == [("withdrawn", "", 2), ("new", "", None)]


def test_nothing_new_appends_nothing() -> None:
    known = visits(("a", 1), ("b", 5), ended="lost", ended_us=9)
    assert said(known, known) == []


STAGES = st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=5).map(
    lambda found: sorted(found, key=lambda visit: visit[1])
)
ENDS = st.sampled_from(["open", "lost", "dropped", "completed"])


@given(STAGES, ENDS, STAGES, ENDS)
def test_the_rows_that_hold_always_become_what_is_known_now(
    before: list[tuple[str, int]], end: str, after: list[tuple[str, int]], other_end: str
) -> None:
    known = kept(visits(*before, ended=end, ended_us=10) if before else [])
    now = visits(*after, ended=other_end, ended_us=11) if after else []
    appended = entries(known, now)
    gone = {entry.supersedes for entry in appended}
    holding = [change for change in known if change.id not in gone]
    holding += [entry.change for entry in appended if entry.kind != "withdrawn"]
    assert sorted(map(_plain, holding)) == sorted(map(_plain, now))
    superseded = [entry.supersedes for entry in appended if entry.supersedes is not None]
    assert len(superseded) == len(set(superseded))


def _plain(change: Change) -> tuple[int, int, str, str, str, int]:
    return (change.trip, change.visit, change.from_stage, change.to_stage, change.state, change.at_us)
