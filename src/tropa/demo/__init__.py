"""One believable B2B world, seeded, at any size: for the first run, documentation, tests and the benchmark."""

from importlib.resources import files
from pathlib import Path

from tropa.demo.tables import write_tables
from tropa.demo.truths import TRUTHS, DropOffTruth, StageTruth, Truths
from tropa.demo.world import DEFAULT_SIZE, SEED, UNTIL, Size, World, generate, is_world, write_csv

# The journey that goes with the log; a real file, since the package is installed unpacked.
JOURNEY = Path(str(files("tropa.demo").joinpath("journey.yaml")))

__all__ = [
    "DEFAULT_SIZE",
    "JOURNEY",
    "SEED",
    "TRUTHS",
    "UNTIL",
    "DropOffTruth",
    "Size",
    "StageTruth",
    "Truths",
    "World",
    "generate",
    "is_world",
    "write_csv",
    "write_tables",
]
