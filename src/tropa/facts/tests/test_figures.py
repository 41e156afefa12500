"""Figures from the copy are those of the same log read from a file, whatever order its touches came in."""

import random
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from tropa.analysis import EventLog, JourneyModel
from tropa.analysis.placed import place
from tropa.analysis.visits import find_visits
from tropa.demo import JOURNEY, Size, generate
from tropa.engine import Engine
from tropa.facts import actions, compaction, copy, settling
from tropa.facts.models import Source
from tropa.facts.tests.makers import NOW, NOW_US, source, touch
from tropa.facts.touches import NewTouch

MODEL = JourneyModel.read(JOURNEY)
KEEP = MODEL.properties()


def visits(log: EventLog) -> Counter[tuple[Any, ...]]:
    """All visits with the case they belong to, without their numbers."""
    found = find_visits(place(log, MODEL))
    table = found.table.join(found.placed.cases, "case").drop("case", "trip", "visit")
    return Counter(tuple(row.values()) for row in found.engine.run(table).to_pylist())


class Numbers(dict[str | None, int | None]):
    """Numbers in the place of ids of a file, as rooms above give them."""

    def __missing__(self, key: str | None) -> int | None:
        self[key] = None if key is None else len(self) + 1
        return self[key]


def as_touches(log: EventLog) -> tuple[list[NewTouch], Numbers]:
    accounts, deals = Numbers(), Numbers()
    rows = log.engine.run(log.table.order_by("seq"), most_rows=10**7).to_pylist()
    made = [
        NewTouch(
            f"m{row['seq']}", row["type"], row["occurred_at"], account_id=accounts[row["case_id"]],
            deal_id=deals[row["deal_id"]], channel=row["channel"] or "", campaign=row["campaign"] or "",
            value=row["value"], properties={name: row[f"p_{name}"] for name in KEEP if row[f"p_{name}"]},
        )
        for row in rows
    ]  # fmt: skip
    return made, accounts


@pytest.mark.django_db
def test_the_demo_world_has_the_same_visits_in_the_copy(engine: Engine, tmp_path: Path) -> None:
    path = generate(Size(120), path=tmp_path / "touches.parquet").path
    read = EventLog.read(path, engine=engine, timezone="Europe/Moscow", keep=KEEP)
    made, accounts = as_touches(read)
    names = {str(number): name for name, number in accounts.items()}
    site = source()
    for first in range(0, len(made), 2_000):
        actions.append(site, made[first : first + 2_000], now=NOW)
        if first % 6_000 == 0:
            copy.refresh(site.workspace, now=NOW)
    expected = visits(read)
    assert sum(expected.values()) > 100
    assert named(visits(copy.open(site.workspace, engine, keep=KEEP)), names) == expected
    settling.settle(now=NOW, hot=1_000, step=1_000)
    compaction.compact(site.workspace.pk, now=NOW, bucketed_from=1_000)
    assert named(visits(copy.open(site.workspace, engine, keep=KEEP)), names) == expected


def named(found: Counter[tuple[Any, ...]], names: dict[str, str | None]) -> Counter[tuple[Any, ...]]:
    return Counter({(*row[:-1], names[row[-1]]): count for row, count in found.items()})


class AnyOrder(TestCase):
    """A8: a person's touches in any order and any batches give the same copy and the same visits."""

    site: Source
    engine: Engine

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.engine = Engine(memory_mb=256, threads=1)
        cls.addClassCleanup(cls.engine.close)

    @settings(max_examples=8)
    @given(st.integers(1, 12), st.randoms(use_true_random=False))
    def test_shuffled(self, count: int, luck: random.Random) -> None:
        kinds = ["demo_request", "deal_won", "website_visit", *(stage.key for stage in MODEL.stages)]
        story = [touch(n, type=luck.choice(kinds), occurred_us=NOW_US + n * 60) for n in range(count)]
        results = []
        for nth in range(2):
            site = source(key=f"s{nth}")
            told = story if nth == 0 else luck.sample(story, count)
            cut = luck.randint(0, count)
            for part in (told[:cut], told[cut:]):
                actions.append(site, part, now=NOW)
                copy.refresh(site.workspace, now=NOW)
            log = copy.open(site.workspace, self.engine, keep=KEEP)
            rows = self.engine.run(log.table.drop("seq").order_by("occurred_at")).to_pylist()
            results.append((rows, visits(log)))
        assert results[0] == results[1]
