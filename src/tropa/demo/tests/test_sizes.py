"""Any size, the same bytes for the same seed, one order over many chunks and periods."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from tropa.demo import Size, generate, write_csv
from tropa.demo.story import DEFAULT_ACCOUNTS
from tropa.demo.world import CHUNK_ACCOUNTS, MEAN_TOUCHES, PERIOD_ROWS


def test_same_seed_and_size_give_the_same_bytes(tmp_path: Path) -> None:
    size = Size(accounts=700)
    one, two = generate(size, path=tmp_path / "1.parquet"), generate(size, path=tmp_path / "2.parquet")
    assert one.path.read_bytes() == two.path.read_bytes()


def test_another_seed_gives_another_world(tmp_path: Path) -> None:
    size = Size(accounts=50)
    one, two = (generate(size, path=tmp_path / f"{seed}.parquet", seed=seed) for seed in (1, 2))
    assert one.path.read_bytes() != two.path.read_bytes()


@pytest.mark.parametrize("accounts", [1, 50, 3_000])
def test_small_worlds_have_every_account(tmp_path: Path, accounts: int) -> None:
    world = generate(Size(accounts=accounts), path=tmp_path / "log.parquet")
    log = pq.read_table(world.path)
    assert log.num_rows == world.touches >= accounts
    assert len(log["case_id"].unique()) == accounts


def test_the_world_ends_when_it_is_told_to(tmp_path: Path) -> None:
    until = datetime(2030, 2, 3, 4, 5, tzinfo=UTC)
    log = pq.read_table(generate(Size(accounts=2_000), path=tmp_path / "log.parquet", until=until).path)
    last = pc.max(log["occurred_at"]).as_py()
    assert last <= until
    assert (until - last).days < 4
    assert 720 < (until - pc.min(log["occurred_at"]).as_py()).days <= 730


def test_a_world_without_accounts_is_refused() -> None:
    with pytest.raises(ValueError, match="accounts = 0; needed at least 1"):
        Size(accounts=0)


@pytest.mark.parametrize("touches", [100_000, 1_000_000, 10_000_000, 100_000_000])
def test_larger_logs_have_more_and_busier_accounts(touches: int) -> None:
    size = Size.of_touches(touches)
    assert size.accounts * size.mean_touches == pytest.approx(touches, rel=0.001)
    assert MEAN_TOUCHES <= size.mean_touches <= 65
    assert size.mean_touches >= Size.of_touches(touches // 10).mean_touches


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> pa.Table:
    """Two chunks of accounts, two periods of time."""
    size = Size(accounts=24_000, mean_touches=65)
    assert size.accounts > CHUNK_ACCOUNTS
    assert size.accounts * size.mean_touches > PERIOD_ROWS
    path = tmp_path_factory.mktemp("large") / "log.parquet"
    generate(size, path=path)
    return pq.read_table(path, columns=["case_id", "occurred_at", "type", "deal_id"])


def test_the_number_of_touches_is_about_what_was_asked_for(large: pa.Table) -> None:
    assert large.num_rows == pytest.approx(24_000 * 65, rel=0.05)
    assert len(large["case_id"].unique()) == 24_000


def test_touches_per_account_have_a_heavy_tail(large: pa.Table) -> None:
    counts = np.sort(large["case_id"].value_counts().field("counts").to_numpy())
    assert counts[-len(counts) // 100 :].sum() > 0.10 * large.num_rows
    assert np.median(counts) < 0.6 * counts.mean()


def test_order_of_receipt_holds_across_chunks_and_periods(large: pa.Table) -> None:
    moments = large["occurred_at"].cast(pa.int64()).to_numpy()
    behind = np.maximum.accumulate(moments) - moments
    assert behind.max() <= 12 * 86_400 * 1_000_000
    assert 0.01 < (behind > 3_600 * 1_000_000).mean() < 0.04


def test_other_sizes_keep_the_proportions(large: pa.Table) -> None:
    deals = len(large["deal_id"].unique()) - 1
    assert deals == pytest.approx(24_000 * 437 / DEFAULT_ACCOUNTS, rel=0.15)


def test_csv_holds_the_same_rows(tmp_path: Path) -> None:
    size = Size(accounts=60)
    world = write_csv(size, path=tmp_path / "log.csv")
    parquet = pq.read_table(generate(size, path=tmp_path / "log.parquet").path)
    read = pa_csv.read_csv(world.path, convert_options=pa_csv.ConvertOptions(strings_can_be_null=True))
    assert world.path.read_text("utf-8").splitlines()[0].split(",")[:2] == ['"case_id"', '"account_id"']
    assert read.num_rows == parquet.num_rows == world.touches
    for name in ("case_id", "type", "segment"):
        assert read[name].to_pylist() == parquet[name].to_pylist()
    assert read["occurred_at"].cast(pa.timestamp("us", "UTC")).equals(parquet["occurred_at"])


def test_nothing_but_the_log_is_left_behind(tmp_path: Path) -> None:
    generate(Size(accounts=50), path=tmp_path / "log.parquet")
    assert list(tmp_path.iterdir()) == [tmp_path / "log.parquet"]


def test_moments_of_a_sorted_copy_are_distinct_enough(large: pa.Table) -> None:
    # Whole seconds of office hours over two years: ties inside an account stay rare even in a busy world.
    pairs = large.group_by(["case_id", "occurred_at"]).aggregate([]).num_rows
    assert 1 - pairs / large.num_rows < 0.01
