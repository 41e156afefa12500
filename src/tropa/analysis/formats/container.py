"""Opening a file: what it really is (by its first bytes), and gzip that cannot fill the memory or the disk."""

import gzip
import io
import json
import shutil
import stat
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, BinaryIO, cast

from tropa.analysis.formats import limits
from tropa.analysis.problem import InputError, did_you_mean

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES = 256 * limits.KIB

EXTENSIONS = {
    ".csv": "csv",
    ".txt": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".xlsx": "xlsx",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "jsonl",
    ".jsonocel": "ocel",
    ".xes": "xes",
    ".xml": "xes",
}
_OTHER_MAGIC = {
    b"\xd0\xcf\x11\xe0": "XLS",
    b"BZh": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
    b"7z\xbc\xaf": "7z",
    b"Rar!": "RAR",
    b"%PDF": "PDF",
    b"\x89PNG": "PNG",
    b"\xff\xd8\xff": "JPEG",
    b"SQLite format 3": "SQLite",
    b"\x7fELF": "ELF",
    b"\x1f\x8b": "gzip in gzip",
}
_OCEL_WORDS = ('"objectTypes"', '"eventTypes"', '"relationships"', '"ocel:')


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that was looked at: its kind by content, and whether its name promised another one.

    shown: what a person calls the file when it is stored under another name.
    """

    path: Path
    kind: str
    compressed: bool
    promised: str | None
    shown: str | None = None

    @property
    def name(self) -> str:
        return self.shown or self.path.name

    @property
    def is_as_named(self) -> bool:
        alike = {"tsv": "csv", "ocel": "jsonl"}
        promised = alike.get(self.promised or "", self.promised)
        return promised is None or promised == alike.get(self.kind, self.kind)

    def stream(self) -> BinaryIO:
        """The unpacked bytes from the beginning; raises InputError for a damaged or boundless gzip."""
        return _open(self.path, compressed=self.compressed, name=self.name)

    def local(self, folder: Path) -> Path:
        """A path to the unpacked bytes, for readers that need to seek; a copy in `folder` when packed."""
        if not self.compressed:
            return self.path
        copy = folder / f"unpacked-{len(list(folder.glob('unpacked-*')))}"
        with self.stream() as packed, copy.open("xb") as target:
            while block := packed.read(limits.MIB):
                check_free_space(folder, self.name)
                target.write(block)
        return copy


def look_at(path: Path, shown: str | None = None) -> Opened:
    """Check that the path is a readable file with content and find out what is in it.

    shown: the name a person knows the file by, used in messages and for its ending, never as a path.
    """
    _check_regular(path)
    name = shown or path.name
    compressed = _first_bytes(path, compressed=False, size=2) == b"\x1f\x8b"
    head = _first_bytes(path, compressed=compressed, size=HEAD_BYTES, shown=shown)
    if not head.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise InputError(
            "empty_file",
            ru=f"{name}: файл пуст. Нужна таблица с заголовком и хотя бы одной строкой.",
            en=f"{name}: the file is empty. A table with a header and at least one row is needed.",
        )
    suffixes = [suffix.lower() for suffix in PurePath(name).suffixes if suffix.lower() != ".gz"]
    promised = EXTENSIONS.get(suffixes[-1]) if suffixes else None
    return Opened(path, _kind(head, promised, name), compressed, promised, shown)


def check_free_space(folder: Path, name: str) -> None:
    """Raise InputError before the disk with the temporary files is full."""
    free = shutil.disk_usage(folder).free
    if free < limits.KEEP_FREE_BYTES:
        raise InputError(
            "disk_full",
            ru=f"{name}: на диске с временными файлами осталось {free // limits.MIB} МиБ. "
            "Освободите место или задайте другую папку переменной TMPDIR.",
            en=f"{name}: {free // limits.MIB} MiB are left on the disk for temporary files. "
            "Free some space or name another folder in the TMPDIR variable.",
        )


def damaged(name: str, what: str, detail: str) -> InputError:
    """The file cannot be read as what it is."""
    return InputError(
        "damaged_file",
        ru=f"{name}: файл повреждён или не является {what} ({detail}). Выгрузите его заново.",
        en=f"{name}: the file is damaged or is not {what} ({detail}). Export it again.",
    )


def _check_regular(path: Path) -> None:
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        raise _missing(path) from error
    if stat.S_ISDIR(mode):
        raise InputError(
            "is_directory",
            ru=f"{path}: это папка. Укажите один файл с журналом.",
            en=f"{path}: this is a directory. Name one file with the log.",
        )
    if not stat.S_ISREG(mode):
        raise InputError(
            "not_a_file",
            ru=f"{path}: это не обычный файл. Сохраните данные в файл и укажите его.",
            en=f"{path}: this is not a regular file. Save the data to a file and name it.",
        )


def _missing(path: Path) -> InputError:
    close = did_you_mean(path.name, _neighbours(path))
    return InputError(
        "no_file",
        ru=f"{path}: файла нет." + (f" Возможно, вы имели в виду {close}." if close else " Проверьте путь."),
        en=f"{path}: no such file." + (f" Did you mean {close}?" if close else " Check the path."),
    )


def _neighbours(path: Path) -> Iterable[str]:
    try:
        return [entry.name for entry, _ in zip(path.parent.iterdir(), range(1_000), strict=False)]
    except OSError:
        return []


def _first_bytes(path: Path, *, compressed: bool, size: int, shown: str | None = None) -> bytes:
    try:
        with _open(path, compressed=compressed, name=shown or path.name) as stream:
            return stream.read(size)
    except OSError as error:
        raise InputError(
            "unreadable",
            ru=f"{path}: файл не читается ({error.strerror}). Проверьте права доступа.",
            en=f"{path}: the file cannot be read ({error.strerror}). Check its permissions.",
        ) from error


def _kind(head: bytes, promised: str | None, name: str) -> str:
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return "xlsx"
    for magic, what in _OTHER_MAGIC.items():
        if head.startswith(magic):
            raise _unsupported(name, what)
    if promised in ("parquet", "xlsx") and b"\0" in head:
        raise damaged(name, "XLSX" if promised == "xlsx" else "Parquet", "wrong first bytes")
    return _text_kind(_as_text(head).lstrip("\ufeff \t\r\n"), promised)


def _text_kind(text: str, promised: str | None) -> str:
    if text.startswith("<"):
        return "xes"
    if text.startswith("{"):
        return "ocel" if _is_ocel(text) else "jsonl"
    if text.startswith("[") and promised in ("jsonl", "ocel"):
        return "jsonl"
    return "csv" if promised in (None, "parquet", "xlsx", "ocel") else promised


def _is_ocel(text: str) -> bool:
    try:
        first = json.loads(text.split("\n", 1)[0])
    except (ValueError, RecursionError):
        return any(word in text for word in _OCEL_WORDS)
    if not isinstance(first, dict):
        return False
    return {"events", "objects"} <= set(first) or any(key.startswith("ocel:") for key in first)


def _as_text(head: bytes) -> str:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return head.decode("utf-16" if wide else "utf-8", errors="replace")


def _unsupported(name: str, what: str) -> InputError:
    return InputError(
        "unsupported_format",
        ru=f"{name}: содержимое файла — {what}. Сохраните таблицу как CSV или XLSX.",
        en=f"{name}: the content of the file is {what}. Save the table as CSV or XLSX.",
    )


def _open(path: Path, *, compressed: bool, name: str) -> BinaryIO:
    if not compressed:
        return path.open("rb")
    return cast(BinaryIO, io.BufferedReader(_Gunzip(path, name), limits.MIB))


class _Gunzip(io.RawIOBase):
    """The unpacked bytes of a gzip, stopped when they are out of proportion to the packed ones."""

    def __init__(self, path: Path, name: str) -> None:
        self._name = name
        self._packed = path.stat().st_size
        self._file = gzip.GzipFile(path)
        self._unpacked = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        view = memoryview(buffer)
        try:
            block = self._file.read(len(view))
        except EOFError as error:
            raise self._truncated() from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise damaged(self._name, "gzip", str(error)) from error
        view[: len(block)] = block
        self._unpacked += len(block)
        self._check()
        return len(block)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _check(self) -> None:
        far = self._unpacked > limits.GZIP_FREE_BYTES and self._unpacked > limits.GZIP_MOST_RATIO * self._packed
        if not far and self._unpacked <= limits.MOST_UNPACKED_BYTES:
            return
        raise InputError(
            "gzip_bomb",
            ru=f"{self._name}: архив из {self._packed} байт распаковался уже в {self._unpacked} байт. "
            f"Допустимо до {limits.GZIP_MOST_RATIO} раз (после 100 МБ) и до 50 ГиБ. "
            "Если файл настоящий, распакуйте его сами.",
            en=f"{self._name}: {self._packed} packed bytes have already become {self._unpacked}. "
            f"Up to {limits.GZIP_MOST_RATIO} times (beyond 100 MB) and up to 50 GiB are allowed. "
            "If the file is genuine, unpack it yourself.",
        )

    def _truncated(self) -> InputError:
        return InputError(
            "truncated_gzip",
            ru=f"{self._name}: архив gzip обрывается на {self._unpacked} распакованных байтах. "
            "Скачайте или выгрузите файл заново.",
            en=f"{self._name}: the gzip ends early, after {self._unpacked} unpacked bytes. "
            "Download or export the file again.",
        )
