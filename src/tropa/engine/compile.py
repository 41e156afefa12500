"""From an Ibis expression to SQL text, without a connection to anything."""

from importlib import import_module

import ibis
import ibis.expr.operations as ops
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
        text = compiler.to_sqlglot(expression.unbind()).sql(dialect=compiler.dialect)
        _COMPILED[key] = _narrowed(expression, text) if dialect == "duckdb" else text
    return _COMPILED[key]


def _narrowed(expression: ir.Expr, text: str) -> str:
    """Sums of integers are 64-bit, as Ibis declares them; DuckDB makes them 128-bit."""
    if not isinstance(expression, ir.Table) or not expression.op().find(_is_integer_sum):
        return text
    quoted = {f'"{name.replace(chr(34), chr(34) * 2)}"': kind for name, kind in expression.schema().items()}
    columns = (f"CAST({name} AS BIGINT) AS {name}" if kind.is_int64() else name for name, kind in quoted.items())
    return f"SELECT {', '.join(columns)} FROM ({text})"


def _is_integer_sum(node: ops.Node) -> bool:
    return isinstance(node, ops.Sum) and node.dtype.is_integer()


class _SparkOptions(Config):  # type: ignore[misc]  # Ibis ships no types
    treat_nan_as_null: bool = False


def _complete_options() -> None:
    # Ibis sets these with PySpark installed, but its compiler reads them for every float without it too.
    if ibis.options.pyspark is None:
        ibis.options.pyspark = _SparkOptions()
