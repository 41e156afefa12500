"""Visits and trips against the slow obvious twin."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tropa.analysis.tests import twin
from tropa.analysis.tests.logs import (
    EXAMPLES,
    JOURNEYS,
    MOMENTS,
    Row,
    as_twin,
    listed,
    model,
    passages_of,
    random_rows,
    told,
    twin_of,
)


@settings(EXAMPLES, max_examples=60)
@given(random_rows(), st.sampled_from(JOURNEYS), MOMENTS)
def test_visits_are_those_of_the_twin(rows: list[Row], journey: twin.Journey, as_of: int) -> None:
    with passages_of(rows, model(journey), as_of) as passages:
        assert as_twin(listed(passages.visits)) == told(twin_of(rows, journey, as_of))
