"""Visits as arrays: the figures over them are those that the engine gives over the same version, whatever was refreshed
since it was built."""

import random

import pytest

from tropa.analysis import funnel, losses, transitions, variants
from tropa.analysis.chosen import counting
from tropa.engine import Engine
from tropa.journeys import placement, quiet, visit_files
from tropa.journeys.columns import everybody_of
from tropa.journeys.models import JourneyVersion
from tropa.journeys.tests.making import DAY_US, append, built, company, day, small_journey, touch
from tropa.workspace.models import Workspace
from tropa.workspace.tests.people import make_workspace

pytestmark = pytest.mark.django_db


def test_arrays_give_the_figures_of_the_engine() -> None:
    same_figures(refreshed(make_workspace("Своё"), 7))


@pytest.mark.parametrize("seed", [1, 2])
def test_generations_of_older_data_get_what_they_lack(seed: int) -> None:
    version = refreshed(make_workspace("Своё"), seed)
    for files in version.files.all():
        (visit_files.root(version) / files.folder / quiet.NAME).unlink()
    same_figures(version)


def test_a_merge_of_generations_changes_nothing() -> None:
    version = refreshed(make_workspace("Своё"), 3)
    with Engine(memory_mb=256, threads=1) as engine:
        placement.compact(version, engine=engine)
    assert version.files.count() == 1
    same_figures(version)


def test_units_that_came_to_no_stage_are_counted() -> None:
    workspace = make_workspace("Своё")
    append(workspace, [touch(company(workspace), "ask", 0), touch(company(workspace), "site", 1)])
    version = built(small_journey(workspace), on_day=2)
    with Engine(memory_mb=256, threads=1) as engine:
        found = everybody_of(version, engine, as_of_us=version.as_of_us or 0)
    assert (found.units.size, found.nowhere) == (1, 1)


def test_a_version_of_nobody_has_no_rows() -> None:
    version = built(small_journey(make_workspace("Своё")), on_day=2)
    with Engine(memory_mb=256, threads=1) as engine:
        found = everybody_of(version, engine, as_of_us=version.as_of_us or 0)
        assert [stage.entered for stage in counting.conversion(found.chosen)] == [0, 0, 0]
        assert counting.variants(found.chosen) == variants(placement.passages(version, engine))


def test_rows_read_at_once_are_those_of_the_engine() -> None:
    version = refreshed(make_workspace("Своё"), 5)
    with Engine(memory_mb=256, threads=1) as engine:
        for name in visit_files.PARTS:
            at_once = visit_files.rows(version, name).to_pylist()
            queried = engine.run(visit_files.part(version, engine, name)).to_pylist()
            assert sorted(map(repr, at_once)) == sorted(map(repr, queried)), name
            assert at_once or name == "answers"


def refreshed(workspace: Workspace, seed: int) -> JourneyVersion:
    """A random world, built and refreshed twice: some units were replaced, some are new."""
    chance = random.Random(seed)
    firms = [company(workspace, f"Завод {number}") for number in range(20)]
    types = ["ask", "ask", "site", "offer", "offer", "pay", "no", "mail"]
    append(workspace, [touch(chance.choice(firms), chance.choice(types), chance.uniform(0, 200)) for _ in range(250)])
    journey = small_journey(workspace)
    journey.lost_reason = "why"
    journey.save()
    version = built(journey, on_day=210)
    for number in (1, 2):
        some = [touch(chance.choice(firms[:8]), chance.choice(types), 210 + number + chance.random()) for _ in range(6)]
        told = [touch(company(workspace), "ask", 205), touch(firms[9], "no", 204, properties={"why": "Цена"})]
        append(workspace, some + told)
        placement.refresh(workspace, now=day(212 + number))
    version.refresh_from_db()
    assert version.files.count() == 3
    return version


def same_figures(version: JourneyVersion) -> None:
    with Engine(memory_mb=256, threads=1) as engine:
        found = everybody_of(version, engine, as_of_us=version.as_of_us or 0)
        passages = placement.passages(version, engine)
        expected = losses(passages)
        assert expected is not None
        assert counting.conversion(found.chosen) == funnel(passages).stages
        assert counting.losses_of_stages(found.chosen, found.chosen.stays["silences"]) == expected.stages
        assert counting.reasons(found.chosen, found.reason, found.reasons) == expected.reasons
        assert counting.variants(found.chosen) == variants(passages)
        assert counting.transitions(found.chosen) == transitions(passages.visits)
    assert sum(stage.recovered for stage in expected.stages) > 0
    assert {reason.reason for reason in expected.reasons} == {None, "Цена"}


def test_touches_that_came_behind_the_moment_asked_for_take_no_negative_time() -> None:
    version = refreshed(make_workspace("Своё"), 4)
    with Engine(memory_mb=256, threads=1) as engine:
        found = everybody_of(version, engine, as_of_us=(version.as_of_us or 0) - 3 * DAY_US)
    assert found.chosen.stays["dwell"].min() >= 0
    assert sum(figures.completed + figures.open for figures in counting.time_on_stage(found.chosen)[0]) > 0
