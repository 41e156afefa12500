"""Who leads a company or a deal: the member whom a row names by email or by whole name. Nobody is guessed."""

from typing import Any

from tropa.capture.applying.books import Trace
from tropa.capture.applying.desk import Desk
from tropa.capture.rows import Row
from tropa.customers import queries
from tropa.customers.domain import folded
from tropa.workspace.models import Workspace

UNKNOWN, TWICE = "owner_unknown", "owner_twice"


def load(desk: Desk) -> None:
    """Bring the members to whom something can be given, by what a row may call them."""
    if "owner" in desk.of.mapping.values():
        desk.members = by_name(desk.workspace)


def by_name(workspace: Workspace) -> dict[str, set[int]]:
    """Members by email and by whole name."""
    found: dict[str, set[int]] = {}
    for member in queries.owners(workspace):
        for name in {_plain(member.user.email), _plain(member.user.get_full_name())} - {""}:
            found.setdefault(name, set()).add(member.pk)
    return found


def led_by(desk: Desk, trace: Trace, row: Row) -> dict[str, Any]:
    """The owner as a value to write. Empty, with a note on the row, when the row names nobody, or one of several."""
    given = row.text("owner")
    if not given:
        return {}
    members = desk.members.get(_plain(given), set())
    if len(members) == 1:
        return {"owner_id": next(iter(members))}
    _note(desk, trace, TWICE if members else UNKNOWN, given)
    return {}


def _plain(name: str) -> str:
    """A name as it is compared: the family name may stand first or last."""
    return " ".join(sorted(folded(name).split()))


def _note(desk: Desk, trace: Trace, code: str, given: str) -> None:
    column = next(column for column, key in desk.of.mapping.items() if key == "owner")
    trace.reason, trace.details = code, {"column": column, "value": given}
    desk.tally.find(code)
    desk.tally.name(code, given)
