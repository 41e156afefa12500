"""The default world, written once for all tests of this room."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tropa.demo import World, generate


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return generate(path=tmp_path_factory.mktemp("demo") / "log.parquet")


@pytest.fixture(scope="session")
def log(world: World) -> pa.Table:
    return pq.read_table(world.path)
