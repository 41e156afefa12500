"""Touches: the rows of an event log, each with the company it belongs to."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from django.db.models import Count

from tropa.capture.applying import accounts, contacts, deals
from tropa.capture.applying.accounts import named_by
from tropa.capture.applying.books import Entry, Trace
from tropa.capture.applying.desk import Desk
from tropa.capture.models import ImportedTouch
from tropa.capture.rows import Flaw, Row
from tropa.customers.domain import folded
from tropa.facts.domain import MOST_PROPERTIES, MOST_PROPERTY_BYTES
from tropa.facts.models import TouchType
from tropa.facts.touches import NewTouch
from tropa.workspace.plain_rows import insert

_MOST_TYPE = 80


@dataclass(frozen=True, slots=True)
class _Said:
    """A row that says a touch. base: hash of its content; by_id: the file gives it an id of its own."""

    row: Row
    trace: Trace
    account: Entry
    type: str
    base: bytes = b""
    by_id: bool = False


def apply(desk: Desk, rows: list[Row]) -> list[Trace]:
    """A touch for each row that is not in the log yet. Companies that nobody knows are made."""
    types = _types(desk)
    traces = [_checked(desk, row) for row in rows]
    sound = [(trace, row) for trace, row in zip(traces, rows, strict=True) if trace.outcome != "rejected"]
    accounts.load(desk, [named_by(row) for _, row in sound])
    said = [_said(desk, trace, row, types) for trace, row in sound]
    accounts.write(desk, ())
    said = [_hashed(each) for each in said]
    links = [row for _, row in sound]
    contacts.load_linked(desk, links)
    deals.load(desk, links, code="deal_id", title="")
    kept = _numbered(desk, said)
    if not desk.is_trial:
        desk.touches += [_touch(desk, each, ordinal) for each, ordinal in kept]
    return traces


def _checked(desk: Desk, row: Row) -> Trace:
    if not named_by(row):
        return desk.reject(row, Flaw("no_key"))
    if "at" not in row.values:
        return desk.reject(row, Flaw("no_date"))
    if row.values["at"] > desk.latest_us:
        return desk.reject(row, Flaw("date_in_future"))
    if not (row.text("type") or desk.of.options.get("constant")):
        return desk.reject(row, Flaw("no_type"))
    if _is_too_large(row):
        return desk.reject(row, Flaw("too_large"))
    return Trace(row.line, "created")


def _is_too_large(row: Row) -> bool:
    """Whether the kept columns are more than the log takes, with room for the properties that are added here."""
    size = sum(len(name.encode()) + len(text.encode()) for name, text in row.extra.items())
    return size > MOST_PROPERTY_BYTES - 4_000 or len(row.extra) > MOST_PROPERTIES - 10


def _types(desk: Desk) -> Mapping[str, str]:
    """The key of a type by its folded key and labels."""
    known: dict[str, str] = {}
    rows = TouchType.objects.of(desk.workspace).order_by("-is_shipped", "id")
    for names in rows.values_list("key", "label_ru", "label_en"):
        for name in names:
            known.setdefault(folded(name), names[0])
    return known


def _said(desk: Desk, trace: Trace, row: Row, types: Mapping[str, str]) -> _Said:
    text = (row.text("type") or str(desk.of.options.get("constant", "")))[:_MOST_TYPE]
    kind = types.get(folded(text))
    if kind is None:
        desk.tally.name("types", text)
    account = accounts.found_or_made(desk, trace, named_by(row))
    return _Said(row, trace, account, kind or text)


def _hashed(said: _Said) -> _Said:
    """With the hash of its content: the company before any merge, so that a merge does not double the touches."""
    if given := said.row.text("message_id"):
        content = f"id\0{given}"
    else:
        content = f"row\0{said.account.id}\0{said.type}\0{said.row.values['at']}"
    base = blake2b(content.encode(), digest_size=16).digest()
    return _Said(said.row, said.trace, said.account, said.type, base, bool(given))


def _numbered(desk: Desk, said: list[_Said]) -> list[tuple[_Said, int]]:
    """Number equal rows of the file and tell those that are in the log already. Gives the new ones."""
    before = _before(desk, said)
    stored = _stored(desk, said)
    records, kept = [], []
    for each in said:
        ordinal = 0 if each.by_id else _next(desk, each.base, before)
        is_new = (each.base, ordinal) not in stored
        if is_new:
            kept.append((each, ordinal))
            stored.add((each.base, ordinal))
        else:
            each.trace.outcome = "duplicate"
        if is_new or not each.by_id:
            records.append((each, ordinal, is_new))
    if not desk.is_trial:
        insert(
            ImportedTouch,
            ("base", "ordinal", "line", "is_stored"),
            ((said.base, ordinal, said.trace.line, is_new) for said, ordinal, is_new in records),
            same={"workspace_id": desk.workspace.pk, "of_id": desk.of.pk},
        )
    return kept


def _before(desk: Desk, said: list[_Said]) -> dict[bytes, int]:
    """How many rows with the same content earlier batches of the file had."""
    if desk.is_trial:
        return {}
    bases = {each.base for each in said if not each.by_id}
    rows = ImportedTouch.objects.filter(of=desk.of, base__in=bases).values("base").annotate(rows=Count("id"))
    return {bytes(row["base"]): row["rows"] for row in rows.order_by()}


def _next(desk: Desk, base: bytes, before: dict[bytes, int]) -> int:
    if desk.overlay is not None:
        return desk.overlay.count(base)
    ordinal = before.get(base, 0)
    before[base] = ordinal + 1
    return ordinal


def _stored(desk: Desk, said: list[_Said]) -> set[tuple[bytes, int]]:
    """Rows that any file brought in, by content and ordinal."""
    rows = ImportedTouch.objects.filter(
        workspace=desk.workspace, base__in={each.base for each in said}, is_stored=True
    ).values_list("base", "ordinal")
    stored = {(bytes(base), ordinal) for base, ordinal in rows}
    if desk.overlay is not None:
        # Ids of the file itself that came twice.
        stored |= {(each.base, 0) for each in said if each.by_id and desk.overlay.is_counted(each.base)}
        for each in said:
            if each.by_id:
                desk.overlay.count(each.base)
    return stored


def _touch(desk: Desk, said: _Said, ordinal: int) -> NewTouch:
    row = said.row
    contact = contacts.linked(desk, row)
    deal = desk.deals.get(f"x:{row.text('deal_id')}") if row.text("deal_id") else None
    return NewTouch(
        f"{said.base.hex()}:{ordinal}", said.type, row.values["at"],
        account_id=accounts.standing(desk, said.account).id,
        contact_id=None if contact is None else contact.id,
        deal_id=None if deal is None else deal.id,
        ended_us=row.values.get("ended_at"),
        channel=row.text("channel"), campaign=row.text("campaign"), page=row.text("page"),
        value=_number(row.values.get("value")),
        properties=_properties(row, contact, deal), position=row.line,
    )  # fmt: skip


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _properties(row: Row, contact: Entry | None, deal: Entry | None) -> dict[str, str]:
    """Kept columns, and links that point to nobody known: nothing of the row is lost."""
    said = dict(row.extra)
    if contact is None:
        said |= {key: row.text(key) for key in ("contact_id", "contact_email") if row.text(key)}
    if deal is None and row.text("deal_id"):
        said["deal_id"] = row.text("deal_id")
    if row.text("contact_role"):
        said["contact_role"] = row.text("contact_role")
    return said
