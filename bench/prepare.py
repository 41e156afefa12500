"""One log of one size and what belongs to it: python -m bench.prepare LOG TOUCHES FOLDER.

log.parquet       demo: the demo world, in the order in which its vendor received the touches. busy: bench/busy.py, in
                  the order of time. Neither is sorted by account
world.json        what it holds
whole.yaml        the journey of the log
stages.yaml       the same stages alone: no losses, nothing but entering a stage is a sign of life, no second deals.
                  This is what the peers compute, so every count must be equal
table.json        which touch type enters which stage, for the peers
"""

import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import yaml

from bench import busy
from tropa import demo
from tropa.analysis import JourneyModel
from tropa.analysis.condition import Compare

SAMPLE_TOUCHES = 20_000
LEFT_OUT = ("lost", "completed", "first_value")


@dataclass(frozen=True)
class Source:
    """journey: the file with the whole journey. generate: writes about so many touches to a path, tells what it wrote;
    the table says which touch type enters which stage."""

    journey: Path
    generate: Callable[[int, Path, dict[str, str]], dict[str, Any]]


def demo_world(touches: int, path: Path, table: dict[str, str]) -> dict[str, Any]:
    """The demo world, which has its own idea of touches and stages."""
    world = demo.generate(demo.Size.of_touches(touches), path=path)
    return {"touches": world.touches, "accounts": world.accounts, "seed": world.seed}


SOURCES = {"demo": Source(demo.JOURNEY, demo_world), "busy": Source(busy.JOURNEY, busy.generate)}


def main() -> None:
    """Write what is missing in the folder."""
    source, touches, folder = SOURCES[sys.argv[1]], int(sys.argv[2]), Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    whole = source.journey.read_text(encoding="utf-8")
    table = stage_by_type(JourneyModel.parse(whole))
    (folder / "whole.yaml").write_text(whole, encoding="utf-8")
    (folder / "stages.yaml").write_text(stages_only(whole, table), encoding="utf-8")
    (folder / "table.json").write_text(json.dumps(table), encoding="utf-8")
    sample = digest_of_sample(source, table)
    if known_sample(folder / "world.json") != sample:
        found = source.generate(touches, folder / "log.parquet", table)
        (folder / "world.json").write_text(json.dumps(found | {"sample": sample}), encoding="utf-8")


def digest_of_sample(source: Source, table: dict[str, str]) -> str:
    """What the source of today makes of a small size."""
    with tempfile.TemporaryDirectory(prefix="tropa-bench-") as folder:
        path = Path(folder, "log.parquet")
        source.generate(SAMPLE_TOUCHES, path, table)
        return sha256(path.read_bytes()).hexdigest()


def known_sample(path: Path) -> str | None:
    """The digest that was kept with a log, if there is one."""
    return str(json.loads(path.read_text(encoding="utf-8"))["sample"]) if path.exists() else None


def stage_by_type(model: JourneyModel) -> dict[str, str]:
    """The stage that each touch type enters; the highest one wins. Types that enter none are left out."""
    table: dict[str, str] = {}
    for stage in model.stages:
        match stage.rule:
            case Compare(field="touch.type", operand=tuple(types)):
                table.update({str(kind): stage.key for kind in types})
            case rule:
                raise ValueError(f"{stage.key} is not entered by touch types alone: {rule}")
    return table


def stages_only(text: str, table: dict[str, str]) -> str:
    """The journey reduced to what a table of types and stages can say."""
    journey: dict[str, Any] = {key: node for key, node in yaml.safe_load(text).items() if key not in LEFT_OUT}
    for stage in journey["stages"]:
        stage.pop("won", None)
    journey["client_activity"] = {"touch": sorted(table)}
    return yaml.safe_dump(journey, allow_unicode=True, sort_keys=False)


if __name__ == "__main__":
    main()
