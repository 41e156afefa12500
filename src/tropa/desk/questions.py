"""Questions of this room to the engine: called with an engine and plain values, answered with plain values."""

from collections import defaultdict
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from tropa.analysis.placed import DAY, FIRST, LOST
from tropa.analysis.visits import DROPPED
from tropa.customers.models import Account
from tropa.engine import Engine
from tropa.journeys import placement, visit_files
from tropa.journeys.models import JourneyVersion


def stays(engine: Engine, *, version_id: int) -> dict[str, dict[str, dict[int, int]]]:
    """Per stage key and outcome (`left`: lost or silent from there, `moved`, `here`): whole days on the stage over all
    visits of a trip → how many trips of companies."""
    version = JourneyVersion.objects.select_related("workspace").get(pk=version_id)
    found = placement.passages(version, engine)
    placed = found.visits.placed
    rows = _of_companies(found.stays.join(placed.cases, "case"), version, engine)
    ended = (rows.ended_how.isin([LOST, DROPPED])) & (rows.end_stage == rows.stage)
    outcome = ibis.cases((ended, "left"), (rows.open == 1, "here"), else_="moved")
    days = rows.mutate(outcome=outcome, days=rows.dwell // DAY)
    counted = days.group_by(["stage", "outcome", "days"]).agg(n=lambda table: table.count())
    told: dict[str, dict[str, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
    for row in engine.run(counted).to_pylist():
        told[placed.stages[row["stage"] - FIRST]][row["outcome"]][int(row["days"])] = row["n"]
    return {stage: {key: dict(lengths) for key, lengths in of_stage.items()} for stage, of_stage in told.items()}


def _of_companies(rows: ir.Table, version: JourneyVersion, engine: Engine) -> ir.Table:
    """The stays without those of visitors nobody knows."""
    unit: Any = version.document["journey"]["unit"]
    if unit != "account":
        visits = visit_files.part(version, engine, "visits")
        of_unit = visits.group_by("unit_id").agg(account_id=visits.account_id.max())
        named = of_unit.select(case_id=of_unit.unit_id.cast("string"), of=of_unit.account_id.cast("string"))
        rows = rows.left_join(named, "case_id")
    else:
        rows = rows.mutate(of=rows.case_id)
    ids = Account.objects.of(version.workspace).filter(kind=Account.Kind.UNKNOWN).values_list("pk", flat=True)
    unknown = engine.load(pa.table({"of": pa.array([str(pk) for pk in ids.iterator(10_000)], pa.string())}))
    return rows.anti_join(unknown, "of")
