"""JSON Lines: one object per line, nested objects become columns with dotted names."""

import json
from collections.abc import Iterator
from typing import Any

from tropa.analysis.formats.container import HEAD_BYTES, Opened
from tropa.analysis.formats.objects import Numbered, Objects, Record
from tropa.analysis.formats.rows import Settings
from tropa.analysis.formats.text import checked_encoding, guess_encoding, pieces
from tropa.analysis.problem import InputError

_DEEPEST = 5


class JsonLines(Objects):
    """The objects of a JSON Lines file. Raises InputError with the line of the first text that is not an object."""

    def __init__(self, opened: Opened, encoding: str | None = None, *, second_guess: str | None = None) -> None:
        self._opened = opened
        with opened.stream() as stream:
            head = stream.read(HEAD_BYTES)
        self._guessed = frozenset() if encoding else frozenset({"encoding"})
        self._encoding = checked_encoding(encoding) if encoding else second_guess or guess_encoding(head)
        super().__init__()

    @property
    def settings(self) -> Settings:
        return Settings(encoding=self._encoding, guessed=self._guessed)

    def objects(self) -> Iterator[Numbered]:
        for number, line in self._lines():
            if line.strip():
                yield number, self._record(line, number)

    def _lines(self) -> Iterator[tuple[int, str]]:
        carry, number = "", 1
        for piece in pieces(self._opened, self._encoding):
            *whole, carry = (carry + piece).split("\n")
            for line in whole:
                yield number, line
                number += 1
        yield number, carry

    def _record(self, line: str, number: int) -> Record:
        try:
            given = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise self._broken(number, getattr(error, "msg", "nesting too deep")) from error
        if not isinstance(given, dict):
            raise self._broken(number, f"{type(given).__name__} instead of an object")
        record: Record = {}
        _flatten(given, "", record, 0)
        return record

    def _broken(self, number: int, what: str) -> InputError:
        return InputError(
            "bad_json",
            ru=f"{self._opened.name}, строка {number}: это не объект JSON ({what}). "
            "Нужен JSON Lines (один объект в строке) или OCEL 2.0 JSON.",
            en=f"{self._opened.name}, line {number}: this is not a JSON object ({what}). "
            "JSON Lines (one object per line) or OCEL 2.0 JSON is needed.",
        )


def text_of(value: Any) -> str | None:
    """A JSON value as the text a person would type; lists and deep objects stay JSON."""
    if value is None:
        return None
    if isinstance(value, str):
        # A lone surrogate is valid JSON and invalid everywhere else.
        return value.encode("utf-8", errors="replace").decode() if not value.isascii() else value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value) if isinstance(value, (int, float)) else json.dumps(value, ensure_ascii=True)


def _flatten(given: dict[str, Any], prefix: str, record: Record, depth: int) -> None:
    for key, value in given.items():
        name = prefix + (text_of(key) or "")
        if isinstance(value, dict) and depth < _DEEPEST:
            _flatten(value, f"{name}.", record, depth + 1)
        else:
            record[name] = text_of(value)
