"""Lists as files for spreadsheets: no cell is run as a formula, and what is loaded again is what was written."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import IO, Any

import xlsxwriter
from django.db.models import Model, QuerySet
from django.utils import timezone

from tropa.customers.models import Account, Affiliation, Contact, Deal
from tropa.web import typography

Cell = str | int | Decimal | date | datetime | None

# A spreadsheet runs text that begins like this; the full-width forms are made plain by some of them.
_RUN = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "＝", "＋", "－", "＠")
_IN_MEMORY_BYTES = 5_000_000
_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """Columns with their headings, and the rows that give their cells."""

    heads: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def inert(text: str) -> str:
    """A text that no spreadsheet runs. `plain` gives back what went in, whatever that was."""
    return "'" + text if text.lstrip("'").startswith(_RUN) else text


def plain(text: str) -> str:
    """What `inert` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(_RUN) else text


def _file() -> IO[bytes]:
    """Whoever sends it closes it."""
    return SpooledTemporaryFile(_IN_MEMORY_BYTES)


def as_csv(sheet: Sheet) -> IO[bytes]:
    """For the language of the page: in Russian with semicolons and decimal commas, as its spreadsheets want them."""
    file = _file()
    text = io.TextIOWrapper(file, "utf-8-sig", newline="", write_through=True)
    comma = typography.language() == "ru"
    writer = csv.writer(text, delimiter=";" if comma else ",")
    writer.writerow(sheet.heads)
    writer.writerows([_written(cell, comma=comma) for cell in row] for row in sheet.rows)
    text.detach()
    file.seek(0)
    return file


def _written(cell: Cell, *, comma: bool) -> str:
    if isinstance(cell, datetime):
        return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, Decimal):
        return f"{cell:f}".replace(".", ",") if comma else f"{cell:f}"
    return inert("" if cell is None else str(cell))


def as_xlsx(sheet: Sheet) -> IO[bytes]:
    """Text is typed as text, so nothing has to be escaped; figures and days are figures and days."""
    file = _file()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    book = xlsxwriter.Workbook(file, options)
    page = book.add_worksheet()
    formats: dict[type, Any] = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm"}),
    }
    for column, head in enumerate(sheet.heads):
        page.write_string(0, column, head)
    for number, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            _put(page, number, column, cell, formats)
    book.close()
    file.seek(0)
    return file


def _put(page: Any, row: int, column: int, cell: Cell, formats: dict[type, Any]) -> None:
    if isinstance(cell, datetime):
        page.write_datetime(row, column, timezone.localtime(cell).replace(tzinfo=None), formats[datetime])
    elif isinstance(cell, date):
        page.write_datetime(row, column, datetime(cell.year, cell.month, cell.day), formats[date])  # noqa: DTZ001
    elif isinstance(cell, int | Decimal):
        page.write_number(row, column, cell)
    elif cell:
        page.write_string(row, column, cell)


def _heads(model: type[Model], *names: str) -> list[str]:
    return [str(model._meta.get_field(name).verbose_name) for name in names]  # type: ignore[union-attr]  # own columns


def accounts(rows: "QuerySet[Account]") -> Sheet:
    """The list of accounts."""
    names = (
        "external_id",
        "name",
        "domain",
        "segment",
        "industry",
        "city",
        "employees",
        "phone",
        "owner",
        "created_at",
    )
    return Sheet(_heads(Account, *names), _cells(rows, _account_cells))


def _account_cells(account: Account) -> list[Cell]:
    owner = account.owner.user.email if account.owner else ""
    return [
        account.external_id, account.name, account.domain, account.segment, account.industry, account.city,
        account.employees, account.phone, owner, account.created_at,
    ]  # fmt: skip


def contacts(rows: "QuerySet[Contact]") -> Sheet:
    """The list of contacts, each with the account where they work now."""
    heads = _heads(Contact, "external_id", "name", "position", "buying_role", "email", "phone")
    heads += [*_heads(Deal, "account"), *_heads(Contact, "created_at")]
    return Sheet(heads, _contact_cells(rows))


def _contact_cells(rows: "QuerySet[Contact]") -> Iterator[list[Cell]]:
    working = Affiliation.objects.filter(until=None, contact__in=rows.order_by().values("pk")).order_by("is_main", "pk")
    places = dict(working.values_list("contact_id", "account__name"))
    for one in rows.iterator(chunk_size=_CHUNK):
        yield [
            one.external_id, one.name, one.position, str(one.get_buying_role_display()), one.email, one.phone,
            places.get(one.pk, ""), one.created_at,
        ]  # fmt: skip


def deals(rows: "QuerySet[Deal]") -> Sheet:
    """The list of deals."""
    names = (
        "external_id", "title", "account", "contact", "pipeline", "stage", "amount", "currency", "owner",
        "expected_close_on", "lost_reason", "created_at",
    )  # fmt: skip
    return Sheet(_heads(Deal, *names), _cells(rows.select_related("contact"), _deal_cells))


def _deal_cells(deal: Deal) -> list[Cell]:
    return [
        deal.external_id, deal.title, deal.account.name if deal.account else "", str(deal.contact or ""),
        deal.pipeline.name, deal.stage.name, deal.amount, deal.currency, deal.owner.user.email if deal.owner else "",
        deal.expected_close_on, deal.lost_reason, deal.created_at,
    ]  # fmt: skip


def _cells(rows: "QuerySet[Any]", of: Callable[[Any], list[Cell]]) -> Iterator[list[Cell]]:
    return (of(row) for row in rows.select_related(None).select_related(*_RELATED[rows.model]).iterator(_CHUNK))


_RELATED: dict[type[Model], tuple[str, ...]] = {
    Account: ("owner__user",),
    Deal: ("account", "contact", "pipeline", "stage", "owner__user"),
}
