"""Hashes of settled messages in sorted files, for finding duplicates among touches that have no index any more.

A file holds the upper halves of its hashes in ascending order, then the lower halves in the same order, each an
unsigned 64-bit number. It never changes; which files count says the manifest (CopySegment of the kind `hashes`).
"""

import os
import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tropa.facts import segments
from tropa.facts.segments import Written

KEY_BYTES: Final = 16
# Merged at once: keeps the memory of a merge at a few dozen megabytes, however large the files are.
_SLICE_ROWS: Final = 1_000_000

Halves = NDArray[np.uint64]


@dataclass(frozen=True, eq=False, slots=True)
class Keys:
    """Hashes as two arrays, ascending by the upper half."""

    upper: Halves
    lower: Halves

    @classmethod
    def of(cls, keys: Collection[bytes]) -> "Keys":
        halves = np.frombuffer(b"".join(keys), ">u8").astype(np.uint64).reshape(-1, 2)
        order = np.argsort(halves[:, 0], kind="stable")
        return cls(np.ascontiguousarray(halves[order, 0]), np.ascontiguousarray(halves[order, 1]))

    @classmethod
    def at(cls, path: Path, rows: int) -> "Keys":
        """The hashes of a file, read as they are needed. Raises OSError when the file is missing or too short."""
        try:
            halves = np.memmap(path, np.uint64, "r", shape=(2, rows))
        except ValueError as error:
            raise OSError(f"{path} is cut") from error
        return cls(halves[0], halves[1])

    def __len__(self) -> int:
        return len(self.upper)

    def find(self, asked: "Keys") -> list[bytes]:
        """Those of the asked hashes that are here."""
        first = np.searchsorted(self.upper, asked.upper)
        likely = self.upper[np.minimum(first, len(self) - 1)] == asked.upper
        if not likely.any():
            return []
        places = np.flatnonzero(likely)
        behind = np.searchsorted(self.upper, asked.upper[places], side="right")
        found = []
        for place, start, end in zip(places.tolist(), first[places].tolist(), behind.tolist(), strict=True):
            # Two messages hardly ever share a half.
            if asked.lower[place] in self.lower[start:end]:
                found.append(int(asked.upper[place]).to_bytes(8, "big") + int(asked.lower[place]).to_bytes(8, "big"))
        return found


def write(folder: Path, slices: Iterator[Keys], rows: int, last_id: int) -> Written:
    """Write hashes, given in ascending slices, to a new file. It is on the disk when this returns."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"h-{last_id}-{secrets.token_hex(4)}.hashes"
    beside = target.with_suffix(".new")
    with beside.open("wb") as file:
        at = 0
        for keys in slices:
            os.pwrite(file.fileno(), keys.upper.tobytes(), at * 8)
            os.pwrite(file.fileno(), keys.lower.tobytes(), (rows + at) * 8)
            at += len(keys)
    checksum, size = segments.settled_on_disk(beside, target)
    return Written(target.name, rows, 0, 0, size, checksum)


def merged(files: Sequence[Keys]) -> Iterator[Keys]:
    """All hashes of several files in ascending slices."""
    total = sum(map(len, files))
    slices = total // _SLICE_ROWS + 1
    cuts = np.array([2**64 * nth // slices for nth in range(1, slices)], np.uint64)
    ends = [[*np.searchsorted(keys.upper, cuts).tolist(), len(keys)] for keys in files]
    for nth in range(len(cuts) + 1):
        parts = [(keys, places[nth - 1] if nth else 0, places[nth]) for keys, places in zip(files, ends, strict=True)]
        upper = np.concatenate([keys.upper[start:end] for keys, start, end in parts])
        lower = np.concatenate([keys.lower[start:end] for keys, start, end in parts])
        # A stable sort of sorted runs merges them.
        order = np.argsort(upper, kind="stable")
        yield Keys(upper[order], lower[order])


def without(keys: Keys, gone: Collection[bytes]) -> Keys:
    """The hashes without some."""
    unwanted = Keys.of(gone)
    near = np.flatnonzero(np.isin(keys.upper, unwanted.upper))
    pairs = set(zip(unwanted.upper.tolist(), unwanted.lower.tolist(), strict=True))
    drop = [place for place in near.tolist() if (int(keys.upper[place]), int(keys.lower[place])) in pairs]
    return Keys(np.delete(keys.upper, drop), np.delete(keys.lower, drop))
