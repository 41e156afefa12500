"""Files that are a stream of objects, each with names of its own: what JSON Lines, XES and OCEL have in common."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import TypeAlias

from tropa.analysis.formats.rows import SAMPLE_ROWS, Chunk, Settings, from_records

CHUNK_ROWS = 20_000

Record: TypeAlias = dict[str, str | None]
Numbered: TypeAlias = tuple[int, Record]


class Objects(ABC):
    """Rows of a file of objects. Names are those of the sample until `all_names` has read the whole file."""

    def __init__(self) -> None:
        rows = list(islice(self.objects(), SAMPLE_ROWS))
        self._names = dict.fromkeys(name for _, record in rows for name in record)
        self._sample = _chunk(rows, self._names)

    @abstractmethod
    def objects(self) -> Iterator[Numbered]:
        """Line number and values of each object, from the beginning at every call."""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._names)

    @property
    def settings(self) -> Settings:
        return Settings()

    def sample(self) -> Chunk:
        return self._sample

    def all_names(self) -> tuple[str, ...]:
        for _, record in self.objects():
            self._names.update(dict.fromkeys(record))
        return self.names

    def chunks(self, wanted: Collection[str]) -> Iterator[Chunk]:
        rows = self.objects()
        while taken := list(islice(rows, CHUNK_ROWS)):
            yield _chunk(taken, wanted)


def _chunk(rows: Sequence[Numbered], names: Collection[str]) -> Chunk:
    return from_records([record for _, record in rows], [line for line, _ in rows], names)
