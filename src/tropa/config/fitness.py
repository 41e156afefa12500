"""Whether the server may run: what stands in the way is told before anything listens."""

from django.core import checks
from django.db import OperationalError, connections
from django.db.migrations.executor import MigrationExecutor

from tropa.config.managing import unreachable
from tropa.config.unfit import Unfit


def check_fitness() -> None:
    """Raises Unfit with the text of every check that failed, and when the tables are not those of this version."""
    try:
        check_migrations()
        found = [each for each in checks.run_checks(databases=["default"]) if each.is_serious()]
    finally:
        connections.close_all()
    if found:
        told = "\n".join(str(each) for each in found)
        raise Unfit(ru=f"сервер не запущен, проверки не пройдены:\n{told}", en=f"not started, checks failed:\n{told}")


def check_migrations() -> None:
    """Raises Unfit when the tables are not those of this version, or the database does not answer."""
    try:
        missing = _missing()
    except OperationalError as error:
        raise unreachable(error) from error
    if missing:
        some = ", ".join(missing[:3]) + (", …" if len(missing) > 3 else "")
        raise Unfit(
            ru=f"таблицы не готовы, миграций не хватает: {len(missing)} ({some}). Выполните: tropa migrate",
            en=f"the tables are not ready, migrations missing: {len(missing)} ({some}). Run: tropa migrate",
        )


def _missing() -> list[str]:
    executor = MigrationExecutor(connections["default"])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]
