"""Two imports at once, and one import run twice at once."""

from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from tropa.capture import actions, jobs, running
from tropa.capture.models import Import, ImportedRow
from tropa.capture.rows import batches
from tropa.capture.tests.files import accepted, checked
from tropa.customers.models import Account
from tropa.facts import queries
from tropa.workspace.models import Member
from tropa.workspace.tests import people


def text(first: int, rows: int) -> str:
    lines = (f"Компания {n % 60},2025-01-{n % 28 + 1:02},Демо {n % 7}" for n in range(first, first + rows))
    return "Компания,Дата,Тип\n" + "\n".join(lines) + "\n"


def started(owner: Member, content: str) -> Import:
    return actions.start_run(checked(accepted(owner, content)), by=owner, now=timezone.now())


def together(*imports: Import) -> None:
    barrier = Barrier(len(imports))
    errors: list[BaseException] = []

    def load(of: Import) -> None:
        try:
            barrier.wait()
            jobs.run_import(import_id=of.pk)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=load, args=(of,)) for of in imports]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors, errors


@pytest.mark.django_db(transaction=True)
def test_two_files_that_name_the_same_companies_make_each_once() -> None:
    owner = people.make_member(people.make_workspace("Together"), "owner")
    both = [started(owner, text(0, 1500)), started(owner, text(20, 1500))]
    together(*both)
    assert set(Import.objects.values_list("status", flat=True)) == {"done"}
    assert Account.objects.of(owner.workspace).count() == 60
    assert sum(of.counts["created"] for of in Import.objects.all()) == queries.count(owner.workspace)


@pytest.mark.django_db(transaction=True)
def test_an_import_that_two_workers_run_is_loaded_once() -> None:
    owner = people.make_member(people.make_workspace("Twice"), "owner")
    of = started(owner, text(0, 3000))
    together(of, of)
    of.refresh_from_db()
    assert (of.status, of.cursor, sum(of.counts.values())) == ("done", 3000, 3000)
    assert queries.count(owner.workspace) == 3000
    lines = ImportedRow.objects.filter(of=of).values_list("line", flat=True)
    assert len(lines) == len(set(lines))


@pytest.mark.django_db
def test_rows_that_another_worker_committed_are_not_committed_again() -> None:
    owner = people.make_member(people.make_workspace("Overtaken"), "owner")
    of = started(owner, text(0, 1500))
    Import.objects.filter(pk=of.pk).update(status="running")
    rows = next(batches(running.open_import(of), running.reading_of(of)))
    assert running._commit(of.pk, rows, 0, now=timezone.now()) == 1000
    with pytest.raises(running.Overtaken):
        running._commit(of.pk, rows, 0, now=timezone.now())
    Import.objects.filter(pk=of.pk).update(status="stopped")
    with pytest.raises(running.Overtaken):
        running._commit(of.pk, rows, 1000, now=timezone.now())
    assert queries.count(owner.workspace) == 1000


@pytest.mark.django_db
def test_a_long_import_lets_others_write(monkeypatch: pytest.MonkeyPatch) -> None:
    rests: list[float] = []
    monkeypatch.setattr(running, "sleep", rests.append)
    of = started(people.make_member(people.make_workspace("Long"), "owner"), text(0, 2500))
    monkeypatch.setattr(running, "WRITING_SECONDS", 0)
    jobs.run_import(import_id=of.pk)
    assert len(rests) == (3 if connection.vendor == "sqlite" else 0)
