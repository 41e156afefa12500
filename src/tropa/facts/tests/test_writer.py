"""The writer thread, and many who append at once: each touch once, counts exact, nothing acknowledged too early."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Full

import pytest
from django.db import OperationalError, connection, connections, transaction
from pytest_django.fixtures import Settings

from tropa.facts import actions, queries, writer
from tropa.facts.cursor import safe_cursor
from tropa.facts.models import LedgerHour, Source, Touch
from tropa.facts.tests.makers import NOW, ledger, source, touch, touches
from tropa.facts.touches import Appended

pytestmark = pytest.mark.django_db(transaction=True)

on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="only SQLite has one writer per process")
on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="only PostgreSQL commits out of order")


@pytest.fixture(autouse=True)
def _stopped() -> Iterator[None]:
    yield
    writer.stop()


def in_threads(count: int, work: Callable[[int], Appended]) -> list[Appended]:
    def run(nth: int) -> Appended:
        try:
            return work(nth)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


def test_it_works() -> None:
    site = source()
    futures = [
        writer.submit(site.pk, touches(first, first + 20), now=NOW, batch=f"b{first}") for first in range(0, 400, 10)
    ]
    done = [future.result(timeout=30) for future in futures]
    assert sum(each.stored for each in done) == queries.count(site.workspace) == 410
    assert sum(each.duplicate for each in done) == ledger(site)["duplicate"] == 390


def test_a_future_is_done_only_when_everybody_can_see_its_touches() -> None:
    site = source()
    for n in range(30):
        writer.submit(site.pk, [touch(n)], now=NOW).result(timeout=30)
        assert Touch.objects.filter(source=site).count() == n + 1


def test_a_batch_that_fails_takes_back_only_itself() -> None:
    site = source()
    futures = [
        writer.submit(site.pk if n != 3 else 10**9, touches(n * 10, n * 10 + 10), now=NOW) for n in range(7)
    ]  # fmt: skip
    with pytest.raises(Source.DoesNotExist):
        futures[3].result(timeout=30)
    assert sum(future.result(timeout=30).stored for n, future in enumerate(futures) if n != 3) == 60
    assert queries.count(site.workspace) == 60


@on_sqlite
def test_when_the_commit_fails_nobody_is_told_it_worked(monkeypatch: pytest.MonkeyPatch) -> None:
    site = source()

    def breaks(*_: object, **__: object) -> None:
        raise OperationalError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.commit", breaks)
        future = writer.submit(site.pk, touches(0, 10), now=NOW)
        with pytest.raises(OperationalError, match="disk full"):
            future.result(timeout=30)
    assert queries.count(site.workspace) == 0
    assert writer.submit(site.pk, touches(0, 10), now=NOW).result(timeout=30).stored == 10


@on_sqlite
def test_stopping_stores_what_waits() -> None:
    site = source()
    futures = [writer.submit(site.pk, touches(n * 10, n * 10 + 10), now=NOW) for n in range(50)]
    writer.stop()
    assert all(future.done() for future in futures)
    assert queries.count(site.workspace) == 500
    assert writer.submit(site.pk, [touch("later")], now=NOW).result(timeout=30).stored == 1


@on_sqlite
def test_a_full_queue_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    site = source()
    monkeypatch.setattr(writer, "MOST_WAITING", 2)
    waiting: list[Future[Appended]] = []
    with transaction.atomic():
        # The writer waits for this transaction, so the queue fills; how many it takes up before that is its own affair.
        LedgerHour.objects.count()
        with pytest.raises(Full):
            waiting.extend(_beside(site, n) for n in range(1_000))
    assert sum(future.result(timeout=30).stored for future in waiting) == len(waiting) >= 2


def _beside(site: Source, n: int) -> Future[Appended]:
    """Submit from another thread: this one is in a transaction."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(writer.submit, site.pk, [touch(n)], now=NOW, patience_seconds=0.2).result()


@on_sqlite
def test_submit_within_a_transaction_is_refused() -> None:
    site = source()
    with transaction.atomic(), pytest.raises(RuntimeError, match=r"actions\.append"):
        writer.submit(site.pk, [touch(1)], now=NOW)


def test_the_same_messages_from_many_threads_are_stored_once() -> None:
    site = source()
    # Everybody begins somewhere else, so that locks are met in different orders.
    done = in_threads(6, lambda nth: _all(site, nth))
    assert sum(each.stored for each in done) == queries.count(site.workspace) == 300
    assert ledger(site) == {
        "received": 1800, "stored": 300, "duplicate": 1500, "rejected": 0, "suppressed": 0, "removed": 0
    }  # fmt: skip


def _all(site: Source, nth: int) -> Appended:
    order = [(nth * 50 + n) % 300 for n in range(300)]
    parts = [actions.append(site, [touch(n) for n in order[at : at + 30]], now=NOW) for at in range(0, 300, 30)]
    return Appended(sum(part.stored for part in parts), sum(part.duplicate for part in parts), 0)


@on_postgresql
def test_what_is_not_committed_yet_is_never_passed() -> None:
    site, started, finish = source(), threading.Event(), threading.Event()
    actions.append(site, [touch("first")], now=NOW)
    before = safe_cursor()

    def slow(_: int) -> Appended:
        with transaction.atomic():
            done = actions.append(site, [touch("slow")], now=NOW)
            started.set()
            assert finish.wait(30)
        return done

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(in_threads, 1, slow)
        assert started.wait(30)
        actions.append(site, [touch("fast")], now=NOW)
        held = safe_cursor()
        finish.set()
        running.result(timeout=30)
    assert held == before
    assert safe_cursor() == before + 2


@on_postgresql
def test_a_transaction_that_failed_holds_nothing_up() -> None:
    site = source()

    @transaction.atomic
    def fail() -> None:
        actions.append(site, [touch("lost")], now=NOW)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    actions.append(site, [touch("kept")], now=NOW)
    last = Touch.objects.order_by("id").values_list("id", flat=True).last()
    assert safe_cursor() == last


def test_settings_are_those_of_production(settings: Settings) -> None:
    """Counts and durability are tested on what is shipped: FULL and IMMEDIATE, or synchronous_commit."""
    with connection.cursor() as sql:
        if connection.vendor == "sqlite":
            sql.execute("PRAGMA synchronous")
            assert sql.fetchone() == (2,)
            assert settings.DATABASES["default"]["OPTIONS"]["transaction_mode"] == "IMMEDIATE"
        else:
            sql.execute("SHOW synchronous_commit")
            assert sql.fetchone() == ("on",)
