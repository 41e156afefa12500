"""Questions in addresses: what is read, what is refused, and that writing gives back what was read."""

from datetime import UTC, date, datetime

import pytest
from django.http import QueryDict

from tropa.analysis.visits import FOREVER
from tropa.insights.question import Question, Segment
from tropa.journeys.models import JourneyVersion
from tropa.journeys.tests.making import small_journey
from tropa.workspace.models import Member, Role
from tropa.workspace.tests.people import make_member, make_workspace

pytestmark = pytest.mark.django_db

NOW = datetime(2025, 3, 31, 22, 30, tzinfo=UTC)  # in Moscow the first of April has begun
HOUR = 3_600_000_000


@pytest.fixture
def version() -> JourneyVersion:
    journey = small_journey(make_workspace("Своё"))
    return JourneyVersion(pk=7, workspace=journey.workspace, journey=journey, number=1, document={})


def read(version: JourneyVersion, query: str) -> Question:
    return Question.read(version, QueryDict(query), now=NOW)


def test_an_address_is_read_and_written_back(version: JourneyVersion) -> None:
    owner = Member.objects.get(workspace=version.workspace)
    query = "?who=company&since=2025-01-01&until=2025-02-28&industry=%D0%98%D0%A2&size_from=50"
    query += f"&owner={owner.pk}&measure=mature"
    found = read(version, query[1:])
    assert (found.who, found.measure, found.owner, found.period) == ("company", "mature", owner.pk, "own")
    assert found.segment == Segment(industry="ИТ", size_from=50)
    assert read(version, found.query()[1:]) == found
    assert found.query(who=None) == query.replace("who=company&", "")
    assert read(version, found.query(period="12")[1:]).period == "12"
    assert read(version, "period=12").query(since="2025-01-01") == "?since=2025-01-01"


def test_nothing_asked_is_everybody(version: JourneyVersion) -> None:
    found = read(version, "")
    assert found == Question.of(version, now=NOW)
    assert found.is_everybody
    assert (found.query(), found.window, found.window_before) == ("", (-FOREVER, FOREVER), None)


def test_days_are_those_of_the_workspace(version: JourneyVersion) -> None:
    found = read(version, "since=2025-01-01&until=2025-01-31")
    first = int(datetime(2024, 12, 31, 21, tzinfo=UTC).timestamp()) * 1_000_000
    assert found.window == (first, first + 31 * 24 * HOUR)
    assert found.window_before == (first - 31 * 24 * HOUR, first)


@pytest.mark.parametrize(
    ("months", "since"), [("3", date(2025, 1, 2)), ("6", date(2024, 10, 2)), ("12", date(2024, 4, 2))]
)
def test_presets_end_today(version: JourneyVersion, months: str, since: date) -> None:
    found = read(version, f"period={months}")
    assert (found.since, found.until, found.today) == (since, None, date(2025, 4, 1))
    before = found.window_before
    assert before is not None
    assert found.window[0] == before[1]
    days = (found.today - since).days + 1
    assert before[1] - before[0] == days * 24 * HOUR


def test_days_to_come_make_no_period_longer(version: JourneyVersion) -> None:
    beyond = read(version, "since=2025-03-01&until=2026-03-01")
    assert beyond.window_before == read(version, "since=2025-03-01").window_before
    assert read(version, "since=2025-04-02").window_before is None
    assert read(version, "since=2025-04-02&until=2026-04-02").window_before is None


def test_the_last_day_of_a_shorter_month_begins_a_period(version: JourneyVersion) -> None:
    asked = Question.read(version, QueryDict("period=3"), now=datetime(2025, 5, 31, 12, tzinfo=UTC))
    assert asked.since == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("query", "refused"),
    [
        ("who=robot", ("who",)),
        ("measure=best&period=forever", ("measure", "period")),
        ("since=2025-02-30&until=soon", ("since", "until")),
        ("since=2025-03-01&until=2025-02-01", ("since", "until")),
        ("since=0001-01-01", ("since",)),
        ("until=9999-12-31", ("until",)),
        ("size_from=-1&size_to=1e3", ("size_from", "size_to")),
        ("size_from=٣", ("size_from",)),
        ("industry=%00", ("industry",)),
        ("segment=" + "x" * 121, ("segment",)),
        ("owner=me", ("owner",)),
        ("owner=" + "9" * 30, ("owner",)),
    ],
)
def test_values_without_sense_are_left_out_and_named(
    version: JourneyVersion, query: str, refused: tuple[str, ...]
) -> None:
    found = read(version, query)
    assert found.refused == refused
    assert found.is_everybody


def test_members_of_others_own_nothing_here(version: JourneyVersion) -> None:
    stranger = make_member(make_workspace("Чужое"), Role.SALES)
    assert read(version, f"owner={stranger.pk}").refused == ("owner",)
