"""The one door: limits on rows and time, spilling, batches, and types as Ibis declares them."""

import time
from pathlib import Path

import ibis
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tropa.engine import Engine, EngineError, TooManyRows, TooSlow, sql


@pytest.fixture
def numbers(engine: Engine) -> ibis.expr.types.Table:
    return engine.load(pa.table({"n": pa.array(range(1_000), pa.int64())}))


def test_a_result_with_more_rows_than_asked_for_is_refused(engine: Engine, numbers: ibis.expr.types.Table) -> None:
    assert engine.run(numbers, most_rows=1_000).num_rows == 1_000
    with pytest.raises(TooManyRows, match="More than 999 rows"):
        engine.run(numbers, most_rows=999)


def test_a_number_that_has_a_name_gives_every_question_the_same_text(
    engine: Engine, numbers: ibis.expr.types.Table
) -> None:
    rows, texts = engine.run(numbers), set()
    for most, found in ((-1, 0), (500, 501), (2**62, 1_000)):
        engine.clear()
        asked = engine.load(rows)
        asked = asked.filter(asked.n <= engine.number(most))
        texts.add(sql(asked))
        assert engine.run(asked).num_rows == found
    assert len(texts) == 1


def test_a_slow_question_is_interrupted_and_the_engine_goes_on(engine: Engine) -> None:
    # A comparison with each of 10^11 pairs: minutes, if nothing stopped it.
    many = engine.load(pa.table({"n": np.arange(320_000)}))
    other = engine.load(pa.table({"m": np.arange(320_000)}))
    pairs = many.join(other, (many.n * other.m) % 7 == 3)
    started = time.monotonic()
    with pytest.raises(TooSlow, match=r"Stopped after 0\.2 seconds"):
        engine.run(pairs.agg(count=pairs.count()), seconds=0.2)
    assert time.monotonic() - started < 20
    assert engine.run(many.agg(most=many.n.max()))["most"].to_pylist() == [319_999]


def test_a_quick_question_is_not_stopped_by_its_limit(engine: Engine, numbers: ibis.expr.types.Table) -> None:
    assert engine.run(numbers.agg(count=numbers.count()), seconds=60)["count"].to_pylist() == [1_000]
    assert engine.run(numbers.agg(count=numbers.count()))["count"].to_pylist() == [1_000]


def test_what_the_database_refuses_is_an_engine_error(engine: Engine) -> None:
    with pytest.raises(EngineError, match="nowhere"):
        engine.run(ibis.table({"n": "int64"}, name="nowhere"))


def test_a_bad_value_is_an_engine_error(engine: Engine) -> None:
    texts = engine.load(pa.table({"text": ["1", "x"]}))
    with pytest.raises(EngineError, match="x"):
        engine.run(texts.select(n=texts.text.cast("int64")))


def test_more_than_memory_holds_is_spilled_into_the_folder_of_the_engine() -> None:
    with Engine(memory_mb=64, threads=1) as engine:
        folder = engine.folder
        rows = engine.load(pa.table({"n": np.random.default_rng(7).permutation(4_000_000)}))
        kept = engine.materialise(rows.select(rows.n, twice=rows.n * 2, thrice=rows.n * 3).order_by("n"))
        assert any(folder.iterdir())
        assert engine.run(kept.limit(3))["thrice"].to_pylist() == [0, 3, 6]
    assert not folder.exists()


def test_what_is_kept_can_be_forgotten(engine: Engine, numbers: ibis.expr.types.Table) -> None:
    kept = engine.materialise(numbers.filter(numbers.n < 3))
    assert engine.run(kept)["n"].to_pylist() == [0, 1, 2]
    engine.forget(kept)
    with pytest.raises(EngineError):
        engine.run(kept)
    engine.forget(kept)


def test_kept_rows_stay_in_their_order(engine: Engine, numbers: ibis.expr.types.Table) -> None:
    kept = engine.materialise(numbers.order_by(ibis.desc("n")))
    assert engine.run(kept)["n"].to_pylist() == list(range(999, -1, -1))


def test_batches_stream_every_row_once_in_order(engine: Engine) -> None:
    rows = engine.load(pa.table({"n": np.arange(300_000)}))
    batches = list(engine.batches(rows, rows=100_000))
    assert len(batches) > 1
    assert [n for batch in batches for n in batch["n"].to_pylist()] == list(range(300_000))


def test_columns_come_as_arrays_in_the_order_asked(engine: Engine, numbers: ibis.expr.types.Table) -> None:
    twice, n = engine.columns(numbers.select(twice=numbers.n * 2, n=numbers.n))
    assert (twice[:3].tolist(), n[:3].tolist()) == ([0, 2, 4], [0, 1, 2])
    empty = engine.columns(numbers.filter(numbers.n < 0).select("n", m="n"))
    assert [column.size for column in empty] == [0, 0]


def test_sums_of_integers_are_64_bit_as_ibis_declares_them(engine: Engine, numbers: ibis.expr.types.Table) -> None:
    total = numbers.agg(total=numbers.n.sum(), count=numbers.count())
    assert engine.run(total).schema.field("total").type == pa.int64()
    assert engine.run(engine.materialise(total)).schema.field("total").type == pa.int64()
    assert engine.run(total).to_pylist() == [{"total": 499_500, "count": 1_000}]
    assert next(iter(engine.batches(total))).schema.field("total").type == pa.int64()


def test_names_with_quotes_survive_the_narrowing(engine: Engine) -> None:
    rows = engine.load(pa.table({'a "b"': [1, 2]}))
    assert engine.run(rows.agg(**{'sum of "b"': rows['a "b"'].sum()})).to_pylist() == [{'sum of "b"': 3}]


def test_parquet_is_scanned_in_place_and_written(engine: Engine, tmp_path: Path) -> None:
    pq.write_table(pa.table({"n": [3, 1, 2]}), tmp_path / "a'b.parquet")
    rows = engine.scan(tmp_path / "a'b.parquet", numbered=True)
    assert engine.run(rows.select("n", "file_row_number")).to_pydict() == {"n": [3, 1, 2], "file_row_number": [0, 1, 2]}
    engine.write(rows.order_by("n").select("n"), tmp_path / "o'clock.parquet")
    assert pq.read_table(tmp_path / "o'clock.parquet")["n"].to_pylist() == [1, 2, 3]


def test_an_unknown_dialect_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"Unknown dialect 'oracle'; allowed: duckdb, clickhouse, pyspark, postgres"):
        sql(ibis.table({"n": "int64"}, name="t"), "oracle")


@pytest.mark.parametrize("dialect", ["duckdb", "clickhouse", "pyspark", "postgres"])
def test_expressions_compile_without_a_connection(dialect: str) -> None:
    table = ibis.table({"n": "int64"}, name="touches")
    text = sql(table.filter(table.n > 3).agg(total=table.n.sum()), dialect)
    assert "touches" in text
    assert sql(table.filter(table.n > 3).agg(total=table.n.sum()), dialect) is text
