"""Any table in a file, as text columns: for whoever says by hand what its columns mean (the import wizard)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tropa.analysis.formats.container import Opened, look_at
from tropa.analysis.formats.delimited import Delimited
from tropa.analysis.formats.jsonl import JsonLines
from tropa.analysis.formats.rows import Source
from tropa.analysis.formats.text import UndecodableError, guess_encoding
from tropa.analysis.formats.xes import XesEvents
from tropa.analysis.formats.xlsx import Sheet
from tropa.analysis.problem import InputError

FORMATS = ("csv", "tsv", "xlsx", "jsonl", "xes")


@dataclass(frozen=True, slots=True)
class Table:
    """A file opened as a table. rows: counted, with those that cannot be cut into fields; bad: these alone."""

    opened: Opened
    source: Source
    rows: int
    bad: int


def open_table(
    path: Path, *, shown: str, encoding: str | None = None, delimiter: str | None = None
) -> tuple[Opened, Source]:
    """The table in a file. shown: its name for people. Raises InputError."""
    opened = look_at(path, shown)
    kinds: Mapping[str, Callable[[], Source]] = {
        "csv": lambda: Delimited(opened, encoding, delimiter),
        "tsv": lambda: Delimited(opened, encoding, delimiter or "\t"),
        "xlsx": lambda: Sheet(path, opened.name),
        "jsonl": lambda: JsonLines(opened, encoding),
        "xes": lambda: XesEvents(opened),
    }
    if opened.kind not in kinds or (opened.kind == "xlsx" and opened.compressed):
        raise _unsupported(opened)
    return opened, kinds[opened.kind]()


def count_table(
    path: Path,
    *,
    shown: str,
    encoding: str | None = None,
    delimiter: str | None = None,
    most_bytes: int | None = None,
) -> Table:
    """Open the table and read all of it once, so that an encoding guessed from the beginning is known to hold.

    most_bytes: refuse more unpacked bytes than that. Raises InputError.
    """
    try:
        return _counted(path, shown, (encoding, delimiter), most_bytes)
    except UndecodableError as error:
        again = guess_encoding(error.near)
        if encoding is not None or again in ("utf-8", "utf-8-sig"):
            raise
        return _counted(path, shown, (again, delimiter), most_bytes)


def _counted(path: Path, shown: str, reading: tuple[str | None, str | None], most_bytes: int | None) -> Table:
    _refuse_unpacked(path, shown, most_bytes)
    opened, source = open_table(path, shown=shown, encoding=reading[0], delimiter=reading[1])
    rows = bad = 0
    for chunk in source.chunks(source.names[:1]):
        rows += len(chunk) + len(chunk.bad)
        bad += len(chunk.bad)
    return Table(opened, source, rows, bad)


def _refuse_unpacked(path: Path, shown: str, most_bytes: int | None) -> None:
    opened = look_at(path, shown)
    if most_bytes is None or not opened.compressed:
        return
    unpacked = 0
    with opened.stream() as stream:
        while block := stream.read(1_000_000):
            unpacked += len(block)
            if unpacked > most_bytes:
                limit = most_bytes // 1_000_000
                raise InputError(
                    "too_big",
                    ru=f"{opened.name}: в распакованном виде файл больше {limit} МБ. Разделите его на части.",
                    en=f"{opened.name}: unpacked, the file is larger than {limit} MB. Split it.",
                )


def _unsupported(opened: Opened) -> InputError:
    return InputError(
        "unsupported_format",
        ru=f"{opened.name}: в файле {opened.kind.upper()}. Загружаются CSV, TSV, XLSX, JSONL, XES; "
        "CSV, TSV, JSONL и XES — также в .gz.",
        en=f"{opened.name}: the file holds {opened.kind.upper()}. CSV, TSV, XLSX, JSONL and XES can be loaded; "
        "CSV, TSV, JSONL and XES also as .gz.",
    )
