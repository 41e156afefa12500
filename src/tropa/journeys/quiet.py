"""What figures need of touches beside visits, kept as a part of every generation so that no page reads all touches:
silences that the client broke, per unit, trip and stage; and units that came to no stage at all (trip 0).
"""

import os
import uuid
from pathlib import Path

import ibis
import ibis.expr.types as ir

from tropa.analysis import JourneyModel
from tropa.analysis.losses import broken
from tropa.engine import Engine

NAME = "quiet.parquet"


def write(engine: Engine, folder: Path, model: JourneyModel) -> None:
    """Write the part of a generation whose visits and touches are there. It appears whole or not at all."""
    visits, touches = engine.scan(folder / "visits.parquet"), engine.scan(folder / "touches.parquet")
    found = ibis.union(_silences(visits, touches, model), _nowhere(visits, touches))
    target = folder / f".{NAME}.{uuid.uuid4().hex}"
    engine.write(found.order_by("unit_id", "trip", "stage"), target)
    os.replace(target, folder / NAME)
    engine.forget(visits)
    engine.forget(touches)


def _silences(visits: ir.Table, touches: ir.Table, model: JourneyModel) -> ir.Table:
    gaps = broken(touches.select("at", "place", case="unit_id"), model)
    rows = gaps.join(
        visits,
        [
            gaps.case == visits.unit_id,
            gaps.stage == visits.stage,
            gaps.at >= visits.entered,
            gaps.at <= visits.active_at,
        ],
    )
    # Two trips meet at one moment when the one ends as the other begins: a silence is of one of them.
    once = rows.group_by(["case", "stage", "at"]).agg(trip=rows.trip.min())
    counted = once.group_by(["case", "trip", "stage"]).agg(silences=once.count())
    return counted.select("trip", "stage", "silences", unit_id="case").select("unit_id", "trip", "stage", "silences")


def _nowhere(visits: ir.Table, touches: ir.Table) -> ir.Table:
    units = touches.select("unit_id").distinct().anti_join(visits, "unit_id")
    none = {"trip": ibis.literal(0, "int64"), "stage": ibis.literal(0, "int32"), "silences": ibis.literal(0, "int64")}
    return units.select("unit_id", **none)
