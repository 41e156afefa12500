"""Files on their way to the disk: streamed under a random name, measured and hashed as they come."""

import hashlib
import secrets
from collections.abc import Sized
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from tropa.analysis.formats.container import check_free_space
from tropa.analysis.problem import InputError
from tropa.capture.models import Import
from tropa.workspace.models import Workspace

MOST_BYTES = 200_000_000
MOST_XLSX_BYTES = 20_000_000
# The second step sends a field for each; DATA_UPLOAD_MAX_NUMBER_FIELDS leaves room for them and its other fields.
MOST_COLUMNS = 500
# Fields and borders of the form around the file.
_FORM_BYTES = 100_000
_LONGEST_NAME = 255
_STRAY_SECONDS = 86_400


def folder() -> Path:
    """Where uploaded files lie."""
    path = Path(settings.DATA) / "uploads"
    path.mkdir(parents=True, exist_ok=True)
    return path


def path_of(stored_as: str) -> Path:
    """The file of an import. stored_as comes from the database alone; its last part is taken all the same."""
    return folder() / Path(stored_as).name


def is_too_big(content_length: str | None) -> bool:
    """Whether a request says that it brings more than is taken."""
    return content_length is not None and content_length.isdigit() and int(content_length) > MOST_BYTES + _FORM_BYTES


def shown_name(name: str | None) -> str:
    """What a person called the file, without folders and control characters; never used as a path."""
    last = (name or "").replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(letter for letter in last if letter.isprintable()).strip()
    return clean[-_LONGEST_NAME:] or "file"


def sweep(*, now: datetime) -> int:
    """Remove files older than a day that no import knows; how many."""
    old = [each for each in folder().iterdir() if now.timestamp() - each.stat().st_mtime > _STRAY_SECONDS]
    known = set(Import.objects.filter(stored_as__in=[each.name for each in old]).values_list("stored_as", flat=True))
    strays = [each for each in old if each.name not in known]
    for each in strays:
        each.unlink(missing_ok=True)
    return len(strays)


def remove_files(workspace: Workspace) -> None:
    """Remove the files of a workspace that is removed."""
    for stored_as in Import.objects.of(workspace).exclude(stored_as="").values_list("stored_as", flat=True):
        path_of(stored_as).unlink(missing_ok=True)


class StoredFile(UploadedFile[bytes]):
    """An uploaded file where it will stay. stored_as: its random name; sha256: of its bytes."""

    def __init__(self, stored_as: str, name: str, size: int, sha256: str) -> None:
        super().__init__(file=None, name=name, size=size)
        self.stored_as = stored_as
        self.sha256 = sha256
        self.shown = shown_name(name)

    @property
    def path(self) -> Path:
        return path_of(self.stored_as)

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)


class StreamToUploads(FileUploadHandler):
    """Writes each block as it comes. What is beyond the limit is read and dropped: the browser gets its answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._target: IO[bytes] | None = None
        self._stored_as = ""
        self.stored: list[StoredFile] = []

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        check_free_space(folder(), shown_name(self.file_name))
        self._stored_as = secrets.token_hex(16)
        self._hash, self._size = hashlib.sha256(), 0
        self._target = path_of(self._stored_as).open("xb")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self._size += len(raw_data)
        if self._target is not None and self._size <= MOST_BYTES:
            self._hash.update(raw_data)
            self._target.write(raw_data)
        return None

    def file_complete(self, file_size: int) -> StoredFile:
        self._close()
        stored = StoredFile(self._stored_as, self.file_name or "", self._size, self._hash.hexdigest())
        self.stored.append(stored)
        return stored

    def upload_interrupted(self) -> None:
        self._close()
        path_of(self._stored_as).unlink(missing_ok=True)

    def _close(self) -> None:
        if self._target is not None:
            self._target.close()
            self._target = None


def check_size(file: StoredFile, kind: str) -> None:
    """Raise InputError for a file that is larger than its kind may be."""
    most = MOST_XLSX_BYTES if kind == "xlsx" else MOST_BYTES
    if file.size is not None and file.size > most:
        raise too_big(file.shown, most, kind)


def check_columns(names: Sized, shown: str) -> None:
    """Raise InputError for a table with more columns than can be matched on one page."""
    if len(names) > MOST_COLUMNS:
        raise InputError(
            "too_many_columns",
            ru=f"{shown}: столбцов в таблице {len(names)}, загружается не больше {MOST_COLUMNS}. "
            "Оставьте нужные столбцы или разделите таблицу на части и загрузите файл ещё раз.",
            en=f"{shown}: the table has {len(names)} columns, at most {MOST_COLUMNS} can be imported. "
            "Keep the columns that you need or split the table, and upload the file again.",
        )


def too_big(name: str, most: int = MOST_BYTES, kind: str = "") -> InputError:
    what = "XLSX" if kind == "xlsx" else "CSV"
    return InputError(
        "too_big",
        ru=f"{name}: файл больше {most // 1_000_000} МБ. Для {what} это предел: разделите файл или сохраните как CSV.",
        en=f"{name}: the file is larger than {most // 1_000_000} MB, the limit for {what}. Split it or save it as CSV.",
    )
