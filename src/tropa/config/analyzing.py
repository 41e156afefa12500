"""`tropa analyze` and `tropa demo`: figures of a log, without a server."""

import argparse
import json
import os
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tropa.analysis.document import Document, document
from tropa.analysis.log import EventLog
from tropa.analysis.model import JourneyModel
from tropa.analysis.problem import InputError
from tropa.analysis.report.terminal import summary
from tropa.analysis.summary import Analysis, analyse
from tropa.engine import Engine

MARK = "tropa"
MARKED_BYTES = 4096


def analyze(options: argparse.Namespace) -> None:
    """`tropa analyze`: read, analyse, print, write."""
    check_targets(options)
    model = None if options.journey is None else JourneyModel.read(options.journey)
    with Engine(memory_mb=options.memory) as engine:
        log = EventLog.read(
            options.log,
            engine=engine,
            columns=options.columns,
            timezone=options.timezone,
            encoding=options.encoding,
            delimiter=options.delimiter,
            decimal=options.decimal,
            date_format=options.date_format,
            keep=() if model is None else model.properties(),
            rejects=options.rejects,
        )
        show(analyse(log, model, as_of=as_of(options.as_of)), options)


def demo(options: argparse.Namespace) -> None:
    """`tropa demo`: write the demo world and analyse it on its own journey."""
    check_targets(options)
    from tropa.demo import DEFAULT_SIZE, JOURNEY, Size, generate

    size = DEFAULT_SIZE if options.accounts is None else Size(options.accounts)
    if options.touches is not None:
        size = Size.of_touches(options.touches)
    target = options.folder / "touches.parquet"
    _make_room(options.folder, target)
    path = generate(size, path=target, seed=options.seed).path
    model = JourneyModel.read(JOURNEY)
    with Engine(memory_mb=options.memory) as engine:
        log = EventLog.read(path, engine=engine, timezone="Europe/Moscow", keep=model.properties())
        show(analyse(log, model), options)


def show(analysis: Analysis, options: argparse.Namespace) -> None:
    """Print the summary and write what was asked for; files appear whole or not at all."""
    found = document(analysis)
    if options.html is not None:
        from tropa.analysis.report import render

        write_whole(options.html, render(found, language=options.lang))
    if options.json not in (None, "-"):
        write_whole(Path(options.json), as_json(found))
    if options.json == "-":
        print(as_json(found))
        return
    print(summary(found, language=options.lang))
    for path in (options.html, None if options.json is None else Path(options.json)):
        if path is not None:
            print(f"→ {path}")


def _make_room(folder: Path, target: Path) -> None:
    """A folder for the demo world; only a log of an earlier demo world is replaced."""
    from tropa.demo import is_world

    if folder.exists() and not folder.is_dir():
        raise InputError(
            "bad_target",
            ru=f"{folder}: это файл, а нужна папка. Укажите другую: --folder",
            en=f"{folder}: a file, needed is a folder. Name another one with --folder",
        )
    if target.exists() and not is_world(target):
        raise InputError(
            "target_exists",
            ru=f"{target}: файл уже есть, и это не демо-журнал. Укажите другую папку: --folder",
            en=f"{target}: the file exists and is no demo log. Name another folder with --folder",
        )
    folder.mkdir(parents=True, exist_ok=True)


def as_json(found: Document) -> str:
    """The document as JSON text; it holds no NaN."""
    return json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False)


def as_of(text: str | None) -> datetime | None:
    """An ISO moment; without offset it is UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InputError(
            "bad_as_of",
            ru=f"--as-of {text}: это не момент времени. Нужно, например, 2025-06-30 или 2025-06-30T18:00+03:00",
            en=f"--as-of {text}: not a moment. Needed is, for example, 2025-06-30 or 2025-06-30T18:00+03:00",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def check_targets(options: argparse.Namespace) -> None:
    """Refuse to replace a file that no earlier run wrote, before any work is done."""
    targets = [target for target in (options.html, options.json) if target not in (None, "-")]
    if len(targets) == 2 and Path(targets[0]).absolute() == Path(targets[1]).absolute():
        raise InputError(
            "same_target",
            ru=f"{targets[0]}: --html и --json пишут в один файл. Назовите два разных",
            en=f"{targets[0]}: --html and --json write to the same file. Name two",
        )
    for target in map(Path, targets):
        if target.is_dir() or not target.absolute().parent.is_dir():
            raise InputError(
                "bad_target",
                ru=f"{target}: сюда нельзя записать файл. Укажите имя файла в существующей папке",
                en=f"{target}: a file cannot be written here. Name a file in an existing folder",
            )
        if target.exists() and target.stat().st_size and not _is_ours(target):
            raise InputError(
                "target_exists",
                ru=f"{target}: файл уже есть, и его написала не Тропа. Укажите другое имя, чтобы его не потерять",
                en=f"{target}: the file exists and was not written by Tropa. Take another name, so that it is not lost",
            )


def _is_ours(target: Path) -> bool:
    with target.open("rb") as file:
        start = file.read(MARKED_BYTES).decode("utf-8", errors="replace").lower()
    return (start.startswith("<!doctype html>") and MARK in start) or start.lstrip("{ \n").startswith('"schema"')


def write_whole(target: Path, text: str) -> None:
    """Write beside the target and rename: a reader sees the old file or the new one, never a part."""
    handle, name = tempfile.mkstemp(dir=target.absolute().parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(name, 0o644)
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
