"""One refresh of one version: what new touches, and time passing, change."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from math import isfinite

import ibis.expr.types as ir
import pyarrow as pa
from django.db import transaction
from django.db.models import F, Max, QuerySet

from tropa.analysis import EventLog
from tropa.analysis.model import Stage
from tropa.analysis.placed import DAY
from tropa.engine import Engine
from tropa.facts import copy
from tropa.facts.domain import microseconds
from tropa.facts.queries import safe_cursor
from tropa.journeys import visit_files
from tropa.journeys.claims import held
from tropa.journeys.definition import model_of
from tropa.journeys.engines import Engines
from tropa.journeys.facts_version import facts_version
from tropa.journeys.models import JourneyVersion, Placement, StageChange, State, VisitFiles
from tropa.journeys.trips import UnitVisits, earliest_behind, properties, unit_column, unit_visits
from tropa.journeys.unit_rows import (
    CHUNK,
    Unit,
    chunks,
    holding,
    units_of,
    write_changes,
    write_drops,
    write_placements,
)


class Refresh:
    """One refresh of one version."""

    def __init__(self, version: JourneyVersion, claim: str, now: datetime, engines: Engines) -> None:
        self.version, self.claim, self.now, self._engines = version, claim, now, engines
        version.refresh_from_db()
        self.model = model_of(version)
        # Time goes on: a clock that was set back does not make the silent speak again.
        self.as_of = max(microseconds(now), version.as_of_us or 0)
        self.cursor = safe_cursor()
        self.facts = facts_version(version.workspace)
        self.future = version.future_us

    @property
    def engine(self) -> Engine:
        return self._engines.get()

    def run(self) -> None:
        files, whole = None, self.facts != self.version.facts_version
        log, units = self._everything() if whole else self._log()
        if log is not None and (whole or units):
            found = unit_visits(log, self.model, as_of_us=self.as_of)
            touched = self._everybody(found) if whole else units
            files = visit_files.write(self.version, self.engine, found, () if whole else touched)
            self._write(found, touched)
        self._settle()
        self._finish(files, whole=whole)

    def _everything(self) -> tuple[EventLog, Collection[int]]:
        log = self._open()
        self.future = earliest_behind(log, self.as_of)
        return log, ()

    def _log(self) -> tuple[EventLog | None, Collection[int]]:
        """The histories of the units to recompute, and who they are."""
        version, came_due = self.version, self.future is not None and self.future <= self.as_of
        if self.cursor <= version.touch_cursor and not came_due:
            return None, ()
        accounts = copy.changed_accounts(version.workspace, version.touch_cursor, self.cursor)
        if self.model.unit == "account" and not came_due:
            log = self._open(accounts) if accounts else None
            self._note_future(log)
            return log, accounts
        whole = self._open()
        self.future = earliest_behind(whole, self.as_of)
        units = self._touched(accounts, whole)
        return self._narrowed(whole, units), units

    def _open(self, accounts: Collection[int] | None = None) -> EventLog:
        return copy.open(self.version.workspace, self.engine, accounts=accounts, keep=properties(self.model))

    def _note_future(self, log: EventLog | None) -> None:
        found = None if log is None else earliest_behind(log, self.as_of)
        self.future = min((at for at in (self.future, found) if at is not None), default=None)

    def _touched(self, accounts: Collection[int], whole: EventLog) -> list[int]:
        """Units of the accounts that changed, those whose touches were all taken out, and those with a touch that has
        come due."""
        table, name = whole.table, unit_column(self.model)
        known, now = self.engine.number(self.version.as_of_us or 0), self.engine.number(self.as_of)
        due = table.filter(table.occurred_at > known, table.occurred_at <= now)
        tables = [due, *([self._open(accounts).table] if accounts else [])]
        found = {unit for each in tables for unit in self._ids(each[name])}
        placed = Placement.objects.filter(version=self.version, account_id__in=accounts)
        return sorted(found | set(placed.values_list("unit_id", flat=True)))

    def _ids(self, column: ir.Column) -> list[int]:
        units = column.name("unit").as_table().distinct()
        listed = units.filter(units.unit.notnull())
        return [int(unit) for batch in self.engine.batches(listed) for unit in batch["unit"].to_pylist()]

    def _narrowed(self, log: EventLog, units: Sequence[int]) -> EventLog:
        wanted = self.engine.load(pa.table({"wanted": pa.array([str(unit) for unit in units], pa.string())}))
        table = log.table.semi_join(wanted, log.table[unit_column(self.model)] == wanted.wanted)
        return replace(log, table=table, _owns_engine=False)

    def _everybody(self, found: UnitVisits | None) -> set[int]:
        """Every unit that is placed now or was."""
        known = set(Placement.objects.filter(version=self.version).values_list("unit_id", flat=True))
        known |= set(StageChange.objects.filter(version=self.version).values_list("unit_id", flat=True).distinct())
        if found is None:
            return known
        return known | {int(unit) for unit in self.engine.columns(found.visits.select("unit_id").distinct())[0]}

    def _write(self, found: UnitVisits | None, touched: Collection[int]) -> None:
        missing = set(touched)
        for chunk in chunks(units_of(found, self.model, self.engine), CHUNK):
            missing -= {unit.unit_id for unit in chunk}
            self._write_chunk(chunk)
        gone = (Unit(unit, None, (), ()) for unit in sorted(missing))
        for chunk in chunks(gone, CHUNK):
            self._write_chunk(chunk)

    def _write_chunk(self, chunk: Sequence[Unit]) -> None:
        with transaction.atomic():
            held(self.version, self.claim)
            ids = [unit.unit_id for unit in chunk]
            Placement.objects.filter(version=self.version, unit_id__in=ids).delete()
            write_placements(self.version, chunk)
            write_changes(self.version, holding(self.version, ids), chunk, now=self.now)

    def _settle(self) -> None:
        """Who has been silent for too long by now leaves the path, without any new touch."""
        for stage in self.model.stages:
            if isfinite(stage.inactivity_days):
                silent = self._silent(stage)
                while chunk := list(silent[:CHUNK]):
                    self._drop(chunk)

    def _silent(self, stage: Stage) -> QuerySet[Placement]:
        since = self.as_of - int(stage.inactivity_days * DAY)
        rows = Placement.objects.filter(version=self.version, stage=stage.key, state=State.OPEN)
        return rows.filter(active_us__lte=since).order_by("id")

    def _drop(self, chunk: Sequence[Placement]) -> None:
        with transaction.atomic():
            held(self.version, self.claim)
            rows = Placement.objects.filter(pk__in=[placed.pk for placed in chunk])
            rows.update(state=State.DROPPED, left_us=F("active_us"))
            write_drops(self.version, chunk, now=self.now)

    def _finish(self, files: VisitFiles | None, *, whole: bool) -> None:
        with transaction.atomic():
            row = held(self.version, self.claim)
            if files is not None:
                last = row.files.aggregate(last=Max("generation"))["last"]
                if whole:
                    row.files.all().delete()
                files.generation = 0 if last is None else last + 1
                files.save()
            row.touch_cursor, row.facts_version = max(self.cursor, row.touch_cursor), self.facts
            row.as_of_us, row.future_us, row.refreshed_at = self.as_of, self.future, self.now
            row.save()
