"""Keys out of names that people give: short, Latin, unique. Pure."""

import re
from collections.abc import Collection
from typing import Final

MOST: Final = 60
# Stands in an address where a stage would: no stage has this key.
ALL_STAGES: Final = "-"
_RUSSIAN: Final = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
_SPELLED: Final = "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh sch  y  e yu ya"
_LATIN: Final = dict(zip(_RUSSIAN, _SPELLED.split(" "), strict=True))


def key_of(name: str, taken: Collection[str] = (), *, otherwise: str = "stage") -> str:
    """A key for a name that is not among `taken`: `Выбор поставщика` → `vybor_postavschika`, then `…_2`."""
    latin = "".join(_LATIN.get(letter, letter) for letter in name.lower())
    base = re.sub("[^a-z0-9]+", "_", latin).strip("_")[:MOST].strip("_") or otherwise
    key, number = base, 2
    while key in taken:
        key, number = f"{base}_{number}", number + 1
    return key
