"""Functions of DuckDB that Ibis has no word for. Only reading files needs them, and questions that are asked again and
again on this machine (`Engine.number`); the estimators stay portable."""

from typing import cast

import ibis
import ibis.expr.datatypes as dt
import ibis.expr.types as ir


@ibis.udf.scalar.builtin(name="epoch_us")  # type: ignore[untyped-decorator]
def _epoch_us(moment: dt.timestamp) -> dt.int64:
    """Its own function in DuckDB: the way over casts converts time zones value by value, ten times slower."""


@ibis.udf.scalar.builtin(name="getvariable")  # type: ignore[untyped-decorator]
def _variable(known_as: str) -> dt.int64:
    """A number that the engine was told under a name; DuckDB writes it into the plan as a constant."""


def variable(name: str) -> ir.IntegerScalar:
    """The number (int64) that an engine knows under a name."""
    return cast("ir.IntegerScalar", _variable(name))


def microseconds(moment: ir.TimestampValue) -> ir.IntegerValue:
    """Microseconds since 1970-01-01 UTC; a timestamp without zone is taken as UTC."""
    return cast("ir.IntegerValue", _epoch_us(moment))
