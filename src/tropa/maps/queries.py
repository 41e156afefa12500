"""Reads of maps with several callers: the board, what changed, lists."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from tropa.customers.models import Affiliation, Contact
from tropa.facts.models import TouchType
from tropa.maps import catalogue, columns, rows
from tropa.maps.board import Board, CardView, Counts
from tropa.maps.board_building import Names, build, text_of
from tropa.maps.catalogue import Words
from tropa.maps.domain import CARD, MAP, State, age, fold
from tropa.maps.models import JourneyMap, MapChange, Persona
from tropa.web import typography
from tropa.workspace.models import Member, Workspace

__all__ = ["Board", "CardView", "board", "board_at", "changes_after", "maps", "personas", "state_at"]


def board(map_: JourneyMap, *, now: datetime, counts: Counts | None = None) -> Board:
    """The board as it is. counts: touches by type, for cards that are bound to one; None: not counted."""
    return _board(map_, rows.state(map_), map_.change_no, now=now, counts=counts)


def board_at(map_: JourneyMap, number: int, *, now: datetime) -> Board:
    """The board as it was behind a change."""
    return _board(map_, state_at(map_, number), number, now=now, counts=None)


def state_at(map_: JourneyMap, number: int) -> State:
    """All rows of a map behind a change: a fold of the log."""
    changes = map_.changes.filter(number__lte=number).select_related("undoes").order_by("number")
    return fold(rows.change_of(each) for each in changes.iterator(1_000))


def changes_after(map_: JourneyMap, number: int) -> QuerySet[MapChange]:
    """What happened behind a change, in order."""
    return map_.changes.filter(number__gt=number).select_related("by__user").order_by("number")


def shown_text(map_: JourneyMap, card: int) -> str:
    """The text of a card as the page shows it, empty for a card that is not there."""
    fields = map_.cards.filter(pk=card).values("text", "touch_type").first()
    if fields is None:
        return ""
    names = _names(map_, [{**fields, "member_id": None, "contact_id": None}], None)
    return text_of({**fields}, names)


def maps(workspace: Workspace, *, archived: bool = False) -> QuerySet[JourneyMap]:
    found = JourneyMap.objects.of(workspace).select_related(
        "journey__product", "persona", "account", "created_by__user"
    )
    of_archive = Q(publication=JourneyMap.Publication.ARCHIVED)
    return found.filter(of_archive if archived else ~of_archive)


def personas(workspace: Workspace, *, archived: bool = False) -> QuerySet[Persona]:
    return Persona.objects.of(workspace).filter(is_archived=archived)


def _board(map_: JourneyMap, state: State, number: int, *, now: datetime, counts: Counts | None) -> Board:
    cards = [fields for (kind, _), fields in state.items() if kind == CARD and not fields["is_removed"]]
    then = state[MAP, map_.pk]["journey_version"] if number < map_.change_no else None
    found = columns.of(map_, columns.version_of(map_, then), {fields["column"] for fields in cards})
    return build(state, found, map_.kind, _names(map_, cards, counts), number=number, age=age(map_.reviewed_at, now))


def _names(map_: JourneyMap, cards: Sequence[Mapping[str, Any]], counts: Counts | None) -> Names:
    return Names(
        language=typography.language(),
        types=_types(map_.workspace_id, {fields["touch_type"] for fields in cards} - {""}),
        members=_members(map_.workspace_id, {fields["member_id"] for fields in cards} - {None}),
        contacts=_contacts(map_.workspace_id, {fields["contact_id"] for fields in cards} - {None}),
        left=_left(map_, {fields["contact_id"] for fields in cards} - {None}),
        english=catalogue.english() if map_.example else {},
        counts=counts,
    )


def _types(workspace: int, keys: Collection[str]) -> dict[str, Words]:
    if not keys:
        return {}
    found = TouchType.objects.of(workspace).filter(key__in=keys).values_list("key", "label_ru", "label_en")
    return {key: Words(russian, english or russian) for key, russian, english in found}


def _members(workspace: int, ids: Collection[int]) -> dict[int, str]:
    if not ids:
        return {}
    return {each.pk: str(each) for each in Member.objects.of(workspace).filter(pk__in=ids).select_related("user")}


def _contacts(workspace: int, ids: Collection[int]) -> dict[int, str]:
    return {each.pk: str(each) for each in Contact.objects.of(workspace).filter(pk__in=ids)} if ids else {}


def _left(map_: JourneyMap, ids: Collection[int]) -> set[int]:
    """Of the contacts those who do not work at the account of the map any more."""
    if not ids or map_.account_id is None:
        return set()
    still = Affiliation.objects.filter(account=map_.account_id, contact__in=ids, until=None)
    return set(ids) - set(still.values_list("contact_id", flat=True))
