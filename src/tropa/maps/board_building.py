"""From the state of a map to its board; an old state is drawn by the same code."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from tropa.maps import catalogue
from tropa.maps.board import Board, CardView, Counts, Coverage, LaneView, TouchCount
from tropa.maps.catalogue import Divider, Words
from tropa.maps.columns import Column
from tropa.maps.domain import CARD, EVIDENCE, LANE, Age, CardState, Fields, State, card_state, dips


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


def lane_groups(state: State, kind: str, language: str) -> list[tuple[str, Sequence[LaneView]]]:
    """Lanes of a state by group, without cells and without those that are never drawn."""
    lanes = [lane for lane in _lanes(state, (), (), kind, language) if lane.value_type not in catalogue.NOT_DRAWN]
    return _groups(lanes, kind)


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
    type_ = catalogue.map_types().get(kind)
    lines = {divider.before: divider for divider in type_.dividers} if type_ else {}
    in_cell: dict[tuple[str, str], list[CardView]] = {}
    sources: Counter[str] = Counter()
    for card in cards:
        in_cell.setdefault((card.lane, card.column), []).append(card)
        sources[card.column] += card.sources + card.against
    found = []
    for (of, pk), fields in state.items():
        if of == LANE:
            key, is_curve = fields["key"], fields["value_type"] == catalogue.EMOTION_CURVE
            by_place = _by_offset if is_curve else _by_position
            cells = {column.key: sorted(in_cell.get((key, column.key), ()), key=by_place) for column in columns}
            lane = _lane(pk, fields, language, cells=cells, divider=lines.get(key))
            found.append(replace(lane, evidence=sources) if lane.value_type == "evidence_refs" else lane)
    return sorted(found, key=lambda lane: (lane.position, lane.number))


def _lane(
    pk: int, fields: Fields, language: str, *, cells: Mapping[str, Sequence[CardView]], divider: Divider | None
) -> LaneView:
    key = fields["key"]
    shipped = catalogue.lanes().get(key)
    return LaneView(
        number=pk,
        key=key,
        label=fields["label"] or (shipped.label.in_(language) if shipped else key),
        description=shipped.description.in_(language) if shipped else "",
        value_type=fields["value_type"],
        group=shipped.group if shipped else catalogue.OWN_GROUP,
        position=fields["position"],
        is_hidden=fields["is_hidden"],
        cells=cells,
        divider=divider,
        evidence={},
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
