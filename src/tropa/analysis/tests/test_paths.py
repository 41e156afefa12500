"""Transitions, variants, shape of paths and lead times by hand (metrics.md section 1.8)."""

from tropa.analysis.figure import Share
from tropa.analysis.log import EventLog
from tropa.analysis.paths import (
    count_activity_paths,
    lead_times,
    path_shape,
    transitions,
    variants,
)
from tropa.analysis.placed import place
from tropa.analysis.sequences import LONG_PATH
from tropa.analysis.tests.logs import Row, model, passages_of, touches
from tropa.analysis.tests.twin import DAY, Journey

T = 400
DAYS = 86_400.0
JOURNEY = Journey(("a", "b", "c"), horizon=(60,) * 3, silence=(1_000,) * 3, won=2, supplier=frozenset({"mail"}))


def story(*cases: str) -> list[Row]:
    """Each case a word of one-letter stages a day apart; "!" is a loss."""
    return [
        row
        for number, word in enumerate(cases)
        for row in touches(f"k{number}", *((day, "lost" if key == "!" else key) for day, key in enumerate(word)))
    ]


def test_transitions_count_moves_and_time_them() -> None:
    rows = touches("k", (0, "a"), (4, "b"), (5, "a"), (15, "b"), (16, "c")) + touches("m", (0, "a"), (1, "c"))
    with passages_of(rows, model(JOURNEY)) as passages:
        found = {(move.source, move.target): move for move in transitions(passages.visits)}
    assert {move: (of.count, of.kind) for move, of in found.items()} == {
        ("a", "b"): (2, "forward"),
        ("b", "a"): (1, "return"),
        ("b", "c"): (1, "forward"),
        ("a", "c"): (1, "skip"),
    }
    assert (found["a", "b"].median, found["a", "b"].mean) == (7 * DAYS, 7 * DAYS)


def test_the_most_frequent_move_comes_first() -> None:
    with passages_of(story("ab", "ab", "bc", "bc", "bc"), model(JOURNEY)) as passages:
        assert [(move.source, move.count) for move in transitions(passages.visits)] == [("b", 3), ("a", 2)]


def test_variants_say_how_often_how_they_ended_and_how_long_they_took() -> None:
    with passages_of(story("ab!", "ab", "ab!", "a"), model(JOURNEY), 10 * DAY) as passages:
        found = variants(passages)
    assert (found.trips, found.distinct) == (4, 2)
    first, second = found.most_frequent
    assert (first.path, first.count, first.share) == (("a", "b"), 3, 0.75)
    assert first.endings == {"lost": 2, "open": 1}
    assert first.median == 2 * DAYS
    assert (second.path, second.count, second.endings) == (("a",), 1, {"open": 1})


def test_only_the_most_frequent_variants_are_told_but_all_are_counted() -> None:
    with passages_of(story("abc", "abc", "ac", "a", "b", "c"), model(JOURNEY)) as passages:
        found = variants(passages, most=3)
    assert [variant.count for variant in found.most_frequent] == [2, 1, 1]
    assert (found.distinct, found.trips) == (5, 6)


def test_paths_longer_than_a_key_are_told_apart_to_the_last_step() -> None:
    long = "ab" * LONG_PATH
    with passages_of(story(long, long, long + "c"), model(JOURNEY)) as passages:
        found = variants(passages).most_frequent
    assert [(len(variant.path), variant.count) for variant in found] == [(2 * LONG_PATH, 2), (2 * LONG_PATH + 1, 1)]


def test_the_shape_is_that_of_closed_trips() -> None:
    """Closed: abc and ac (won), abab! and ab! (lost); a and ab go on."""
    with passages_of(story("abc", "ac", "abab!", "ab!", "a", "ab"), model(JOURNEY), 10 * DAY) as passages:
        shape = path_shape(passages)
    assert shape is not None
    assert shape.closed == 4
    assert (shape.linear, shape.with_return, shape.with_skip) == (Share.of(2, 4), Share.of(1, 4), Share.of(1, 4))


def test_a_trip_interrupted_by_a_loss_is_not_linear() -> None:
    with passages_of(story("a!bc"), model(JOURNEY)) as passages:
        shape = path_shape(passages)
    assert shape is not None
    assert shape.linear == Share.of(0, 1)


def test_lead_times_go_from_first_entry_to_first_entry() -> None:
    rows = touches("k", (0, "a"), (3, "b"), (4, "a"), (9, "b"), (11, "c")) + touches("m", (5, "b"), (6, "a"))
    with passages_of(rows, model(JOURNEY)) as passages:
        found = {(lead.source, lead.target): lead for lead in lead_times(passages)}
    assert list(found) == [("a", "b"), ("b", "c"), ("a", "c")]
    lead = found["a", "b"]
    assert (lead.count, lead.negative, lead.median, lead.mean) == (2, 1, 1 * DAYS, 1 * DAYS)
    assert (found["b", "c"].count, found["b", "c"].median) == (1, 8 * DAYS)


def test_a_lead_time_nobody_has_is_missing() -> None:
    with passages_of(story("a"), model(JOURNEY)) as passages:
        lead = lead_times(passages)[0]
    assert (lead.count, lead.negative, lead.median, lead.mean) == (0, 0, None, None)


def test_activity_paths_count_what_the_supplier_does_too() -> None:
    rows = touches("k", (0, "a"), (1, "mail"), (2, "b")) + touches("m", (0, "a"), (1, "b")) + touches("n", (0, "mail"))
    with EventLog.from_rows(rows) as log:
        assert count_activity_paths(log, place(log, model(JOURNEY))) == 3
        assert count_activity_paths(log, place(log)) == 3
        assert count_activity_paths(log, place(log, model(JOURNEY), as_of=0)) == 2
