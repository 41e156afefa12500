"""The one door to DuckDB: Ibis compiles an expression, this module runs it under limits.

Nothing else in the project imports duckdb, so another engine is a change of this folder alone.
"""

from tropa.engine.compile import DIALECTS, sql
from tropa.engine.functions import microseconds
from tropa.engine.run import Engine, EngineError, TooManyRows, TooSlow

__all__ = ["DIALECTS", "Engine", "EngineError", "TooManyRows", "TooSlow", "microseconds", "sql"]
