"""The cases and the kinds of touches of a log by number, and its first and last moment."""

from typing import Final

import ibis
import ibis.expr.types as ir

from tropa.analysis.problem import InputError
from tropa.engine import Engine

# Their codes have to stay below `placed.LAP`.
MOST_ACTIVITIES: Final = 65_532


def number_cases(engine: Engine, touches: ir.Table) -> ir.Table:
    """Cases numbered from 0 in the order of their ids."""
    ids = touches.select("case_id").distinct()
    number = ibis.row_number().over(ibis.window(order_by=ids.case_id)).cast("int32")
    return engine.materialise(ids.select(case=number, case_id=ids.case_id))


def types_and_end(engine: Engine, touches: ir.Table) -> tuple[tuple[str, ...], int, int]:
    """The distinct activities in alphabetical order, the moment of the last touch (µs) and the number of touches, in
    one pass.

    Raises InputError for more than 65,532 activities, and for no touch at all.
    """
    per_type = touches.group_by("type").agg(last=touches.occurred_at.max(), rows=touches.count())
    found = engine.run(per_type.order_by("type").limit(MOST_ACTIVITIES + 1))
    if found.num_rows > MOST_ACTIVITIES:
        raise InputError(
            "too_many_activities",
            ru=f"В столбце активности больше {MOST_ACTIVITIES} разных значений: похоже, это не вид действия, а "
            "текст или номер. Укажите другой столбец: --columns activity=…",
            en=f"The activity column holds more than {MOST_ACTIVITIES} distinct values: it looks like a text or a "
            "number, not a kind of action. Name another column: --columns activity=…",
        )
    if found.num_rows == 0:
        raise InputError(
            "no_touches",
            ru="До указанного момента в журнале нет ни одного касания. Возьмите более поздний --as-of.",
            en="The log holds no touch up to the given moment. Take a later --as-of.",
        )
    return tuple(found["type"].to_pylist()), max(found["last"].to_pylist()), sum(found["rows"].to_pylist())


def first_moment(engine: Engine, placed: ir.Table) -> int:
    """Moment of the first stored row (µs); 0 when nothing was placed."""
    return int(next(iter(engine.run(placed.select("at").limit(1))["at"].to_pylist()), 0))
