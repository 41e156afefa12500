"""Orders: what was bought when."""

from typing import Any

from tropa.capture.applying import accounts, deals
from tropa.capture.applying.accounts import named_by
from tropa.capture.applying.books import Entry, Trace, moment
from tropa.capture.applying.desk import Desk
from tropa.capture.rows import Flaw, Row
from tropa.facts.domain import microseconds
from tropa.facts.touches import NewTouch


def apply(desk: Desk, rows: list[Row]) -> list[Trace]:
    """Create or change an order for each row: found by code, else at its company by number, else by moment and sum."""
    traces = [_checked(desk, row) for row in rows]
    sound = [(trace, row) for trace, row in zip(traces, rows, strict=True) if trace.outcome != "rejected"]
    accounts.load(desk, [named_by(row) for _, row in sound])
    buyers = [accounts.standing(desk, accounts.found_or_made(desk, trace, named_by(row))) for trace, row in sound]
    accounts.write(desk, ())
    deals.load(desk, [row for _, row in sound], code="deal_id", title="")
    codes = {f"x:{row.text('external_id')}" for _, row in sound if row.text("external_id")}
    desk.orders.load(codes | {f"a:{buyer.id}" for buyer in buyers})
    for (trace, row), buyer in zip(sound, buyers, strict=True):
        _one(desk, trace, row, buyer)
    fresh = list(desk.orders.fresh)
    desk.orders.flush()
    if not desk.is_trial:
        desk.touches += [_placed(order) for order in fresh]
    return traces


def _checked(desk: Desk, row: Row) -> Trace:
    if not named_by(row):
        return desk.reject(row, Flaw("no_key"))
    if "ordered_at" not in row.values:
        return desk.reject(row, Flaw("no_date"))
    if row.values["ordered_at"] > desk.latest_us:
        return desk.reject(row, Flaw("date_in_future"))
    return Trace(row.line)


def _one(desk: Desk, trace: Trace, row: Row, buyer: Entry) -> None:
    values = _values(desk, row)
    order = _found(desk, row, buyer)
    if order is None:
        order = desk.orders.create(
            trace, **values, account_id=buyer.id, ordered_at=moment(row.values["ordered_at"]),
            external_id=row.text("external_id"),
        )  # fmt: skip
        trace.outcome = "created"
    elif desk.orders.change(trace, order, **values):
        trace.outcome = "updated"
    trace.main = (desk.orders, order)


def _found(desk: Desk, row: Row, buyer: Entry) -> Entry | None:
    code, number = row.text("external_id"), row.text("number")
    if code:
        return desk.orders.get(f"x:{code}")
    here = desk.orders.all_of(f"a:{buyer.id}")
    if number:
        return next((each for each in here if each.values["number"] == number), None)
    at, amount = moment(row.values["ordered_at"]), row.values.get("amount")
    same = [each for each in here if each.values["ordered_at"] == at and each.values["amount"] == amount]
    return next(iter(same), None)


def _values(desk: Desk, row: Row) -> dict[str, Any]:
    values: dict[str, Any] = {key: row.values[key] for key in ("number", "amount") if key in row.values}
    values |= {"currency": row.text("currency").upper()} if row.text("currency") else {}
    values |= {"paid_at": moment(row.values["paid_at"])} if "paid_at" in row.values else {}
    deal = desk.deals.get(f"x:{row.text('deal_id')}") if row.text("deal_id") else None
    return values | ({"deal_id": deal.id} if deal else {})


def _placed(order: Entry) -> NewTouch:
    values = order.values
    return NewTouch(
        f"order:{order.id}:placed", "order_placed", microseconds(values["ordered_at"]),
        account_id=values["account_id"], deal_id=values["deal_id"], channel="crm",
        value=None if values["amount"] is None else float(values["amount"]),
        properties={"number": values["number"]} if values["number"] else {},
    )  # fmt: skip
