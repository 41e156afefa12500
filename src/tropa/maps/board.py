"""The board as plain values: what pages, cells and exports draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tropa.maps import catalogue
from tropa.maps.catalogue import Divider
from tropa.maps.columns import Column
from tropa.maps.domain import Age, CardState


@dataclass(frozen=True, slots=True)
class TouchCount:
    """Touches of a bound type, and of how many companies and unknown visitors they are."""

    touches: int = 0
    companies: int = 0
    unknown: int = 0


# By touch type.
Counts = Mapping[str, TouchCount]


@dataclass(frozen=True, slots=True)
class CardView:
    """A card as it is drawn. number: its id. sources, against: how many evidence rows support it, and contradict it.
    owner: who answers for it on our side, empty without. contact: who does so at the client; contact_left: they do not
    work there any more. type_label: name of the bound touch type; touches: None when it is not bound or not counted.
    """

    number: int
    lane: str
    column: str
    position: float
    text: str
    details: str
    touch_type: str
    type_label: str
    emotion: float | None
    offset: float | None
    severity: int
    state: CardState
    sources: int
    against: int
    needs_confirmation: bool
    is_dip: bool
    is_strength: bool
    member_id: int | None
    role: str
    owner: str
    contact_id: int | None
    contact: str
    contact_left: bool
    touches: TouchCount | None

    @property
    def mark(self) -> str:
        return self.state.mark

    @property
    def is_point(self) -> bool:
        return self.emotion is not None


@dataclass(frozen=True, slots=True)
class LaneView:
    """A lane with a cell for every column. cells: {column: cards}, every column there. divider: a line of a blueprint
    that stands above it. evidence: {column: sources}, of the lane that shows them."""

    number: int
    key: str
    label: str
    description: str
    value_type: str
    group: str
    position: float
    is_hidden: bool
    cells: Mapping[str, Sequence[CardView]]
    divider: Divider | None
    evidence: Mapping[str, int]

    @property
    def is_derived(self) -> bool:
        return self.value_type in catalogue.DERIVED_LANES

    @property
    def is_curve(self) -> bool:
        return self.value_type == catalogue.EMOTION_CURVE

    @property
    def is_touchpoints(self) -> bool:
        return self.value_type == catalogue.TOUCHPOINTS


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many cards rest on what."""

    assumed: int = 0
    told: int = 0
    measured: int = 0
    contradicted: int = 0

    @property
    def total(self) -> int:
        return self.assumed + self.told + self.measured + self.contradicted

    @property
    def grounded(self) -> int:
        return self.total - self.assumed


@dataclass(frozen=True, slots=True)
class Board:
    """groups: [(key of the group, its lanes)], hidden lanes included. interviews: how many different ones. number: of
    the change it is the board behind. age: whether the map has to be looked at again."""

    number: int
    columns: Sequence[Column]
    groups: Sequence[tuple[str, Sequence[LaneView]]]
    coverage: Coverage
    interviews: int
    age: Age

    @property
    def lanes(self) -> list[LaneView]:
        return [lane for _, lanes in self.groups for lane in lanes]

    @property
    def cards(self) -> list[CardView]:
        return [card for lane in self.lanes for cards in lane.cells.values() for card in cards]

    @property
    def gone(self) -> list[Column]:
        """Columns of stages that left the journey while cards stand in them."""
        return [column for column in self.columns if column.is_gone]

    def cell(self, lane: str, column: str) -> Sequence[CardView]:
        """Cards of one cell, empty for one that is not there."""
        return next((each.cells.get(column, ()) for each in self.lanes if each.key == lane), ())
