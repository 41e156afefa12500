"""Contacts: people and where they work."""

from collections.abc import Iterable
from typing import Any

from tropa.capture.applying import accounts
from tropa.capture.applying.accounts import Named, named_by
from tropa.capture.applying.books import Entry, Trace, moment
from tropa.capture.applying.desk import Desk
from tropa.capture.applying.keys import own_keys
from tropa.capture.rows import Flaw, Row
from tropa.customers.identity import domain_of
from tropa.customers.models import Affiliation, BuyingRole

_ROLES = {str(text).casefold(): key for key, label in BuyingRole.choices for text in (key, label)}


def apply(desk: Desk, rows: list[Row]) -> list[Trace]:
    """Create or change a person for each row: found by code, else by address, else by name at the same company."""
    traces = [Trace(row.line) if _says_who(row) else desk.reject(row, Flaw("no_key")) for row in rows]
    sound = [(trace, row) for trace, row in zip(traces, rows, strict=True) if trace.outcome != "rejected"]
    accounts.load(desk, [each for _, row in sound for each in (named_by(row), _by_mail(row))])
    companies = [_company(desk, trace, row) for trace, row in sound]
    accounts.write(desk, ())
    load(desk, [row for _, row in sound])
    _load_places(desk)
    for (trace, row), company in zip(sound, companies, strict=True):
        _one(desk, trace, row, company)
    desk.contacts.flush()
    _load_places(desk)
    for (trace, _), company in zip(sound, companies, strict=True):
        _tie(desk, trace, company)
    desk.affiliations.flush()
    touched = {trace.main[1].id: trace.main[1] for trace in traces if trace.main}
    own_keys(
        desk, "contact", list(touched.values()), {each: place for each in touched if (place := _place(desk, each))}
    )
    for trace in traces:
        _settle(desk, trace)
    return traces


def load(desk: Desk, rows: Iterable[Row]) -> None:
    """Load the people that rows are about."""
    keys = set()
    for row in rows:
        given = (("x", row.text("external_id")), ("e", row.text("email")), ("n", full_name(row)))
        keys |= {f"{kind}:{value}" for kind, value in given if value}
    desk.contacts.load(keys)


def linked(desk: Desk, row: Row) -> Entry | None:
    """The person that a row of another kind names by code or address; never made. They must be loaded."""
    by_code = desk.contacts.get(f"x:{row.text('contact_id')}") if row.text("contact_id") else None
    return by_code or (desk.contacts.get(f"e:{row.text('contact_email')}") if row.text("contact_email") else None)


def load_linked(desk: Desk, rows: Iterable[Row]) -> None:
    keys = {f"{kind}:{row.text(key)}" for row in rows for kind, key in (("x", "contact_id"), ("e", "contact_email"))
            if row.text(key)}  # fmt: skip
    desk.contacts.load(keys)


def full_name(row: Row) -> str:
    parts = (row.text("first_name"), row.text("middle_name"), row.text("last_name"))
    return row.text("name") or " ".join(part for part in parts if part)[:255]


def _says_who(row: Row) -> bool:
    return bool(full_name(row) or row.text("email") or row.text("external_id"))


def _by_mail(row: Row) -> Named:
    return Named("", domain_of(row.text("email")) or "", "")


def _company(desk: Desk, trace: Trace, row: Row) -> tuple[Entry, str] | None:
    """The company that the row links to, else the one with the domain of the address; and what tied them."""
    named = named_by(row)
    if named:
        return accounts.standing(desk, accounts.found_or_made(desk, trace, named)), Affiliation.Reason.CRM
    domain = _by_mail(row).domain
    here = [each for each in desk.accounts.all_of(f"d:{domain}") if _stands(each)] if domain else []
    return (here[0], Affiliation.Reason.DOMAIN) if len(here) == 1 else None


def _stands(entry: Entry) -> bool:
    return entry.values["merged_into_id"] is None and entry.values["archived_at"] is None


def _one(desk: Desk, trace: Trace, row: Row, company: tuple[Entry, str] | None) -> None:
    name = full_name(row)
    entry = _found(desk, row, name, company)
    values = _values(row, name, {} if entry is None else entry.values["attributes"])
    if entry is None:
        created_at = moment(row.values["created_at"]) if "created_at" in row.values else desk.seen_at
        entry = desk.contacts.create(trace, **values, created_at=created_at)
        trace.outcome = "created"
        desk.planned[id(entry)] = None if company is None else company[0].id
    else:
        desk.contacts.change(trace, entry, **values)
    trace.main = (desk.contacts, entry)


def _found(desk: Desk, row: Row, name: str, company: tuple[Entry, str] | None) -> Entry | None:
    code, mail = row.text("external_id"), row.text("email")
    if code and (found := desk.contacts.get(f"x:{code}")):
        return found
    for each in desk.contacts.all_of(f"e:{mail}") if mail else ():
        if not code or not each.values["external_id"]:
            return each
    if code or mail:
        return None
    wanted = None if company is None else company[0].id
    return next((each for each in desk.contacts.all_of(f"n:{name}") if _works(desk, each, wanted)), None)


def _works(desk: Desk, entry: Entry, account_id: int | None) -> bool:
    return (_place(desk, entry.id) if entry.id else desk.planned.get(id(entry))) == account_id


def _values(row: Row, name: str, attributes: dict[str, str]) -> dict[str, Any]:
    given = {"name": name} | {key: row.text(key) for key in ("email", "phone", "position", "external_id")}
    values: dict[str, Any] = {key: text for key, text in given.items() if text}
    extra = dict(row.extra)
    if role := row.text("buying_role"):
        known = _ROLES.get(role.casefold())
        # A role of the file that is none of ours stays readable.
        values |= {"buying_role": known} if known else {}
        extra |= {} if known else {"buying_role": role}
    if extra:
        values["attributes"] = attributes | extra
    return values


def _load_places(desk: Desk) -> None:
    desk.affiliations.load({f"c:{identifier}" for identifier in desk.contacts.by_id})


def _current(desk: Desk, contact_id: int) -> list[Entry]:
    return [each for each in desk.affiliations.all_of(f"c:{contact_id}") if each.values["until"] is None]


def _place(desk: Desk, contact_id: int) -> int | None:
    """Where the person works now."""
    main = sorted(_current(desk, contact_id), key=lambda each: not each.values["is_main"])
    return main[0].values["account_id"] if main else None


def _tie(desk: Desk, trace: Trace, company: tuple[Entry, str] | None) -> None:
    """As `identity.tie`: what a person decided stays; the link of the CRM wins over the domain of the address."""
    assert trace.main is not None
    contact = trace.main[1]
    current = _current(desk, contact.id)
    held = {each.values["reason"] for each in current}
    if company is None or Affiliation.Reason.MANUAL in held:
        return
    account, reason = company
    if reason == Affiliation.Reason.DOMAIN and Affiliation.Reason.CRM in held:
        return
    if any(each.values["account_id"] == account.id for each in current):
        return
    since = contact.values["created_at"] if trace.outcome == "created" else desk.seen_at
    for each in current:
        if each.values["is_main"]:
            desk.affiliations.change(trace, each, until=desk.seen_at)
    desk.affiliations.create(
        trace, contact_id=contact.id, account_id=account.id, reason=reason, is_main=True, since=since, until=None
    )


def _settle(desk: Desk, trace: Trace) -> None:
    if trace.outcome == "unchanged" and any(book is not desk.accounts for book, *_ in trace.changes):
        trace.outcome = "updated"
