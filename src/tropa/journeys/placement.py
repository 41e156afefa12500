"""Placement: where everybody is on a version of a journey, built whole once and then following the log at the cost of
the units that new touches belong to (docs/adr/0008-placement.md).
"""

from datetime import datetime

from django.db import transaction

from tropa.analysis.passages import Passages, find_passages
from tropa.analysis.visits import Visits
from tropa.engine import Engine
from tropa.facts import copy
from tropa.facts.domain import microseconds
from tropa.facts.queries import safe_cursor
from tropa.journeys import visit_files
from tropa.journeys.claims import Overtaken, claim, held, releasing
from tropa.journeys.definition import model_of
from tropa.journeys.engines import Engines, opened
from tropa.journeys.facts_version import facts_version
from tropa.journeys.models import JourneyVersion, Placement, StageChange
from tropa.journeys.refreshing import Refresh
from tropa.journeys.trips import earliest_behind, properties, unit_visits
from tropa.journeys.unit_rows import CHUNK, chunks, units_of, write_changes, write_placements
from tropa.workspace.models import Workspace


def build(version: JourneyVersion, *, now: datetime, engine: Engine | None = None) -> None:
    """Place everybody on a version that nobody uses yet. Starts from nothing however far an earlier try came.

    Raises Overtaken when it is being built elsewhere.
    """
    token = claim(version, now)
    with releasing(version, token), opened(engine) as own:
        _forget(version)
        copy.refresh(version.workspace, now=now)
        cursor, facts, as_of = safe_cursor(), facts_version(version.workspace), microseconds(now)
        model = model_of(version)
        log = copy.open(version.workspace, own, keep=properties(model))
        found = unit_visits(log, model, as_of_us=as_of)
        files = visit_files.write(version, own, found)
        for chunk in chunks(units_of(found, model, own), CHUNK):
            with transaction.atomic():
                held(version, token)
                write_placements(version, chunk)
                write_changes(version, {unit.unit_id: [] for unit in chunk}, chunk, now=now, first=True)
        future = earliest_behind(log, as_of)
        with transaction.atomic():
            row = held(version, token)
            files.generation = 0
            files.save()
            row.touch_cursor, row.facts_version, row.as_of_us, row.future_us = cursor, facts, as_of, future
            row.built_at = row.refreshed_at = now
            row.save()
    version.refresh_from_db()


def refresh(workspace: Workspace, *, now: datetime, engine: Engine | None = None) -> None:
    """Let every serving version of a workspace follow the log up to now."""
    serving = JourneyVersion.objects.of(workspace).filter(status=JourneyVersion.Status.SERVING)
    if not serving:
        return
    copy.refresh(workspace, now=now)
    with Engines(engine) as engines:
        for version in serving:
            refresh_version(version, now=now, engines=engines)


def rebuild(workspace: Workspace, *, now: datetime, engine: Engine | None = None) -> int:
    """Place everybody anew on every serving version, from all touches; what was told of changes is only corrected where
    it differs. Returns how many versions were."""
    serving = JourneyVersion.objects.of(workspace).filter(status=JourneyVersion.Status.SERVING)
    serving.update(facts_version="")
    refresh(workspace, now=now, engine=engine)
    return serving.count()


def refresh_version(version: JourneyVersion, *, now: datetime, engines: Engines) -> bool:
    """Recompute the units that new touches belong to, and say silence for the moment. False: nobody could, because
    somebody else does it."""
    try:
        token = claim(version, now)
        with releasing(version, token):
            Refresh(version, token, now, engines).run()
    except Overtaken:
        return False
    if version.files.count() > visit_files.MOST_GENERATIONS:
        compact(version, engine=engines.get())
    visit_files.clean(version)
    version.refresh_from_db()
    return True


def visits(version: JourneyVersion, engine: Engine, *, as_of_us: int | None = None) -> Visits:
    """The visits of a version, from what is cached, in the shape that every analysis starts from."""
    moment = as_of_us if as_of_us is not None else version.as_of_us or 0
    return visit_files.as_visits(version, engine, model_of(version), moment)


def passages(version: JourneyVersion, engine: Engine, *, as_of_us: int | None = None) -> Passages:
    """Trips and stays of a version: funnel, time on stage and losses start from here."""
    return find_passages(visits(version, engine, as_of_us=as_of_us))


def compact(version: JourneyVersion, *, engine: Engine) -> None:
    """Merge all generations of a version into one base."""
    generations = list(version.files.all())
    files = visit_files.write(version, engine, visit_files.merged(version, engine))
    files.generation = generations[-1].generation
    with transaction.atomic():
        locked = JourneyVersion.objects.select_for_update().get(pk=version.pk)
        if [each.pk for each in locked.files.all()] == [each.pk for each in generations]:
            locked.files.all().delete()
            files.save()


def _forget(version: JourneyVersion) -> None:
    """Take out what an earlier try to build the version left."""
    with transaction.atomic():
        version.files.all().delete()
        Placement.objects.filter(version=version).delete()
        changes = StageChange.objects.filter(version=version)
        changes._raw_delete(changes.db)


__all__ = ["Overtaken", "build", "compact", "passages", "rebuild", "refresh", "refresh_version", "visits"]
