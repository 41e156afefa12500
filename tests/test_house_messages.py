"""Texts of the interface: every one has its English, Russian plurals have their three forms, nothing is left over."""

import gettext
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from scripts import messages


@pytest.mark.parametrize("room", sorted(path.name for path in messages.ROOMS.iterdir() if path.is_dir()))
def test_every_text_is_translated(room: str) -> None:
    assert messages.problems(room) == []


def test_the_files_are_as_the_tool_writes_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that the next `update` changes only what has changed."""
    before = {path: path.read_text(encoding="utf-8") for path in messages.ROOMS.glob("*/locale/*/LC_MESSAGES/*.po")}
    monkeypatch.setattr(messages, "write", lambda path, text: written.__setitem__(path, text))
    written: dict[Path, str] = {}
    for room in messages.rooms():
        messages.update(room)

    assert before
    assert written == before


def test_one_text_has_one_translation() -> None:
    """Catalogues of all rooms are one at run time: which of two translations wins would be chance."""
    found: dict[tuple[object, ...], set[str]] = {}
    for path in messages.ROOMS.glob("*/locale/en/LC_MESSAGES/*.po"):
        for message in read_po(io.BytesIO(path.read_bytes())):
            if message.id:
                found.setdefault((message.context, str(message.id)), set()).add(str(message.string))
    assert {key: texts for key, texts in found.items() if len(texts) > 1} == {}


# What is said in its own language whatever the page speaks.
AS_THEY_ARE = {"Русский"}
NOT_SHOWN = re.compile(
    r"\{#.*?#\}|\{% comment .*?%\}.*?\{% endcomment %\}"
    r"|\{% blocktrans.*?%\}.*?\{% endblocktrans(?:late)? %\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->",
    re.DOTALL,
)


def test_no_text_of_a_template_goes_past_translation() -> None:
    found = [
        f"{path.relative_to(messages.ROOMS)}: {word}"
        for path in sorted(messages.ROOMS.glob("*/templates/**/*.html"))
        for word in re.findall(r"[А-Яа-яЁё][\w -]*", NOT_SHOWN.sub(" ", path.read_text(encoding="utf-8")))
        if word.strip() not in AS_THEY_ARE
    ]
    assert found == []


def test_no_script_speaks_one_language() -> None:
    """Words of scripts come from data- attributes of the page. Keys and units are no words: up to two letters."""
    comment = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
    found = [
        f"{path.relative_to(messages.ROOMS)}: {word}"
        for path in sorted(messages.ROOMS.glob("*/front/**/*.ts"))
        if not path.name.endswith(".test.ts")
        for word in re.findall(r"[А-Яа-яЁё]{3,}", comment.sub(" ", path.read_text(encoding="utf-8")))
    ]
    assert found == []


ENTRY = '#: page.html\nmsgid "{text}"\nmsgstr "{translation}"\n'
PLURAL = (
    '#: page.html\nmsgid "%(n)s компания"\nmsgid_plural "%(n)s компании"\n'
    'msgstr[0] "%(n)s company"\nmsgstr[1] "%(n)s companies"\n'
)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A room of one page with one text and one plural."""
    monkeypatch.setattr(messages, "ROOMS", tmp_path)
    (tmp_path / "shop" / "templates").mkdir(parents=True)
    (tmp_path / "shop" / "templates" / "page.html").write_text(
        '{% load i18n %}{% translate "Сохранить" %} <b style="x">a\'s</b> {% if x %}\n'
        "   {% blocktranslate trimmed count n=n %}{{ n }} компания{% plural %}{{ n }} компании{% endblocktranslate %}",
        encoding="utf-8",
    )
    messages.source.cache_clear()
    yield tmp_path / "shop"
    messages.source.cache_clear()


def filled(room: Path, entry: str) -> Path:
    """The room with its English file: its own header, the plural and one more entry."""
    messages.update("shop")
    path = room / "locale" / "en" / "LC_MESSAGES" / "django.po"
    path.write_text(messages._header("en") + PLURAL + "\n" + entry, encoding="utf-8")
    return path


def test_texts_come_in_and_translations_stay(room: Path) -> None:
    path = filled(room, ENTRY.format(text="Сохранить", translation="Save"))
    messages.update("shop")

    text = path.read_text(encoding="utf-8")
    assert 'msgid "Сохранить"\nmsgstr "Save"' in text
    assert 'msgstr[1] "%(n)s companies"' in text
    assert "Date" not in text
    assert ".html:" not in text
    assert messages.problems("shop") == ["shop ru: without a translation: '%(n)s компания'"]


@pytest.mark.parametrize(
    ("text", "translation", "problem"),
    [
        ("Сохранить", "", "without a translation"),
        ("Сохранить", "Сохранить", "Cyrillic letters in the English text"),
        ("Сохранить", "Save %(name)s", "placeholders ['%(name)s'] instead of []"),
        ("Удалить", "Delete", "no longer in the source"),
        ("Удалить", "Delete", "not in the file"),
    ],
)
def test_what_is_wrong_is_named(room: Path, text: str, translation: str, problem: str) -> None:
    filled(room, ENTRY.format(text=text, translation=translation))

    assert any(problem in line for line in messages.problems("shop"))


def test_a_broken_file_is_named(room: Path) -> None:
    filled(room, 'msgid "Сохранить"\nSave\n')

    with pytest.raises(SystemExit, match=r"django\.po: .*Compare with"):
        messages.problems("shop")


def test_compiled_texts_are_found_and_written_once(room: Path) -> None:
    filled(room, ENTRY.format(text="Сохранить", translation="Save"))
    assert messages.compile_all() == 2

    compiled = room / "locale" / "en" / "LC_MESSAGES" / "django.mo"
    with compiled.open("rb") as file:
        english = gettext.GNUTranslations(file)
    assert english.gettext("Сохранить") == "Save"
    assert english.ngettext("%(n)s компания", "%(n)s компании", 5) == "%(n)s companies"
    assert messages.compile_all() == 0
