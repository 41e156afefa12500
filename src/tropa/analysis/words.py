"""What a person reads, in Russian and English: texts by key, and numbers, shares, durations and counts in words."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from importlib.resources import files
from math import isfinite
from re import compile as pattern
from typing import cast

from tropa.analysis.figure import COUNTS_ONLY
from tropa.analysis.problem import Language
from tropa.analysis.shipped_yaml import loaded

NBSP = "\u00a0"
DASH = "—"
SECOND, MINUTE, HOUR, DAY, YEAR = 1.0, 60.0, 3600.0, 86400.0, 365.25 * 86400.0
_SHORT_WORD = pattern(r"(?<![\w-])([А-Яа-яЁё]{1,2}) (?=\S)")
_BEFORE_DASH = pattern(r" ([—–])")

Entry = Mapping[str, str | list[str]]


@cache
def texts() -> Mapping[str, Entry]:
    """All texts: {key: {"ru": text, "en": text}}; a noun has a list of plural forms, 3 in Russian, 2 in English."""
    raw = files("tropa.analysis").joinpath("words.yaml").read_text(encoding="utf-8")
    return cast("Mapping[str, Entry]", loaded(raw))


def text(key: str, language: Language, /, **values: object) -> str:
    """The text of a key with {names} filled in. An unknown key is a mistake of the program: KeyError."""
    entry = texts()[key][language]
    if not isinstance(entry, str):
        raise TypeError(f"{key} is a noun with plural forms; use count() or noun()")
    return _tied(entry).format(**values)


def _tied(sentence: str) -> str:
    """Short Russian prepositions and dashes stay with their neighbour at a line break."""
    return _SHORT_WORD.sub(rf"\1{NBSP}", _BEFORE_DASH.sub(rf"{NBSP}\1", sentence))


def number(value: float | None, language: Language, *, digits: int = 0) -> str:
    """1 234,5 in Russian, 1,234.5 in English; a dash for a missing value."""
    if value is None or not isfinite(value):
        return DASH
    plain = f"{abs(value):,.{digits}f}"
    if language == "ru":
        plain = plain.replace(",", NBSP).replace(".", ",")
    return f"−{plain}" if value < 0 and plain.strip("0,.") else plain


def percent(fraction: float | None, language: Language) -> str:
    """18,3 % in Russian, 18.3% in English. fraction: 0..1. Never rounds something to nothing or nearly all to all."""
    if fraction is None or not isfinite(fraction):
        return DASH
    return _percent_number(fraction, language) + _percent_sign(language)


def goal(fraction: float | None, language: Language) -> str:
    """A target as people set it: 25 %, 97,5 %."""
    if fraction is None or not isfinite(fraction):
        return DASH
    return number(fraction * 100, language, digits=_digits_of(fraction * 100)) + _percent_sign(language)


def _digits_of(share: float) -> int:
    return next((digits for digits in (0, 1, 2) if abs(share - round(share, digits)) < 1e-6), 2)


def percent_range(low: float | None, high: float | None, language: Language) -> str:
    """14,8–22,4 %, the interval of a share; empty when there is none."""
    if low is None or high is None:
        return ""
    ends = (_percent_number(low, language), _percent_number(high, language))
    return f"{ends[0] if ends[0] == ends[1] else '–'.join(ends)}{_percent_sign(language)}"


def _percent_sign(language: Language) -> str:
    return f"{NBSP}%" if language == "ru" else "%"


def _percent_number(fraction: float, language: Language) -> str:
    share = fraction * 100
    if share in (0.0, 100.0):
        return number(share, language)
    if 0 < share < 0.01:
        return f"<{NBSP}{number(0.01, language, digits=2)}"
    if 99.9 < share < 100:
        return f">{NBSP}{number(99.9, language, digits=1)}"
    return number(share, language, digits=2 if share < 1 else 1)


def noun(amount: float, key: str, language: Language) -> str:
    """The noun in the form its number asks for: 1 касание, 2 касания, 5 касаний, 1,5 касания."""
    forms = texts()[f"noun.{key}"][language]
    return forms[plural_form(amount, language)]


def count(amount: int, key: str, language: Language) -> str:
    """The number and its noun: «1 234 касания»."""
    return f"{number(amount, language)}{NBSP}{noun(amount, key, language)}"


def plural_form(amount: float, language: Language) -> int:
    """Which of the plural forms a number takes: 0, 1 or 2."""
    if language == "en":
        return 0 if amount == 1 else 1
    if amount != int(amount):
        return 1
    tens, ones = int(abs(amount)) % 100, int(abs(amount)) % 10
    if ones == 1 and tens != 11:
        return 0
    return 1 if 2 <= ones <= 4 and not 12 <= tens <= 14 else 2


_UNITS = (
    (YEAR * 3, YEAR, "year"),
    (HOUR * 48, DAY, "day"),
    (HOUR, HOUR, "hour"),
    (MINUTE, MINUTE, "minute"),
    (SECOND, SECOND, "second"),
    (0.0, 0.001, "millisecond"),
)


def unit_for(seconds: float) -> tuple[float, str]:
    """The unit a duration is told in: its length in seconds and its noun."""
    for least, length, name in _UNITS:
        if abs(seconds) >= least:
            return length, name
    return DAY, "day"


def in_unit(seconds: float, length: float, language: Language) -> str:
    """The number of units: one decimal below 10, whole above (metrics.md section 0)."""
    amount = seconds / length
    return number(amount, language, digits=_digits(amount))


def _digits(amount: float) -> int:
    rounded = round(amount, 1)
    return 1 if abs(rounded) < 10 and rounded != round(rounded) else 0


def duration_parts(seconds: float | None, language: Language) -> tuple[str, str]:
    """("47", "дней"): the number and the noun apart, for large figures."""
    if seconds is None or not isfinite(seconds):
        return DASH, ""
    length, name = unit_for(seconds) if seconds else (DAY, "day")
    shown = round(seconds / length, _digits(seconds / length))
    return in_unit(seconds, length, language), noun(shown, name, language)


def days(seconds: float | None, language: Language) -> str:
    """A duration in the unit that suits it, days above two days: «47 дней», «7,5 часа», «120 мс»."""
    amount, unit = duration_parts(seconds, language)
    return f"{amount}{NBSP}{unit}" if unit else amount


def short_days(seconds: float | None, language: Language) -> str:
    """The same with the unit as on an axis: «47 дн.», "47 d"."""
    if seconds is None or not isfinite(seconds):
        return DASH
    length, name = unit_for(seconds) if seconds else (DAY, "day")
    return f"{in_unit(seconds, length, language)}{NBSP}{short_unit(name, language)}"


def short_unit(name: str, language: Language) -> str:
    """The unit as on an axis: «дн.», "d"."""
    return text(f"unit.{name}", language)


def moment(iso: str | None, language: Language) -> str:
    """17 мая 2024, 09:40 from an ISO moment; the text itself when it is not one."""
    if not iso:
        return DASH
    try:
        at = datetime.fromisoformat(iso.replace("Z", "+00:00"))
    except ValueError:
        return iso
    month = texts()["months"][language][at.month - 1]
    clock = f", {at:%H:%M}" if (at.hour, at.minute) != (0, 0) else ""
    return f"{at.day}{NBSP}{month} {at.year}{clock}"


class Words:
    """All of the above with the language chosen once."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def __call__(self, key: str, /, **values: object) -> str:
        return text(key, self.language, **values)

    def has(self, key: str) -> bool:
        return key in texts()

    def number(self, value: float | None, digits: int = 0) -> str:
        return number(value, self.language, digits=digits)

    def percent(self, fraction: float | None) -> str:
        return percent(fraction, self.language)

    def portion(self, fraction: float | None, total: int | None) -> str:
        """A share of a whole: below ten there are counts and no percentage (metrics.md section 0)."""
        return self.percent(fraction) if (total or 0) >= COUNTS_ONLY else DASH

    def goal(self, fraction: float | None) -> str:
        return goal(fraction, self.language)

    def range(self, low: float | None, high: float | None) -> str:
        return percent_range(low, high, self.language)

    def days(self, seconds: float | None) -> str:
        return days(seconds, self.language)

    def short(self, seconds: float | None) -> str:
        return short_days(seconds, self.language)

    def parts(self, seconds: float | None) -> tuple[str, str]:
        return duration_parts(seconds, self.language)

    def count(self, amount: int, key: str) -> str:
        return count(amount, key, self.language)

    def noun(self, amount: float, key: str) -> str:
        return noun(amount, key, self.language)

    def moment(self, iso: str | None) -> str:
        return moment(iso, self.language)

    def reason(self, code: str | None) -> str:
        """Why a figure is missing, in words; a reason this version does not know is shown as it came."""
        key = f"reason.{code or 'no_cases'}"
        return self(key) if self.has(key) else str(code)

    def unit(self, name: str) -> str:
        return short_unit(name, self.language)

    def in_unit(self, seconds: float, length: float) -> str:
        return in_unit(seconds, length, self.language)
