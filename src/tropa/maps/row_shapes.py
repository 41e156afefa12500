"""What the templates of a board draw: groups, lanes, cells, cards and points as plain values."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CardRow:
    """A card or a point. pk: as attributes have it, without spaces between its digits. ev: 0, 1, m, c; mark, picture:
    its mark and icon, drawn. v, x: place of a point as a script reads it. beside: `new` or `gone` in a comparison."""

    pk: str
    text: str
    ev: str
    mark: str = ""
    css: str = ""
    picture: str = ""
    url: str = ""
    severity: int = 0
    severity_words: str = ""
    touch_type: str = ""
    touches: int | None = None
    touches_tip: str = ""
    face: str = ""
    v: str = ""
    x: str = ""
    value: str = ""
    is_dip: bool = False
    is_low: bool = False
    is_rest: bool = False
    is_open: bool = False
    beside: str = ""
    column_label: str = ""

    @property
    def dots(self) -> range:
        return range(self.severity)


@dataclass(frozen=True, slots=True)
class Spot:
    """A point of the linked map."""

    v: str
    x: str


@dataclass(frozen=True, slots=True)
class CellRow:
    """more: how many cards «ещё» brings. Its value is all that its HTML depends on, besides the Frame."""

    column: str
    name: str
    cards: tuple[CardRow, ...]
    add_url: str
    hint: str = ""
    more: int = 0
    more_url: str = ""
    beside: tuple[Spot, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class LaneRow:
    key: str
    label: str
    description: str
    icon: str
    value_type: str
    is_hidden: bool
    is_chips: bool
    is_emotions: bool
    takes_cards: bool
    cells: Sequence[CellRow]
    divider: "DividerRow | None" = None


@dataclass(frozen=True, slots=True)
class DividerRow:
    label: str
    description: str


@dataclass(frozen=True, slots=True)
class GroupRow:
    """key: unique on the board."""

    key: str
    css: str
    label: str
    lanes: Sequence[LaneRow]
