"""What must not change visits: how the order of touches is found, the order of the file, what comes later."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from tropa.analysis.document import Document, document
from tropa.analysis.log import EventLog
from tropa.analysis.order import BY_COLUMNS
from tropa.analysis.passages import Passages
from tropa.analysis.placed import fill, sorted_signals
from tropa.analysis.summary import analyse, moment
from tropa.analysis.tests.logs import (
    JOURNEYS,
    MOMENTS,
    Row,
    as_twin,
    examples,
    listed,
    model,
    random_rows,
    read,
    told,
    twin_of,
)
from tropa.analysis.tests.twin import Journey
from tropa.analysis.tests.twin import moment as moment_of
from tropa.analysis.visits import Visits, visits
from tropa.engine import Engine

JOURNEY_OR_NONE = st.sampled_from((*JOURNEYS, None))


@examples(8)
@given(random_rows(), JOURNEY_OR_NONE, MOMENTS)
def test_order_from_columns_gives_the_same_visits(rows: list[Row], journey: Journey | None, as_of: int) -> None:
    with read(rows, None if journey is None else model(journey), as_of) as (log, passages):
        expected = told(twin_of(rows, journey, as_of))
        assert as_twin(listed(passages.visits)) == expected
        assert sorted(as_twin(listed(by_columns(log, passages))), key=repr) == sorted(expected, key=repr)


def by_columns(log: EventLog, passages: Passages) -> Visits:
    """The same visits through expressions that trust no storage."""
    placed, engine = passages.visits.placed, passages.engine
    known = log.table.filter(log.table.occurred_at <= placed.as_of)
    signals = sorted_signals(engine, known, placed.cases, placed.types, placed.model)
    touches = fill(signals, placed.model, BY_COLUMNS)
    expression = visits(touches, placed.model, first_at=placed.first_at, as_of=placed.as_of, order=BY_COLUMNS)
    return Visits(placed, engine.materialise(expression))


@examples(3)
@given(random_rows(distinct_times=True), JOURNEY_OR_NONE)
def test_the_order_of_the_file_changes_no_figure(rows: list[Row], journey: Journey | None) -> None:
    shuffled = sorted(rows, key=lambda row: (str(row["type"]), moment_of(row)))
    assert analysed(rows, journey) == analysed(shuffled, journey)


@examples(3)
@given(random_rows(), JOURNEY_OR_NONE, MOMENTS)
def test_a_moment_gives_the_figures_of_the_log_up_to_it(rows: list[Row], journey: Journey | None, as_of: int) -> None:
    known = [row for row in rows if moment_of(row) <= as_of]
    cut, whole = analysed(known, journey, as_of), analysed(rows, journey, as_of)
    assert cut.pop("source")["rows_read"] <= whole.pop("source")["rows_read"]
    assert cut == whole


def analysed(rows: Sequence[Row], journey: Journey | None, as_of: int | None = None) -> Document:
    """Every figure of a log that also tells of first value and of ends."""
    told = [row | {"ended_at": moment_of(row) + 60_000_000} for row in rows]
    with Engine(memory_mb=256, threads=1) as engine:
        log = EventLog.from_rows(told, engine=engine)
        found = None if journey is None else model(journey, "first_value: {touch: [note]}")
        return document(analyse(log, found, as_of=None if as_of is None else moment(as_of)))
