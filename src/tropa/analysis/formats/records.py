"""Cutting delimited text into blocks of whole records, knowing the line each record starts on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from tropa.analysis.formats import limits
from tropa.analysis.formats.rows import BadRow, Flags, Lines

MOST_BLOCK_BYTES = 2 * limits.MIB

_QUOTE, _BREAK = ord('"'), ord("\n")

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Whole records as UTF-8 text, the line number of each and whether it is blank, and lines without a record."""

    data: bytes
    lines: Lines
    blank: Flags
    bad: tuple[BadRow, ...] = ()


_NOTHING = Block(b"", np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.bool_))


def blocks(text: Iterator[str], delimiter: str, *, skip: int = 0) -> Iterator[Block]:
    """Blocks of records; the first `skip` lines are left out.

    A quote that is never closed would swallow the rest of the file: its line becomes a bad row instead.
    """
    carry, line, to_skip = b"", 1, skip
    for piece in text:
        carry += piece.encode("utf-8", errors="replace")
        while to_skip and (end := carry.find(b"\n")) >= 0:
            carry, line, to_skip = carry[end + 1 :], line + 1, to_skip - 1
        if to_skip:
            continue
        while True:
            block, used = _cut(carry, delimiter, line)
            if not used and len(carry) > limits.LONGEST_LINE_BYTES:
                block, used = _give_up_line(carry, line)
            if not used:
                break
            line += carry.count(b"\n", 0, used)
            carry = carry[used:]
            yield block
    if not to_skip:
        yield from _rest(carry, delimiter, line)


def _rest(carry: bytes, delimiter: str, line: int) -> Iterator[Block]:
    while carry.strip(b"\n"):
        whole = carry if carry.endswith(b"\n") else carry + b"\n"
        block, used = _cut(whole, delimiter, line)
        if not used:
            block, used = _give_up_line(whole, line)
        yield block
        line += whole.count(b"\n", 0, used)
        carry = whole[used:]


def _give_up_line(carry: bytes, line: int) -> tuple[Block, int]:
    end = carry.find(b"\n") + 1 or len(carry)
    text = carry[:end].decode("utf-8", errors="replace").rstrip("\n")
    return replace(_NOTHING, bad=(BadRow(line, text),)), end


def _cut(carry: bytes, delimiter: str, line: int) -> tuple[Block, int]:
    """The records that end inside `carry` and how many bytes they take."""
    data = np.frombuffer(carry, dtype=np.uint8)
    breaks: Places = np.flatnonzero(data == _BREAK)
    ends = breaks[_outside_quotes(carry, data, breaks, delimiter)] if _QUOTE in carry else breaks
    if not len(ends):
        return _NOTHING, 0
    # A block of very many tiny records would cost hundreds of bytes for each of them.
    ends = ends[: max(1, int(np.searchsorted(ends, MOST_BLOCK_BYTES)))]
    lines = np.empty(len(ends), dtype=np.int64)
    lines[0] = line
    lines[1:] = line + 1 + np.searchsorted(breaks, ends[:-1])
    used = int(ends[-1]) + 1
    return Block(carry[:used], lines, np.diff(ends, prepend=-1) == 1), used


def _outside_quotes(carry: bytes, data: npt.NDArray[np.uint8], breaks: Places, delimiter: str) -> Flags:
    quotes: Places = np.flatnonzero(data == _QUOTE)
    if _are_paired(data, quotes, delimiter):
        outside: Flags = np.searchsorted(quotes, breaks) % 2 == 0
        return outside
    return _outside_by_reading(carry, breaks, delimiter)


def _are_paired(data: npt.NDArray[np.uint8], quotes: Places, delimiter: str) -> bool:
    """Whether every other quote opens a field, so that counting quotes tells inside from outside."""
    opening, closing = quotes[::2], quotes[1::2]
    before = data[opening[opening > 0] - 1]
    after = data[closing[closing < len(data) - 1] + 1]
    edges = (ord(delimiter), _BREAK, _QUOTE)
    return bool(np.isin(before, edges).all() and np.isin(after, edges).all())


def _outside_by_reading(carry: bytes, breaks: Places, delimiter: str) -> Flags:
    """The slow way for text with quotes in the middle of fields, which mean nothing there."""
    edge = re.escape(delimiter.encode())
    quoted = re.compile(rb"(?:(?<=[\n" + edge + rb'])|\A)"[^"]*+(?:""[^"]*+)*+')
    spans = np.array([match.span() for match in quoted.finditer(carry)], dtype=np.int64).reshape(-1, 2)
    opened_before = np.searchsorted(spans[:, 0], breaks)
    closed_before = np.searchsorted(spans[:, 1], breaks, side="right")
    outside: Flags = opened_before == closed_before
    return outside
