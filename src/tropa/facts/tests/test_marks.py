"""Columns of touches against the same touches as rows."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from tropa.facts.marks import Mark, Marks, coded, counted, in_order, numbers, together

ROWS = st.lists(
    st.builds(
        Mark,
        occurred_us=st.integers(-5, 5),
        id=st.integers(1, 40),
        type_id=st.integers(0, 3),
        channel=st.sampled_from(("", "email", "phone")),
        contact_id=st.none() | st.integers(1, 3),
    ),
    unique_by=lambda mark: mark.id,
    max_size=20,
)


def columns(rows: list[Mark]) -> Marks:
    moments, ids, types, channels, people = zip(*rows, strict=True) if rows else ((),) * 5
    return in_order(numbers(moments), numbers(ids), numbers(types), numbers(people), coded(channels))


@given(ROWS)
def test_marks_are_the_rows_newest_first(rows: list[Mark]) -> None:
    marks, newest_first = columns(rows), sorted(rows, key=lambda mark: mark[:2], reverse=True)

    assert marks.part(0, len(rows)) == newest_first
    assert marks.part(3, 4) == newest_first[3:7]
    assert counted(marks.people) == Counter(mark.contact_id or 0 for mark in rows)
    kinds = {marks.kind(kind): n for kind, n in counted(marks.kinds).items()}
    assert kinds == Counter((mark.type_id, mark.channel) for mark in rows)


@given(ROWS, st.integers(-6, 6), st.integers(0, 41))
def test_a_part_begins_behind_an_edge(rows: list[Mark], moment: int, id_: int) -> None:
    marks = columns(rows)
    older = [mark for mark in sorted(rows, reverse=True, key=lambda mark: mark[:2]) if mark[:2] < (moment, id_)]

    assert marks.part(marks.behind((moment, id_)), len(rows)) == older


@given(ROWS, st.integers(1, 3))
def test_some_are_taken_out(rows: list[Mark], person: int) -> None:
    marks = columns(rows)
    theirs = marks.those(marks.people == person)

    assert {mark.id for mark in theirs.part(0, len(theirs))} == {one.id for one in rows if one.contact_id == person}


@given(ROWS, ROWS)
def test_the_same_touch_in_two_places_is_counted_once(first: list[Mark], second: list[Mark]) -> None:
    both = together(columns(first), columns(second))
    expected = {mark.id: mark for mark in first} | {mark.id: mark for mark in second}

    assert both.part(0, len(both)) == sorted(expected.values(), key=lambda mark: mark[:2], reverse=True)
