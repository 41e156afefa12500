"""The other side of test_import_kills.py: a process of its own with a database of its own, told what to do by lines.

prepare ROWS   make two workspaces, and in each an import of the same file; the second one runs at once
work           fork a worker that takes jobs from the queue; answers with its process id
revive         what the queue does a minute after a worker died, now
state          the cursor and the status of the import
outcome        everything both imports left, to be compared
"""

import json
import os
import random
import sys
from collections import Counter
from collections.abc import Callable
from threading import Event
from typing import Any

import django

django.setup()

from django.db import connection, connections  # noqa: E402
from django.utils import timezone  # noqa: E402
from django_tasks_db.models import DBTaskResult  # noqa: E402

from tropa.capture import actions  # noqa: E402
from tropa.capture.models import Import, ImportedRow, ImportedTouch  # noqa: E402
from tropa.capture.tests.files import accepted, checked, loaded  # noqa: E402
from tropa.customers.models import Account  # noqa: E402
from tropa.facts.models import LedgerHour, Quarantined, Touch  # noqa: E402
from tropa.jobs import queue, worker  # noqa: E402
from tropa.jobs.models import WorkerBeat  # noqa: E402
from tropa.workspace.models import Workspace  # noqa: E402
from tropa.workspace.tests import people  # noqa: E402

SEED = 20


def file(rows: int) -> str:
    """Touches of some hundred companies: equal rows, rows that come twice by their code, rows that cannot be read."""
    draw = random.Random(SEED)
    lines = ["Компания;Дата;Тип;Код касания"]
    for number in range(rows):
        at = "вчера" if number % 97 == 0 else f"{draw.randint(1, 28):02}.{draw.randint(1, 12):02}.2024"
        code = f"k{number - 500 if number % 89 == 0 else number}" if number % 3 == 0 else ""
        lines.append(f"Компания {draw.randint(1, rows // 30)};{at};{draw.choice(('Демо', 'КП', 'Звонок'))};{code}")
    return "\n".join(lines) + "\n"


def prepare(rows: str) -> dict[str, Any]:
    killed, clean = people.make_workspace("Killed"), people.make_workspace("Clean")
    owners = {each: each_member(each) for each in (killed, clean)}
    loaded(accepted(owners[clean], file(int(rows))), owners[clean])
    of = checked(accepted(owners[killed], file(int(rows))))
    actions.start_run(of, by=owners[killed], now=timezone.now())
    return {"rows": of.rows}


def each_member(workspace: Workspace) -> Any:
    from tropa.workspace.models import Member

    return Member.objects.get(workspace=workspace)


def work() -> dict[str, Any]:
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        os.close(0)
        worker.run(Event(), threads=1)
        os._exit(0)
    return {"pid": pid}


def revive() -> dict[str, Any]:
    WorkerBeat.objects.all().delete()
    taken = queue.take_over(now=timezone.now())
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    return {"taken": taken}


def state() -> dict[str, Any]:
    of = Import.objects.get(workspace__name="Killed")
    return {"cursor": of.cursor, "status": of.status, "error": of.error}


def outcome() -> dict[str, Any]:
    return {name: _left(name) for name in ("Killed", "Clean")}


def _left(name: str) -> dict[str, Any]:
    of = Import.objects.get(workspace__name=name)
    names = dict(Account.objects.filter(workspace=of.workspace).values_list("pk", "name"))
    touches = Touch.objects.filter(workspace=of.workspace).select_related("type")
    said = Counter(f"{names[each.account_id or 0]}|{each.type.key}|{each.occurred_us}" for each in touches)
    ledger = LedgerHour.objects.filter(workspace=of.workspace).values_list(
        "received", "stored", "duplicate", "rejected"
    )
    return {
        "counts": of.counts, "reasons": of.reasons, "made": of.made, "cursor": of.cursor, "status": of.status,
        "accounts": sorted(names.values()),
        "touches": sorted(said.items()),
        "rows": sorted(ImportedRow.objects.filter(of=of).values_list("line", "outcome", "reason")),
        "imported": sorted(ImportedTouch.objects.filter(of=of).values_list("line", "ordinal", "is_stored")),
        "quarantine": sorted(Quarantined.objects.filter(workspace=of.workspace).values_list("position", "reason")),
        "ledger": [sum(column) for column in zip(*ledger, strict=True)],
    }  # fmt: skip


DO: dict[str, Callable[..., dict[str, Any]]] = {each.__name__: each for each in (prepare, work, revive, state, outcome)}


def main() -> None:
    for line in sys.stdin:
        name, *arguments = line.split()
        print(json.dumps(DO[name](*arguments)), flush=True)
        connection.close()
        _reap()


def _reap() -> None:
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        pass


if __name__ == "__main__":
    main()
