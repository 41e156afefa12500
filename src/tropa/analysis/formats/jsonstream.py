"""One large JSON document read as a stream: the elements of its top-level arrays, one at a time."""

import json
from collections.abc import Iterator
from typing import Any

from tropa.analysis.formats import limits
from tropa.analysis.formats.container import Opened
from tropa.analysis.formats.text import guess_encoding, pieces
from tropa.analysis.problem import InputError

_SPACE = " \t\n"


class JsonDocument:
    """An object whose values are arrays: {"events": [...], "objects": [...]}. Only one element is held at a time."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened
        with opened.stream() as stream:
            self._encoding = guess_encoding(stream.read(4096))

    def elements(self, wanted: str) -> Iterator[tuple[int, Any]]:
        """(line, element) of the array under the key `wanted`; other keys are passed over."""
        text = _Text(pieces(self._opened, self._encoding), self._opened.name)
        text.expect("{")
        while text.next() != "}":
            key = text.value()
            text.expect(":")
            if text.next() == "[":
                yield from ((line, element) for line, element in _array(text) if key == wanted)
            else:
                text.value()
            if text.next() == ",":
                text.expect(",")


def _array(text: "_Text") -> Iterator[tuple[int, Any]]:
    text.expect("[")
    while text.next() != "]":
        yield text.line, text.value()
        if text.next() == ",":
            text.expect(",")
    text.expect("]")


class _Text:
    """A window over the text that grows until one value is complete and forgets what was used."""

    def __init__(self, source: Iterator[str], file: str) -> None:
        self._source, self._file = source, file
        self._window, self._at = "", 0
        self.line = 1
        self._decoder = json.JSONDecoder()

    def next(self) -> str:
        """The next character that is no space."""
        while True:
            while self._at < len(self._window) and self._window[self._at] in _SPACE:
                self.line += self._window[self._at] == "\n"
                self._at += 1
            if self._at < len(self._window):
                return self._window[self._at]
            if not self._grow():
                raise self._broken("the document ends early")

    def expect(self, character: str) -> None:
        found = self.next()
        if found != character:
            raise self._broken(f"{found!r} instead of {character!r}")
        self._at += 1

    def value(self) -> Any:
        """The next complete JSON value."""
        self.next()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._window, self._at)
            except (ValueError, RecursionError) as error:
                if isinstance(error, RecursionError) or not self._may_be_cut(error) or not self._grow():
                    raise self._broken(getattr(error, "msg", "nesting too deep")) from error
                continue
            # A number at the very end of the window may go on behind it.
            if end == len(self._window) and self._grow():
                continue
            self.line += self._window.count("\n", self._at, end)
            self._at = end
            return value

    def _may_be_cut(self, error: ValueError) -> bool:
        waiting = len(self._window) - self._at
        if waiting > limits.LONGEST_LINE_BYTES:
            raise self._broken(f"one value is longer than {limits.LONGEST_LINE_BYTES // 1_000_000} MB")
        return isinstance(error, json.JSONDecodeError)

    def _grow(self) -> bool:
        piece = next(self._source, None)
        if piece is None:
            return False
        self._window, self._at = self._window[self._at :] + piece, 0
        return True

    def _broken(self, what: str) -> InputError:
        return InputError(
            "bad_json",
            ru=f"{self._file}, строка {self.line}: JSON повреждён ({what}). Выгрузите файл заново.",
            en=f"{self._file}, line {self.line}: the JSON is broken ({what}). Export the file again.",
        )
