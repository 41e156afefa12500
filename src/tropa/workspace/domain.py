"""Pure rules of a workspace: the part of the address that its name becomes, and who may report to whom."""

import re
from collections.abc import Container, Mapping

# ГОСТ 7.79 without diacritics, shortened to what reads well in an address.
LETTERS = dict(
    zip(
        "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "a b v g d e e zh z i y k l m n o p r s t u f kh ts ch sh shch _ y _ e yu ya".replace("_", "").split(" "),
        strict=True,
    )
)
LONGEST_SLUG = 50


def slug_of(name: str) -> str:
    """`ООО «Ромашка»` → `ooo-romashka`; `workspace` when nothing is left."""
    latin = "".join(LETTERS.get(letter, letter) for letter in name.lower())
    return re.sub(r"[^a-z0-9]+", "-", latin).strip("-")[:LONGEST_SLUG].strip("-") or "workspace"


def free_slug(name: str, taken: Container[str]) -> str:
    """The slug of a name, numbered when it is taken: `romashka`, `romashka-2`."""
    wanted, number = slug_of(name), 1
    slug = wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def reports_up_to(member: int, superior: int | None, superiors: Mapping[int, int | None]) -> bool:
    """Whether the chain of superiors that begins at `superior` comes to `member`: they would report to themselves."""
    seen: set[int] = set()
    while superior is not None and superior not in seen:
        if superior == member:
            return True
        seen.add(superior)
        superior = superiors.get(superior)
    return False
