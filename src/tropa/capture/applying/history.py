"""Stage history: every move a deal made, known to the moment."""

from collections.abc import Iterable

from tropa.capture.applying import accounts, deals, moves, stages
from tropa.capture.applying.accounts import named_by
from tropa.capture.applying.books import Entry, Trace, moment
from tropa.capture.applying.desk import Desk
from tropa.capture.rows import Flaw, Row
from tropa.customers.models import DealMove

EXACT = DealMove.Certainty.EXACT


def apply(desk: Desk, rows: list[Row]) -> list[Trace]:
    """Add the moves that are not there yet. Deals and stages that nobody knows are made."""
    traces = [_checked(desk, row) for row in rows]
    sound = [(trace, row) for trace, row in zip(traces, rows, strict=True) if trace.outcome != "rejected"]
    stages.load(desk)
    standing = _deals(desk, sound)
    desk.moves.load({f"m:{deal.id}" for deal, _ in standing})
    made = [
        (deal, move)
        for (trace, row), (deal, stage) in zip(sound, standing, strict=True)
        if (move := _one(desk, trace, row, deal, stage))
    ]
    desk.moves.flush()
    _order(desk, {id(deal): (deal, trace) for (trace, _), (deal, _) in zip(sound, standing, strict=True)}.values())
    for deal, move in made:
        moves.moved_touches(desk, deal, move)
    desk.deals.flush()
    desk.moves.flush()
    return traces


def _checked(desk: Desk, row: Row) -> Trace:
    for reason, is_wrong in (
        ("no_key", not (row.text("deal_id") or row.text("deal"))),
        ("no_stage", not row.text("stage")),
        ("no_date", "entered_at" not in row.values),
        ("date_in_future", row.values.get("entered_at", 0) > desk.latest_us),
    ):
        if is_wrong:
            return desk.reject(row, Flaw(reason))
    return Trace(row.line)


def _deals(desk: Desk, sound: list[tuple[Trace, Row]]) -> list[tuple[Entry, Entry]]:
    """The deal and the stage of each row."""
    rows = [row for _, row in sound]
    accounts.load(desk, [named_by(row) for row in rows])
    companies = [
        accounts.standing(desk, accounts.found_or_made(desk, trace, named)) if (named := named_by(row)) else None
        for trace, row in sound
    ]
    accounts.write(desk, ())
    deals.load(desk, rows, code="deal_id", title="deal")
    result = []
    for (trace, row), company in zip(sound, companies, strict=True):
        stage = stages.stage_of(desk, trace, row, desk.of.options.get("constant", ""))
        account_id = None if company is None else company.id
        deal = deals.found(desk, row.text("deal_id"), row.text("deal"), account_id)
        result.append((deal or _made(desk, trace, row, stage, account_id), stage))
    fresh = list(desk.deals.fresh)
    desk.deals.flush()
    for deal in fresh:
        moves.created_touch(desk, deal, certainty=DealMove.Certainty.DERIVED)
    return result


def _made(desk: Desk, trace: Trace, row: Row, stage: Entry, account_id: int | None) -> Entry:
    at = moment(row.values["entered_at"])
    desk.tally.make("deals")
    return desk.deals.create(
        trace,
        **{"title": row.text("deal") or row.text("deal_id"), "external_id": row.text("deal_id")},
        **moves.standing(desk, stage, at=at),
        **({"account_id": account_id} if account_id else {}),
        created_at=at,
    )


def _one(desk: Desk, trace: Trace, row: Row, deal: Entry, stage: Entry) -> Entry | None:
    at = moment(row.values["entered_at"])
    same = [each for each in desk.moves.all_of(f"m:{deal.id}") if each.values["to_stage_id"] == stage.id]
    if any(each.values["at"] == at for each in same):
        trace.outcome = "duplicate"
        return None
    trace.outcome = "created"
    vague = next((each for each in same if each.values["certainty"] != EXACT), None)
    if vague is not None:
        # What was worked out from the list of deals is now known.
        desk.moves.change(trace, vague, at=at, certainty=EXACT)
        trace.outcome, trace.main = "updated", (desk.moves, vague)
        return vague
    move = desk.moves.create(trace, deal_id=deal.id, to_stage_id=stage.id, at=at, certainty=EXACT, reason="")
    trace.main = (desk.moves, move)
    return move


def _order(desk: Desk, touched: Iterable[tuple[Entry, Trace]]) -> None:
    """Where each move came from, and where the deals stand now: the rows of a file come in any order."""
    for deal, trace in touched:
        last: Entry | None = None
        for move, came_from in moves.chain(desk, deal):
            desk.moves.change(trace, move, from_stage_id=came_from)
            last = move
        if last is None:
            continue
        stage = stages.by_id(desk, last.values["to_stage_id"])
        reason = last.values["reason"] or deal.values["lost_reason"]
        desk.deals.change(trace, deal, **moves.standing(desk, stage, at=last.values["at"], reason=reason))
