"""Questions that pages of journeys ask the engine: called with an engine and plain values, answered with plain values,
in the figures process or in the calling one (tropa.config.figures).
"""

from typing import Any, Final

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tropa.analysis.condition import fields, parse, property_of
from tropa.analysis.condition.sql import matches
from tropa.analysis.dwell import dwell
from tropa.analysis.placed import FIRST
from tropa.customers.models import Account
from tropa.engine import Engine
from tropa.facts import copy
from tropa.journeys import difference, placement, visit_files
from tropa.journeys.models import JourneyVersion
from tropa.workspace.models import Workspace

EXAMPLES: Final = 5
SECONDS_A_DAY: Final = 86_400


def matching(engine: Engine, *, workspace_id: int, rule: dict[str, Any]) -> dict[str, Any]:
    """What a rule matches: `touches`, `companies`, `unknown` (visitors of no company), the latest `examples`, and
    `logged`: how many touches there are at all."""
    condition = parse(rule)
    keep = [name for name in (property_of(field) for field in fields(condition)) if name is not None]
    workspace = Workspace.objects.get(pk=workspace_id)
    table = copy.open(workspace, engine, keep=keep).table
    found = table.filter(matches(condition, table))
    counted = _with_kind(found, engine, workspace).group_by("is_unknown").agg(
        units=lambda rows: rows.case_id.nunique(), touches=lambda rows: rows.count()
    )  # fmt: skip
    by_kind = {row["is_unknown"]: row for row in engine.run(counted).to_pylist()}
    latest = found.order_by(ibis.desc("occurred_at"), ibis.desc("seq")).limit(EXAMPLES)
    return {
        "logged": _count(engine, table),
        "touches": sum(row["touches"] for row in by_kind.values()),
        "companies": by_kind.get(False, {}).get("units", 0),
        "unknown": by_kind.get(True, {}).get("units", 0),
        "examples": engine.run(latest.select("case_id", "occurred_at", "type", "channel")).to_pylist(),
    }


def seen_types(engine: Engine, *, workspace_id: int) -> dict[str, int]:
    """How many touches of each type there are."""
    table = copy.open(Workspace.objects.get(pk=workspace_id), engine).table
    counted = engine.run(table.group_by("type").agg(n=table.count()).order_by(ibis.desc("n")))
    return {row["type"]: row["n"] for row in counted.to_pylist()}


def stage_figures(engine: Engine, *, version_id: int) -> dict[str, dict[str, Any]]:
    """Per stage key: `entered`, trips that ever stood on it, of companies and of unknown visitors, and the time on it:
    `median_days` (None: too few have left) over `stays`, and `median_range`, its 95 % interval in days (None: open)."""
    version = JourneyVersion.objects.select_related("workspace").get(pk=version_id)
    found = placement.passages(version, engine)
    keys = found.visits.placed.stages
    stays = found.stays.join(found.visits.placed.cases, "case")
    if found.visits.placed.model is not None and found.visits.placed.model.unit != "account":
        stays = _of_account(version, engine, stays)
    counted = _with_kind(stays, engine, version.workspace).group_by(["stage", "is_unknown"]).agg(
        n=lambda rows: rows.count()
    )  # fmt: skip
    figures: dict[str, dict[str, Any]] = {key: {"companies": 0, "unknown": 0} for key in keys}
    for row in engine.run(counted).to_pylist():
        figures[keys[row["stage"] - FIRST]]["unknown" if row["is_unknown"] else "companies"] = row["n"]
    for time in dwell(found):
        median_range = [_days(bound) for bound in time.median_interval]
        stays_ = time.completed + time.open
        figures[time.key] |= {"median_days": _days(time.median), "median_range": median_range, "stays": stays_}
    return figures


def moved_units(engine: Engine, *, version_id: int, way: list[str], offset: int, limit: int) -> list[int]:
    """A page of the units that would go one way if a version were published."""
    version = JourneyVersion.objects.get(pk=version_id)
    return difference.units(version, engine, way, offset=offset, limit=limit)


def _of_account(version: JourneyVersion, engine: Engine, stays: ir.Table) -> ir.Table:
    """The account in place of the deal or contact: its kind says whether the unit is known."""
    visits = visit_files.part(version, engine, "visits")
    of_unit = visits.group_by("unit_id").agg(account_id=visits.account_id.max())
    named = of_unit.select(case_id=of_unit.unit_id.cast("string"), of=of_unit.account_id.cast("string"))
    joined = stays.left_join(named, "case_id")
    return joined.select("stage", "trip", case_id=joined.of)


def _with_kind(rows: ir.Table, engine: Engine, workspace: Workspace) -> ir.Table:
    ids = Account.objects.of(workspace).filter(kind=Account.Kind.UNKNOWN).values_list("pk", flat=True)
    unknown = engine.load(pa.table({"unknown_id": pa.array([str(pk) for pk in ids.iterator(10_000)], pa.string())}))
    joined = rows.left_join(unknown, rows.case_id == unknown.unknown_id)
    return joined.mutate(is_unknown=joined.unknown_id.notnull())


def _days(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / SECONDS_A_DAY


def _count(engine: Engine, table: ir.Table) -> int:
    return int(engine.run(table.agg(n=table.count()))["n"][0].as_py())
