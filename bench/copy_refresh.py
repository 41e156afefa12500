"""What the columnar copy costs: python -m bench.copy_refresh [--sizes 1M,10M].

Written anew from the truth; followed after 1,000 new touches; opened and counted as a whole, and for ten accounts. On
SQLite. Prints a table and writes it to bench/measured/copy-refresh.md.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from bench.append import MEASURED, NOW, WORK, _fill_settled, _set_up, _touches

NEW = 1_000
STEPS = ("rebuild", "follow 1,000", "count all", "count ten accounts")


def main() -> None:
    """Measure at each size in turn, in one database that grows."""
    parser = argparse.ArgumentParser(prog="python -m bench.copy_refresh", description=__doc__)
    parser.add_argument("--sizes", default="1M,10M", help="touches that are there, in millions")
    asked = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="copy-", dir=WORK))
    try:
        _set_up(folder, "sqlite")
        rows = [_measure(int(float(size.rstrip("M")) * 1e6)) for size in asked.sizes.split(",")]
        text = _table(rows)
        (MEASURED / "copy-refresh.md").write_text(text, encoding="utf-8")
        print(text)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _measure(size: int) -> dict[str, Any]:
    from tropa.facts import actions
    from tropa.facts.models import Source
    from tropa.workspace.models import Workspace

    tenant, _ = Workspace.objects.get_or_create(slug="bench", defaults={"name": "bench"})
    source = actions.source(tenant, "bench", Source.Kind.API, "bench")
    actions.append(source, _touches(f"first-{size}", 1), now=NOW)
    _fill_settled(source, size, behind=10)
    taken = {name: _timed(work) for name, work in _steps(tenant, source, size)}
    return {"size": size, "load": os.getloadavg()[0], **taken}


def _steps(tenant: Any, source: Any, size: int) -> Iterator[tuple[str, Callable[[], object]]]:
    from django.db import connection

    from tropa.engine import Engine
    from tropa.facts import actions, copy, rebuild

    # The sequence goes on behind the rows that were filled in.
    with connection.cursor() as sql:
        last = "(SELECT max(id) FROM facts_settledtouch)"
        sql.execute(f"UPDATE sqlite_sequence SET seq = {last} WHERE name = 'facts_touch'")
    yield "rebuild", lambda: rebuild.rebuild([tenant], now=NOW)
    actions.append(source, _touches(f"new-{size}", NEW), now=NOW)
    yield "follow 1,000", lambda: copy.refresh(tenant, now=NOW)
    with Engine(threads=2) as engine:
        yield "count all", lambda: copy.open(tenant, engine).count()
        yield "count ten accounts", lambda: copy.open(tenant, engine, accounts=range(500, 510)).count()


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    started, busy = perf_counter(), process_time()
    work()
    return perf_counter() - started, process_time() - busy


def _table(rows: list[dict[str, Any]]) -> str:
    lines = [
        "The columnar copy: seconds (processor seconds).",
        "",
        f"| touches | {' | '.join(STEPS)} | load |",
        f"| ---: {'| ---: ' * len(STEPS)}| ---: |",
    ]
    for row in rows:
        cells = " | ".join(f"{row[name][0]:.2f} ({row[name][1]:.2f})" for name in STEPS)
        lines.append(f"| {row['size'] / 1e6:g} M | {cells} | {row['load']:.1f} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
