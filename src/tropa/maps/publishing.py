"""Life of a map: what it is called and for, versions, publishing and what stands in its way, looking at it again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tropa.maps import catalogue, log
from tropa.maps.domain import CardState
from tropa.maps.models import JourneyMap, MapChange, MapVersion
from tropa.maps.queries import Board, CardView, board
from tropa.web import typography
from tropa.workspace import audit
from tropa.workspace.models import Member

Publication = JourneyMap.Publication
# Fewer keep a map a hypothesis (metrics 7).
INTERVIEWS = 5
EVIDENCE = "evidence"


class NotReady(Exception):
    """The map cannot be published. reasons: texts for people, each with what to do."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Check:
    """refusals: what has to be there before; warnings: what is published all the same."""

    refusals: list[str]
    warnings: list[str]
    interviews: int


@transaction.atomic
def update_map(
    *, map: JourneyMap, by: Member | None, at: datetime, seen: int | None = None, **fields: Any
) -> MapChange | None:
    """Change its name, what it is for, its time columns."""
    return log.change(locked := log.lock(map, at=at), locked, fields, by=by, at=at, seen=seen)


@transaction.atomic
def save_version(*, map: JourneyMap, by: Member | None, at: datetime, name: str = "", note: str = "") -> MapVersion:
    """Name this place in the changes."""
    return _version(log.lock(map, at=at), by, at, name, note)


@transaction.atomic
def publish(*, map: JourneyMap, by: Member | None, at: datetime, note: str = "") -> MapChange | None:
    """Publish the map and save a version. Raises NotReady."""
    locked = log.lock(map, at=at)
    found = check(locked, at)
    if found.refusals:
        raise NotReady(found.refusals)
    sure = JourneyMap.Confidence.VALIDATED if found.interviews >= INTERVIEWS else JourneyMap.Confidence.HYPOTHESIS
    wanted = {"publication": str(Publication.PUBLISHED), "confidence": str(sure)}
    change = log.change(locked, locked, wanted, by=by, at=at)
    _version(locked, by, at, _("Опубликована"), note)
    _record(locked, by, "map.published")
    return change


@transaction.atomic
def unpublish(*, map: JourneyMap, by: Member | None, at: datetime) -> MapChange | None:
    """Back to a draft."""
    locked = log.lock(map, at=at)
    _record(locked, by, "map.unpublished")
    return log.change(locked, locked, {"publication": str(Publication.DRAFT)}, by=by, at=at)


@transaction.atomic
def review(*, map: JourneyMap, by: Member | None, at: datetime, note: str = "") -> MapVersion:
    """Somebody looked at the map and says what has changed; the version can be compared with the one before."""
    locked = log.lock(map, at=at)
    locked.reviewed_at = at
    locked.save(update_fields=["reviewed_at"])
    _record(locked, by, "map.reviewed")
    return _version(locked, by, at, _("Просмотрена"), note)


@transaction.atomic
def archive(*, map: JourneyMap, by: Member | None, at: datetime, archived: bool) -> MapChange | None:
    """Take a map out of the list, or back as what it was."""
    locked = log.lock(map, at=at)
    wanted = str(Publication.ARCHIVED) if archived else _before_archive(locked)
    _record(locked, by, "map.archived" if archived else "map.returned")
    return log.change(locked, locked, {"publication": wanted}, by=by, at=at)


def check(map_: JourneyMap, now: datetime) -> Check:
    """What stands in the way of publishing, and what is worth a look before."""
    drawn = board(map_, now=now)
    refusals = [
        *_purpose(map_),
        *_required(map_, drawn),
        *_evidence(map_, drawn),
        *_emotions(drawn),
        *_owners(map_, drawn),
    ]
    return Check(refusals, [*_after_sale(drawn), *_interviews(drawn)], drawn.interviews)


def _purpose(map_: JourneyMap) -> list[str]:
    if map_.purpose and map_.decision:
        return []
    return [_("Напишите в настройках, зачем карта и какое решение она поможет принять")]


def _required(map_: JourneyMap, drawn: Board) -> list[str]:
    type_ = catalogue.map_types()[map_.kind]
    empty = [key for key in type_.required if key != EVIDENCE and not _is_filled(key, drawn)]
    names = [_name(lane.label) for lane in drawn.lanes if lane.key in empty]
    missing = set(empty) - {lane.key for lane in drawn.lanes}
    names += [_name(catalogue.lanes()[key].label.in_(typography.language())) for key in sorted(missing)]
    if not names:
        return []
    text = ngettext("Заполните дорожку {names}", "Заполните дорожки {names}", len(names))
    return [text.format(names=", ".join(names))]


def _evidence(map_: JourneyMap, drawn: Board) -> list[str]:
    """The lane of evidence fills itself: with the sources of cards."""
    if EVIDENCE not in catalogue.map_types()[map_.kind].required or any(card.sources for card in drawn.cards):
        return []
    return [_("Карта ни на что не опирается: откройте карточку и добавьте источник")]


def _is_filled(lane: str, drawn: Board) -> bool:
    if lane == "our_owner" and any(card.owner for card in drawn.cards if card.lane in ("touchpoints", "frontstage")):
        return True
    return any(card.lane == lane for card in drawn.cards)


def _emotions(drawn: Board) -> list[str]:
    points = [card for card in drawn.cards if card.emotion is not None]
    if any(card.sources and card.state != CardState.ASSUMED for card in points):
        return []
    return [_("Нужна хотя бы одна точка эмоций с источником: добавьте к точке слова клиента или данные")]


def _owners(map_: JourneyMap, drawn: Board) -> list[str]:
    if map_.kind != "key_account_map":
        return []
    covered = {card.column for card in drawn.cards if card.lane == "our_owner"}
    bare = [
        card for card in drawn.cards if card.lane == "touchpoints" and not card.owner and card.column not in covered
    ]
    if not bare:
        return []
    text = ngettext(
        "У точки контакта {names} нет ответственного у нас",
        "У точек контакта {names} нет ответственного у нас",
        len(bare),
    )
    return [text.format(names=_names(bare))]


def _after_sale(drawn: Board) -> list[str]:
    filled = {card.column for card in drawn.cards}
    empty = [column.label for column in drawn.columns if column.phase == "post_sale" and column.key not in filled]
    if not empty:
        return []
    text = ngettext("Этап после продажи {names} пуст", "Этапы после продажи {names} пусты", len(empty))
    return [text.format(names=", ".join(map(_name, empty)))]


def _interviews(drawn: Board) -> list[str]:
    if drawn.interviews >= INTERVIEWS:
        return []
    text = ngettext(
        "Интервью: {n} из 5. До пяти карта остаётся гипотезой",
        "Интервью: {n} из 5. До пяти карта остаётся гипотезой",
        drawn.interviews,
    )
    return [text.format(n=drawn.interviews)]


def _names(cards: Collection[CardView]) -> str:
    return ", ".join(_name(card.text) for card in cards)


def _name(text: str) -> str:
    return f"“{text}”" if typography.language() == "en" else f"«{text}»"


def _before_archive(map_: JourneyMap) -> str:
    latest = map_.changes.filter(kind="map", target=map_.pk).order_by("-number").values_list("before", "after")
    for before, after in latest:
        if after.get("publication") == Publication.ARCHIVED:
            was: Mapping[str, Any] = before or {}
            return str(was.get("publication", Publication.DRAFT))
    return str(Publication.DRAFT)


def _version(map_: JourneyMap, by: Member | None, at: datetime, name: str, note: str) -> MapVersion:
    latest = map_.versions.order_by("-number").values_list("number", flat=True).first() or 0
    return MapVersion.objects.create(
        workspace_id=map_.workspace_id, map=map_, number=latest + 1, change_no=map_.change_no, name=name, note=note,
        journey_version=map_.journey_version, by=by, created_at=at,
    )  # fmt: skip


def _record(map_: JourneyMap, by: Member | None, action: str) -> None:
    target = f"maps.map:{map_.pk}"
    audit.record(workspace=map_.workspace, actor=None if by is None else by.user, action=action, target=target)
