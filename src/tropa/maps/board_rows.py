"""The rows of a board as its templates draw them: groups, lanes, cells, cards, points of the curve."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tropa.maps import catalogue, looks
from tropa.maps.board import Board, CardView, LaneView, TouchCount
from tropa.maps.catalogue import Divider
from tropa.maps.columns import Column
from tropa.maps.row_shapes import CardRow, CellRow, DividerRow, GroupRow, LaneRow, Spot
from tropa.maps.touch_counts import Counted
from tropa.web import typography
from tropa.web.templatetags.tropa import icon

# More cards than this stand behind «ещё».
MOST_IN_CELL: Final = 12
WIDE_FROM: Final = 3  # points of the curve
LARGE_FROM: Final = 200  # cards


@dataclass(frozen=True, slots=True)
class Drawing:
    """What rows depend on besides the board. counts: None while nobody has counted. open_card: the one in the panel.
    whole: `lane|column` of the cell that shows all its cards. beside: the board of the linked map, when both are
    compared. is_old: an earlier version, in which nothing opens."""

    may_edit: bool = False
    counts: Counted | None = None
    open_card: int | None = None
    whole: str = ""
    beside: Board | None = None
    is_old: bool = False


@dataclass(slots=True)
class Rows:
    """Draws a board row by row."""

    board: Board
    drawing: Drawing
    _hints: Mapping[str, str] = field(init=False)
    _columns: Mapping[str, Column] = field(init=False)
    _theirs: Mapping[str, Collection[str]] = field(init=False)
    _pictures: dict[str, str] = field(init=False, default_factory=dict)
    _marks: dict[tuple[str, int], str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._hints = looks.hints()
        self._columns = {column.key: column for column in self.board.columns}
        self._theirs = _texts(self.drawing.beside) if self.drawing.beside else {}

    def groups(self) -> list[GroupRow]:
        found = []
        for number, (key, lanes) in enumerate(self.board.groups, 1):
            rows = [self.lane(lane) for lane in lanes if lane.value_type not in catalogue.NOT_DRAWN]
            if rows:
                css = "blueprint" if key == "service" else key
                found.append(GroupRow(f"{key}-{number}", css, group_label(key), rows))
        return found

    def lane(self, lane: LaneView) -> LaneRow:
        return replace(self.bare_lane(lane), cells=[self.cell(lane, column) for column in self.board.columns])

    def bare_lane(self, lane: LaneView) -> LaneRow:
        """What a lane is, without its cells."""
        return LaneRow(
            key=lane.key,
            label=lane.label,
            description=lane.description,
            icon=looks.lane_icon(lane.key),
            value_type=lane.value_type,
            is_hidden=lane.is_hidden,
            is_chips=lane.value_type in looks.CHIPS,
            is_emotions=lane.is_curve,
            takes_cards=not lane.is_derived,
            cells=(),
            divider=_divider(lane.divider),
        )

    def cell(self, lane: LaneView, column: Column) -> CellRow:
        key = f"{lane.key}|{column.key}"
        views = lane.cells[column.key]
        shown = len(views) if len(views) <= MOST_IN_CELL + 2 or self.drawing.whole == key else MOST_IN_CELL
        cards = (self.card(view, lane, is_rest=place >= shown) for place, view in enumerate(views))
        return CellRow(
            column=column.key,
            name=f"{lane.label}, {column.label}",
            cards=(*cards, *self._new(lane, column)),
            add_url=_query(add=key),
            hint=self._hint(lane, column),
            more=len(views) - shown,
            more_url=_query(all=key) + f"#cell-{lane.key}--{column.key}",
            beside=tuple(_spots(self.drawing.beside, lane, column)),
            note=_sources_note(lane, column),
        )

    def card(self, view: CardView, lane: LaneView, *, is_rest: bool = False) -> CardRow:
        css = looks.card_class(lane.key, lane.value_type)
        row = CardRow(
            pk=str(view.number),
            text=_shown_text(view, lane),
            ev=view.mark,
            mark=self._mark(view),
            css=css,
            picture=self._picture(looks.card_icon(css, lane.key)),
            url="" if self.drawing.is_old else _query(card=view.number),
            severity=view.severity,
            severity_words=severity_words().get(view.severity, "") if view.severity else "",
            is_dip=view.is_dip,
            is_rest=is_rest,
            is_open=view.number == self.drawing.open_card,
            beside=self._beside(view, lane),
            column_label=self._columns[view.column].label,
        )
        if lane.is_touchpoints:
            return self._touchpoint(row, view)
        return self._point(row, view) if lane.is_curve else row

    def _touchpoint(self, row: CardRow, view: CardView) -> CardRow:
        return replace(
            row,
            picture=self._picture(looks.touch_icon(view.touch_type)),
            touch_type=view.touch_type,
            touches=self._touches(view),
            touches_tip=_("Касаний на этом этапе за всё время"),
        )

    def _point(self, row: CardRow, view: CardView) -> CardRow:
        emotion = view.emotion or 0.0
        face = looks.face(emotion)
        return replace(
            row,
            picture=self._picture(f"face-{face}", ""),
            face=face,
            v=f"{emotion:g}",
            x=f"{50.0 if view.offset is None else view.offset:g}",
            value=looks.emotion_words(emotion),
            is_low=emotion < 0,
        )

    def _mark(self, view: CardView) -> str:
        """The mark of what a card rests on; a board has few different ones, so each is drawn once."""
        key = view.mark, view.sources
        if key not in self._marks:
            shown = {"ev": view.mark, "sources": view.sources, "said": looks.state_words(view.state, view.sources)}
            self._marks[key] = render_to_string("maps/_ev.html", {"card": shown})
        return self._marks[key]

    def _picture(self, name: str, size: str = "s") -> str:
        if name and name not in self._pictures:
            self._pictures[name] = icon(name, size)
        return self._pictures[name] if name else ""

    def _touches(self, view: CardView) -> int | None:
        counts = self.drawing.counts
        if counts is None or not view.touch_type:
            return None
        return counts.by_place.get((view.column, view.touch_type), TouchCount()).touches

    def _hint(self, lane: LaneView, column: Column) -> str:
        if lane.is_derived:
            return ""
        is_first = column is self.board.columns[0]
        if is_first and not any(lane.cells.values()):
            return self._hints["emotions"] if lane.is_curve else lane.description
        return self._hints.get(lane.key, "") if any(lane.cells.values()) else ""

    def _beside(self, view: CardView, lane: LaneView) -> str:
        if self.drawing.beside is None or lane.key not in self._theirs or lane.is_curve:
            return ""
        return "" if _folded(view.text) in self._theirs[lane.key] else "gone"

    def _new(self, lane: LaneView, column: Column) -> Iterator[CardRow]:
        """Cards of the linked map that are not on this one."""
        if self.drawing.beside is None or lane.is_curve:
            return
        ours = {_folded(view.text) for views in lane.cells.values() for view in views}
        for view in self.drawing.beside.cell(lane.key, column.key):
            if _folded(view.text) not in ours:
                css = looks.card_class(lane.key, lane.value_type)
                yield CardRow(
                    str(view.number), view.text, view.mark, self._mark(view), css=css, beside="new",
                    picture=self._picture(looks.card_icon(css, lane.key)), column_label=column.label,
                )  # fmt: skip


def group_label(key: str) -> str:
    labels: Mapping[str, str] = {
        "client": _("Клиент"),
        "experience": _("Опыт"),
        "contact": _("Контакт"),
        "owners": _("Ответственные"),
        "service": _("Сервис-блюпринт"),
        "grounds": _("Основания"),
        "own": _("Свои дорожки"),
    }
    return labels.get(key, key)


def severity_words() -> Mapping[int, str]:
    return {1: _("Сила: слабая"), 2: _("Сила: заметная"), 3: _("Сила: высокая")}


def wide_columns(board: Board) -> list[int]:
    """Places of the columns in which the curve has many points."""
    curves = [lane for lane in board.lanes if lane.is_curve and not lane.is_hidden]
    return [
        place
        for place, column in enumerate(board.columns, 1)
        if any(len(lane.cells[column.key]) >= WIDE_FROM for lane in curves)
    ]


def _query(**params: str | int) -> str:
    return f"?{urlencode(params)}"


def _divider(divider: Divider | None) -> DividerRow | None:
    if divider is None:
        return None
    language = typography.language()
    return DividerRow(divider.label.in_(language), divider.description.in_(language))


def _shown_text(view: CardView, lane: LaneView) -> str:
    """Who it is, where the lane is of people: the card's own words else."""
    if lane.value_type == "user_refs" and view.owner:
        return view.owner
    if lane.value_type == "contact_refs" and view.contact:
        return view.contact
    return view.text


def _sources_note(lane: LaneView, column: Column) -> str:
    if lane.value_type != "evidence_refs":
        return ""
    n = lane.evidence.get(column.key, 0)
    return ngettext("%(n)s источник", "%(n)s источника", n) % {"n": typography.number(n)} if n else _("источников нет")


def _texts(board: Board) -> dict[str, Collection[str]]:
    return {lane.key: {_folded(view.text) for views in lane.cells.values() for view in views} for lane in board.lanes}


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _spots(board: Board | None, lane: LaneView, column: Column) -> Iterator[Spot]:
    if board is None or not lane.is_curve:
        return
    for view in board.cell(lane.key, column.key):
        if view.emotion is not None:
            yield Spot(f"{view.emotion:g}", f"{50.0 if view.offset is None else view.offset:g}")
