"""How fast the log of touches takes more when there are many already: python -m bench.append [--sizes 1M,10M,100M].

On SQLite, or with --database postgresql on a server of its own. All that is there but the last million has settled, as
in use; it is filled in by the database and by files of hashes, not one by one. Then 100,000 touches are appended in
batches of 100 and of 1,000, and what they push out of the hot part settles: both counted. Prints a table and writes it
to bench/measured/append-<database>.md. 100 M take 25 GB of disk, which are freed at the end.
"""

import argparse
import os
import random
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

ROOT = Path(__file__).parent.parent
WORK = ROOT / "bench" / ".work"
MEASURED = ROOT / "bench" / "measured"
NEW = 100_000
BATCHES = (100, 1_000)
SLICE = 1_000_000
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
NOW_US = 1_772_452_800_000_000
HOUR_US = 3_600_000_000
ACCOUNTS = 100_000
COLUMNS = (
    "id, workspace_id, source_id, message_hash, message_id, type_id, account_id, contact_id, deal_id, occurred_us, "
    "ended_us, received_us, sent_us, client_us, channel, campaign, page, value, properties"
)
VALUES = (
    "{workspace}, {source}, {hash}, 'm-' || n, {type}, 1 + n % 100000, NULL, NULL, {now} - n % 1000000, NULL, {now}, "
    "NULL, NULL, 'website', '', 'https://example.com/price', NULL, '{{}}'"
)


def main() -> None:
    """Measure at each size in turn, in one database that grows."""
    parser = argparse.ArgumentParser(prog="python -m bench.append", description=__doc__)
    parser.add_argument("--sizes", default="1M,10M", help="touches that are there, in millions")
    parser.add_argument("--database", default="sqlite", choices=("sqlite", "postgresql"))
    asked = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="append-", dir=WORK))
    try:
        _set_up(folder, asked.database)
        rows: list[dict[str, Any]] = []
        for size in asked.sizes.split(","):
            rows += _measure(int(float(size.rstrip("M")) * 1e6))
            # After each size: the largest takes long.
            (MEASURED / f"append-{asked.database}.md").write_text(_table(asked.database, rows), encoding="utf-8")
        print(_table(asked.database, rows))
    finally:
        if asked.database == "postgresql":
            subprocess.run([str(ROOT / "scripts" / "postgres.sh"), "stop", str(folder / "server")], check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _set_up(folder: Path, database: str) -> None:
    """Settings are read once, so the data folder and the database are settled before anything else."""
    os.environ |= {"TROPA_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tropa.config.settings"}
    if database == "postgresql":
        os.chmod(folder, 0o755)
        command = [str(ROOT / "scripts" / "postgres.sh"), "start", str(folder / "server")]
        started = subprocess.run(command, check=True, capture_output=True, text=True)
        os.environ["TROPA_DATABASE_URL"] = started.stdout.strip()
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _measure(size: int) -> Iterator[dict[str, Any]]:
    from tropa.facts import actions, settling
    from tropa.facts.models import Source
    from tropa.workspace.models import Workspace

    tenant, _ = Workspace.objects.get_or_create(slug="bench", defaults={"name": "bench"})
    source = actions.source(tenant, "bench", Source.Kind.API, "bench")
    _fill_hot(source)
    _fill_settled(source, size)
    for batch in BATCHES:
        touches = _touches(f"{size}-{batch}", NEW)
        started, busy = perf_counter(), process_time()
        for first in range(0, NEW, batch):
            actions.append(source, touches[first : first + batch], now=NOW)
        appended = perf_counter()
        settled = settling.settle(now=NOW)
        done, busy = perf_counter(), process_time() - busy
        again = actions.append(source, touches[:1_000], now=NOW)
        assert (settled, again.duplicate) == (NEW, 1_000), (settled, again)
        yield {
            "size": size, "batch": batch, "append": NEW / (appended - started), "whole": NEW / (done - started),
            "processor": NEW / busy, "load": os.getloadavg()[0],
        }  # fmt: skip


def _fill_hot(source: Any) -> None:
    from tropa.facts import actions, settling
    from tropa.facts.models import Touch

    for nth in range(Touch.objects.count(), settling.HOT_TOUCHES, 5_000):
        actions.append(source, _touches(f"hot-{nth}", 5_000), now=NOW)


def _fill_settled(source: Any, size: int, *, behind: int = 10**12) -> None:
    """Settled touches until there are as many as asked. Their ids lie `behind` those of the hot ones, which changes no
    cost: each table grows at its end all the same."""
    from tropa.facts import settled
    from tropa.facts.models import CopyState, Touch, TouchType

    kind = TouchType.objects.filter(workspace=source.workspace).values_list("id", flat=True)[0]
    have = Touch.objects.count() + settled.count(source.workspace_id)
    while have < size:
        rows = min(SLICE, size - have)
        _fill_slice(source, kind, have + behind, rows)
        have += rows
    CopyState.objects.update_or_create(workspace=source.workspace, defaults={"cursor": _last_hot()})


def _fill_slice(source: Any, kind: int, first: int, rows: int) -> None:
    from django.db import connection, transaction

    from tropa.facts import settled

    luck, last = random.Random(first), first + rows - 1
    entry = settled.add(source.workspace_id, [luck.randbytes(16) for _ in range(rows)], first, last)
    # Rows and file hold different random hashes: nothing measured here reads those of settled rows.
    numbers, hash_ = f"generate_series({first}, {last}) AS numbers(n)", "decode(md5(n::text), 'hex')"
    if connection.vendor == "sqlite":
        numbers, hash_ = "numbers", "randomblob(16)"
    values = VALUES.format(
        hash=hash_, workspace=source.workspace_id, source=source.pk, type=kind, now=NOW_US
    )  # fmt: skip
    with transaction.atomic(), connection.cursor() as sql:
        series = f"WITH RECURSIVE numbers(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last}) "
        head = series if connection.vendor == "sqlite" else ""
        sql.execute(f"INSERT INTO facts_settledtouch ({COLUMNS}) {head} SELECT n, {values} FROM {numbers}")
        entry.save()
    settled.merge(source.workspace_id)


def _last_hot() -> int:
    from tropa.facts.cursor import last_id

    return last_id()


def _touches(name: str, count: int) -> list[Any]:
    from tropa.facts.touches import NewTouch

    luck = random.Random(name)
    return [
        NewTouch(
            message_id=f"{name}-{n}",
            type="website_product_page",
            occurred_us=NOW_US - int(luck.expovariate(1 / HOUR_US)),
            account_id=luck.randint(1, ACCOUNTS),
            channel="website",
            page="https://example.com/price",
        )
        for n in range(count)
    ]


def _table(database: str, rows: list[dict[str, Any]]) -> str:
    lines = [
        f"Appending {NEW:,} touches, {database}. With settling: as many moved to the settled part meanwhile. Per "
        "processor second: the same, by the time this process was computing; on a busy machine only this one compares.",
        "",
        "| touches there | batch | appended | with settling | slower than at the smallest | per processor second "
        "| slower | load |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        first = next(other for other in rows if other["batch"] == row["batch"])
        lines.append(
            f"| {row['size'] / 1e6:g} M | {row['batch']:,} | {row['append']:,.0f} /s | {row['whole']:,.0f} /s "
            f"| {first['whole'] / row['whole']:.2f}× | {row['processor']:,.0f} "
            f"| {first['processor'] / row['processor']:.2f}× | {row['load']:.1f} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
