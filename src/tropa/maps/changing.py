"""From what the board posted to a verb: one entry for every value of `do`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeVar

from django.http import QueryDict
from django.utils.translation import gettext as _

from tropa.maps import actions, catalogue, queries
from tropa.maps.change_forms import MOST_DIGITS, MOST_ID, CardForm, EvidenceForm, LaneForm, PostedForm
from tropa.maps.domain import Refused
from tropa.maps.models import JourneyMap, MapChange
from tropa.web import typography
from tropa.workspace.models import Member

Form = TypeVar("Form", bound=PostedForm)
STEPS: Final = {"up": -1, "down": 1}


class BadPost(Exception):
    """What came makes no sense; the text says what would."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post of the board, by whom and when."""

    map: JourneyMap
    by: Member
    at: datetime
    data: QueryDict

    def number(self, name: str, *, required: bool = True) -> int | None:
        text = self.data.get(name, "").strip()
        if not text and not required:
            return None
        if not text.isdecimal() or len(text) > MOST_DIGITS or int(text) > MOST_ID:
            raise BadPost(_("Нужен номер в поле {name}, пришло: {given}").format(name=name, given=text[:40] or "—"))
        return int(text)

    @property
    def seen(self) -> int | None:
        return self.number("seen", required=False)

    @property
    def card(self) -> int:
        return self.number("card") or 0

    @property
    def evidence(self) -> int:
        return self.number("evidence") or 0

    @property
    def common(self) -> dict[str, Any]:
        return {"map": self.map, "by": self.by, "at": self.at}


def apply(post: Post) -> MapChange | None:
    """Do what was posted. Raises BadPost and Refused."""
    do = post.data.get("do", "")
    if do not in VERBS:
        known = ", ".join(VERBS)
        raise BadPost(_("Такого действия нет: {do}. Есть: {known}").format(do=do[:40] or "—", known=known))
    check_open(post.map)
    return VERBS[do](post)


def check_open(map_: JourneyMap) -> None:
    """Raises Refused for a map of the archive: a page that was opened before does not write into it."""
    if map_.publication == JourneyMap.Publication.ARCHIVED:
        raise Refused("archived")


def refusal(refused: Refused) -> str:
    """What a refusal says to people."""
    texts: Mapping[str, str] = {
        "no_card": _("Карточки уже нет: её удалили. Обновите страницу"),
        "no_evidence": _("Источника уже нет: его удалили. Обновите страницу"),
        "no_lane": _("Такой дорожки на карте нет. Обновите страницу"),
        "no_word": _("Это ваша дорожка: в каталоге названия для неё нет"),
        "no_column": _("Такого этапа на карте нет. Обновите страницу"),
        "derived_lane": _("Эта дорожка заполняется сама: карточки в неё не кладут"),
        "many_cards": _("На карте уже {most} карточек, больше не поместится"),
        "archived": _("Карта в архиве. Верните её оттуда, потом правьте"),
        "many_lanes": _("На карте уже {most} дорожек, больше не поместится"),
    }
    return texts[refused.code].format(**refused.values)


def _add(post: Post) -> MapChange | None:
    fields = _valid(CardForm(post.map, post.data)).fields_of_card()
    text = fields.pop("text", "") or _scale_word(fields)
    if not text:
        raise BadPost(_("Напишите текст карточки"))
    return actions.add_card(
        **post.common, lane=post.data.get("lane", ""), column=post.data.get("column", ""), text=text,
        before=post.number("before", required=False), **fields,
    )  # fmt: skip


def _edit(post: Post) -> MapChange | None:
    fields = _valid(CardForm(post.map, post.data)).fields_of_card()
    if "text" in fields and fields["text"] == queries.shown_text(post.map, post.card):
        # Unedited texts of an example are shown in the language of the page: reading them changes nothing.
        del fields["text"]
    if "emotion" in fields and fields["emotion"] is None:
        raise BadPost(_("Эмоция — число от −2 до 2, например 0,5"))
    return actions.edit_card(**post.common, card=post.card, seen=post.seen, **fields)


def _move(post: Post) -> MapChange | None:
    before = post.number("before", required=False)
    lane, column = post.data.get("lane", ""), post.data.get("column", "")
    return actions.move_card(**post.common, card=post.card, lane=lane, column=column, before=before, seen=post.seen)


def _evidence_add(post: Post) -> MapChange | None:
    fields = _valid(EvidenceForm(post.map, post.data, is_new=True)).changes()
    return actions.add_evidence(**post.common, card=post.card, **fields)


def _evidence_edit(post: Post) -> MapChange | None:
    fields = _valid(EvidenceForm(post.map, post.data, is_new=False)).changes()
    return actions.edit_evidence(**post.common, evidence=post.evidence, seen=post.seen, **fields)


def _lane(post: Post) -> MapChange | None:
    fields = {name: value for name, value in _valid(LaneForm(post.map, post.data)).posted().items() if value != ""}
    return actions.set_lane(**post.common, lane=post.data.get("lane", ""), seen=post.seen, **fields)


def _lane_move(post: Post) -> MapChange | None:
    to = post.data.get("to", "")
    if to not in STEPS:
        known = ", ".join(STEPS)
        raise BadPost(_("Дорожку так не переставить: {to}. Есть: {known}").format(to=to[:40] or "—", known=known))
    return actions.move_lane(**post.common, lane=post.data.get("lane", ""), step=STEPS[to])


def _lane_add(post: Post) -> MapChange | None:
    label = post.data.get("label", "").strip()[:120]
    return actions.add_lane(**post.common, key=post.data.get("key", ""), label=label)


VERBS: Final[Mapping[str, Callable[[Post], MapChange | None]]] = {
    "add": _add,
    "edit": _edit,
    "move": _move,
    "remove": lambda post: actions.remove_card(**post.common, card=post.card),
    "restore": lambda post: actions.restore_card(**post.common, card=post.card),
    "confirm": lambda post: actions.confirm_card(**post.common, card=post.card),
    "evidence_add": _evidence_add,
    "evidence_edit": _evidence_edit,
    "evidence_remove": lambda post: actions.remove_evidence(**post.common, evidence=post.evidence),
    "evidence_restore": lambda post: actions.restore_evidence(**post.common, evidence=post.evidence),
    "lane": _lane,
    "lane_move": _lane_move,
    "lane_word": lambda post: actions.restore_lane_name(**post.common, lane=post.data.get("lane", "")),
    "lane_add": _lane_add,
}


def _valid(form: Form) -> Form:
    if not form.is_valid():
        raise BadPost(form.first_error())
    return form


def _scale_word(fields: Mapping[str, Any]) -> str:
    """A new point may come without a name: then it is called as its place on the scale."""
    emotion = fields.get("emotion")
    if emotion is None:
        return ""
    nearest = min(catalogue.emotion_scale(), key=lambda value: abs(value - emotion))
    return catalogue.emotion_scale()[nearest].in_(typography.language())
