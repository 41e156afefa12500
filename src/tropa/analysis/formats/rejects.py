"""What could not be used: counted by reason, shown by a few examples, listed in a file of its own."""

import csv
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from typing import TextIO

from tropa.analysis.figure import Finding

HEADER = ("line", "column", "value", "reason")
# The row itself is left out for these; for the other reasons only the value is.
ROW_REASONS = ("bad_row", "empty_case", "empty_activity", "empty_date", "bad_date")
VALUE_REASONS = ("bad_value", "bad_end")
MOST_EXAMPLES = 5
_LONGEST_VALUE = 200
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Rejects:
    """Counts and lists rejected rows and values. The file is created with the first one, never over another file."""

    def __init__(self, wanted: Path) -> None:
        self._wanted = wanted
        self._path: Path | None = None
        self._file: TextIO | None = None
        self._unwritable = False
        self._counts: dict[str, int] = {}
        self._examples: dict[str, list[str]] = {}

    @property
    def rows(self) -> int:
        return sum(self._counts.get(reason, 0) for reason in ROW_REASONS)

    @property
    def path(self) -> Path | None:
        return self._path

    def add(self, reason: str, column: str, listed: Iterable[tuple[int, str]]) -> None:
        """Note (line, value) pairs that share a reason and a column."""
        rows = list(listed)
        for line, value in rows[:MOST_EXAMPLES]:
            short = " ".join(value[:_LONGEST_VALUE].split()) + ("…" if len(value) > _LONGEST_VALUE else "")
            self.note(reason, f"line {line}: {short}" if short else f"line {line}")
        if len(rows) > MOST_EXAMPLES:
            self.note(reason, "", len(rows) - MOST_EXAMPLES)
        if rows:
            column = _inert(column)
            self._write((line, column, _inert(value[:_LONGEST_VALUE]), reason) for line, value in rows)

    def note(self, reason: str, example: str, times: int = 1) -> None:
        """Count without listing."""
        self._counts[reason] = self._counts.get(reason, 0) + times
        examples = self._examples.setdefault(reason, [])
        if example and len(examples) < MOST_EXAMPLES:
            examples.append(example)

    def findings(self) -> tuple[Finding, ...]:
        """One per reason, the most frequent first."""
        ranked = sorted(self._counts.items(), key=lambda item: (-item[1], item[0]))
        return tuple(Finding(reason, times, tuple(self._examples[reason])) for reason, times in ranked)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def discard(self) -> None:
        """Close and remove the file: the log as a whole was refused."""
        self.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)
            self._path = None

    def forget(self) -> None:
        """Start over: the file is going to be read again in another way."""
        self.discard()
        self._counts.clear()
        self._examples.clear()

    def _write(self, rows: Iterable[tuple[object, ...]]) -> None:
        if self._file is None and not self._unwritable:
            self._create()
        if self._file is not None:
            csv.writer(self._file, lineterminator="\n").writerows(rows)

    def _create(self) -> None:
        for number in count(1):
            path = self._wanted if number == 1 else self._wanted.with_stem(f"{self._wanted.stem}-{number}")
            try:
                # "x" refuses an existing file, also one that appears at this moment.
                self._file = path.open("x", encoding="utf-8-sig", newline="")
            except FileExistsError:
                continue
            except OSError as error:
                self._unwritable = True
                self.note("rejects_not_written", f"{path.name}: {error.strerror}")
                return
            self._path = path
            csv.writer(self._file, lineterminator="\n").writerow(HEADER)
            return


def _inert(text: str) -> str:
    """Text that a spreadsheet does not run as a formula."""
    return "'" + text if text.startswith(_FORMULA) else text
