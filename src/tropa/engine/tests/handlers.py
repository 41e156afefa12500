"""Questions for the tests of the figures process."""

import os
import signal
import time
from collections.abc import Callable
from multiprocessing import Lock
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa

from tropa.engine import Engine

PREPARED: list[str] = []


def prepare() -> object:
    """Called once in a new process; what it returns is called before every question."""
    PREPARED.append("once")
    return lambda: PREPARED.append("again")


def prepared(engine: Engine) -> list[str]:
    return PREPARED


def total(engine: Engine, *, most: int) -> int:
    rows = engine.load(pa.table({"n": np.arange(most + 1)}))
    found = engine.run(rows.agg(total=rows.n.sum()))["total"].to_pylist()
    return int(found[0])


def process(engine: Engine) -> int:
    return os.getpid()


class Opened:
    """Becomes the number of the process in which it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[], int], tuple[()]]:
        return os.getpid, ()


def opened_in(engine: Engine, *, parcel: object) -> tuple[object, int]:
    """Where the argument was opened, and which process this is."""
    return parcel, os.getpid()


def tables(engine: Engine) -> int:
    """How many tables the engine has kept from earlier questions."""
    catalogue = ibis.table({"table_name": "string"}, name="tables", database="information_schema")
    return int(engine.run(catalogue.agg(n=catalogue.count()))["n"].to_pylist()[0])


def keep(engine: Engine) -> None:
    engine.materialise(engine.load(pa.table({"n": np.arange(3)})))


def endless_query(engine: Engine) -> int:
    """A comparison with each of 10^11 pairs: minutes, if nothing stopped it."""
    many, other = (engine.load(pa.table({name: np.arange(320_000)})) for name in ("n", "m"))
    pairs = many.join(other, (many.n * other.m) % 7 == 3)
    return int(engine.run(pairs.agg(count=pairs.count()))["count"].to_pylist()[0])


def endless_python(engine: Engine) -> None:
    while True:
        time.sleep(0.01)


def hold(engine: Engine, *, folder: str) -> str:
    """Says that it has begun, then waits to be released."""
    (Path(folder) / "pid").write_text(str(os.getpid()))
    (Path(folder) / "pid").rename(Path(folder) / "begun")
    while not (Path(folder) / "released").exists():
        time.sleep(0.02)
    return "released"


def killed(engine: Engine) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def hungry(engine: Engine, *, gib: int) -> float:
    return float(np.ones(gib * 1024**3, np.uint8).sum())


def hungry_query(engine: Engine) -> object:
    """One list of more than the engine may hold, which cannot be spilled in parts."""
    rows = engine.load(pa.table({"n": np.arange(50_000_000)}))
    return engine.run(rows.agg(most=rows.n.collect().length()))["most"].to_pylist()


def wrong(engine: Engine) -> None:
    raise ValueError("no such stage: payment")


class Named(Exception):
    """An error whose parameters are not its arguments."""

    def __init__(self, code: str, *, ru: str) -> None:
        super().__init__(code)
        self.ru = ru


def named(engine: Engine) -> None:
    raise Named("bad_rule", ru="правило не понято")


def odd(engine: Engine) -> None:
    class Local(Exception):
        pass

    raise Local("cannot be pickled")


def unpicklable(engine: Engine) -> object:
    return Lock()
