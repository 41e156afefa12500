"""Following the log step by step tells the same as building everything from nothing: late touches, touches that come
due, touches taken out, and silence included."""

from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tropa.facts import actions as facts
from tropa.facts.models import Source
from tropa.journeys import placement, visit_files
from tropa.journeys.models import JourneyVersion, StageChange
from tropa.journeys.tests.making import append, built, company, day, history, positions, small_journey, touch
from tropa.workspace.tests.people import make_workspace

pytestmark = pytest.mark.django_db
TYPES = ("ask", "offer", "pay", "no", "mail", "site")


@dataclass(frozen=True, slots=True)
class Step:
    """What happens before a refresh: touches (account, type, day, deal), and the day of the refresh."""

    touches: tuple[tuple[int, str, float, int | None], ...]
    now: float


@st.composite
def steps(draw: st.DrawFn) -> list[Step]:
    now, found = 0.0, []
    for _ in range(draw(st.integers(1, 4))):
        now += draw(st.sampled_from([0.0, 1.0, 20.0, 40.0, 120.0]))
        # Days around now, before and behind it: late touches, and some that are not due yet.
        near = st.sampled_from([now + halves / 2 for halves in range(-150, 31)])
        deal = st.sampled_from([None, None, 1, 2, 3])
        some = st.tuples(st.integers(0, 2), st.sampled_from(TYPES), near, deal)
        found.append(Step(tuple(draw(st.lists(some, max_size=6))), now))
    return found


@settings(max_examples=4)
@given(steps(), st.sampled_from(["account", "deal"]))
def test_following_equals_building_anew(plan: list[Step], unit: str) -> None:
    workspace = make_workspace("Своё")
    firms = [company(workspace, f"Завод {number}") for number in range(3)]
    version = built(small_journey(workspace, unit=unit), on_day=0)
    for step in plan:
        append(
            workspace,
            [
                touch(firms[who], type_, on, deal_id=None if deal is None else 10 * firms[who].pk + deal)
                for who, type_, on, deal in step.touches
            ],
        )
        placement.refresh(workspace, now=day(step.now))
    followed = positions(version), history(version)
    placement.build(version, now=day(plan[-1].now))
    assert followed == (positions(version), history(version))


def test_a_late_touch_corrects_the_past_and_fires_nothing() -> None:
    workspace = make_workspace("Своё")
    firm = company(workspace)
    append(workspace, [touch(firm, "ask", 0), touch(firm, "pay", 10)])
    version = built(small_journey(workspace), on_day=11)
    append(workspace, [touch(firm, "offer", 5)])
    placement.refresh(workspace, now=day(12))
    assert [row[4] for row in history(version)] == ["interest", "offer", "paid"]
    assert set(StageChange.objects.filter(version=version).values_list("kind", flat=True)) == {"built", "corrected"}


def test_what_happens_after_everything_known_is_new_even_when_it_arrives_late() -> None:
    workspace = make_workspace("Своё")
    firm = company(workspace)
    append(workspace, [touch(firm, "ask", 0)])
    version = built(small_journey(workspace), on_day=20)
    append(workspace, [touch(firm, "offer", 5)])
    placement.refresh(workspace, now=day(21))
    assert _kinds(version) == ["built", "new"]


def test_a_sign_of_life_takes_a_drop_back_and_the_next_silence_is_a_new_one() -> None:
    workspace = make_workspace("Своё")
    firm = company(workspace)
    append(workspace, [touch(firm, "ask", 0)])
    version = built(small_journey(workspace), on_day=1)
    placement.refresh(workspace, now=day(40))
    append(workspace, [touch(firm, "site", 41)])
    placement.refresh(workspace, now=day(42))
    assert positions(version)[0][3] == "open"
    placement.refresh(workspace, now=day(80))
    assert _kinds(version) == ["built", "new", "withdrawn", "new"]
    assert [row[5] for row in history(version)] == ["open", "dropped"]


def test_what_is_taken_out_of_the_log_is_taken_back() -> None:
    workspace = make_workspace("Своё")
    firm, other = company(workspace), company(workspace)
    append(workspace, [touch(firm, "ask", 0)])
    append(workspace, [touch(firm, "offer", 1), touch(other, "ask", 1)], key="import")
    version = built(small_journey(workspace), on_day=2)
    facts.remove_of_source(Source.objects.get(workspace=workspace, key="import"), now=day(3))
    placement.refresh(workspace, now=day(4))
    assert [row[:4] for row in positions(version)] == [(firm.pk, 1, "interest", "open")]
    assert [row[4] for row in history(version)] == ["interest"]


def test_a_rebuild_says_the_same_and_appends_nothing() -> None:
    workspace = make_workspace("Своё")
    firm = company(workspace)
    append(workspace, [touch(firm, "ask", 0)])
    version = built(small_journey(workspace), on_day=1)
    append(workspace, [touch(firm, "offer", 2)])
    placement.refresh(workspace, now=day(3))
    before, told = (positions(version), history(version)), _kinds(version)
    assert placement.rebuild(workspace, now=day(3)) == 1
    assert ((positions(version), history(version)), _kinds(version)) == (before, told)


def test_many_refreshes_are_merged_into_one_base(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visit_files, "MOST_GENERATIONS", 2)
    workspace = make_workspace("Своё")
    firm = company(workspace)
    append(workspace, [touch(firm, "ask", 0)])
    version = built(small_journey(workspace), on_day=0)
    for number in range(1, 4):
        append(workspace, [touch(firm, "offer" if number % 2 else "ask", number)])
        placement.refresh(workspace, now=day(number))
    assert version.files.count() == 2
    followed = positions(version), history(version)
    placement.build(version, now=day(3))
    assert followed == (positions(version), history(version))


def _kinds(version: JourneyVersion) -> list[str]:
    return list(StageChange.objects.filter(version=version).order_by("id").values_list("kind", flat=True))
