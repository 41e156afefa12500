"""Pure rules of customers: searching without case, amounts as people write them, what a move may be refused for."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

# Fits an index of every database; what lies beyond is not searched.
LONGEST_SEARCH = 600

_LATIN = dict(
    zip(
        "абвгдезийклмнопрстуфхцчшщъыьэюя",
        (
            *("a", "b", "v", "g", "d", "e", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f"),
            *("kh", "ts", "ch", "sh", "sch", "", "y", "", "e", "yu", "ya"),
        ),
        strict=True,
    )
) | {"ж": "zh"}
# What tells kinds of companies apart, not companies; «ООО» is often typed in Latin letters.
_LEGAL_FORMS = frozenset(
    (
        *("ооо", "ао", "оао", "зао", "пао", "нао", "ип", "тоо", "чуп", "одо", "нко", "ано", "гуп", "муп", "фгуп"),
        *("ooo", "ao", "oao", "zao", "llc", "ltd", "limited", "llp", "plc", "inc", "incorporated", "corp"),
        *("corporation", "gmbh", "ag", "jsc", "ojsc", "cjsc", "pjsc"),
    )
)
_LONG_FORMS = re.compile(
    r"\bобщество с ограниченной ответственностью\b|\bиндивидуальный предприниматель\b"
    r"|\b((непубличное|публичное|открытое|закрытое) )?акционерное общество\b"
)
_MARKS = re.compile(r"""["'`«»„“”‘’‹›(),]""")
_NOISE = re.compile(r"[\s'’]|₽|руб\.?|р\.|\$|€|£|[a-z]{3}$", re.IGNORECASE)
_DIGITS = re.compile(r"[+-]?\d+(\.\d+)?")


def folded(*texts: str) -> str:
    """Texts as they are searched and sorted: one case, «ё» as «е», compatible letters made equal, single spaces.

    SQLite folds ASCII alone, so this is stored beside the row and both databases find the same.
    """
    joined = unicodedata.normalize("NFKC", " ".join(text for text in texts if text)).casefold().replace("ё", "е")
    return " ".join(joined.split())[:LONGEST_SEARCH]


def bare_name(name: str) -> str:
    """What is left of the name of a company without case, quotes and legal form: «ООО „Ромашка“» → `ромашка`.

    A name that is nothing but a legal form stays.
    """
    plain = " ".join(_MARKS.sub(" ", folded(name)).split())
    words = _LONG_FORMS.sub(" ", plain).split()
    while words and words[0].replace(".", "") in _LEGAL_FORMS:
        words.pop(0)
    while words and words[-1].replace(".", "") in _LEGAL_FORMS:
        words.pop()
    return " ".join(words) or plain


def latin_key(name: str) -> str:
    """A key for addresses and rules out of a name: «КП отправлено» → `kp_otpravleno`."""
    letters = "".join(_LATIN.get(letter, letter) for letter in folded(name))
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")[:40]


class UnclearAmount(ValueError):
    """A text that is no amount, or could be two different ones. either: the two readings, when there are two."""

    def __init__(self, given: str, either: tuple[str, str] | None = None) -> None:
        super().__init__(given)
        self.given = given
        self.either = either


def read_amount(given: str, *, language: str) -> Decimal:
    """An amount as people write it: «12 500,50», "12,500.50", "₽ 300". Raises UnclearAmount.

    One mark before exactly three digits is thousands where the language writes them so, else it is not guessed.
    """
    text = _NOISE.sub("", given)
    marks = [mark for mark in text if mark in ".,"]
    thousands, decimal = ",.", ""
    if len(set(marks)) == 2:
        thousands, decimal = (",", ".") if text.rfind(".") > text.rfind(",") else (".", ",")
    elif len(marks) == 1 and len(text) - text.index(marks[0]) - 1 != 3:
        thousands, decimal = "", marks[0]
    elif len(marks) == 1 and not (language == "en" and marks == [","]):
        whole, part = text.split(marks[0])
        raise UnclearAmount(given, (whole + part, f"{whole}{marks[0]}{part[:2]}"))
    plain = _without(text, thousands, decimal)
    if plain is None or not _DIGITS.fullmatch(plain) or len(plain.split(".")[0]) > 14:
        raise UnclearAmount(given)
    return Decimal(plain)


def _without(text: str, thousands: str, decimal: str) -> str | None:
    """The digits with a point; None when a thousands mark does not stand before three digits."""
    whole, _, part = text.partition(decimal) if decimal else (text, "", "")
    groups = re.split(f"[{re.escape(thousands)}]", whole) if thousands else [whole]
    if len(groups) > 1 and any(len(group) != 3 for group in groups[1:]):
        return None
    return "".join(groups) + (f".{part}" if part else "")


@dataclass(frozen=True, slots=True)
class Lacking:
    """An entry fact that does not hold."""

    fact_id: int
    stage: str
    label: str


class MissingFacts(Exception):
    """A deal cannot enter a stage of a strict pipeline: these facts do not hold. may_pass: the person may let it."""

    def __init__(self, lacking: Sequence[Lacking], *, may_pass: bool) -> None:
        super().__init__("; ".join(f"{one.stage}: {one.label}" for one in lacking))
        self.lacking = tuple(lacking)
        self.may_pass = may_pass


class MovedMeanwhile(Exception):
    """Somebody moved the deal since the person saw it; nothing was changed. stage: where it stands now."""

    def __init__(self, stage: str) -> None:
        super().__init__(stage)
        self.stage = stage


class ReasonNeeded(Exception):
    """A deal is not lost without a reason."""


class Unfitting(Exception):
    """Values that belong together do not: a stage of another pipeline, a contact of another workspace."""


@dataclass(frozen=True, slots=True)
class Differing:
    """One field that somebody else changed: what it holds now and what the person wants."""

    name: str
    theirs: object
    mine: object


@dataclass
class Conflict(Exception):
    """The record was changed since the person opened it; nothing was overwritten. seen: the moment to choose by."""

    differing: Sequence[Differing]
    seen: datetime
    values: Mapping[str, object] = field(default_factory=dict)
