"""What a person is told when an input cannot be used, in both languages of the product."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

Language = Literal["ru", "en"]
# A place in a nested document: mapping keys and list positions (from 0) from the top.
KeyPath = tuple[str | int, ...]

MOST_TOLD = 50


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


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at one place of a nested document."""

    path: KeyPath
    ru: str
    en: str


class Problems:
    """Gathers the problems of a nested document by their place, so that a person sees every one of them in one go."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, path: KeyPath, *, ru: str, en: str) -> None:
        self.found.append(Problem(path, ru, en))

    def wrong_type(self, path: KeyPath, given: object, *, ru: str, en: str) -> None:
        self.add(path, ru=f"дано {shown(given)}, нужно: {ru}", en=f"given {shown(given)}, needed: {en}")

    def missing(self, path: KeyPath, key: str) -> None:
        self.add((*path, key), ru=f"нет обязательного ключа «{key}»", en=f"the required key '{key}' is missing")

    def unknown_key(self, path: KeyPath, given: str, allowed: Collection[str]) -> None:
        ru, en = _allowed(given, allowed)
        self.add((*path, given), ru=f"неизвестный ключ «{given}»; {ru}", en=f"unknown key '{given}'; {en}")

    def not_allowed(self, path: KeyPath, given: object, allowed: Collection[str]) -> None:
        ru, en = _allowed(str(given), allowed)
        self.add(path, ru=f"дано {shown(given)}; {ru}", en=f"given {shown(given)}; {en}")

    def raise_any(self, code: str, name: str, line: Callable[[KeyPath], int | None] = lambda path: None) -> None:
        """Raise InputError with one line for each problem, in the order of the document.

        name: what the document is called; line: from a place to its line number, counted from 1.
        """
        if not self.found:
            return
        told = [(line(problem.path), problem) for problem in self.found]
        told.sort(key=lambda pair: pair[0] or 0)
        places = [(_place(name, at, problem.path), problem) for at, problem in told[:MOST_TOLD]]
        more = len(told) - len(places)
        raise InputError(
            code,
            ru="\n".join([*(f"{at}: {problem.ru}" for at, problem in places), *([f"и ещё: {more}"] if more else [])]),
            en="\n".join([*(f"{at}: {problem.en}" for at, problem in places), *([f"and {more} more"] if more else [])]),
        )


def shown(given: object) -> str:
    """A value as an error message shows it: short, in the words of the document."""
    if given is None:
        return "null"
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, dict):
        return "{" + ", ".join(str(key) for key in list(given)[:3]) + ("…}" if len(given) > 3 else "}")
    if isinstance(given, list | tuple):
        return f"[…{len(given)}]" if given else "[]"
    text = str(given)
    return repr(text if len(text) <= 60 else text[:57] + "…") if isinstance(given, str) else text[:60]


def _allowed(given: str, allowed: Collection[str]) -> tuple[str, str]:
    words = ", ".join(allowed)
    close = did_you_mean(given, allowed)
    if close is None:
        return f"допустимо: {words}", f"allowed: {words}"
    return f"возможно, «{close}»; допустимо: {words}", f"did you mean '{close}'? allowed: {words}"


def _place(name: str, line: int | None, path: KeyPath) -> str:
    """`journey.yaml:12: stages[2].rank`; list positions are counted from 1, as people count."""
    dotted = ""
    for step in path:
        dotted += f"[{step + 1}]" if isinstance(step, int) else f".{step}" if dotted else step
    return ": ".join(part for part in (name if line is None else f"{name}:{line}", dotted) if part)
