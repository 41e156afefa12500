"""Accounts: rows of a file of companies, and the companies that other rows name."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from tropa.capture.applying import owners
from tropa.capture.applying.books import Entry, Trace, moment
from tropa.capture.applying.desk import Desk
from tropa.capture.applying.keys import own_keys
from tropa.capture.rows import Flaw, Row

_PLAIN = ("industry", "segment", "city", "employees", "phone")


@dataclass(frozen=True, slots=True)
class Named:
    """What a row says of a company."""

    external_id: str
    domain: str
    name: str

    def __bool__(self) -> bool:
        return bool(self.external_id or self.domain or self.name)

    @property
    def keys(self) -> list[str]:
        given = (("x", self.external_id), ("d", self.domain), ("n", self.name))
        return [f"{kind}:{value}" for kind, value in given if value]


def apply(desk: Desk, rows: list[Row]) -> list[Trace]:
    """Create or change a company for each row: found by its code, else its domain, else its name."""
    named = [Named(row.text("external_id"), row.text("domain"), row.text("name")) for row in rows]
    load(desk, named)
    owners.load(desk)
    traces = [_one(desk, row, each) for row, each in zip(rows, named, strict=True)]
    write(desk, [trace.main[1] for trace in traces if trace.main and trace.outcome in ("created", "updated")])
    return traces


def named_by(row: Row) -> Named:
    """The company that a row of another kind names."""
    return Named(row.text("account_id"), row.text("account_domain"), row.text("account"))


def load(desk: Desk, named: Iterable[Named]) -> None:
    """Load whoever is named, and whoever these were merged into."""
    desk.accounts.load({key for each in named for key in each.keys})
    while missing := _merged_away(desk) - desk.accounts.loaded:
        desk.accounts.load(missing)


def find(desk: Desk, named: Named) -> Entry | None:
    """The company itself, before it is followed to the one it was merged into.

    A domain or a name finds only a company that has no other code, a name only one that has no other domain: two
    companies of one name stay two.
    """
    book = desk.accounts
    if named.external_id and (found := book.get(f"x:{named.external_id}")):
        return found
    if named.domain:
        for each in book.all_of(f"d:{named.domain}"):
            if _agrees(each, "external_id", named.external_id):
                return each
    if named.name:
        for each in book.all_of(f"n:{named.name}"):
            if _agrees(each, "external_id", named.external_id) and _agrees(each, "domain", named.domain):
                return each
    return None


def standing(desk: Desk, entry: Entry) -> Entry:
    """The company that an entry was merged into, or itself."""
    for _ in range(5):
        target = entry.values["merged_into_id"]
        following = desk.accounts.get(f"i:{target}") if target else None
        if following is None:
            return entry
        entry = following
    return entry


def found_or_made(desk: Desk, trace: Trace, named: Named) -> Entry:
    """The company that a row names; made when there is none. It must be loaded."""
    entry = find(desk, named)
    if entry is None:
        entry = desk.accounts.create(trace, **_fresh(desk, named))
        desk.tally.make("accounts")
    return entry


def write(desk: Desk, entries: Collection[Entry]) -> None:
    """Write the accounts and say whose their keys are."""
    fresh = list(desk.accounts.fresh)
    desk.accounts.flush()
    own_keys(desk, "account", [*fresh, *(entry for entry in entries if entry not in fresh)])


def _one(desk: Desk, row: Row, named: Named) -> Trace:
    trace = Trace(row.line)
    if not named:
        return desk.reject(row, Flaw("no_key"))
    entry, leads = find(desk, named), owners.led_by(desk, trace, row)
    if entry is None:
        created_at = moment(row.values["created_at"]) if "created_at" in row.values else desk.seen_at
        values = _fresh(desk, named) | _plain_values(row) | leads | {"created_at": created_at}
        entry = desk.accounts.create(trace, **values, attributes=dict(row.extra))
        trace.outcome = "created"
    else:
        entry = standing(desk, entry)
        if desk.accounts.change(trace, entry, **_changed(entry, row, named), **leads):
            trace.outcome = "updated"
    trace.main = (desk.accounts, entry)
    return trace


def _fresh(desk: Desk, named: Named) -> dict[str, Any]:
    name = named.name or named.domain or named.external_id
    return {"name": name, "domain": named.domain, "external_id": named.external_id, "created_at": desk.seen_at}


def _plain_values(row: Row) -> dict[str, Any]:
    return {name: row.values[name] for name in _PLAIN if name in row.values}


def _changed(entry: Entry, row: Row, named: Named) -> dict[str, Any]:
    """What the row says; empty cells change nothing."""
    values = _plain_values(row)
    values |= {key: text for key, text in (("name", named.name), ("domain", named.domain)) if text}
    if named.external_id and not entry.values["external_id"]:
        values["external_id"] = named.external_id
    if row.extra:
        values["attributes"] = entry.values["attributes"] | row.extra
    return values


def _agrees(entry: Entry, name: str, given: str) -> bool:
    return not given or not entry.values[name] or entry.values[name] == given


def _merged_away(desk: Desk) -> set[str]:
    targets = {entry.values["merged_into_id"] for entry in desk.accounts.by_id.values()}
    return {f"i:{target}" for target in targets if target}
