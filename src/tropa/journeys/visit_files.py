"""Visits of a version on disk: a base, and behind it what each refresh put in place of the visits of its units.

A generation is a folder of Parquet files that never change. Later generations win, unit by unit:
    visits.parquet    unit_id, account_id, trip, visit, stage, entered, left, left_to, lost_at, active_at, …
    touches.parquet   placed touches: unit_id, at, seq, type, place, in this order
    reasons.parquet   loss reasons, when the journey names their property
    quiet.parquet     silences that were broken, units that came to no stage (tropa.journeys.quiet)
    answers.parquet   what clients answered to «would you recommend us» (tropa.journeys.answers)
    units.parquet     units that the generation replaces (none in a base)
"""

import shutil
import time
import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from tropa.analysis import JourneyModel
from tropa.analysis.placed import Placed
from tropa.analysis.visits import TRIPS_PER_CASE, Visits, settle
from tropa.engine import Engine
from tropa.journeys import answers, quiet
from tropa.journeys.definition import model_of
from tropa.journeys.models import JourneyVersion, VisitFiles
from tropa.journeys.trips import UnitVisits
from tropa.workspace.models import Workspace

# More files than this are merged into one base: every question opens all of them.
MOST_GENERATIONS: Final = 12
# A reader may still hold a folder that no row names any more.
KEEP_LEFTOVERS_SECONDS: Final = 3600

PARTS: Final[dict[str, pa.Schema]] = {
    "visits": pa.schema(
        [
            ("unit_id", pa.int64()),
            ("account_id", pa.int64()),
            ("trip", pa.int64()),
            ("visit", pa.int64()),
            ("stage", pa.int32()),
            ("entered", pa.int64()),
            ("left", pa.int64()),
            ("left_to", pa.int32()),
            ("lost_at", pa.int64()),
            ("active_at", pa.int64()),
            ("active_type", pa.string()),
            ("touch_id", pa.int64()),
            ("certainty", pa.string()),
        ]
    ),
    "touches": pa.schema(
        [
            ("unit_id", pa.int64()),
            ("at", pa.int64()),
            ("seq", pa.int64()),
            ("type", pa.string()),
            ("place", pa.int32()),
        ]
    ),
    "reasons": pa.schema([("unit_id", pa.int64()), ("at", pa.int64()), ("reason", pa.string())]),
    "quiet": pa.schema(
        [("unit_id", pa.int64()), ("trip", pa.int64()), ("stage", pa.int32()), ("silences", pa.int64())]
    ),
    "answers": answers.SCHEMA,
}


def root(version: JourneyVersion) -> Path:
    return Path(settings.DATA) / "visits" / str(version.pk)


def write(version: JourneyVersion, engine: Engine, found: UnitVisits | None, units: Iterable[int] = ()) -> VisitFiles:
    """Write a generation; the row is not saved yet. units: whom it replaces (none: it is a base)."""
    folder = root(version) / uuid.uuid4().hex
    folder.mkdir(parents=True)
    tables = {
        "visits": _empty(engine, "visits") if found is None else found.visits,
        "touches": _empty(engine, "touches") if found is None else found.touches,
        "reasons": _empty(engine, "reasons") if found is None or found.reasons is None else found.reasons,
    }
    for part, table in tables.items():
        engine.write(_as_stored(table, part), folder / f"{part}.parquet")
    quiet.write(engine, folder, model_of(version))
    told = _empty(engine, "answers") if found is None else found.answers
    answers.write(engine, folder, _as_stored(told, "answers"))
    replaced = pa.table({"unit_id": pa.array(sorted(set(units)), pa.int64())})
    engine.write(engine.load(replaced), folder / "units.parquet")
    counted = tables["visits"].agg(n=tables["visits"].count())
    rows = int(engine.run(counted)["n"][0].as_py())
    return VisitFiles(
        workspace_id=version.workspace_id,
        version=version,
        folder=folder.name,
        rows=rows,
        units=replaced.num_rows,
    )


def part(version: JourneyVersion, engine: Engine, name: str) -> ir.Table:
    """One part of the visits as they are now: every generation without the units that later ones replaced."""
    folders = [root(version) / files.folder for files in version.files.all()]
    units = [engine.scan(folder / "units.parquet") for folder in folders]
    kept = []
    for number, folder in enumerate(folders):
        rows = engine.scan(folder / f"{name}.parquet")
        later = units[number + 1 :]
        kept.append(rows.anti_join(ibis.union(*later) if len(later) > 1 else later[0], "unit_id") if later else rows)
    if not kept:
        return _empty(engine, name)
    return ibis.union(*kept) if len(kept) > 1 else kept[0]


def rows(version: JourneyVersion, name: str, columns: Sequence[str] | None = None) -> pa.Table:
    """As `part`, read at once into memory: a page that waits is not to wait for a query. columns: some of them."""
    folders = [root(version) / files.folder for files in version.files.all()]
    wanted = PARTS[name].names if columns is None else list(columns)
    kept, later = [], np.zeros(0, np.int64)
    for folder in reversed(folders):
        found = _table(folder / f"{name}.parquet", list(dict.fromkeys([*wanted, "unit_id"])))
        if later.size:
            found = found.filter(pa.array(~np.isin(found["unit_id"].to_numpy(), later)))
        kept.append(found.select(wanted))
        later = np.concatenate([later, _table(folder / "units.parquet", ["unit_id"])["unit_id"].to_numpy()])
    schema = pa.schema([PARTS[name].field(column) for column in wanted])
    return pa.concat_tables([each.cast(schema) for each in kept[::-1]]) if kept else schema.empty_table()


def _table(path: Path, columns: Sequence[str]) -> pa.Table:
    with pq.ParquetFile(path) as file:
        return file.read(columns=list(columns))


def merged(version: JourneyVersion, engine: Engine) -> UnitVisits:
    """All generations as one."""
    visits = part(version, engine, "visits").order_by("unit_id", "trip", "visit")
    touches = part(version, engine, "touches").order_by("unit_id", "at", "seq")
    told = answered(version, engine).order_by("unit_id", "at", "seq")
    return UnitVisits(visits, touches, part(version, engine, "reasons"), told)


def answered(version: JourneyVersion, engine: Engine) -> ir.Table:
    """The answers of all generations, made first for those of older data."""
    complete_answers(version, engine)
    return part(version, engine, "answers")


def complete_answers(version: JourneyVersion, engine: Engine) -> None:
    """Make the answers of generations of older data."""
    answers.complete(version, engine, [root(version) / files.folder for files in version.files.all()])


def as_visits(version: JourneyVersion, engine: Engine, model: JourneyModel, as_of_us: int) -> Visits:
    """The visits in the shape that every analysis starts from, as of a moment (µs)."""
    stored = engine.materialise(part(version, engine, "visits"))
    touches = part(version, engine, "touches")
    cases = _cases(engine, stored, touches)
    types = _types(engine, touches)
    placed_touches = engine.materialise(_placed_touches(engine, touches, cases, types))
    reasons = part(version, engine, "reasons").join(cases, "unit_id").select("case", "at", "reason")
    first_at = engine.run(placed_touches.limit(1))["at"].to_pylist()
    placed = Placed(
        engine,
        model,
        placed_touches,
        cases.select("case", case_id=cases.unit_id.cast("string")),
        types,
        first_at[0] if first_at else 0,
        as_of_us,
        reasons if model.reason_property else None,
    )
    rows = settle(_visit_rows(engine, stored, cases, types), model, engine.number(as_of_us))
    return Visits(placed, engine.materialise(rows))


def leftovers(version: JourneyVersion) -> Sequence[Path]:
    """Folders that no row names and no reader can still hold."""
    known = set(version.files.values_list("folder", flat=True))
    folder = root(version)
    if not folder.is_dir():
        return []
    too_old = time.time() - KEEP_LEFTOVERS_SECONDS
    return [each for each in folder.iterdir() if each.name not in known and each.stat().st_mtime < too_old]


def clean(version: JourneyVersion) -> None:
    """Remove what is left over."""
    for folder in leftovers(version):
        shutil.rmtree(folder, ignore_errors=True)


def remove_folders(workspace: Workspace) -> None:
    """Remove the files of a workspace that is removed, and those of versions that are no more."""
    folders = {each.name: each for each in _roots()}
    staying = JourneyVersion.objects.filter(pk__in=[int(name) for name in folders]).exclude(workspace=workspace)
    for name in folders.keys() - {str(pk) for pk in staying.values_list("pk", flat=True)}:
        shutil.rmtree(folders[name], ignore_errors=True)


def _roots() -> Iterable[Path]:
    place = Path(settings.DATA) / "visits"
    return [each for each in place.iterdir() if each.name.isdecimal()] if place.is_dir() else []


def _empty(engine: Engine, name: str) -> ir.Table:
    return engine.load(PARTS[name].empty_table())


def _as_stored(table: ir.Table, name: str) -> ir.Table:
    names = {"int64": "int64", "int32": "int32", "string": "string", "double": "float64"}
    return table.select(**{field.name: table[field.name].cast(names[str(field.type)]) for field in PARTS[name]})


def _cases(engine: Engine, visits: ir.Table, touches: ir.Table) -> ir.Table:
    ids = visits.select("unit_id").union(touches.select("unit_id"), distinct=True)
    number = ibis.row_number().over(ibis.window(order_by=ids.unit_id)).cast("int32")
    return engine.materialise(ids.select("unit_id", case=number))


def _types(engine: Engine, touches: ir.Table) -> tuple[str, ...]:
    return tuple(engine.run(touches.select("type").distinct().order_by("type"))["type"].to_pylist())


def _type_codes(engine: Engine, types: Sequence[str]) -> ir.Table:
    return engine.load(
        pa.table({"name": pa.array(types, pa.string()), "code": pa.array(range(len(types)), pa.int32())})
    )


def _placed_touches(engine: Engine, touches: ir.Table, cases: ir.Table, types: Sequence[str]) -> ir.Table:
    codes = _type_codes(engine, types)
    rows = touches.join(cases, "unit_id").join(codes, touches.type == codes.name)
    return rows.select("case", "at", "seq", "place", type=codes.code).order_by("case", "at", "seq")


def _visit_rows(engine: Engine, stored: ir.Table, cases: ir.Table, types: Sequence[str]) -> ir.Table:
    codes = _type_codes(engine, types)
    rows = stored.join(cases, "unit_id").left_join(codes, stored.active_type == codes.name)
    in_order = ibis.row_number().over(ibis.window(order_by=["case", "trip", "visit"]))
    return engine.materialise(
        rows.select(
            "case",
            "entered",
            "left",
            "left_to",
            "lost_at",
            "active_at",
            visit=in_order,
            trip=rows.case.cast("int64") * TRIPS_PER_CASE + rows.trip,
            stage=rows.stage.cast("int16"),
            active_type=codes.code,
        ).order_by("visit")
    )
