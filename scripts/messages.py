"""Texts of the interface: Russian in the source, English beside it.

    messages.py update [ROOM ...]   bring src/tropa/ROOM/locale in line with the source; translations are kept
    messages.py compile             .po -> .mo, which the server reads (never committed)
    messages.py missing [ROOM ...]  what is not right yet; exit code 1 when there is something

The files hold no line numbers and no dates: they change only when texts do. English files hold every text; Russian
ones only those with plural forms, since all others are written in Russian in the source.
"""

import argparse
import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ROOT / "src" / "tropa"
LANGUAGES = ("en", "ru")
KEYWORDS: dict[str, tuple[Any, ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLURALS = {
    "en": (2, "(n != 1)"),
    "ru": (3, "(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|%[sd]")
CYRILLIC = re.compile(r"[А-Яа-яЁё]")
Key = tuple[str, str | None]


def rooms() -> list[str]:
    """Rooms that have texts to translate or translations already."""
    return sorted(path.name for path in ROOMS.iterdir() if path.is_dir() and (source(path.name) or _files(path.name)))


def _files(room: str) -> list[Path]:
    return [path for language in LANGUAGES if (path := po_path(room, language)).exists()]


def po_path(room: str, language: str) -> Path:
    return ROOMS / room / "locale" / language / "LC_MESSAGES" / "django.po"


@cache
def source(room: str) -> dict[Key, Message]:
    """Every text of a room's Python and templates: (text, context) → message with the files it stands in."""
    found: dict[Key, Message] = {}
    for path in sorted((ROOMS / room).rglob("*")):
        if path.suffix in (".py", ".html") and not {"tests", "migrations", "front"} & set(path.parts):
            for message in _extracted(path):
                kept = found.setdefault(_key(message), message)
                kept.locations = sorted({*kept.locations, (path.relative_to(ROOMS / room).as_posix(), 0)})
                if message.pluralizable and not kept.pluralizable:
                    kept.id, kept.string = message.id, message.string
    return found


def _extracted(path: Path) -> Iterator[Message]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".html":
        # What is left of a template are calls between blanks; its indentation means nothing to Python.
        text = re.sub(r"^[ \t]+", "", templatize(text, origin=str(path)), flags=re.MULTILINE)
    for _line, texts, _comments, context in extract("python", io.BytesIO(text.encode()), keywords=KEYWORDS):
        yield Message(texts, context=context)


def _key(message: Message) -> Key:
    return (_ids(message)[0], message.context)


def _ids(message: Message) -> tuple[str, ...]:
    """The text, or its singular and its plural."""
    return tuple(message.id) if isinstance(message.id, tuple | list) else (str(message.id),)


def read(path: Path) -> Catalog:
    """A translation file. Raises SystemExit that names the file when it cannot be read."""
    language = path.parts[-3]
    if not path.exists():
        return Catalog(locale=language)
    try:
        with path.open("rb") as file:
            return read_po(file, locale=language, ignore_obsolete=True, abort_invalid=True)
    except (PoFileError, ValueError) as error:
        raise SystemExit(f"{path.relative_to(ROOMS)}: {error}. Compare with `git diff`, or mend the line.") from error


def wanted(room: str, language: str) -> dict[Key, Message]:
    """The texts that a room's file of a language has to hold."""
    texts = source(room)
    return texts if language == "en" else {key: each for key, each in texts.items() if each.pluralizable}


def update(room: str) -> None:
    """Rewrite the files of a room: new texts come in, those that are gone go, translations stay."""
    for language in LANGUAGES:
        path = po_path(room, language)
        texts = wanted(room, language)
        if not texts:
            path.unlink(missing_ok=True)
            continue
        known = _known(room, language)
        catalog = Catalog(locale=language)
        for key, message in texts.items():
            string = known.get(key)
            fits = isinstance(string, tuple) == bool(message.pluralizable)
            catalog.add(
                message.id, string if string and fits else None, locations=message.locations, context=message.context
            )
        write(path, _header(language) + _body(catalog))


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _known(room: str, language: str) -> dict[Key, Any]:
    """Translations of this room and, for texts it shares with others, of theirs."""
    paths = [po_path(each, language) for each in sorted(path.name for path in ROOMS.iterdir()) if each != room]
    known: dict[Key, Any] = {}
    for path in [*paths, po_path(room, language)]:
        known |= {_key(each): each.string for each in read(path) if each.id and _translated(each)}
    return known


def _header(language: str) -> str:
    count, rule = PLURALS[language]
    return (
        'msgid ""\nmsgstr ""\n'
        f'"Language: {language}\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        f'"Plural-Forms: nplurals={count}; plural={rule};\\n"\n\n'
    )


def _body(catalog: Catalog) -> str:
    out = io.BytesIO()
    write_po(out, catalog, omit_header=True, sort_output=True, width=0, include_lineno=False, ignore_obsolete=True)
    return out.getvalue().decode().rstrip("\n") + "\n"


def compile_all() -> int:
    """Write every .mo that is older than its .po; returns how many were written."""
    written = 0
    for path in sorted(ROOMS.glob("*/locale/*/LC_MESSAGES/django.po")):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= path.stat().st_mtime_ns:
            continue
        # Written apart and moved: a server or another test run that reads it now sees a whole file.
        draft = target.with_name(f"{target.name}.{os.getpid()}")
        with draft.open("wb") as file:
            write_mo(file, read(path))
        draft.replace(target)
        written += 1
    return written


def problems(room: str) -> list[str]:
    """What is wrong with the translations of a room, each in one line."""
    return [line for language in LANGUAGES for line in _problems(room, language)]


def _problems(room: str, language: str) -> Iterator[str]:
    texts, catalog = wanted(room, language), read(po_path(room, language))
    present = {_key(message): message for message in catalog if message.id}
    for key in texts.keys() - present.keys():
        yield f"{room} {language}: not in the file, run `messages.py update {room}`: {key[0]!r}"
    for key, message in present.items():
        if key not in texts:
            yield f"{room} {language}: no longer in the source, run `messages.py update {room}`: {key[0]!r}"
        else:
            yield from (f"{room} {language}: {wrong}: {key[0]!r}" for wrong in _wrong(message, language))


def _strings(message: Message) -> tuple[str, ...]:
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return tuple(str(string or "") for string in strings)


def _translated(message: Message) -> bool:
    return all(_strings(message))


def _wrong(message: Message, language: str) -> Iterator[str]:
    strings = _strings(message)
    if not all(strings):
        yield "without a translation"
        return
    if message.fuzzy:
        yield "marked as fuzzy"
    if message.pluralizable and len(strings) != PLURALS[language][0]:
        yield f"{len(strings)} plural forms instead of {PLURALS[language][0]}"
    if language == "en" and any(CYRILLIC.search(string) for string in strings):
        yield "Cyrillic letters in the English text"
    yield from _wrong_placeholders(message, strings)


def _wrong_placeholders(message: Message, strings: Iterable[str]) -> Iterator[str]:
    given = set(PLACEHOLDER.findall(" ".join(_ids(message))))
    for string in strings:
        used = set(PLACEHOLDER.findall(string))
        # A plural form may do without its number («one company»); nothing may be used that is not given.
        if used - given or (not message.pluralizable and used != given):
            yield f"placeholders {sorted(used)} instead of {sorted(given)}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["update", "compile", "missing"])
    parser.add_argument("room", nargs="*", help=f"of {', '.join(rooms())}; all when none is named")
    asked = parser.parse_args(arguments)
    if unknown := set(asked.room) - set(rooms()):
        parser.error(f"no such room with texts: {', '.join(sorted(unknown))}; there are {', '.join(rooms())}")
    chosen = asked.room or rooms()
    if asked.command == "compile":
        print(f"{compile_all()} files compiled")
        return 0
    if asked.command == "update":
        for room in chosen:
            update(room)
    lines = [line for room in chosen for line in problems(room)]
    print("\n".join(lines) or "All texts are translated.")
    return 1 if lines and asked.command == "missing" else 0


if __name__ == "__main__":
    sys.exit(main())
