"""Deals as a CRM lists them, each with the stage it stands on. What the list does not say of the past is marked."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tropa.capture.applying import accounts, contacts, moves, owners, stages
from tropa.capture.applying.accounts import named_by
from tropa.capture.applying.books import Entry, Trace, moment
from tropa.capture.applying.desk import Desk
from tropa.capture.rows import Flaw, Row
from tropa.customers.models import DealMove

DERIVED, FIRST_SEEN = DealMove.Certainty.DERIVED, DealMove.Certainty.FIRST_SEEN


@dataclass(slots=True)
class _Work:
    """A row on its way through the steps."""

    row: Row
    trace: Trace
    account: Entry | None = None
    contact: Entry | None = None
    stage: Entry | None = None
    move: dict[str, Any] = field(default_factory=dict)
    is_dated: bool = False


def apply(desk: Desk, rows: list[Row]) -> list[Trace]:
    """Create or change a deal for each row: found by its code, else by its title at the same company."""
    traces = [Trace(row.line) if _says_which(row) else desk.reject(row, Flaw("no_key")) for row in rows]
    pairs = zip(traces, rows, strict=True)
    works = [_Work(row, trace) for trace, row in pairs if trace.outcome != "rejected"]
    _link(desk, works)
    load(desk, [work.row for work in works])
    stages.load(desk)
    owners.load(desk)
    for work in works:
        _one(desk, work)
    desk.deals.flush()
    _move(desk, works)
    return traces


def _says_which(row: Row) -> bool:
    return bool(row.text("external_id") or row.text("title"))


def load(desk: Desk, rows: list[Row], *, code: str = "external_id", title: str = "title") -> None:
    """Load the deals that rows are about."""
    pairs = ((kind, row.text(key)) for row in rows for kind, key in (("x", code), ("n", title)))
    desk.deals.load({f"{kind}:{value}" for kind, value in pairs if value})


def found(desk: Desk, code: str, title: str, account_id: int | None) -> Entry | None:
    """The deal of a code; without one, the only deal of that title at the same company."""
    if code:
        return desk.deals.get(f"x:{code}")
    same = [each for each in desk.deals.all_of(f"n:{title}") if account_id in (None, each.values["account_id"])]
    return same[0] if len(same) == 1 else None


def _link(desk: Desk, works: list[_Work]) -> None:
    rows = [work.row for work in works]
    accounts.load(desk, [named_by(row) for row in rows])
    contacts.load_linked(desk, rows)
    for work in works:
        if named := named_by(work.row):
            work.account = accounts.standing(desk, accounts.found_or_made(desk, work.trace, named))
        work.contact = contacts.linked(desk, work.row)
    accounts.write(desk, ())


def _one(desk: Desk, work: _Work) -> None:
    row, trace = work.row, work.trace
    code, title = row.text("external_id"), row.text("title")
    deal = found(desk, code, title, None if work.account is None else work.account.id)
    if deal is None:
        _create(desk, work, code, title)
        return
    changes = _values(desk, work)
    stage = stages.stage_of(desk, trace, row, desk.of.options.get("constant", "")) if _says_stage(row) else None
    if stage is not None and stage.id != deal.values["stage_id"]:
        work.stage, work.move = stage, _arrival(desk, row, stage, is_new=False)
        if work.move["at"] >= deal.values["stage_since"]:
            changes |= moves.standing(desk, stage, at=work.move["at"], reason=work.move["reason"])
    if row.extra:
        changes["attributes"] = deal.values["attributes"] | row.extra
    came_from = deal.values["stage_id"]
    if desk.deals.change(trace, deal, **changes):
        trace.outcome = "updated"
    work.move |= {"from_stage_id": came_from} if work.move else {}
    trace.main = (desk.deals, deal)


def _says_stage(row: Row) -> bool:
    return any(key in row.values for key in ("stage", "is_won", "is_closed", "semantics"))


def _create(desk: Desk, work: _Work, code: str, title: str) -> None:
    row = work.row
    stage = stages.stage_of(desk, work.trace, row, desk.of.options.get("constant", ""))
    arrival = _arrival(desk, row, stage, is_new=True)
    created_at = _past(desk, row, "created_at")
    work.is_dated = created_at is not None
    deal = desk.deals.create(
        work.trace,
        **_values(desk, work)
        | moves.standing(desk, stage, at=arrival["at"], reason=arrival["reason"])
        | {"title": title or code, "external_id": code, "attributes": dict(row.extra)}
        | {"created_at": created_at or arrival["at"]},
    )
    work.stage, work.move = stage, arrival | {"from_stage_id": None}
    work.trace.outcome = "created"
    work.trace.main = (desk.deals, deal)


def _values(desk: Desk, work: _Work) -> dict[str, Any]:
    """What the row says besides the stage; empty cells change nothing."""
    row = work.row
    values: dict[str, Any] = {key: row.values[key] for key in ("title", "amount") if key in row.values}
    values |= {"currency": row.text("currency").upper()} if row.text("currency") else {}
    values |= {"account_id": work.account.id} if work.account else {}
    values |= {"contact_id": work.contact.id} if work.contact else {}
    values |= owners.led_by(desk, work.trace, row)
    closes = row.values.get("closed_at")
    if closes is not None and (closes > desk.latest_us or stages.ending_of(row, row.text("stage")) == stages.OPEN):
        values["expected_close_on"] = moment(closes).astimezone(desk.zone).date()
    return values


def _arrival(desk: Desk, row: Row, stage: Entry, *, is_new: bool) -> dict[str, Any]:
    """When the deal came to its stage, and how surely that is known. A date in the future is a plan, not a fact."""
    reason = row.text("lost_reason") if stage.values["kind"] == stages.LOST else ""
    seen = {"at": _past(desk, row, "modified_at") or desk.seen_at, "certainty": FIRST_SEEN, "reason": reason}
    if stage.values["kind"] != stages.OPEN:
        if row.values.get("closed_at", 0) > desk.latest_us:
            desk.tally.find("closed_in_future")
        closed_at = _past(desk, row, "closed_at")
        return {**seen, "at": closed_at, "certainty": DERIVED} if closed_at else seen
    created_at = _past(desk, row, "created_at")
    if is_new and created_at and stages.is_first(desk, stage):
        return {**seen, "at": created_at, "certainty": DERIVED}
    return seen


def _past(desk: Desk, row: Row, key: str) -> datetime | None:
    at = row.values.get(key)
    return None if at is None or at > desk.latest_us else moment(at)


def _move(desk: Desk, works: list[_Work]) -> None:
    moving = [work for work in works if work.move and work.trace.main]
    desk.moves.load({f"m:{work.trace.main[1].id}" for work in moving if work.trace.main})
    made = [(work, move) for work in moving if (move := _made(desk, work))]
    desk.moves.flush()
    for work, move in made:
        assert work.trace.main is not None
        deal = work.trace.main[1]
        if work.trace.outcome == "created":
            moves.created_touch(desk, deal, certainty=DERIVED if work.is_dated else FIRST_SEEN)
        moves.moved_touches(desk, deal, move)


def _made(desk: Desk, work: _Work) -> Entry | None:
    assert work.trace.main is not None
    assert work.stage is not None
    deal, move = work.trace.main[1], work.move
    for each in desk.moves.all_of(f"m:{deal.id}"):
        if each.values["to_stage_id"] == work.stage.id and each.values["at"] == move["at"]:
            return None
    if work.trace.outcome == "unchanged":
        work.trace.outcome = "updated"
    return desk.moves.create(work.trace, deal_id=deal.id, to_stage_id=work.stage.id, **move)
