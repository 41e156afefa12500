"""Typed values out of plain data, each wrong one told with what is allowed."""

import re
from collections.abc import Collection, Mapping
from typing import TypeVar

from tropa.analysis.condition.reading import read_days
from tropa.analysis.problem import KeyPath, Language, Problems

Labels = Mapping[Language, str]
Node = Mapping[str, object]
Word = TypeVar("Word", bound=str)

_PERCENT = re.compile(r"([0-9]{1,9}(?:[.,][0-9]{1,9})?)\s*%")


class Values:
    """Reads keys of a mapping; an absent key is None (or what the method says), a wrong one becomes a problem."""

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def mapping(self, node: object, path: KeyPath, keys: Collection[str]) -> Node:
        if not isinstance(node, dict):
            words = ", ".join(keys)
            self.problems.wrong_type(path, node, ru=f"ключи из: {words}", en=f"keys of: {words}")
            return {}
        for key in node:
            if key not in keys:
                self.problems.unknown_key(path, key, keys)
        return {key: node[key] for key in keys if key in node}

    def text(self, node: Node, key: str, path: KeyPath) -> str | None:
        given = node.get(key)
        if key not in node or (isinstance(given, str) and given.strip()):
            return None if given is None else str(given)
        self.problems.wrong_type(
            (*path, key), given, ru="непустой текст (числа в кавычках)", en="a text, not empty (numbers in quotes)"
        )
        return None

    def required_text(self, node: Node, key: str, path: KeyPath) -> str:
        if key not in node:
            self.problems.missing(path, key)
        return self.text(node, key, path) or ""

    def flag(self, node: Node, key: str, path: KeyPath) -> bool:
        given = node.get(key, False)
        if not isinstance(given, bool):
            self.problems.wrong_type((*path, key), given, ru="true или false", en="true or false")
        return given is True

    def choice(self, node: Node, key: str, path: KeyPath, allowed: Collection[Word]) -> Word | None:
        given = node.get(key)
        chosen = next((word for word in allowed if word == given), None)
        if key in node and chosen is None:
            self.problems.not_allowed((*path, key), given, allowed)
        return chosen

    def number(self, node: Node, key: str, path: KeyPath, *, low: float, high: float) -> float | None:
        """A number in [low, high]."""
        given = node.get(key)
        if isinstance(given, int | float) and not isinstance(given, bool) and low <= given <= high:
            return float(given)
        if key in node:
            self.problems.wrong_type(
                (*path, key), given, ru=f"число от {low:.0f} до {high:.0f}", en=f"a number from {low:.0f} to {high:.0f}"
            )
        return None

    def days(self, node: Node, key: str, path: KeyPath) -> float | None:
        return read_days(node[key], (*path, key), self.problems) if key in node else None

    def share(self, node: Node, key: str, path: KeyPath) -> float | None:
        """A fraction in (0, 1], written as 0.25 or as 25 %."""
        given = node.get(key)
        percent = _PERCENT.fullmatch(given.strip()) if isinstance(given, str) else None
        value = float(percent[1].replace(",", ".")) / 100 if percent else given
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1:
            return float(value)
        if key in node:
            self.problems.wrong_type(
                (*path, key),
                given,
                ru="доля больше 0 и не больше 1, например 0.25 или 25 %",
                en="a fraction above 0 and at most 1, such as 0.25 or 25 %",
            )
        return None

    def label(self, node: Node, path: KeyPath, key: str) -> Labels:
        """Words for people: {ru, en}, one of them, or one text for both; without any the key itself."""
        given = node.get("label", key)
        if isinstance(given, str) and (given.strip() or "label" not in node):
            return {"ru": given, "en": given}
        place = (*path, "label")
        if not isinstance(given, dict) or not given:
            self.problems.wrong_type(place, given, ru="текст или {ru: …, en: …}", en="a text or {ru: …, en: …}")
            return {"ru": key, "en": key}
        words = self.mapping(given, place, ("ru", "en"))
        ru, en = self.text(words, "ru", place), self.text(words, "en", place)
        return {"ru": ru or en or key, "en": en or ru or key}
