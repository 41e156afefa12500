"""From an Ibis expression to SQL text, without a connection to anything."""

from importlib import import_module

import ibis
import ibis.expr.types as ir
from ibis.config import Config

DIALECTS = ("duckdb", "clickhouse", "pyspark", "postgres")

# Compiling costs 2-40 ms, which would dominate a small question: one text per expression and dialect.
_COMPILED: dict[tuple[object, str], str] = {}
_MOST_COMPILED = 512


def sql(expression: ir.Expr, dialect: str = "duckdb") -> str:
    """The SQL text of an expression.

    dialect: one of DIALECTS. Raises ValueError for another one.
    """
    if dialect not in DIALECTS:
        raise ValueError(f"Unknown dialect {dialect!r}; allowed: {', '.join(DIALECTS)}")
    key = (expression.op(), dialect)
    if key not in _COMPILED:
        if len(_COMPILED) >= _MOST_COMPILED:
            _COMPILED.clear()
        _complete_options()
        compiler = import_module(f"ibis.backends.sql.compilers.{dialect}").compiler
        _COMPILED[key] = compiler.to_sqlglot(expression.unbind()).sql(dialect=compiler.dialect)
    return _COMPILED[key]


class _SparkOptions(Config):  # type: ignore[misc]  # Ibis ships no types
    treat_nan_as_null: bool = False


def _complete_options() -> None:
    # Ibis sets these with PySpark installed, but its compiler reads them for every float without it too.
    if ibis.options.pyspark is None:
        ibis.options.pyspark = _SparkOptions()
