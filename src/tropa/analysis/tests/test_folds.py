"""Folds over arrays give the rows of the expressions that other engines run."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.arrays import after, before, in_order, order_of, starts, whole_units
from tropa.analysis.passages import fold_passages, stays, trips
from tropa.analysis.placed import fill, sorted_signals
from tropa.analysis.tests.logs import JOURNEYS, MOMENTS, Row, examples, model, random_rows, read, visits_of
from tropa.analysis.tests.twin import Journey
from tropa.analysis.visits import fold_visits, visits
from tropa.engine import Engine


@examples(12)
@given(random_rows(), st.sampled_from(JOURNEYS), MOMENTS)
def test_visits_trips_and_stays_are_those_of_the_expressions(rows: list[Row], journey: Journey, as_of: int) -> None:
    with visits_of(rows, model(journey), as_of) as found:
        engine, placed = found.engine, found.placed
        expression = visits(placed.touches, placed.model, first_at=placed.first_at, as_of=placed.as_of)
        assert found.table.schema() == expression.schema()
        assert engine.run(found.table) == engine.run(expression)
        folded_trips, folded_stays = fold_passages(engine, found.table)
        assert folded_trips == engine.run(trips(found.table).order_by("trip"))
        expected = engine.run(stays(found.table, engine.load(folded_trips)).order_by("trip", "stage"))
        found_stays = folded_stays.sort_by([("trip", "ascending"), ("stage", "ascending")])
        assert found_stays.select(expected.column_names) == expected
        assert set(found_stays.column_names) == set(expected.column_names)


def test_numbers_begin_where_they_are_told_to() -> None:
    rows = [{"case_id": "k", "occurred_at": moment, "type": "a"} for moment in (1, 2)]
    journey = model(Journey(("a",), (1,), (1,)))
    with visits_of(rows, journey) as found:
        placed = found.placed
        again = fold_visits(placed.engine, placed.touches, journey, as_of=placed.as_of, first=100)
        assert (again["visit"].to_pylist(), again["trip"].to_pylist()) == ([100], [101])


def test_blocks_hold_whole_units_however_the_batches_fall(engine: Engine) -> None:
    lengths = [1, 130_000, 2, 250_000, 1, 60_000]
    unit = np.repeat(np.array([3, 9, 4, 8, 5, 7]), lengths)
    row = np.arange(unit.size)
    # Rows of a table that comes in many pieces keep their order too.
    table = engine.load(pa.concat_tables([pa.table({"unit": part, "row": own}) for part, own in pieces(unit, row)]))
    blocks = list(whole_units(engine, table, "unit"))
    assert len(blocks) > 1
    assert np.array_equal(np.concatenate([block["row"] for block in blocks]), row)
    assert sum(np.unique(block["unit"]).size for block in blocks) == len(lengths)


def pieces(*columns: np.ndarray) -> list[tuple[np.ndarray, ...]]:
    return list(zip(*(np.array_split(column, 40) for column in columns), strict=True))


def test_nothing_has_no_blocks_and_no_starts(engine: Engine) -> None:
    none = np.zeros(0, np.int64)
    assert list(whole_units(engine, engine.load(pa.table({"unit": none})), "unit")) == []
    assert [array.size for array in (starts(none), before(none, 1, 2), after(none, 1), order_of(none))] == [0] * 4


@given(st.lists(st.integers(0, 5)))
def test_an_order_keeps_equal_keys_as_they_come(keys: list[int]) -> None:
    expected = sorted(range(len(keys)), key=lambda place: keys[place])
    for far in (1, -(2**60)):
        assert order_of(np.array(keys, np.int64) * far).tolist() == (expected if far > 0 else backwards(keys))


def backwards(keys: list[int]) -> list[int]:
    return sorted(range(len(keys)), key=lambda place: -keys[place])


NUMBERS = st.one_of(st.permutations(range(12)), st.lists(st.integers(-(2**62), 2**62), min_size=12, max_size=12))


@given(st.data(), NUMBERS)
def test_columns_come_in_the_order_of_case_moment_and_file(data: st.DataObject, seq: list[int]) -> None:
    case, at = (data.draw(st.lists(st.integers(0, 3), min_size=12, max_size=12)) for _ in range(2))
    rows = sorted(zip(case, at, seq, range(12), strict=True), key=lambda row: row[:3])
    columns = {"case": np.array(case, np.int32), "at": np.array(at), "seq": np.array(seq), "row": np.arange(12)}
    found = in_order(columns)
    assert list(zip(found["case"].tolist(), found["at"].tolist(), strict=True)) == [row[:2] for row in rows]
    if len(set(seq)) == len(seq):
        assert found["row"].tolist() == [row[3] for row in rows]


@examples(8)
@given(random_rows(), st.sampled_from((*JOURNEYS, None)), MOMENTS)
def test_placed_touches_are_those_of_the_expression(rows: list[Row], journey: Journey | None, as_of: int) -> None:
    found = None if journey is None else model(journey)
    with read(rows, found, as_of) as (log, passages):
        engine, placed = log.engine, passages.visits.placed
        known = log.table.filter(log.table.occurred_at <= as_of)
        signals = sorted_signals(engine, known, placed.cases, placed.types, found)
        assert engine.run(placed.touches) == engine.run(fill(signals, found).drop("seq"))
