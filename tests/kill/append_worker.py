"""The other side of test_append_kills.py: a process of its own with a database of its own, told what to do by lines.

prepare            make a workspace and its source
work FIRST FILE    fork a process that appends messages from the number FIRST on, settles and copies meanwhile, and
                   writes down each number once its batch was acknowledged; answers with its process id
wait PID           until it has ended
outcome            what there is, to be compared
"""

import json
import os
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402

from tropa.engine import Engine  # noqa: E402
from tropa.facts import actions, copy, healing, ledger, settled, settling, writer  # noqa: E402
from tropa.facts.models import SettledTouch, Source, Touch  # noqa: E402
from tropa.facts.touches import NewTouch  # noqa: E402
from tropa.workspace.models import Workspace  # noqa: E402

TOTAL = 20_000
BATCH = 25
SENDERS = 4
# So small that touches settle and files are merged in every life.
HOT, STEP = 1_000, 250
FIRST_US = 1_772_452_800_000_000
NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


def prepare() -> dict[str, Any]:
    tenant = Workspace.objects.create(name="Kill", slug="kill")
    actions.source(tenant, "api", Source.Kind.API, "API")
    return {}


def work(first: str, file: str) -> dict[str, Any]:
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        os.close(0)
        code = 1
        try:
            code = _live(int(first), Path(file))
        finally:
            os._exit(code)
    return {"pid": pid}


def _live(first: int, file: Path) -> int:
    """Several senders; each sends the next batch when the last one was acknowledged. How many threads failed."""
    source, failed = Source.objects.get(key="api"), []

    def note(failure: threading.ExceptHookArgs) -> None:
        failed.append(failure)
        traceback.print_exception(failure.exc_value)

    threading.excepthook = note
    ends = threading.Event()
    keeper = threading.Thread(target=_keep_house, args=(source.workspace, ends))
    senders = [threading.Thread(target=_send, args=(source.pk, first, nth, file)) for nth in range(SENDERS)]
    for thread in (keeper, *senders):
        thread.start()
    for thread in senders:
        thread.join()
    ends.set()
    keeper.join()
    writer.stop()
    return len(failed)


def _send(source_id: int, first: int, nth: int, file: Path) -> None:
    descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    for start in range(first + nth * BATCH, TOTAL, SENDERS * BATCH):
        numbers = range(start, min(start + BATCH, TOTAL))
        writer.submit(source_id, [_touch(n) for n in numbers], now=NOW).result()
        # One write for the batch: what is in the file was acknowledged, and no line is cut by the kill.
        os.write(descriptor, "".join(f"{n}\n" for n in numbers).encode())
    connection.close()


def _keep_house(tenant: Workspace, ends: threading.Event) -> None:
    while not ends.wait(0.05):
        settling.settle(now=NOW, hot=HOT, step=STEP)
        copy.refresh(tenant, now=NOW)
    connection.close()


def _touch(n: int) -> NewTouch:
    return NewTouch(f"m{n}", "visit", FIRST_US + n, account_id=1 + n % 50, properties={"n": str(n)})


def wait(pid: str) -> dict[str, Any]:
    return {"code": os.waitstatus_to_exitcode(os.waitpid(int(pid), 0)[1])}


def outcome() -> dict[str, Any]:
    tenant = Workspace.objects.get(slug="kill")
    stored = [n for table in (Touch, SettledTouch) for n in table.objects.values_list("message_id", flat=True)]
    again = actions.append(Source.objects.get(key="api"), [_touch(n) for n in range(TOTAL)], now=NOW)
    balance = ledger.balance(tenant)
    copy.refresh(tenant, now=NOW)
    with Engine() as engine:
        table = copy.open(tenant, engine).table
        numbers = table.occurred_at - FIRST_US
        counted = engine.run(table.agg(rows=table.count(), different=numbers.nunique(), sum=numbers.sum()))
    return {
        "stored": len(stored), "different": len(set(stored)), "settled": SettledTouch.objects.count(),
        "hashes": settled.count(tenant.pk), "again": [again.stored, again.duplicate],
        "ledger": [balance.expected, balance.held], "copy": counted.to_pylist()[0],
        "mended": healing.reconcile(tenant, now=NOW),
    }  # fmt: skip


DO: dict[str, Callable[..., dict[str, Any]]] = {"prepare": prepare, "work": work, "wait": wait, "outcome": outcome}


def main() -> None:
    for line in sys.stdin:
        name, *arguments = line.split()
        print(json.dumps(DO[name](*arguments)), flush=True)
        connections.close_all()


if __name__ == "__main__":
    main()
