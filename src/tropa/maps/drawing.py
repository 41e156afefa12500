"""Cells of a board and the fields of its targets as HTML. A board has hundreds of cards of which few change, so what
was drawn is kept: it is looked for by everything that its template reads, which is why nobody can be shown what another
board or role has.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from tropa.journeys.forms import TargetForm
from tropa.maps.row_shapes import CellRow, LaneRow
from tropa.web import typography
from tropa.web.templatetags.tropa import sprite

# Some fifteen large boards; a cell is about four kilobytes.
MOST_KEPT: Final = 2_048
_TARGETS: Final = ("conversion", "days", "drop", "nps")


class Frame(NamedTuple):
    """What a cell depends on outside of itself: its lane, whether this member may edit."""

    key: str
    is_chips: bool
    is_emotions: bool
    takes_cards: bool
    may_edit: bool
    swap: bool = False

    @classmethod
    def of(cls, lane: LaneRow, *, may_edit: bool, swap: bool = False) -> "Frame":
        return cls(lane.key, lane.is_chips, lane.is_emotions, lane.takes_cards, may_edit, swap)


def cell(row: CellRow, frame: Frame) -> str:
    """The HTML of a cell in the language of the page."""
    return _drawn(row, frame, typography.language(), sprite())


@lru_cache(maxsize=MOST_KEPT)
def _drawn(row: CellRow, frame: Frame, _language: str, _sprite: str) -> str:
    return render_to_string("maps/_cell.html", {"cell": row, "lane": frame, "board": frame, "swap": frame.swap})


def target_fields(stage: Mapping[str, Any]) -> str:
    """The fields of the targets of a stage, as they stand, in the language of the page."""
    return _fields(stage["key"], typography.language(), *(stage.get(f"target_{name}") for name in _TARGETS))


@lru_cache(maxsize=MOST_KEPT, typed=True)
def _fields(key: str, _language: str, *targets: float | None) -> str:
    initial = {"stage": key, **dict(zip(_TARGETS, targets, strict=True))}
    form = TargetForm(initial=initial, auto_id=f"target-{key}-%s")
    return mark_safe("".join(form[name].as_field_group() for name in _TARGETS))
