"""Where long words may be broken: browsers know it only where their system brings a dictionary. Pure."""

import re
from functools import lru_cache
from typing import Final

SHY: Final = "\xad"
LONG: Final = 8  # shorter words fit anywhere
_LEAST_LEFT: Final = 3  # letters on either side of a break in running text

_VOWEL, _CONSONANT, _SIGN, _LETTER = "[аеёиоуыэюя]", "[бвгджзклмнпрстфхцчшщ]", "[йьъ]", "[а-яё]"
_RULES: Final = [
    re.compile(f"({before})(?={after})", re.IGNORECASE)
    for before, after in (
        (f"{_LETTER}{_SIGN}", f"{_LETTER}{_LETTER}"),
        (f"{_LETTER}{_VOWEL}", f"{_VOWEL}{_LETTER}"),
        (f"{_VOWEL}{_CONSONANT}", f"{_CONSONANT}{_VOWEL}"),
        (f"{_CONSONANT}{_VOWEL}", f"{_CONSONANT}{_VOWEL}"),
        (f"{_VOWEL}{_CONSONANT}", f"{_CONSONANT}{_CONSONANT}{_VOWEL}"),
        (f"{_VOWEL}{_CONSONANT}{_CONSONANT}", f"{_CONSONANT}{_CONSONANT}{_VOWEL}"),
    )
]
_WORD: Final = re.compile(f"{_LETTER}+", re.IGNORECASE)
# English words are broken before the endings that are sure.
_ENGLISH: Final = re.compile(r"([a-z]{4,})(tion|sion|ments?|ing|ness)\b", re.IGNORECASE)


@lru_cache(maxsize=4_096)
def soft(text: str, long: int = LONG) -> str:
    """The text with soft hyphens in its words of so many letters or more. A browser breaks a line at every such hyphen,
    also before a word that would have fitted on the next line: running text has them in its longest words only.
    """
    least = _LEAST_LEFT if long > LONG else 1
    marked = _WORD.sub(lambda found: _broken(found[0], least) if len(found[0]) >= long else found[0], text)
    return _ENGLISH.sub(lambda found: SHY.join(found.groups()) if len(found[0]) >= long else found[0], marked)


def _broken(word: str, least: int) -> str:
    """least: letters of the first and the last piece."""
    for rule in _RULES:
        word = rule.sub(rf"\1{SHY}", word)
    pieces = word.split(SHY)
    while len(pieces) > 1 and len(pieces[0]) < least:
        pieces[:2] = ["".join(pieces[:2])]
    while len(pieces) > 1 and len(pieces[-1]) < least:
        pieces[-2:] = ["".join(pieces[-2:])]
    return SHY.join(pieces)
