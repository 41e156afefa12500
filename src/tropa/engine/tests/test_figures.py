"""Figures in processes of their own: what is slow is stopped, what dies is replaced, nothing else suffers."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from tropa.engine import EngineError, TooSlow
from tropa.engine.figures import Client, FiguresBusy, FiguresGone, Inline, Orders, Pool, UnknownHandler, serve
from tropa.engine.tests import handlers

HERE = handlers.__name__
KEY = b"known to both sides"


def named(function: Callable[..., object]) -> str:
    return f"{HERE}:{function.__name__}"


ORDERS = Orders(
    handlers=frozenset(f"{HERE}:{name}" for name, thing in vars(handlers).items() if callable(thing)),
    prepare=f"{HERE}:prepare",
    memory_mb=256,
    seconds=30,
)
QUICK = replace(ORDERS, seconds=2)
# On a machine that has other work a query that is told to stop may be late.
PATIENT = replace(QUICK, grace_seconds=30)


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(ORDERS) as pool:
        yield pool


def running(pids: list[int]) -> list[int]:
    """Which of these processes run; one that ended and was not waited for does not."""
    return [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE]


def answered(pool: Pool) -> int:
    """The answer to a small question; a machine that has other work may need more than one try under a short cap."""
    for _ in range(9):
        with suppress(TooSlow):
            return int(pool.ask(named(handlers.total), most=10))
    return int(pool.ask(named(handlers.total), most=10))


def until(true: Callable[[], bool], *, seconds: float = 30) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


class Held:
    """A question that is being answered for as long as the test wants."""

    def __init__(self, asker: Pool | Client, folder: Path) -> None:
        self._folder = folder
        self._threads = ThreadPoolExecutor(1)
        self.answer = self._threads.submit(asker.ask, named(handlers.hold), folder=str(folder))
        assert until(lambda: (folder / "begun").exists())
        self.pid = int((folder / "begun").read_text())

    def release(self) -> None:
        (self._folder / "released").touch()

    def __enter__(self) -> "Held":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()
        self._threads.shutdown()


def test_it_works(pool: Pool) -> None:
    assert pool.ask(named(handlers.total), most=1_000) == 500_500
    assert pool.ask(named(handlers.process)) in pool.pids
    assert pool.ask(named(handlers.process)) != os.getpid()


def test_the_process_is_prepared_once_and_freshened_before_every_question() -> None:
    with Pool(ORDERS, processes=1) as one:
        assert one.ask(named(handlers.prepared)) == ["once", "again"]
        assert one.ask(named(handlers.prepared)) == ["once", "again", "again"]


def test_a_question_leaves_nothing_behind_in_the_engine() -> None:
    with Pool(ORDERS, processes=1) as one:
        one.ask(named(handlers.keep))
        assert one.ask(named(handlers.tables)) == 0


@pytest.mark.parametrize("slow", [handlers.endless_query, handlers.endless_python])
def test_a_slow_question_is_stopped_at_the_cap(slow: Callable[..., object]) -> None:
    with Pool(QUICK, processes=1) as one:
        with pytest.raises(TooSlow):
            one.ask(named(slow))
        assert answered(one) == 55


def test_a_stopped_query_costs_no_process() -> None:
    with Pool(PATIENT, processes=1) as one:
        before = one.ask(named(handlers.process))
        with pytest.raises(TooSlow):
            one.ask(named(handlers.endless_query))
        assert one.ask(named(handlers.process)) == before


def test_a_process_killed_during_a_question_is_replaced(pool: Pool, tmp_path: Path) -> None:
    with Held(pool, tmp_path) as held:
        os.kill(held.pid, signal.SIGKILL)
        with pytest.raises(FiguresGone, match="-9"):
            held.answer.result()
    assert pool.ask(named(handlers.total), most=10) == 55
    assert held.pid not in pool.pids


def test_a_process_killed_between_questions_costs_no_answer(pool: Pool) -> None:
    pool.ask(named(handlers.total), most=1)
    for pid in pool.pids:
        os.kill(pid, signal.SIGKILL)
    # Not `running`: of a process with threads the first one is a zombie before the process has ended.
    assert until(lambda: all(child._process.poll() is not None for child in pool._children))
    assert [pool.ask(named(handlers.total), most=10) for _ in range(3)] == [55, 55, 55]


def test_a_question_that_kills_its_process_is_a_named_error(pool: Pool) -> None:
    with pytest.raises(FiguresGone, match="-9"):
        pool.ask(named(handlers.killed))
    assert pool.ask(named(handlers.total), most=10) == 55


def test_memory_is_bounded_beside_the_engine(pool: Pool) -> None:
    with pytest.raises(EngineError, match="Not enough memory"):
        pool.ask(named(handlers.hungry), gib=64)
    assert pool.ask(named(handlers.hungry), gib=1) == 1024**3


def test_memory_of_the_engine_is_bounded(pool: Pool) -> None:
    with pytest.raises(EngineError, match=r"(?i)memory"):
        pool.ask(named(handlers.hungry_query))
    assert pool.ask(named(handlers.total), most=10) == 55


def test_what_a_handler_raises_arrives(pool: Pool) -> None:
    with pytest.raises(ValueError, match="payment") as raised:
        pool.ask(named(handlers.wrong))
    assert "handlers.py" in "".join(raised.value.__notes__)
    with pytest.raises(handlers.Named, match="bad_rule") as told:
        pool.ask(named(handlers.named))
    assert told.value.ru == "правило не понято"
    with pytest.raises(EngineError, match="Local: cannot be pickled"):
        pool.ask(named(handlers.odd))
    with pytest.raises((EngineError, RuntimeError)):
        pool.ask(named(handlers.unpicklable))


def test_only_listed_handlers_are_called(pool: Pool) -> None:
    with pytest.raises(UnknownHandler, match="os:getpid"):
        pool.ask("os:getpid")


def test_a_quick_question_passes_a_slow_one_by(pool: Pool, tmp_path: Path) -> None:
    with Held(pool, tmp_path) as held:
        assert [pool.ask(named(handlers.total), most=10) for _ in range(3)] == [55, 55, 55]
        assert not held.answer.done()
        held.release()
        assert held.answer.result() == "released"


def test_questions_in_parallel_get_their_own_answers(pool: Pool) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda most: pool.ask(named(handlers.total), most=most), range(60)))
    assert found == [most * (most + 1) // 2 for most in range(60)]


def test_a_question_does_not_wait_for_ever(tmp_path: Path) -> None:
    with Pool(replace(ORDERS, waiting_seconds=0.2), processes=1) as one, Held(one, tmp_path) as held:
        with pytest.raises(FiguresBusy, match=r"0\.2 seconds"):
            one.ask(named(handlers.total), most=10)
        held.release()
        assert held.answer.result() == "released"


def test_too_many_questions_do_not_wait_at_all() -> None:
    with Pool(ORDERS, processes=1, most_waiting=0) as one, pytest.raises(FiguresBusy, match="0 questions are waiting"):
        one.ask(named(handlers.total), most=10)


def test_a_process_that_cannot_start_says_why() -> None:
    with Pool(replace(ORDERS, prepare="nowhere:prepare"), processes=1) as one:
        for _ in range(2):
            with pytest.raises(EngineError, match="nowhere"):
                one.ask(named(handlers.total), most=10)


def test_children_end_with_the_pool() -> None:
    with Pool(ORDERS) as one:
        one.ask(named(handlers.total), most=1)
        pids = one.pids
    assert until(lambda: not running(pids))
    with pytest.raises(FiguresGone):
        one.ask(named(handlers.total), most=1)


def test_inline_answers_in_this_process_under_the_same_cap() -> None:
    inline = Inline(QUICK)
    assert inline.ask(named(handlers.process)) == os.getpid()
    with pytest.raises(TooSlow):
        inline.ask(named(handlers.endless_query))
    with pytest.raises(UnknownHandler):
        inline.ask("os:getpid")


@pytest.fixture
def socket(tmp_path: Path) -> Path:
    return tmp_path / "figures.sock"


class Served:
    """A figures process in a thread of this one."""

    def __init__(self, socket: Path) -> None:
        self.stop = threading.Event()
        self.thread = threading.Thread(target=serve, args=(socket, KEY, ORDERS, self.stop))
        self.thread.start()

    def end(self) -> None:
        self.stop.set()
        self.thread.join()


def test_the_socket_answers_and_survives_a_restart(socket: Path) -> None:
    client = Client(socket, KEY, ORDERS, patience_seconds=20)
    served = Served(socket)
    assert client.ask(named(handlers.total), most=100) == 5_050
    assert socket.stat().st_mode & 0o077 == 0
    with pytest.raises(ValueError, match="payment"):
        client.ask(named(handlers.wrong))
    served.end()
    assert not socket.exists()
    with ThreadPoolExecutor(1) as threads:
        # Asked while nobody listens: the process that is being restarted answers it.
        asked = threads.submit(client.ask, named(handlers.total), most=10)
        again = Served(socket)
        assert asked.result() == 55
        again.end()


def test_arguments_stay_closed_on_the_way(socket: Path) -> None:
    served = Served(socket)
    try:
        client = Client(socket, KEY, ORDERS, patience_seconds=20)
        opened, process = client.ask(named(handlers.opened_in), parcel=handlers.Opened())
        assert opened == process != os.getpid()
    finally:
        served.end()


def test_without_a_figures_process_there_is_a_named_error(socket: Path) -> None:
    with pytest.raises(FiguresGone):
        Client(socket, KEY, ORDERS, patience_seconds=0.1).ask(named(handlers.total), most=1)


def test_who_does_not_know_the_key_is_not_answered(socket: Path) -> None:
    served = Served(socket)
    try:
        Client(socket, KEY, ORDERS, patience_seconds=20).ask(named(handlers.total), most=1)
        with pytest.raises(FiguresGone):
            Client(socket, b"guessed", ORDERS, patience_seconds=0.1).ask(named(handlers.total), most=1)
    finally:
        served.end()


def test_a_stop_lets_a_running_question_finish(socket: Path, tmp_path: Path) -> None:
    served = Served(socket)
    with Held(Client(socket, KEY, ORDERS, patience_seconds=20), tmp_path) as held:
        served.stop.set()
        assert until(lambda: not socket.exists())
        held.release()
        assert held.answer.result() == "released"
    served.end()
