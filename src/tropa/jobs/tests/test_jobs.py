"""The queue, its workers and the schedule."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest
from django.db import connections, transaction
from django_tasks_db.models import DBTaskResult

from tropa.jobs import Every, GiveUp, enqueue, job, queue, worker
from tropa.jobs.models import ScheduledJob, WorkerBeat
from tropa.jobs.registry import JOBS
from tropa.jobs.schedule import queue_due
from tropa.jobs.testing import run_all

RAN: list[str] = []


@job("test.note", retries=2)
def note(*, text: str) -> None:
    RAN.append(text)
    if text.startswith("bad"):
        raise ValueError(text)
    if text == "hopeless":
        raise GiveUp(text)


@job("test.tick")
def tick() -> None:
    RAN.append("tick")


@pytest.fixture(autouse=True)
def empty() -> Iterator[None]:
    RAN.clear()
    yield
    RAN.clear()


def soon(minutes: float = 0) -> datetime:
    return datetime.now(UTC) + timedelta(minutes=minutes)


@pytest.mark.django_db
def test_it_works() -> None:
    enqueue(note, text="first")
    assert worker.work_one("w", now=soon())
    assert RAN == ["first"]
    assert not worker.work_one("w", now=soon())
    assert DBTaskResult.objects.successful().count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_job_of_a_transaction_that_fails_is_not_there() -> None:
    @transaction.atomic
    def change() -> None:
        enqueue(note, text="never")
        raise KeyError

    with pytest.raises(KeyError):
        change()
    assert run_all() == 0


@pytest.mark.django_db
def test_a_failing_job_is_tried_again_with_growing_pauses_and_then_given_up() -> None:
    enqueue(note, text="bad news")
    pauses = []
    for _ in range(3):
        row = queue.claim("w", now=soon())
        assert row is not None
        worker.run_row(row)
        row.refresh_from_db()
        pauses.append(row.status)
        DBTaskResult.objects.filter(pk=row.pk, status="READY").update(run_after=soon(-1))
    assert pauses == ["READY", "READY", "FAILED"]
    (letter,) = queue.dead_letters()
    assert (letter.name, letter.attempts, letter.error) == ("test.note", 3, "ValueError: bad news")
    assert queue.revive(letter.id, now=soon())
    assert list(queue.dead_letters()) == []
    assert [queue.pause(n).total_seconds() for n in (1, 2, 3, 20)] == [5, 10, 20, 3600]


@pytest.mark.django_db
def test_a_hopeless_or_unknown_job_is_given_up_at_once() -> None:
    enqueue(note, text="hopeless")
    worker.work_one("w", now=soon())
    known = JOBS["test.tick"]
    enqueue(tick)
    del JOBS["test.tick"]
    try:
        worker.work_one("w", now=soon())
    finally:
        JOBS["test.tick"] = known
    assert sorted(letter.name for letter in queue.dead_letters()) == ["test.note", "test.tick"]


@pytest.mark.django_db
def test_the_job_of_a_dead_worker_is_taken_over() -> None:
    enqueue(note, text="orphan")
    assert queue.claim("dead", now=soon()) is not None
    worker.beat("dead", now=soon())
    assert queue.take_over(now=soon()) == 0
    WorkerBeat.objects.update(at=soon(-2))
    assert queue.take_over(now=soon()) == 1
    DBTaskResult.objects.update(run_after=soon(-1))
    assert worker.work_one("alive", now=soon())
    assert RAN == ["orphan"]


@pytest.mark.django_db
def test_a_job_that_kills_its_workers_is_given_up() -> None:
    enqueue(note, text="poison")
    for _ in range(3):
        DBTaskResult.objects.update(run_after=soon(-1))
        assert queue.claim("dead", now=soon()) is not None
        assert queue.take_over(now=soon()) == 1
    assert [letter.attempts for letter in queue.dead_letters()] == [3]


@pytest.mark.django_db
def test_the_schedule_queues_once_and_not_while_the_last_one_waits() -> None:
    plan = [Every(60, tick)]
    assert queue_due(plan, now=soon()) == 1
    assert queue_due(plan, now=soon()) == 0
    assert queue_due(plan, now=soon(2)) == 0  # due, but the first one has not run yet
    run_all()
    assert queue_due(plan, now=soon(4)) == 1
    assert ScheduledJob.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_parallel_workers_run_each_job_once() -> None:
    for number in range(40):
        enqueue(note, text=str(number))
    stop = Event()
    threads = [Thread(target=worker._work, args=(f"w{n}", stop)) for n in range(4)]
    for thread in threads:
        thread.start()
    while queue.unfinished().exists():
        stop.wait(0.05)
    stop.set()
    for thread in threads:
        thread.join()
    assert sorted(RAN, key=int) == [str(number) for number in range(40)]


@pytest.mark.django_db(transaction=True)
def test_a_worker_stops_when_told_and_leaves_no_beat() -> None:
    enqueue(note, text="last")
    stop = Event()

    def work() -> None:
        worker.run(stop, schedule=[Every(3600, tick)])
        connections.close_all()

    running = Thread(target=work)
    running.start()
    while not {"last", "tick"} <= set(RAN):
        stop.wait(0.05)
    stop.set()
    running.join(timeout=20)
    assert not running.is_alive()
    assert not WorkerBeat.objects.exists()
