"""What an XLSX would cost, found out before it is parsed: the parser itself holds a whole sheet in memory."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.parsers import expat

from tropa.analysis.formats import limits
from tropa.analysis.formats.container import damaged
from tropa.analysis.problem import InputError

_LOCAL_HEADER_BYTES = 30
_BLOCK = limits.MIB
_STORED, _DEFLATED = 0, 8


def check_workbook(path: Path, name: str) -> None:
    """Raise InputError for a damaged archive or one that unpacks to more than the limits allow."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged(name, "XLSX", str(error)) from error
    if not any(entry.filename == "[Content_Types].xml" for entry in entries):
        raise damaged(name, "XLSX", "a ZIP archive without a workbook")
    declared = sum(entry.file_size for entry in entries)
    if len(entries) > limits.XLSX_MOST_ENTRIES or declared > limits.XLSX_MOST_UNPACKED_BYTES:
        raise _too_big(name, f"{len(entries)} entries, {declared} bytes")
    _Check(path, name).entries(entries)


class _Check:
    """Unpacks every entry once, counting what it holds and keeping nothing."""

    def __init__(self, path: Path, name: str) -> None:
        self._path, self._name = path, name
        self._unpacked = 0
        self._text_lengths: list[int] = []

    def entries(self, entries: list[zipfile.ZipInfo]) -> None:
        # The shared texts come first: the size of a sheet depends on them.
        ordered = sorted(entries, key=lambda entry: not entry.filename.lower().endswith("sharedstrings.xml"))
        with self._path.open("rb") as file:
            for entry in ordered:
                self._entry(file, entry)

    def _entry(self, file: BinaryIO, entry: zipfile.ZipInfo) -> None:
        counter = _Counter(self._text_lengths, self._name)
        size, is_xml, parser = 0, None, counter.parser()
        for block in self._blocks(file, entry):
            size += len(block)
            self._unpacked += len(block)
            if self._unpacked > limits.XLSX_MOST_UNPACKED_BYTES:
                raise _too_big(self._name, f"more than {limits.XLSX_MOST_UNPACKED_BYTES} bytes")
            is_xml = block.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \r\n\t").startswith(b"<") if is_xml is None else is_xml
            if is_xml:
                self._parse(parser, block, entry)
        if size != entry.file_size:
            raise damaged(self._name, "XLSX", f"{entry.filename}: {size} bytes, {entry.file_size} declared")
        if is_xml:
            self._parse(parser, None, entry)
            counter.check()

    def _parse(self, parser: expat.XMLParserType, block: bytes | None, entry: zipfile.ZipInfo) -> None:
        try:
            parser.Parse(block or b"", block is None)
        except (expat.ExpatError, ValueError) as error:
            raise damaged(self._name, "XLSX", f"{entry.filename}: {error}") from error

    def _blocks(self, file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The real content of an entry, whatever its declared size."""
        if entry.flag_bits & 1 or entry.compress_type not in (_STORED, _DEFLATED):
            raise damaged(self._name, "XLSX", f"{entry.filename}: encrypted or unusual compression")
        file.seek(entry.header_offset)
        header = file.read(_LOCAL_HEADER_BYTES)
        if len(header) < _LOCAL_HEADER_BYTES:
            raise damaged(self._name, "XLSX", f"{entry.filename}: cut off")
        file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        packed = _limited(file, entry.compress_size)
        if entry.compress_type == _STORED:
            yield from packed
            return
        try:
            yield from _inflate(packed)
        except zlib.error as error:
            raise damaged(self._name, "XLSX", f"{entry.filename}: {error}") from error


def _limited(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0 and (block := file.read(min(size, _BLOCK))):
        size -= len(block)
        yield block


def _inflate(packed: Iterator[bytes]) -> Iterator[bytes]:
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for block in packed:
        waiting = block
        while waiting and not unpacker.eof:
            yield unpacker.decompress(waiting, _BLOCK)
            waiting = unpacker.unconsumed_tail
    yield unpacker.flush()


class _Counter:
    """Rows, columns and text of a sheet, and the lengths of shared texts, from the events of one XML entry."""

    def __init__(self, text_lengths: list[int], name: str) -> None:
        self._lengths, self._name = text_lengths, name
        self._rows = self._columns = self._row = self._column = 0
        self._is_shared_cell = self._in_value = self._in_item = False
        self._value = ""
        self._text = self._item = 0

    def parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        return parser

    def check(self) -> None:
        if self._rows > limits.XLSX_MOST_ROWS + 1:
            raise _too_big(self._name, f"{self._rows} rows")
        if self._rows * self._columns > limits.XLSX_MOST_CELLS:
            raise _too_big(self._name, f"{self._rows} x {self._columns} cells")
        if self._text > limits.XLSX_MOST_TEXT_BYTES:
            raise _too_big(self._name, f"{self._text} characters in cells")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif tag == "c":
            self._cell(attributes.get("r"))
            self._is_shared_cell = attributes.get("t") == "s"
        elif tag == "v":
            self._in_value, self._value = True, ""
        elif tag == "si":
            self._in_item, self._item = True, 0

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "v":
            self._in_value = False
            if self._is_shared_cell and self._value.strip().isdigit():
                place = int(self._value)
                self._text += self._lengths[place] if place < len(self._lengths) else 0
        elif tag == "si":
            self._in_item = False
            self._lengths.append(self._item)

    def _characters(self, text: str) -> None:
        if self._in_value:
            self._value = (self._value + text)[:20]
        elif self._in_item:
            self._item += len(text.encode())

    def _cell(self, reference: str | None) -> None:
        letters = reference.rstrip("0123456789") if reference else ""
        self._column = _column_number(letters) if letters else self._column + 1
        self._row = int(reference[len(letters) :]) if reference else self._row
        self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)

    def _refuse_doctype(self, *_: Any) -> None:
        raise ValueError("a DTD is not allowed")


def _column_number(letters: str) -> int:
    number = 0
    for letter in letters.upper()[:4]:
        number = number * 26 + ord(letter) - 64
    return number


def _too_big(name: str, what: str) -> InputError:
    return InputError(
        "xlsx_too_big",
        ru=f"{name}: книга слишком велика ({what}). Допустимо {limits.XLSX_MOST_UNPACKED_BYTES // 1_000_000} МБ "
        f"в распакованном виде, {limits.XLSX_MOST_ENTRIES} частей, {limits.XLSX_MOST_ROWS} строк. "
        "Сохраните лист в CSV.",
        en=f"{name}: the workbook is too big ({what}). {limits.XLSX_MOST_UNPACKED_BYTES // 1_000_000} MB unpacked, "
        f"{limits.XLSX_MOST_ENTRIES} parts and {limits.XLSX_MOST_ROWS} rows are allowed. Save the sheet as CSV.",
    )
