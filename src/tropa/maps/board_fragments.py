"""Parts of a board that answers to changes carry: cells as the templates draw them, the line of coverage."""

from collections.abc import Collection

from django.template.loader import render_to_string

from tropa.maps import board_rows, catalogue, drawing, touch_counts
from tropa.maps.board import Board
from tropa.maps.drawing import Frame
from tropa.maps.models import JourneyMap
from tropa.workspace.access import MemberRequest, Permit


def cells(request: MemberRequest, map_: JourneyMap, board: Board, keys: Collection[str]) -> dict[str, str]:
    """HTML of cells by their keys `lane|column`; a cell that is not on the board is left out."""
    may_edit = Permit.EDIT_JOURNEYS in request.permits
    counts = touch_counts.known(map_.journey.serving)
    rows = board_rows.Rows(board, board_rows.Drawing(may_edit=may_edit, counts=counts))
    columns = {column.key: column for column in board.columns}
    lanes = {lane.key: lane for lane in board.lanes}
    found: dict[str, str] = {}
    for key in keys:
        lane_key, _, column_key = key.partition("|")
        lane, column = lanes.get(lane_key), columns.get(column_key)
        if lane is None or column is None or lane.value_type in catalogue.NOT_DRAWN:
            continue
        found[key] = drawing.cell(rows.cell(lane, column), Frame.of(rows.bare_lane(lane), may_edit=may_edit))
    return found


def coverage(request: MemberRequest, board: Board) -> str:
    """HTML of how many cards rest on what: the inside of #b-cov."""
    return render_to_string("maps/_coverage.html", {"coverage": board.coverage}, request)
