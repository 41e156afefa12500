"""The touches of the demo world: types, channels, families and how often each occurs inside a stage."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

from tropa.analysis.shipped_yaml import loaded

STAGES = ("awareness", "consideration", "decision", "purchase", "onboarding", "loyalty")


@dataclass(frozen=True, slots=True)
class Touch:
    """One type of touch. client: counts as client activity; person: somebody in particular did it."""

    key: str
    channel: str
    family: str
    client: bool = True
    person: bool = True
    campaign: str | None = None


@dataclass(frozen=True, slots=True)
class Mix:
    """Types with cumulative weights for one purpose, stacked over the stages (stage s covers the range s..s+1)."""

    codes: npt.NDArray[np.uint8]
    ends: npt.NDArray[np.float64]

    def draw(self, stage: npt.NDArray[np.int8], random: np.random.Generator) -> npt.NDArray[np.uint8]:
        """A type for each row, by the weights of its stage."""
        at = np.searchsorted(self.ends, stage + random.random(len(stage)), side="right")
        return self.codes[np.minimum(at, len(self.codes) - 1)]


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = loaded(files("tropa.demo").joinpath("touches.yaml").read_text("utf-8"))
    return document


@cache
def touches() -> tuple[Touch, ...]:
    """All types of touches; the position is the code of the type inside this package."""
    return tuple(Touch(key, **fields) for key, fields in _document()["types"].items())


@cache
def code(key: str) -> int:
    """The code of a type. Raises ValueError for an unknown one."""
    return [touch.key for touch in touches()].index(key)


@cache
def weights(purpose: str) -> tuple[dict[str, float], ...]:
    """Weights of the types per stage. purpose: entry, client or supplier."""
    return tuple(_document()["stages"][stage][purpose] for stage in STAGES)


@cache
def mix(purpose: str) -> Mix:
    """The weights of one purpose, ready for drawing."""
    codes: list[int] = []
    ends: list[float] = []
    for stage, types in enumerate(weights(purpose)):
        shares = np.cumsum(list(types.values())) / sum(types.values())
        codes += [code(key) for key in types]
        ends += [stage + float(share) for share in shares]
    return Mix(np.array(codes, np.uint8), np.array(ends))
