"""What became of the rows: the report by outcome, and the rejected rows as a file to mend and load again."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tropa.analysis.formats.canonical import trimmed
from tropa.analysis.formats.rows import Chunk
from tropa.capture import running
from tropa.capture.guessing import RETURNED, is_returned
from tropa.capture.models import Import, ImportedRow, ImportedTouch, Kind
from tropa.capture.problems import NOTES, kept_text, reason_text
from tropa.customers.export import inert
from tropa.customers.models import Account, Contact, Deal, Order
from tropa.web import typography

PAGE_ROWS = 100
_NAMED: Mapping[str, tuple[Any, str, str]] = {
    "account": (Account, "name", "account"),
    "contact": (Contact, "name", "contact"),
    "deal": (Deal, "title", "deal"),
    "order": (Order, "number", ""),
}


@dataclass(frozen=True, slots=True)
class Told:
    """A row of the report. url: the page of what the row made; empty when it has none, or no longer.

    kept: why undoing left it; taken_back: what became of it when the import was undone.
    """

    line: int
    name: str = ""
    url: str = ""
    reason: str = ""
    column: str = ""
    value: str = ""
    kept: str = ""
    taken_back: str = ""


def page_of(of: Import, outcome: str, number: str) -> "tuple[Page[Any], list[Told]]":
    """Rows of one outcome. Rows that only turned into a touch are known by their line alone."""
    if outcome == "kept":
        rows: Any = ImportedRow.objects.filter(of=of).exclude(kept="").order_by("line")
    elif outcome == "noted":
        rows = ImportedRow.objects.filter(of=of, reason__in=NOTES).order_by("line")
    elif of.kind == Kind.TOUCHES and outcome == ImportedRow.Outcome.CREATED:
        rows = _touches(of)
    else:
        rows = ImportedRow.objects.filter(of=of, outcome=outcome).order_by("line")
    page = Paginator(rows, PAGE_ROWS).get_page(number)
    names = _names(of, page)
    return page, [_told(of, row, names) for row in page]


def _touches(of: Import) -> Any:
    """The rows that turned into a touch, also when it was taken back since."""
    rows = ImportedTouch.objects.filter(of=of).order_by("line")
    if not of.undone:
        return rows.filter(is_stored=True)
    before = ImportedRow.objects.filter(of=of, outcome=ImportedRow.Outcome.DUPLICATE, line=OuterRef("line"))
    return rows.exclude(Exists(before))


def _names(of: Import, page: "Page[Any]") -> dict[str, str]:
    wanted: dict[str, list[int]] = {}
    for row in page:
        noun, _colon, pk = getattr(row, "target", "").partition(":")
        if noun in _NAMED:
            wanted.setdefault(noun, []).append(int(pk))
    names: dict[str, str] = {}
    for noun, pks in wanted.items():
        model, column, _ = _NAMED[noun]
        rows = model.objects.filter(workspace=of.workspace, pk__in=pks).values_list("pk", column)
        names |= {f"{noun}:{pk}": name for pk, name in rows}
    return names


def _told(of: Import, row: Any, names: Mapping[str, str]) -> Told:
    if isinstance(row, ImportedTouch):
        return Told(row.line, taken_back="" if row.is_stored else _("Убрано"))
    noun, _colon, pk = row.target.partition(":")
    route = _NAMED[noun][2] if row.target in names else ""
    return Told(
        row.line,
        names.get(row.target) or _former_name(row),
        reverse(route, args=[of.workspace.slug, int(pk)]) if route else "",
        reason_text(row.reason) if row.reason else "",
        row.details.get("column", ""),
        row.details.get("value", ""),
        kept_text(row.kept) if row.kept else "",
        _taken_back(row),
    )


def _former_name(row: ImportedRow) -> str:
    """The name of what the row made and nobody has any more."""
    noun = row.target.partition(":")[0]
    column = _NAMED[noun][1] if noun in _NAMED else ""
    return next(
        (str(after[column]) for target, _before, after in row.changes if target == row.target and column in after), ""
    )


def _taken_back(row: ImportedRow) -> str:
    if not (row.is_undone and row.changes):
        return ""
    if row.kept:
        return _("Осталось: %(why)s") % {"why": kept_text(row.kept)}
    return _("Убрано") if row.outcome == ImportedRow.Outcome.CREATED else _("Вернули прежнее")


def rejected_csv(of: Import) -> Iterator[bytes]:
    """The rejected rows in the encoding and with the delimiter of the file, each with its line and its reason in front.

    Cells that a spreadsheet would run are made inert; they come back as they were. Of an undone import each reason says
    so: mended, these rows alone would be there. Raises InputError at once when the file is gone.
    """
    source = running.open_import(of)
    reasons = dict(
        ImportedRow.objects.filter(of=of, outcome=ImportedRow.Outcome.REJECTED).values_list("line", "reason")
    )
    # Told now: whoever takes the lines later is in the language and the time zone of the request no more.
    header = RETURNED["en" if (get_language() or "ru").startswith("en") else "ru"]
    told = {reason: _rejected_for(of, reason) for reason in set(reasons.values())}
    texts = {line: told[reason] for line, reason in reasons.items()}
    return _encoded(_lines(of, source.chunks(of.headers), header, texts), of)


def _rejected_for(of: Import, reason: str) -> str:
    text = reason_text(reason)
    if of.status != Import.Status.UNDONE:
        return text
    at = typography.moment(of.finished_at).replace("\u00a0", " ")
    return _("%(reason)s (загрузку отменили %(at)s)") % {"reason": text, "at": at}


def _lines(
    of: Import, chunks: Iterator[Chunk], header: Sequence[str], reasons: Mapping[int, str]
) -> Iterator[list[str]]:
    own = of.headers[2:] if is_returned(of.headers) else of.headers
    yield [*header, *own]
    for chunk in chunks:
        yield from _rejected(chunk, own, of.options.get("delimiter") or ",", reasons)


def _rejected(chunk: Chunk, names: Sequence[str], delimiter: str, reasons: Mapping[int, str]) -> Iterator[list[str]]:
    bad = {row.line: row.text for row in chunk.bad if row.line in reasons}
    places = {line: place for place, line in enumerate(chunk.lines.tolist()) if line in reasons}
    columns = [trimmed(chunk, name) for name in names] if places else []
    for line in sorted(bad.keys() | places.keys()):
        if line in places:
            cells = [column[places[line]].as_py() for column in columns]
        else:
            cells = next(csv.reader(io.StringIO(bad[line], newline=""), delimiter=delimiter), [])
        yield [str(line), reasons[line], *map(inert, cells)]


def _encoded(lines: Iterator[list[str]], of: Import) -> Iterator[bytes]:
    encoding, delimiter = of.options.get("encoding") or "utf-8-sig", of.options.get("delimiter") or ";"
    coder = io.TextIOWrapper(raw := io.BytesIO(), encoding=encoding, errors="replace", newline="")
    writer = csv.writer(coder, delimiter=delimiter, lineterminator="\r\n")
    for line in lines:
        writer.writerow(line)
        coder.flush()
        if raw.tell() > 65_536:
            yield _taken(raw)
    yield _taken(raw)


def _taken(raw: io.BytesIO) -> bytes:
    data = raw.getvalue()
    raw.seek(0)
    raw.truncate()
    return data


def rejected_name(of: Import) -> str:
    """What the browser saves the file as."""
    stem = of.file_name.removesuffix(".gz").rsplit(".", 1)[0]
    return f"{stem[:80]}-rejected.csv"
