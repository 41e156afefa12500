"""Where long words may be broken: browsers know it only where their system brings a dictionary. Pure."""

import re
from typing import Final

SHY: Final = "\xad"
LONG: Final = 8  # shorter words fit anywhere

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
_WORD: Final = re.compile(f"{_LETTER}{{{LONG},}}", re.IGNORECASE)
# English words are broken before the endings that are sure.
_ENGLISH: Final = re.compile(r"([a-z]{4,})(tion|sion|ments?|ing|ness)\b", re.IGNORECASE)


def soft(text: str) -> str:
    """The text with soft hyphens in its long words."""
    return _WORD.sub(lambda found: _broken(found[0]), _ENGLISH.sub(rf"\1{SHY}\2", text))


def _broken(word: str) -> str:
    for rule in _RULES:
        word = rule.sub(rf"\1{SHY}", word)
    return word
