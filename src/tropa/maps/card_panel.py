"""The panel of a card: its fields, what it rests on, what the figures of its stage say, who changed it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Q
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from tropa.customers.models import Affiliation
from tropa.facts.models import TouchType
from tropa.insights import behind
from tropa.maps import catalogue, looks
from tropa.maps.board import CardView, LaneView, TouchCount
from tropa.maps.board_page import BoardPage
from tropa.maps.columns import Column
from tropa.maps.domain import CARD, EVIDENCE
from tropa.maps.head_shapes import Head
from tropa.maps.models import Card, Evidence, MapChange
from tropa.web import typography
from tropa.workspace.models import Member

MOST_CHANGES: Final = 8
MOST_WORDS: Final = 60
NOBODY: Final[tuple[str, str]] = ("", "")


@dataclass(frozen=True, slots=True)
class Line:
    """One change in the history of a card."""

    who: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str
    is_chosen: bool = False


@dataclass(slots=True)
class NewCard:
    """The form of a new card in a cell."""

    page: BoardPage
    lane: LaneView
    column: Column

    @property
    def types(self) -> Sequence[Choice]:
        return touch_types(self.page, "") if self.lane.is_touchpoints else ()

    @property
    def emotions(self) -> Sequence[str]:
        return emotion_names() if self.lane.is_curve else ()


@dataclass(slots=True)
class CardPanel:
    page: BoardPage
    card: Card
    view: CardView
    lane: LaneView
    column: Column

    @property
    def css(self) -> str:
        """The class of the chip that names the lane."""
        css = looks.card_class(self.lane.key, self.lane.value_type)
        return {"jc-pain": "chip-pain", "jc-loy": "chip-good", "jc-opp": "chip-opp"}.get(css, "")

    @property
    def icon(self) -> str:
        return looks.lane_icon(self.lane.key)

    @property
    def state_words(self) -> str:
        return looks.state_words(self.view.state, self.view.sources)

    @property
    def emotion_words(self) -> str:
        return looks.emotion_words(self.view.emotion or 0.0)

    @property
    def face_icon(self) -> str:
        return f"face-{looks.face(self.view.emotion or 0.0)}"

    @property
    def evidence(self) -> Sequence[Evidence]:
        return list(self.card.evidence.filter(is_removed=False))

    @property
    def head(self) -> Head | None:
        return next((head for head in self.page.heads if head.column.key == self.column.key), None)

    @property
    def next_label(self) -> str:
        """The stage behind this one."""
        columns = [column for column in self.page.board.columns if not column.is_gone]
        following = columns[self.column.number : self.column.number + 1]
        return following[0].label if following and self.column.number else ""

    @property
    def touches(self) -> TouchCount | None:
        """Of the bound type on this stage; None when it is not bound or nobody has counted."""
        counts = self.page.counts
        if counts is None or not self.view.touch_type:
            return None
        return counts.by_place.get((self.column.key, self.view.touch_type), TouchCount())

    @property
    def here_url(self) -> str:
        page = self.page
        if page.question is None:
            return ""
        return behind.address(page.map.workspace, page.map.journey, page.question, what="here", stage=self.column.key)

    @property
    def severities(self) -> Sequence[Choice]:
        words = {0: _("не оценена"), 1: _("слабая"), 2: _("заметная"), 3: _("высокая")}
        return [Choice(str(value), label, value == self.view.severity) for value, label in words.items()]

    @property
    def has_severity(self) -> bool:
        return self.lane.value_type == "cards_red" or self.lane.key == "barriers"

    @property
    def types(self) -> Sequence[Choice]:
        return touch_types(self.page, self.card.touch_type)

    @property
    def has_owner(self) -> bool:
        return self.lane.is_touchpoints or self.lane.value_type in ("user_refs", "cards_owned")

    @property
    def members(self) -> Sequence[Choice]:
        rows = Member.objects.of(self.page.map.workspace).filter(Q(is_active=True) | Q(pk=self.card.member_id))
        found = [(str(each.pk), str(each)) for each in rows.select_related("user")]
        return _choices([("", _("никто")), *found], str(self.card.member_id or ""))

    @property
    def contacts(self) -> Sequence[Choice]:
        """People of the account of the map."""
        if self.page.map.account_id is None or self.lane.value_type not in ("contact_refs", "role_refs"):
            return ()
        rows = Affiliation.objects.of(self.page.map.workspace).filter(account=self.page.map.account_id, until=None)
        found = [(str(each.contact_id), str(each.contact)) for each in rows.select_related("contact")]
        if self.card.contact_id and str(self.card.contact_id) not in dict(found):
            found.append((str(self.card.contact_id), str(self.card.contact)))
        return _choices([("", _("никто")), *found], str(self.card.contact_id or ""))

    @property
    def emotions(self) -> Sequence[str]:
        return emotion_names()

    @property
    def columns(self) -> Sequence[Choice]:
        found = [(each.key, each.label) for each in self.page.board.columns]
        return _choices(found, self.column.key)

    @property
    def lanes(self) -> Sequence[Choice]:
        """Lanes that take cards of this kind: points stay on the curve, cards off it."""
        rows = [each for each in self.page.board.lanes if not each.is_derived and each.is_curve == self.lane.is_curve]
        return _choices([(each.key, each.label) for each in rows], self.lane.key)

    @property
    def kinds(self) -> Sequence[Choice]:
        return [Choice(value, str(label)) for value, label in Evidence.Kind.choices]

    @property
    def history(self) -> list[Line]:
        of_card = Q(kind=CARD, target=self.card.pk)
        of_evidence = Q(kind=EVIDENCE, target__in=list(self.card.evidence.values_list("pk", flat=True)))
        rows = self.page.map.changes.filter(of_card | of_evidence).select_related("by__user").order_by("-number")
        labels = {column.key: column.label for column in self.page.board.columns}
        return [Line(str(row.by) if row.by else "", told(row, labels), row.at) for row in rows[:MOST_CHANGES]]


def told(change: MapChange, columns: Mapping[str, str]) -> str:
    """What a change did, in words."""
    words = _of_evidence(change) if change.kind == EVIDENCE else _of_card(change, columns)
    return _("отмена: %(what)s") % {"what": words} if change.undoes_id else words


def touch_types(page: BoardPage, chosen: str) -> Sequence[Choice]:
    label = "label_en" if get_language() == "en" else "label_ru"
    rows = TouchType.objects.of(page.map.workspace).order_by(label).values_list("key", label)
    return _choices([("", _("не связана")), *rows], chosen)


def emotion_names() -> Sequence[str]:
    language = typography.language()
    return [emotion.label.in_(language) for emotion in catalogue.emotions().values()]


def _of_evidence(change: MapChange) -> str:
    if change.after.get("is_removed"):
        return _("источник удалён")
    if "is_removed" in change.after and change.before is not None:
        return _("источник возвращён")
    return _("источник добавлен") if change.before is None else _("источник изменён")


def _of_card(change: MapChange, columns: Mapping[str, str]) -> str:
    before, after = change.before, change.after
    if before is None:
        return _("карточка добавлена")
    if "is_removed" in after:
        return _("карточка удалена") if after["is_removed"] else _("карточка возвращена")
    if "column" in after or "lane" in after:
        return _moved(before, after, columns)
    if "text" in after:
        return _("новый текст, было «%(text)s»") % {"text": _short(before.get("text"))}
    if "emotion" in after:
        pair = {name: looks.emotion_words(side.get("emotion") or 0.0) for name, side in (("a", before), ("b", after))}
        return _("эмоция %(a)s → %(b)s") % pair
    return _(_FIELDS[next((name for name in after if name in _FIELDS), "position")])


def _moved(before: Mapping[str, Any], after: Mapping[str, Any], columns: Mapping[str, str]) -> str:
    if "column" not in after:
        return _("перенос на другую дорожку")
    names = {name: columns.get(side["column"], side["column"]) for name, side in (("a", before), ("b", after))}
    return _("перенос: %(a)s → %(b)s") % names


def _short(text: Any) -> str:
    written = str(text or "")
    return written if len(written) <= MOST_WORDS else f"{written[:MOST_WORDS].rstrip()}…"


def _choices(found: Sequence[tuple[str, str]], chosen: str) -> list[Choice]:
    return [Choice(value, label, value == chosen) for value, label in found]


_FIELDS: Final[Mapping[str, str]] = {
    "details": gettext_noop("новые подробности"),
    "severity": gettext_noop("новая сила"),
    "touch_type": gettext_noop("новая точка контакта"),
    "member_id": gettext_noop("новый ответственный у нас"),
    "role": gettext_noop("новый ответственный у нас"),
    "contact_id": gettext_noop("новый ответственный у клиента"),
    "offset": gettext_noop("точка сдвинута на этапе"),
    "needs_confirmation": gettext_noop("источники подтверждены"),
    "position": gettext_noop("новый порядок в ячейке"),
}
