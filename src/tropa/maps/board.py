"""The board as plain values: what pages, cells and exports draw. Built from a state, so an old one is drawn alike."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tropa.maps import catalogue
from tropa.maps.catalogue import Divider, Words
from tropa.maps.columns import Column
from tropa.maps.domain import CARD, EVIDENCE, LANE, Age, CardState, Fields, State, card_state, dips


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


@dataclass(frozen=True, slots=True)
class Names:
    """What ids and texts are called in the language of the page. counts: None: not counted. left: ids of
    contacts who do not work at the account any more. english: of the texts of an example."""

    language: str
    types: Mapping[str, Words]
    members: Mapping[int, str]
    contacts: Mapping[int, str]
    left: Collection[int]
    english: Mapping[str, str]
    counts: Counts | None


def living(state: State) -> dict[int, Fields]:
    """Cards that are not removed, by id."""
    return {pk: fields for (kind, pk), fields in state.items() if kind == CARD and not fields["is_removed"]}


def sources_of(state: State) -> dict[int, list[Fields]]:
    """Evidence that is not removed, by card."""
    found: dict[int, list[Fields]] = {}
    for (kind, _), fields in state.items():
        if kind == EVIDENCE and not fields["is_removed"]:
            found.setdefault(fields["card_id"], []).append(fields)
    return found


def build(state: State, columns: Sequence[Column], kind: str, names: Names, *, number: int, age: Age) -> Board:
    """The board of a state."""
    evidence = sources_of(state)
    cards = _marked([_card(pk, fields, evidence.get(pk, ()), names) for pk, fields in living(state).items()], columns)
    lanes = _lanes(state, cards, columns, kind, names.language)
    tally = Counter(card.state for card in cards)
    return Board(
        number=number,
        columns=columns,
        groups=_groups(lanes, kind),
        coverage=Coverage(**{each.value: tally[each] for each in CardState}),
        interviews=_interviews(evidence, cards),
        age=age,
    )


def text_of(fields: Fields, names: Names) -> str:
    """The text of a card; what nobody edited, of an example or of a touch type, in the language of the page."""
    text = str(fields["text"])
    bound = names.types.get(fields["touch_type"])
    if bound is not None and text in (bound.ru, bound.en):
        return bound.in_(names.language)
    return names.english.get(text, text) if names.language == "en" else text


def _card(pk: int, fields: Fields, evidence: Sequence[Fields], names: Names) -> CardView:
    type_ = fields["touch_type"]
    touches = names.counts.get(type_, TouchCount()) if type_ and names.counts is not None else None
    against = sum(each["contradicts"] for each in evidence)
    member = fields["member_id"]
    contact = fields["contact_id"]
    return CardView(
        number=pk,
        lane=fields["lane"],
        column=fields["column"],
        position=fields["position"],
        text=text_of(fields, names),
        details=fields["details"],
        touch_type=type_,
        type_label=names.types[type_].in_(names.language) if type_ in names.types else type_,
        emotion=fields["emotion"],
        offset=fields["offset"],
        severity=fields["severity"],
        state=card_state(fields, evidence, has_touches=touches is not None and touches.touches > 0),
        sources=len(evidence) - against,
        against=against,
        needs_confirmation=fields["needs_confirmation"],
        is_dip=False,
        is_strength=fields["emotion"] == 2,
        member_id=member,
        role=fields["role"],
        owner=names.members.get(member, "") if member else fields["role"],
        contact_id=contact,
        contact=names.contacts.get(contact, "") if contact else "",
        contact_left=contact in names.left,
        touches=touches,
    )


def _marked(cards: list[CardView], columns: Sequence[Column]) -> list[CardView]:
    """The cards with the dips of the curve told; what left the journey is no part of the curve."""
    place = {column.key: column.number for column in columns if not column.is_gone}
    points = [card for card in cards if card.emotion is not None and card.column in place]
    points.sort(key=lambda card: (place[card.column], card.offset or 0, card.number))
    low = dips([(card.number, card.emotion) for card in points if card.emotion is not None])
    return [replace(card, is_dip=True) if card.number in low else card for card in cards]


def _lanes(
    state: State, cards: Sequence[CardView], columns: Sequence[Column], kind: str, language: str
) -> list[LaneView]:
    in_cell: dict[tuple[str, str], list[CardView]] = {}
    for card in cards:
        in_cell.setdefault((card.lane, card.column), []).append(card)
    type_ = catalogue.map_types().get(kind)
    lines = {divider.before: divider for divider in type_.dividers} if type_ else {}
    sources: Counter[str] = Counter()
    for card in cards:
        sources[card.column] += card.sources + card.against
    rows = sorted(
        ((pk, fields) for (kind_, pk), fields in state.items() if kind_ == LANE),
        key=lambda row: (row[1]["position"], row[0]),
    )
    return [_lane(pk, fields, columns, in_cell, lines, sources, language) for pk, fields in rows]


def _lane(
    pk: int,
    fields: Fields,
    columns: Sequence[Column],
    in_cell: Mapping[tuple[str, str], list[CardView]],
    lines: Mapping[str, Divider],
    sources: Mapping[str, int],
    language: str,
) -> LaneView:
    key = fields["key"]
    shipped = catalogue.lanes().get(key)
    by_place = _by_offset if fields["value_type"] == catalogue.EMOTION_CURVE else _by_position
    return LaneView(
        number=pk,
        key=key,
        label=fields["label"] or (shipped.label.in_(language) if shipped else key),
        description=shipped.description.in_(language) if shipped else "",
        value_type=fields["value_type"],
        group=shipped.group if shipped else catalogue.OWN_GROUP,
        position=fields["position"],
        is_hidden=fields["is_hidden"],
        cells={column.key: sorted(in_cell.get((key, column.key), ()), key=by_place) for column in columns},
        divider=lines.get(key),
        evidence=sources if fields["value_type"] == "evidence_refs" else {},
    )


def _by_position(card: CardView) -> tuple[float, int]:
    return card.position, card.number


def _by_offset(card: CardView) -> tuple[float, int]:
    return card.offset or 0, card.number


def _groups(lanes: Sequence[LaneView], kind: str) -> list[tuple[str, Sequence[LaneView]]]:
    """Lanes by what they are about; the order of a blueprint is its meaning, so there neighbours alone are put
    together."""
    type_ = catalogue.map_types().get(kind)
    if type_ is not None and type_.dividers:
        return [(group, list(rows)) for group, rows in groupby(lanes, key=lambda lane: lane.group)]
    order = [*catalogue.GROUPS, catalogue.OWN_GROUP]
    found = {group: [lane for lane in lanes if lane.group == group] for group in order}
    return [(group, rows) for group, rows in found.items() if rows]


def _interviews(evidence: Mapping[int, Sequence[Fields]], cards: Sequence[CardView]) -> int:
    """Different interviews that cards rest on; one without a source counts for itself."""
    living_cards = {card.number for card in cards}
    rows = [
        each for pk, found in evidence.items() if pk in living_cards for each in found if each["kind"] == "interview"
    ]
    named = {(each["source"], each["on_date"]) for each in rows if each["source"]}
    return len(named) + sum(not each["source"] for each in rows)
