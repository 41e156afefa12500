"""The companies behind a figure: as many as the figure says, whatever it is and whoever was asked for."""

import csv
import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tropa.customers.models import Account
from tropa.engine import EngineError
from tropa.insights import behind, figures
from tropa.insights.asked import OF_ANY_STAGE, OF_STAGE, OF_TRIPS, Asked
from tropa.insights.figures import Figures
from tropa.insights.question import Question
from tropa.insights.tests.worlds import NOW, everybody, random_world
from tropa.journeys.models import JourneyVersion
from tropa.workspace.models import AuditEntry, Member, Role
from tropa.workspace.tests.people import make_member, sign_in

pytestmark = pytest.mark.django_db

Counts = Iterator[tuple[dict[str, str], int | None]]
QUESTIONS = {
    "account": ("", "who=company", "since=2025-04-01&until=2025-07-15"),
    "deal": ("", "industry=ИТ&measure=mature"),
    "contact": ("", "who=unknown"),
}


@pytest.fixture(autouse=True)
def _fresh() -> None:
    cache.clear()


def test_the_page_lists_who_is_behind_a_figure(client: Client) -> None:
    version = random_world(1)
    page = opened(client, version, "what=gone&stage=offer")
    found = figures.of(everybody(version))
    assert found is not None
    assert page.context["found"].total == found.stages[1].gone.total
    row = page.context["found"].rows[0]
    text = text_of(page)
    assert f'href="{reverse("account", args=[version.workspace.slug, row.unit_id])}"' in text
    assert "Ушли с этапа «Предложение»" in text


@pytest.mark.parametrize(("seed", "unit"), [(2, "account"), (3, "deal"), (4, "contact")])
def test_every_list_has_as_many_rows_as_its_figure(seed: int, unit: str) -> None:
    version = random_world(seed, unit=unit, answers=80)
    seen = set()
    for query in QUESTIONS[unit]:
        question = Question.read(version, QueryDict(query), now=NOW)
        found = figures.of(question)
        assert found is not None
        for params, count in counts(found):
            assert listed(version, question, params) == (count or 0), (query, params)
            seen.add(params["what"])
    assert seen == {*OF_STAGE, *OF_ANY_STAGE, *OF_TRIPS, "point", "reason", "path", "transition", "onboarded",
                    "lost_money", "nps"}  # fmt: skip


def counts(found: Figures) -> Counts:
    """Every figure with the address of its list."""
    for stage in found.stages:
        here = {"stage": stage.key}
        yield {"what": "entered", **here}, stage.entered.total
        yield {"what": "reached", **here}, stage.reached.total
        yield {"what": "not_reached", **here}, stage.entered.total - stage.reached.total
        yield {"what": "returned", **here}, stage.returned.k
        yield {"what": "nps", **here}, stage.nps.n
        yield {"what": "tail", **here}, stage.tail.share.k if stage.tail else 0
        yield {"what": "followed", **here}, stage.drop_off.n
        yield {"what": "followed_gone", **here}, stage.drop_off.k
        for name in OF_ANY_STAGE:
            yield {"what": name, **here}, getattr(stage, name).total
        if stage.conversion.reason != "last_stage":
            yield {"what": "mature", **here}, stage.mature.n
            yield {"what": "mature_reached", **here}, stage.mature.k
        if stage.estimate.value is not None:
            yield {"what": "dated", **here}, stage.estimate.n
    for name in OF_ANY_STAGE:
        yield {"what": name}, sum(getattr(stage, name).total for stage in found.stages)
    for point in found.points:
        yield {"what": "point", "stage": point.stage, "type": point.last_type}, point.gone.total
    for reason in found.reasons:
        yield {"what": "reason", "reason": reason.reason}, reason.share.k
    for path in found.paths[:20]:
        yield {"what": "path", "path": ">".join(path.stages)}, path.share.k
    for move in found.transitions:
        yield {"what": "transition", "source": move.source, "target": move.target}, move.count
    totals = found.totals
    yield {"what": "trips"}, totals.trips.total
    yield {"what": "open"}, totals.open.total
    yield {"what": "bought"}, totals.bought.k
    yield {"what": "to_purchase"}, totals.to_purchase.n
    yield {"what": "onboarded"}, totals.onboarded.k
    yield {"what": "lost_money"}, totals.lost_money.k
    yield {"what": "nps"}, totals.nps.n


def listed(version: JourneyVersion, question: Question, params: dict[str, str]) -> int:
    """How many rows the list has, counted one by one."""
    asked = Asked.read(version, params)
    assert asked is not None
    made = behind.sheet(version, question, asked, words="", sort="name")
    assert made is not None
    sheet, total = made
    rows = list(sheet.rows)
    assert len(rows) == total
    return total


def test_an_address_leads_to_what_it_was_made_of(client: Client) -> None:
    version = random_world(5)
    question = Question.read(version, QueryDict("who=company&industry=ИТ&since=2025-02-01"), now=NOW)
    address = behind.address(version.workspace, version.journey, question, what="here", stage="interest", who=None)
    page = signed(client, version).get(address)
    assert page.context["asked"] == Asked("here", "interest")
    assert (page.context["question"].who, page.context["question"].segment.industry) == ("", "ИТ")
    texts = [chip.text.replace("\xa0", " ") for chip in page.context["chips"]]
    assert texts[0].startswith("с 1 фев")
    assert texts[1:] == ["Отрасль: ИТ"]


def test_a_filter_is_taken_back_by_its_chip(client: Client) -> None:
    version = random_world(6)
    page = opened(client, version, "what=entered&stage=interest&who=company&industry=ИТ&q=завод&sort=-days")
    by_text = {chip.text: chip.url for chip in page.context["chips"]}
    without = client.get(by_text["Отрасль: ИТ"])
    assert without.context["asked"] == Asked("entered", "interest")
    assert (without.context["question"].who, without.context["words"]) == ("company", "завод")
    assert without.context["found"].total > page.context["found"].total > 0
    assert client.get(page.context["everybody"]).context["found"].total > without.context["found"].total


def test_search_narrows_and_says_so(client: Client) -> None:
    version = random_world(7)
    whole = opened(client, version, "what=entered&stage=interest").context["found"]
    found = opened(client, version, "what=entered&stage=interest&q=завод+07").context["found"]
    assert {row.name for row in found.rows} <= {"Завод 07"}
    assert found.counted == whole.total
    none = opened(client, version, "what=entered&stage=interest&q=такой+нет")
    assert none.context["found"].total == 0
    assert "Никого не нашли" in text_of(none)


@pytest.mark.parametrize("key", ["name", "entered", "days", "active", "visits", "money"])
def test_lists_are_sorted_both_ways(client: Client, key: str) -> None:
    version = random_world(8)
    for sort in (key, f"-{key}"):
        rows = opened(client, version, f"what=gone&sort={sort}").context["found"].rows
        values = [(row.money or 0) if key == "money" else getattr(row, key) for row in rows]
        assert values == sorted(values, reverse=sort.startswith("-"))


def test_pages_hold_every_row_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behind, "ROWS", 10)
    version = random_world(9)
    first = opened(client, version, "what=trips&sort=name").context
    pages = first["page"].paginator.num_pages
    assert pages > 2
    names = []
    for number in range(1, pages + 1):
        found = opened(client, version, f"what=trips&sort=name&page={number}").context["found"]
        names += [(row.unit_id, row.trip) for row in found.rows]
    assert len(names) == len(set(names)) == first["found"].total
    far = opened(client, version, "what=trips&sort=name&page=99999").context
    assert (far["found"].number, far["page"].number) == (pages, pages)


NOT_THERE = (
    "what=everything", "what=entered", "what=entered&stage=nowhere", "what=point&type=ask", "what=path",
    "what=path&path=interest%3Enowhere", "what=transition&source=interest", "what=here&stage=nowhere",
    "what=entered&stage=" + "x" * 5000,
)  # fmt: skip
WITHOUT_SENSE = (
    "what=trips&who=nobody&period=1000&since=yesterday&until=0001-01-01&owner=7777&size_from=-3&measure=x",
    "what=trips&segment=%00&industry=%00&city=" + "я" * 500, "what=trips&owner=99999999999999999999",
    "what=trips&size_from=99999999999", "what=trips&since=2025-09-01&until=2025-01-01", "what=trips&since=9999-12-31",
)  # fmt: skip
FINDS_NOBODY = (
    "what=point&stage=offer&type=%00", "what=reason&reason=%00", "what=trips&q=%00&sort=%00&page=-1",
    "what=trips&page=" + "9" * 400, "what=point&stage=offer&type=unheard", "what=reason&reason=unheard",
)  # fmt: skip


def test_bad_addresses_lose_nothing_and_say_what_is_wrong(client: Client) -> None:
    version = random_world(10, companies=3, visitors=1)
    url = reverse("behind_export", args=[version.workspace.slug, version.journey.pk])
    signed(client, version)
    for query in NOT_THERE:
        assert client.get(f"{page_of(version)}?{query}").status_code == 404, query
        assert client.post(url, {"query": query, "format": "csv"}).status_code == 404, query
    for query in ("", *WITHOUT_SENSE, *FINDS_NOBODY):
        page = client.get(f"{page_of(version)}?{query}")
        assert page.status_code == 200, query
        assert ("Не поняли" in text_of(page)) == (query in WITHOUT_SENSE), query


def test_exports_hold_the_whole_list_and_leave_a_trace(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(behind, "ROWS", 3)
    version = random_world(12)
    total = opened(client, version, "what=entered&stage=interest&who=company").context["found"].total
    url = reverse("behind_export", args=[version.workspace.slug, version.journey.pk])
    asked = "what=entered&stage=interest&who=company&sort=name"
    answer: Any = client.post(url, {"query": asked, "format": "csv"})
    rows = list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline=""), delimiter=";"))
    assert (len(rows), rows[0][0]) == (total + 1, "Название")
    assert [row[0] for row in rows[1:]] == sorted(row[0] for row in rows[1:])
    answer = client.post(url, {"query": asked, "format": "xlsx"})
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(answer.getvalue())).get_sheet_by_index(0)
    assert len(sheet.to_python()) == total + 1
    entries = AuditEntry.objects.filter(workspace=version.workspace, action="figures.exported")
    assert [entry.details["rows"] for entry in entries] == [total, total]


def test_who_may_only_read_exports_nothing(client: Client) -> None:
    version = random_world(13, companies=3)
    viewer = make_member(version.workspace, Role.VIEWER)
    page = sign_in(client, viewer).get(page_of(version))
    assert reverse("behind_export", args=[version.workspace.slug, version.journey.pk]) not in page.content.decode()
    url = reverse("behind_export", args=[version.workspace.slug, version.journey.pk])
    assert client.post(url, {"query": "", "format": "csv"}).status_code == 403


def test_a_journey_that_was_not_published_says_what_to_do(client: Client) -> None:
    version = random_world(14, companies=2)
    JourneyVersion.objects.update(status=JourneyVersion.Status.RETIRED)
    page = signed(client, version).get(page_of(version))
    assert (page.status_code, "Путь ещё не опубликован" in text_of(page)) == (200, True)


def test_when_nobody_answers_the_page_says_so(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    version = random_world(15, companies=2)

    def refuse(*_: Any, **__: Any) -> None:
        raise EngineError("nobody answers")

    monkeypatch.setattr(behind, "ask", refuse)
    assert "не удалось собрать" in text_of(signed(client, version).get(page_of(version)))
    url = reverse("behind_export", args=[version.workspace.slug, version.journey.pk])
    assert client.post(url, {"query": "what=trips", "format": "csv"}).status_code == 302


def test_the_list_of_the_measure_is_that_of_its_conversion() -> None:
    version = random_world(16)
    for measure in ("to_date", "mature"):
        question = Question.read(version, QueryDict(f"measure={measure}"), now=NOW)
        found = figures.of(question)
        assert found is not None
        for stage in found.stages[:-1]:
            params = {"what": behind.converted(question), "stage": stage.key}
            assert listed(version, question, params) == stage.conversion.k


def test_search_finds_companies_that_were_renamed(client: Client) -> None:
    version = random_world(17, companies=5)
    account = Account.objects.filter(kind="company").first()
    assert account is not None
    account.name = "Ромашка"
    account.save()
    rows = opened(client, version, "what=trips&q=ромашка").context["found"].rows
    assert {row.unit_id for row in rows} <= {account.pk}
    assert all(row.name == "Ромашка" for row in rows)


def opened(client: Client, version: JourneyVersion, query: str) -> Any:
    page = signed(client, version).get(f"{page_of(version)}?{query}")
    assert page.status_code == 200
    return page


def text_of(page: Any) -> str:
    """The page with plain spaces."""
    return str(page.content.decode()).replace("\xa0", " ")


def signed(client: Client, version: JourneyVersion) -> Client:
    return sign_in(client, Member.objects.get(workspace=version.workspace, role=Role.OWNER))


def page_of(version: JourneyVersion) -> str:
    return reverse("behind", args=[version.workspace.slug, version.journey.pk])
