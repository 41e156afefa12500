"""What a person is told when an input cannot be used, in both languages of the product."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Literal

Language = Literal["ru", "en"]


class InputError(Exception):
    """An input that cannot be analysed: what was given, what is allowed, what to do next.

    code: a stable word for programs; ru, en: one message in each language.
    """

    def __init__(self, code: str, *, ru: str, en: str) -> None:
        super().__init__(en)
        self.code = code
        self.ru = ru
        self.en = en

    def text(self, language: Language) -> str:
        return self.ru if language == "ru" else self.en


def did_you_mean(given: str, allowed: Iterable[str]) -> str | None:
    """The closest allowed word, if one is close."""
    by_lower = {word.lower(): word for word in allowed}
    close = get_close_matches(given.lower(), by_lower, n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None
