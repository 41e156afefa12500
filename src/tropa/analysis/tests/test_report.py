"""The report as a page: one file, safe against its data, complete for every document of the contract."""

import re
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser

import pytest

from tropa.analysis.problem import Language
from tropa.analysis.report import render
from tropa.analysis.tests import summaries, summaries_edge, summaries_process
from tropa.analysis.tests.summary_parts import Document, missing

LIMIT = 2_000_000
LANGUAGES: tuple[Language, ...] = ("ru", "en")
DOCUMENTS: dict[str, Callable[[], Document]] = {
    "journey": summaries.journey,
    "process": summaries_process.process,
    "300 activities": lambda: summaries_process.process(300, 10**8),
    "one activity": lambda: summaries_process.process(1, 1),
    "edge": summaries_edge.edge,
    "no stages": lambda: summaries_edge.small(0),
    "one stage": lambda: summaries_edge.small(1),
    "two stages": lambda: summaries_edge.small(2),
}
VOID = {"meta", "br", "wbr", "link", "img", "input", "hr"}


class Page(HTMLParser):
    """Tags, attributes and texts of a page; fails on a tag that is not closed where it should be."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] not in {"style", "script"}:
            self.texts.append(" ".join(data.split()))

    @property
    def text(self) -> str:
        return " ".join(part for part in self.texts if part)

    def values(self, name: str) -> list[str]:
        return [value for _, given, value in self.attributes if given == name]


@pytest.fixture(params=DOCUMENTS)
def document(request: pytest.FixtureRequest) -> Document:
    return DOCUMENTS[request.param]()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_document_becomes_a_whole_page_below_two_megabytes(document: Document, language: Language) -> None:
    html = render(document, language=language)
    page = Page(html)

    assert len(html.encode()) < LIMIT
    assert html.startswith("<!doctype html>")
    assert ("html", "lang", language) in page.attributes
    assert page.tags.count("h1") == 1
    assert "None" not in page.text.split()
    assert "nan" not in page.text.lower().split()


def test_the_page_holds_no_address_of_another_place_and_no_inline_style(document: Document) -> None:
    page = Page(render(document, language="ru"))
    links = [value for name in ("href", "src", "action", "xlink:href") for value in page.values(name)]

    assert all(link.startswith("#") for link in links)
    assert page.values("style") == []
    assert [name for _, name, _ in page.attributes if name.startswith("on")] == []


def test_the_policy_allows_exactly_this_style_and_this_script(document: Document) -> None:
    html = render(document, language="ru")
    policy = next(value for value in Page(html).values("content") if "default-src" in value)

    for tag in ("style", "script"):
        inside = re.findall(rf"<{tag}>(.*?)</{tag}>", html, flags=re.DOTALL)
        assert len(inside) == 1
        assert f"'sha256-{b64encode(sha256(inside[0].encode()).digest()).decode()}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_texts_of_the_data_stay_texts() -> None:
    html = render(summaries_edge.edge(), language="ru")
    page = Page(html)

    assert "img" not in page.tags
    assert summaries_edge.HOSTILE in page.text
    assert "\u202e" not in html
    assert "\x00" not in html


def test_ids_are_unique_and_every_reference_points_at_one(document: Document) -> None:
    page = Page(render(document, language="en"))
    ids = page.values("id")

    assert len(ids) == len(set(ids))
    pointed = [*page.values("aria-labelledby"), *page.values("aria-controls"), *page.values("data-table")]
    pointed += [link[1:] for link in page.values("href")]
    assert set(pointed) <= set(ids)


def test_the_same_document_gives_the_same_page() -> None:
    assert render(summaries.journey(), language="ru") == render(summaries.journey(), language="ru")


def test_drawing_leaves_the_document_as_it_was() -> None:
    document = summaries.journey()
    render(document, language="ru")

    assert document == summaries.journey()


def test_the_header_says_how_many_entered_and_won() -> None:
    text = Page(render(summaries.journey(), language="ru")).text.replace("\u00a0", " ")

    assert "Дошли до этапа «Покупка» 0,56 % 80 из 14 200 прохождений; 0,45–0,70 %" in text
    assert "118 дней" in text


def test_a_missing_conversion_is_a_dash_with_its_reason_and_never_zero() -> None:
    document = summaries.journey()
    document["stages"][2]["conversion"]["mature"] = missing("no_mature_cases")
    html = render(document, language="ru").replace("\u00a0", " ")
    row = re.findall(r'<tr role="row" tabindex="0".*?</tr>', html, flags=re.DOTALL)[2]
    mature = re.findall(r'<div class="f-mature">.*?</div>', row, flags=re.DOTALL)[0]

    assert "—" in mature
    assert "ещё никто не наблюдался весь горизонт" in mature
    assert "0 %" not in mature.replace("цель", "").replace("30 %", "").replace("25 %", "")


def test_without_a_journey_there_are_no_conversions_but_an_invitation() -> None:
    text = Page(render(summaries_process.process(), language="ru")).text.replace("\u00a0", " ")

    assert "Конверсий здесь нет" in text
    assert "--journey journey.yaml" in text
    assert "Воронка по этапам" not in text
    assert "цель 2" not in text
    assert "Оценка" not in text


def test_guessed_settings_name_the_option_that_overrides_them() -> None:
    text = Page(render(summaries.journey(), language="ru")).text

    assert "cp1251 угадано изменить: --encoding" in text
    assert "Europe/Moscow угадано" not in text


def test_findings_are_shown_with_examples_and_what_was_done() -> None:
    text = Page(render(summaries.journey(), language="ru")).text.replace("\u00a0", " ")

    assert "Дата не читается 214 Строки пропущены. строка 18: «31. 02. 2024»" in text
    assert "строка 402: «вчера» ещё 212" in text


def test_a_finding_of_a_later_version_is_shown_under_its_code() -> None:
    document = summaries.journey()
    document["quality"] = [{"code": "moon_phase", "count": 3, "examples": []}]

    assert "moon_phase 3" in Page(render(document, language="ru")).text


def test_long_lists_are_cut_and_the_rest_is_counted() -> None:
    document = summaries_process.process(300)
    text = Page(render(document, language="ru")).text.replace("\u00a0", " ")

    assert "Ещё 260 видов событий" in text
    assert "Ещё 104 варианта" in text


def test_the_document_may_leave_out_what_it_does_not_know() -> None:
    document = summaries_process.process()
    for stage in document["stages"]:
        for name in ("rank", "phase", "target_conversion", "target_days", "next", "active", "losses"):
            del stage[name]
        stage["dwell"]["tail"] = None
    for name in ("lead_times", "drop_offs", "reasons", "path_shape", "first_value"):
        del document[name]

    assert "T00" in Page(render(document, language="en")).text
