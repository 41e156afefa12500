"""Rows of a map as the plain fields that changes name, and back."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from tropa.maps.domain import CARD, EVIDENCE, LANE, MAP, Change, State
from tropa.maps.models import Card, Evidence, JourneyMap, Lane, MapChange

Row = Card | Lane | Evidence | JourneyMap

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    CARD: (
        "lane", "column", "position", "text", "details", "touch_type", "emotion", "offset", "severity", "member_id",
        "role", "contact_id", "needs_confirmation", "is_removed",
    ),
    LANE: ("key", "label", "value_type", "position", "is_hidden"),
    EVIDENCE: ("card_id", "kind", "quote", "source", "on_date", "contradicts", "is_removed"),
    MAP: ("name", "purpose", "decision", "publication", "confidence", "columns", "journey_version"),
}  # fmt: skip


def kind_of(row: Row) -> str:
    return {Card: CARD, Lane: LANE, Evidence: EVIDENCE, JourneyMap: MAP}[type(row)]


def plain(row: Row) -> dict[str, Any]:
    """All fields that changes name."""
    return {field: _plain(getattr(row, field)) for field in FIELDS[kind_of(row)]}


def put(row: Row, fields: Mapping[str, Any]) -> None:
    """Write plain fields into a row, and save them."""
    for field, value in fields.items():
        setattr(row, field, date.fromisoformat(value) if field == "on_date" and value else value)
    row.save(update_fields=list(fields))


def state(map_: JourneyMap) -> State:
    """All rows of a map as they are now."""
    found: State = {(MAP, map_.pk): plain(map_)}
    lanes = Lane.objects.filter(map=map_).values("pk", *FIELDS[LANE])
    cards = Card.objects.filter(map=map_).values("pk", *FIELDS[CARD])
    evidence = Evidence.objects.filter(card__map=map_).values("pk", *FIELDS[EVIDENCE])
    for kind, rows in ((LANE, lanes), (CARD, cards), (EVIDENCE, evidence)):
        for row in rows:
            found[kind, row["pk"]] = {field: _plain(row[field]) for field in FIELDS[kind]}
    return found


def change_of(row: MapChange) -> Change:
    """undoes is read where the row came with it: `select_related("undoes")`."""
    undoes = row.undoes.number if row.undoes else None
    return Change(row.number, row.kind, row.target, row.before, row.after, row.by_id, undoes)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
