"""Texts are complete in both languages; numbers, shares, durations and counts read as people write them."""

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from tropa.analysis import words
from tropa.analysis.figure import Reason
from tropa.analysis.problem import Language
from tropa.analysis.words import Words

PACKAGE = Path(words.__file__).parents[1]
NB = words.NBSP


def sources(*rooms: str) -> str:
    """Code and templates of the product, tests left out; of all rooms, or of some."""
    folders = [PACKAGE / room for room in rooms] or [PACKAGE]
    files = [file for folder in folders for pattern in ("*.py", "*.html") for file in folder.rglob(pattern)]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if "tests" not in file.parts)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize(("key", "entry"), words.texts().items())
def test_every_text_is_in_both_languages_with_the_same_values(key: str, entry: words.Entry) -> None:
    assert set(entry) == {"ru", "en"}
    ru, en = entry["ru"], entry["en"]
    if isinstance(ru, str) and isinstance(en, str):
        assert ru.strip()
        assert en.strip()
        assert fields(ru) == fields(en)
        assert "!" not in ru + en
    else:
        assert (len(ru), len(en)) == ((12, 12) if key == "months" else (3, 2))


def test_no_text_is_missing() -> None:
    # The rooms with pages have texts of their own, and other functions that are called the same.
    code = sources("analysis")
    named = set(re.findall(r"""(?:words|\bt|text)\(\s*["']([a-z_]+(?:\.[a-z_0-9]+)*)["'][,)]""", code))

    assert named
    assert named <= set(words.texts())


def test_no_text_is_unused() -> None:
    code = sources()
    literals = set(re.findall(r"""["']([\w.]+)["']""", code))
    composed = {
        *re.findall(r"""f["']([a-z]+)\.[\w.]*\{""", code),
        *re.findall(r"""["']([a-z]+)\.[a-z_]*["'] ~""", code),
    }

    def is_used(key: str) -> bool:
        prefix, _, rest = key.partition(".")
        parts = {rest, rest.removesuffix(".done"), rest.removesuffix(".text"), rest.removeprefix("by_")}
        return key in literals or (prefix in composed and bool((parts - {""}) & literals))

    assert sorted(key for key in words.texts() if not is_used(key)) == []


def test_every_reason_for_a_missing_figure_has_words() -> None:
    assert [reason for reason in get_args(Reason) if f"reason.{reason}" not in words.texts()] == []


def test_an_unknown_reason_is_shown_as_it_came() -> None:
    assert Words("ru").reason("something_new") == "something_new"


@pytest.mark.parametrize(
    ("amount", "ru", "en"),
    [
        (0, "0 прохождений", "0 trips"),
        (1, "1 прохождение", "1 trip"),
        (2, "2 прохождения", "2 trips"),
        (5, "5 прохождений", "5 trips"),
        (11, "11 прохождений", "11 trips"),
        (12, "12 прохождений", "12 trips"),
        (21, "21 прохождение", "21 trips"),
        (22, "22 прохождения", "22 trips"),
        (111, "111 прохождений", "111 trips"),
        (1_200_001, f"1{NB}200{NB}001 прохождение", "1,200,001 trips"),
    ],
)
def test_nouns_take_the_form_their_number_asks_for(amount: int, ru: str, en: str) -> None:
    assert words.count(amount, "trip", "ru").replace(NB, " ") == ru.replace(NB, " ")
    assert words.count(amount, "trip", "en").replace(NB, " ") == en


@pytest.mark.parametrize(
    ("value", "digits", "ru", "en"),
    [
        (1234.5, 1, f"1{NB}234,5", "1,234.5"),
        (-1.25, 1, "−1,2", "−1.2"),
        (-0.04, 1, "0,0", "0.0"),
        (100_000_000, 0, f"100{NB}000{NB}000", "100,000,000"),
        (None, 0, "—", "—"),
        (float("nan"), 0, "—", "—"),
    ],
)
def test_numbers(value: float | None, digits: int, ru: str, en: str) -> None:
    assert words.number(value, "ru", digits=digits) == ru
    assert words.number(value, "en", digits=digits) == en


@pytest.mark.parametrize(
    ("fraction", "ru", "en"),
    [
        (0.0, f"0{NB}%", "0%"),
        (1.0, f"100{NB}%", "100%"),
        (0.1831, f"18,3{NB}%", "18.3%"),
        (0.0056, f"0,56{NB}%", "0.56%"),
        (0.0000001, f"<{NB}0,01{NB}%", f"<{NB}0.01%"),
        (0.99999, f">{NB}99,9{NB}%", f">{NB}99.9%"),
        (None, "—", "—"),
    ],
)
def test_a_share_is_never_rounded_to_nothing_or_to_all(fraction: float | None, ru: str, en: str) -> None:
    assert words.percent(fraction, "ru") == ru
    assert words.percent(fraction, "en") == en


@pytest.mark.parametrize(
    ("fraction", "shown"), [(0.25, f"25{NB}%"), (0.975, f"97,5{NB}%"), (0.1, f"10{NB}%"), (None, "—")]
)
def test_a_target_is_told_as_it_was_set(fraction: float | None, shown: str) -> None:
    assert words.goal(fraction, "ru") == shown


def test_an_interval() -> None:
    assert words.percent_range(0.148, 0.224, "ru") == f"14,8–22,4{NB}%"
    assert words.percent_range(None, 0.2, "ru") == ""


@pytest.mark.parametrize(
    ("seconds", "ru", "en"),
    [
        (0.0, "0 дней", "0 days"),
        (0.012, "12 мс", "12 ms"),
        (1.0, "1 секунда", "1 second"),
        (90.0, "1,5 минуты", "1.5 minutes"),
        (7200.0, "2 часа", "2 hours"),
        (47 * 3600.0, "47 часов", "47 hours"),
        (2.5 * 86400, "2,5 дня", "2.5 days"),
        (9.96 * 86400, "10 дней", "10 days"),
        (47.4 * 86400, "47 дней", "47 days"),
        (1000 * 86400.0, f"1{NB}000 дней", "1,000 days"),
        (4 * 365.25 * 86400, "4 года", "4 years"),
        (-3 * 86400.0, "−3 дня", "−3 days"),
        (None, "—", "—"),
    ],
)
def test_durations_choose_their_unit(seconds: float | None, ru: str, en: str) -> None:
    assert words.days(seconds, "ru").replace(NB, " ") == ru.replace(NB, " ")
    assert words.days(seconds, "en").replace(NB, " ") == en


@pytest.mark.parametrize(
    ("iso", "language", "shown"),
    [
        ("2024-05-17T09:40:00+00:00", "ru", f"17{NB}мая 2024, 09:40"),
        ("2024-05-17T00:00:00Z", "en", f"17{NB}May 2024"),
        (None, "ru", "—"),
        ("soon", "en", "soon"),
    ],
)
def test_moments(iso: str | None, language: Language, shown: str) -> None:
    assert words.moment(iso, language) == shown


def test_short_prepositions_and_dashes_stay_with_their_neighbours() -> None:
    shown = words.text("headlines.none", "ru")

    assert f"на{NB}каждом" in shown
    assert f"{NB}—" in words.text("page.foot", "ru")


def test_a_noun_is_not_a_text() -> None:
    with pytest.raises(TypeError, match="plural forms"):
        words.text("noun.day", "ru")
