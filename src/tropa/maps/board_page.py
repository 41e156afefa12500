"""Everything that the page of a board shows, gathered once for the page, its head and its panel."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tropa.customers.models import Account
from tropa.insights import figures as insights
from tropa.insights.figures import Figures
from tropa.insights.question import Question
from tropa.journeys import queries as journeys
from tropa.journeys.models import JourneyVersion
from tropa.maps import catalogue, persona_card, queries, stage_heads, touch_counts, undoing
from tropa.maps.asking import Asking
from tropa.maps.board import Board, Coverage
from tropa.maps.board_rows import LARGE_FROM, Drawing, Rows, wide_columns
from tropa.maps.drawing import target_fields
from tropa.maps.head_shapes import Head
from tropa.maps.models import JourneyMap, MapVersion
from tropa.maps.row_shapes import GroupRow, LaneRow
from tropa.maps.touch_counts import Counted
from tropa.web import typography
from tropa.workspace.access import MemberRequest, Permit

CURRENT: Final = "current_state"
FUTURE: Final = "future_state"
MOST_MAPS: Final = 8
MOST_LINES: Final = 5


@dataclass(slots=True)
class BoardPage:
    """A board with its figures. question: None while the journey measures nobody. figures: None while they are not
    there; is_waiting: the head is empty and asks for them; is_asking: it asks, for newer ones or for the numbers on
    touchpoints. old: the version that is shown instead of the map as it is."""

    request: MemberRequest
    map: JourneyMap
    board: Board
    version: JourneyVersion | None
    question: Question | None
    figures: Figures | None = None
    is_waiting: bool = False
    is_asking: bool = False
    counts: Counted | None = None
    old: MapVersion | None = None
    open_card: int | None = None
    beside: Board | None = None
    other: JourneyMap | None = None
    heads: Sequence[Head] = field(init=False)
    groups: Sequence[GroupRow] = field(init=False)

    def __post_init__(self) -> None:
        self.heads = stage_heads.heads(self.map, self.board.columns, self.figures, self.question)
        whole = self.request.GET.get("all", "")
        drawing = Drawing(self.may_edit, self.counts, self.open_card, whole, self.beside, self.old is not None)
        self.groups = Rows(self.board, drawing).groups()

    # What the member may do.

    @property
    def may_edit(self) -> bool:
        return Permit.EDIT_JOURNEYS in self.request.permits and self.old is None and not self.is_archived

    @property
    def may_set_targets(self) -> bool:
        return self.may_edit and self.has_stages

    @property
    def is_archived(self) -> bool:
        return self.map.publication == JourneyMap.Publication.ARCHIVED

    # The board.

    @property
    def is_future(self) -> bool:
        return self.map.kind == FUTURE

    @property
    def mode(self) -> str:
        return "compare" if self.beside is not None else "current"

    @property
    def wide(self) -> str:
        return " ".join(map(str, wide_columns(self.board)))

    @property
    def wides(self) -> int:
        return len(wide_columns(self.board))

    @property
    def is_large(self) -> bool:
        return len(self.board.cards) >= LARGE_FROM

    @property
    def coverage(self) -> Coverage:
        return self.board.coverage

    @property
    def kind_label(self) -> str:
        found = catalogue.map_types().get(self.map.kind)
        return found.label.in_(typography.language()) if found else self.map.kind

    @property
    def whose(self) -> str:
        return str(self.map.persona or self.map.account or "")

    # The head.

    @property
    def has_stages(self) -> bool:
        return self.map.columns is None

    @property
    def has_figures(self) -> bool:
        return self.figures is not None

    @property
    def has_answers(self) -> bool:
        """Whether anybody answered how likely they would recommend us."""
        return self.figures is not None and any(stage.nps.n for stage in self.figures.stages)

    @property
    def has_unknown(self) -> bool:
        """Whether the head has a line for visitors nobody knows, with figures and before."""
        if self.question is None or self.question.who:
            return False
        return Account.objects.of(self.map.workspace).filter(kind=Account.Kind.UNKNOWN).exists()

    @property
    def row_labels(self) -> list[str]:
        return [_("Медиана, дней"), _("Уход, %"), "NPS"]

    @property
    def figures_url(self) -> str:
        return self._address("map_figures") + self.asked

    @property
    def no_figures_words(self) -> str:
        if self.version is None:
            return _("Карта есть, измерений пока нет: путь ещё не опубликован.")
        if not journeys.has_touches(self.map.workspace):
            return _("Карта есть, измерений пока нет. Загрузите касания, и под этапами появятся конверсия, дни и уход.")
        return _("Цифры сейчас не посчитать. Карта на месте; обновите страницу через минуту.")

    @property
    def invite_url(self) -> str:
        if self.version is None:
            return reverse("journey", args=[self.map.workspace.slug, self.map.journey_id])
        if Permit.IMPORT in self.request.permits and not journeys.has_touches(self.map.workspace):
            return reverse("imports", args=[self.map.workspace.slug])
        return ""

    @property
    def invite_words(self) -> str:
        return _("Открыть путь") if self.version is None else _("Загрузить данные")

    @property
    def target_fields(self) -> list[tuple[Head, str]]:
        """The fields of the targets of every stage of the journey."""
        if self.version is None:
            return []
        stages = {stage["key"]: stage for stage in journeys.ranked(self.version)}
        return [(head, target_fields(stages[head.column.key])) for head in self.heads if head.column.key in stages]

    @property
    def touch_lanes(self) -> list[LaneRow]:
        """Lanes whose cards change once touches are counted."""
        return [lane for group in self.groups for lane in group.lanes if lane.value_type == catalogue.TOUCHPOINTS]

    # What figures are asked for.

    @property
    def asking(self) -> Asking | None:
        if self.question is None:
            return None
        mode = "compare" if self.mode == "compare" else ""
        return Asking(self.question, self.map.workspace, self._address("map"), mode)

    @property
    def asked(self) -> str:
        """The question in the address, with its `?`."""
        return "" if self.question is None else self.question.query()

    @property
    def is_quiet(self) -> bool:
        return self.request.GET.get("live") == "0"

    @property
    def only_hypotheses(self) -> bool:
        return self.request.GET.get("hyp") == "1"

    # Addresses.

    @property
    def urls(self) -> Mapping[str, str]:
        names = {
            "map": "map", "change": "map_change", "changes": "map_changes", "undo": "map_undo", "redo": "map_redo",
            "publish": "map_publish", "review": "map_review", "versions": "map_versions", "settings": "map_settings",
            "copy": "map_copy", "return": "map_return", "add": "map_add",
        }  # fmt: skip
        found = {name: self._address(route) for name, route in names.items()}
        found["card"] = reverse("map_card", args=[self.map.workspace.slug, self.map.pk, 0])
        found["target"] = reverse("stage_target", args=[self.map.workspace.slug, self.map.journey_id])
        found["back"] = found["map"] + self.asked
        return found

    @property
    def can_undo(self) -> tuple[bool, bool]:
        return undoing.can(self.map, self.request.member) if self.may_edit else (False, False)

    @property
    def other_maps(self) -> Sequence[JourneyMap]:
        """Maps of the same journey."""
        rows = queries.maps(self.map.workspace).filter(journey=self.map.journey_id).exclude(pk=self.map.pk)
        return list(rows[:MOST_MAPS])

    @property
    def latest_version(self) -> MapVersion | None:
        return self.map.versions.order_by("-number").first()

    @property
    def version_words(self) -> str:
        version = self.old or self.latest_version
        return _("Версий пока нет") if version is None else _("Версия %(n)s") % {"n": version.number}

    @property
    def version_tip(self) -> str:
        version = self.latest_version
        if version is None:
            return _("Версия сохраняется при публикации и при просмотре карты")
        told = version.name or version.note or _("Версия сохранена")
        return f"{told}, {typography.day(version.created_at)}"

    @property
    def persona_lines(self) -> list[str]:
        """What is known of the persona, a line for each field."""
        if self.map.persona is None:
            return []
        known = persona_card.card_of(self.map.persona).known
        return [f"{each.label}: {'; '.join(each.told)}" for each in known[:MOST_LINES]]

    @property
    def printed_at(self) -> datetime:
        return timezone.now()

    def _address(self, route: str) -> str:
        return reverse(route, args=[self.map.workspace.slug, self.map.pk])


def of(
    request: MemberRequest, map_: JourneyMap, *, now: datetime, asks: bool = False, card: int | None = None
) -> BoardPage:
    """The page of a map as it is. asks: wait for the figures; else only those that are known already are there."""
    version = map_.journey.serving if map_.columns is None else None
    question = None if version is None else Question.read(version, request.GET, now=now)
    figures = None if question is None else (insights.of(question) if asks else insights.known(question))
    counts = touch_counts.of(version) if asks else touch_counts.known(version)
    other = linked(map_)
    beside = None
    if other is not None and map_.kind == CURRENT and request.GET.get("mode") == "compare":
        beside = queries.board(other, now=now)
    return BoardPage(
        request=request,
        map=map_,
        board=queries.board(map_, now=now, counts=counts),
        version=version,
        question=question,
        figures=figures,
        is_waiting=question is not None and figures is None and not asks,
        is_asking=question is not None and not asks and (counts is None or figures is None or figures.is_old),
        counts=counts,
        open_card=card,
        beside=beside,
        other=other,
    )


def of_version(request: MemberRequest, map_: JourneyMap, version: MapVersion, *, now: datetime) -> BoardPage:
    """An earlier version: to be read, without figures of today."""
    board = queries.board_at(map_, version.change_no, now=now)
    return BoardPage(request=request, map=map_, board=board, version=None, question=None, old=version)


def linked(map_: JourneyMap) -> JourneyMap | None:
    """Of a map as things are the one of what should be, and of that one the map as things are: what one was made from,
    else of the same people on the same journey."""
    other = {CURRENT: FUTURE, FUTURE: CURRENT}.get(map_.kind)
    if other is None:
        return None
    rows = queries.maps(map_.workspace).filter(kind=other, journey=map_.journey_id)
    made = rows.filter(pk=map_.origin_id or 0) if map_.kind == FUTURE else rows.filter(origin=map_.pk)
    return made.first() or rows.filter(persona=map_.persona_id, account=map_.account_id).first()
