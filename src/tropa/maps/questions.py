"""Questions that maps ask the engine, answered with plain values (tropa.config.figures)."""

from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from tropa.analysis.placed import FIRST
from tropa.customers.models import Account
from tropa.engine import Engine
from tropa.facts import copy
from tropa.journeys import queries, visit_files
from tropa.journeys.models import JourneyVersion


def touch_counts(engine: Engine, *, version_id: int) -> list[dict[str, Any]]:
    """Touches by `stage` (its key), `type` and `is_unknown`: `touches`, and of how many `units` they are. A touch
    belongs to the stage that its unit stood on at the moment; touches before the first stage belong to none."""
    version = JourneyVersion.objects.select_related("workspace", "journey").get(pk=version_id)
    log = copy.open(version.workspace, engine).of_unit(version.document["journey"]["unit"])
    rows = _on_stages(log.table, visit_files.part(version, engine, "visits"))
    counted = _with_kind(rows, engine, version).group_by(["stage", "type", "is_unknown"]).agg(
        touches=lambda found: found.count(), units=lambda found: found.unit_id.nunique()
    )  # fmt: skip
    keys = [stage["key"] for stage in queries.ranked(version)]
    return [row | {"stage": keys[row["stage"] - FIRST]} for row in engine.run(counted).to_pylist()]


def _on_stages(touches: ir.Table, visits: ir.Table) -> ir.Table:
    """Touches that came while their unit was on a stage: the latest visit that began by then, unless it was over."""
    at = touches.select("type", unit_id=touches.case_id.cast("int64"), at=touches.occurred_at)
    began = visits.select("stage", "entered", "left", visited=visits.unit_id)
    joined = at.asof_join(began, on=at.at >= began.entered, predicates=[at.unit_id == began.visited])
    return joined.filter(joined.stage.notnull() & (joined.left.isnull() | (joined.at < joined.left)))


def _with_kind(rows: ir.Table, engine: Engine, version: JourneyVersion) -> ir.Table:
    ids: list[int] = []
    if version.document["journey"]["unit"] == "account":
        unknown = Account.objects.of(version.workspace).filter(kind=Account.Kind.UNKNOWN)
        ids = list(unknown.values_list("pk", flat=True).iterator(10_000))
    table = engine.load(pa.table({"unknown_id": pa.array(ids, pa.int64())}))
    joined = rows.left_join(table, rows.unit_id == table.unknown_id)
    return joined.mutate(is_unknown=joined.unknown_id.notnull())
