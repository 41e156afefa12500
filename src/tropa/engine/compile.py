"""From an Ibis expression to SQL text, without a connection to anything."""

from importlib import import_module

import ibis.expr.types as ir

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
        compiler = import_module(f"ibis.backends.sql.compilers.{dialect}").compiler
        _COMPILED[key] = compiler.to_sqlglot(expression.unbind()).sql(dialect=compiler.dialect)
    return _COMPILED[key]
