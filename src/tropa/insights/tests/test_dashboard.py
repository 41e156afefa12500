"""The dashboard: what its tiles say, as many rows behind each figure, filters, files, and nothing to show yet."""

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from tropa.engine import EngineError
from tropa.insights import dashboard, figures
from tropa.insights.question import Question
from tropa.insights.tests.reading import seen
from tropa.insights.tests.worlds import BUILT_ON, NOW, random_world
from tropa.journeys import actions, placement
from tropa.journeys.models import Journey, JourneyVersion, Stage
from tropa.journeys.tests.making import append, built, company, day, touch
from tropa.workspace.models import AuditEntry, Role
from tropa.workspace.tests.people import make_member, make_workspace, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def version(django_db_setup: None, django_db_blocker: Any) -> Iterator[JourneyVersion]:
    """One world for the whole file: its tests only read it, and what they add is rolled back behind each."""
    with django_db_blocker.unblock(), transaction.atomic():
        cache.clear()
        yield random_world(1)
        transaction.set_rollback(True)


def signed(client: Client, version: JourneyVersion, role: str = Role.ANALYST) -> Client:
    return sign_in(client, make_member(version.workspace, role))


def opened(client: Client, version: JourneyVersion, query: str = "", **headers: str) -> Any:
    address = reverse("dashboard", args=[version.workspace.slug])
    return signed(client, version).get(f"{address}?{query}" if query else address, headers=headers)


def test_it_works(client: Client, version: JourneyVersion) -> None:
    page = opened(client, version)
    found = page.context["figures"]
    first, text = found.stages[0], seen(page)
    assert page.status_code == 200
    for title in ("Воронка по этапам", "Время на этапе", "Точки ухода", "Реальные пути", "Причины ухода"):
        assert title in text
    assert f"Интерес {first.entered.total} неизв. {first.entered.unknown}" in text
    assert f"{first.to_date.k} из {first.to_date.n}" in text
    assert "style=" not in page.content.decode()


def test_figures_of_the_page_lead_to_their_rows(client: Client, version: JourneyVersion) -> None:
    page = opened(client, version)
    links = sorted({unescape(url) for url in re.findall(r'href="([^"]+/behind/[^"]*)"', page.content.decode())})
    assert len(links) > 40
    # One of each kind: the others differ in the stage alone.
    kinds = {QueryDict(url.partition("?")[2])["what"]: url for url in links}
    assert {"entered", "reached", "gone", "here", "tail", "point", "reason", "transition", "path", "bought"} <= set(
        kinds
    )
    empty = [url for url in kinds.values() if not client.get(url).context["found"].total]
    assert empty == []


@pytest.mark.parametrize("measure", ["to_date", "mature"])
def test_tables_lead_to_as_many_rows_as_they_say(client: Client, version: JourneyVersion, measure: str) -> None:
    page = opened(client, version, f"measure={measure}")
    cells = {}
    for key in ("funnel", "time", "losses", "reasons", "moves", "paths"):
        for cell in page.context["tiles"][key].table.rows[-2]:
            if cell.url:
                cells[key, QueryDict(cell.url.partition("?")[2])["what"]] = cell
    assert len(cells) >= 9
    for of, cell in cells.items():
        assert client.get(cell.url).context["found"].total == cell.value, (of, cell)


def test_the_table_of_the_large_figures_writes_them_as_the_page_does(client: Client, version: JourneyVersion) -> None:
    rows = opened(client, version).context["tiles"]["headlines"].table.rows
    share, median = rows[0][1], rows[1][1]
    assert share.text.endswith("\xa0%")
    assert "дн" in median.text
    assert share.value != share.text
    assert not [cell.text for row in rows for cell in row[1:] if "." in cell.text]


def test_filters_live_in_the_address_and_are_taken_back_one_by_one(client: Client, version: JourneyVersion) -> None:
    page = opened(client, version, "who=company&industry=ИТ&size_from=50&measure=mature")
    assert [chip.text for chip in page.context["chips"]] == ["компании", "Отрасль: ИТ", "от 50 сотрудников"]
    without = client.get(page.context["chips"][1].url).context["question"]
    assert (without.who, without.segment.industry, without.segment.size_from) == ("company", "", 50)
    assert without.measure == "mature"
    assert page.context["figures"].stages[0].entered.unknown == 0
    assert client.get(page.context["bare_address"]).context["chips"] == []


def test_the_form_of_filters_says_what_is_asked(client: Client, version: JourneyVersion) -> None:
    text = opened(client, version, "who=unknown&since=2025-02-01&until=2025-03-01&size_to=90").content.decode()
    assert '<option value="unknown" selected>' in text
    assert 'value="2025-02-01"' in text
    assert re.search(r'name="size_to"[^>]*value="90"|value="90"[^>]*name="size_to"', text)


def test_a_value_that_makes_no_sense_is_told(client: Client, version: JourneyVersion) -> None:
    page = opened(client, version, "who=martians&size_from=-3")
    assert "Эти фильтры не разобраны и не применены: Кто, Сотрудников от." in seen(page)
    assert page.context["figures"] is not None


def test_a_fragment_brings_the_tiles_and_the_top_line_and_its_address(client: Client, version: JourneyVersion) -> None:
    answer = opened(client, version, "who=company&city=&owner=", **{"HX-Request": "true"})
    text = answer.content.decode()
    assert "<!doctype html>" not in text.lower()
    assert 'id="dash"' in text
    assert 'id="dash-actions" class="dash-actions" hx-swap-oob="true"' in text
    assert answer["HX-Push-Url"].endswith(f"/dashboard/?who=company&journey={version.journey_id}")
    assert "HX-Request" in answer["Vary"]


def test_measures_are_the_three_conversions(client: Client, version: JourneyVersion) -> None:
    heads = {}
    for measure in ("to_date", "mature", "estimate"):
        page = opened(client, version, f"measure={measure}")
        heads[measure] = [row.went_on.counts for row in page.context["tiles"]["funnel"].rows]
        chosen = [each.text for each in page.context["measures"] if each.is_chosen]
        assert chosen == [{"to_date": "Пока", "mature": "Зрелая когорта", "estimate": "Оценка"}[measure]]
    assert heads["estimate"][0].endswith("вошедшим")
    assert heads["to_date"] != heads["mature"]


def test_points_are_ordered_by_what_is_chosen(client: Client, version: JourneyVersion) -> None:
    by = {way: opened(client, version, f"by={way}").context["tiles"]["losses"] for way in ("severity", "count", "x")}
    assert (by["severity"].by, by["count"].by, by["x"].by) == ("severity", "count", "severity")
    counts = [int(re.findall(r"Ушли (\d+)", point.said)[0]) for point in by["count"].points]
    assert counts == sorted(counts, reverse=True)


def test_losses_are_ranked_by_severity_and_not_by_number(client: Client) -> None:
    """The worked example of metrics.md section 1.4."""
    workspace = make_workspace("Пример")
    journey = actions.create_empty(
        workspace=workspace, name="Пример", product=actions.product(workspace, "Продукт"), by=None, unit="account"
    )
    examples = {"a": (0.05, 100), "b": (0.2, 40), "c": (0.5, 12), "d": (0.75, 3), "e": (1.0, 7)}
    for rank, (key, (weight, _)) in enumerate(examples.items(), 1):
        Stage.objects.create(
            workspace=workspace, journey=journey, key=key, label_ru=f"Этап {key}", rank=rank, phase="sale",
            rule={"touch": [key]}, horizon_days=60, inactivity_days=30, loss_weight=weight,
        )  # fmt: skip
    Journey.objects.filter(pk=journey.pk).update(lost={"touch": ["no"]})
    journey.refresh_from_db()
    lost = [key for key, (_, count) in examples.items() for _ in range(count)]
    people = [company(workspace, f"Завод {number}") for number in range(len(lost))]
    pairs = list(zip(people, lost, strict=True))
    append(workspace, [touch(each, key, 1) for each, key in pairs] + [touch(each, "no", 2) for each, _ in pairs])
    version = built(journey, on_day=10)
    page = opened(client, version).context
    assert [point.stage[-1] for point in page["tiles"]["losses"].points] == ["b", "e", "c", "a", "d"]
    assert [losses.severity for losses in page["figures"].losses] == pytest.approx([8, 7, 6, 5, 2.25])
    by_number = opened(client, version, "by=count").context["tiles"]["losses"].points
    assert [point.stage[-1] for point in by_number] == ["a", "b", "c", "e", "d"]


def test_every_tile_is_a_file_with_the_same_numbers(client: Client, version: JourneyVersion) -> None:
    page = opened(client, version, "who=company")
    for key in dashboard.TILES:
        table = page.context["tiles"][key].table
        written = csv.reader(io.StringIO(exported(client, version, key, "csv").decode("utf-8-sig")), delimiter=";")
        heads, *rows = written
        assert heads == list(table.heads)
        assert len(rows) == len(table.rows)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(exported(client, version, key, "xlsx"))).get_sheet_by_index(0)
        assert len(sheet.to_python()) == len(table.rows) + 1
    entries = AuditEntry.objects.filter(workspace=version.workspace, action="dashboard.exported")
    assert entries.count() == 2 * len(dashboard.TILES)
    assert entries[0].details["who"] == "company"


def exported(client: Client, version: JourneyVersion, tile: str, kind: str, query: str = "who=company") -> bytes:
    address = reverse("dashboard_tile_export", args=[version.workspace.slug, tile])
    answer = client.post(address, {"format": kind, "query": query})
    assert answer.status_code == 200, answer
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]  # a file


def test_a_viewer_sees_and_takes_nothing_away(client: Client, version: JourneyVersion) -> None:
    address = reverse("dashboard_tile_export", args=[version.workspace.slug, "funnel"])
    signed(client, version, Role.VIEWER)
    assert "Excel" not in client.get(reverse("dashboard", args=[version.workspace.slug])).content.decode()
    assert client.post(address, {"format": "csv"}).status_code == 403
    signed(client, version)
    assert client.get(address).status_code == 405
    assert client.post(address.replace("funnel", "nothing")).status_code == 404


def test_the_last_figures_stay_with_their_age(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    version = random_world(10)
    found = opened(client, version).context["figures"]
    append(version.workspace, [touch(company(version.workspace, "Новый"), "ask", BUILT_ON + 1)])
    placement.refresh(version.workspace, now=day(BUILT_ON + 2))
    monkeypatch.setattr("tropa.insights.figures.ask", _no_engine)
    page = opened(client, version)
    assert page.context["figures"].is_old
    assert page.context["figures"].stages == found.stages
    assert "Показатели посчитаны" in seen(page)


def _no_engine(*_: Any, **__: Any) -> Any:
    raise EngineError("busy")


def test_figures_that_cannot_be_asked_are_told(
    client: Client, version: JourneyVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tropa.insights.figures.ask", _no_engine)
    page = opened(client, version, "size_to=77777")
    assert page.status_code == 200
    assert "Показатели сейчас не посчитать" in seen(page)
    address = reverse("dashboard_tile_export", args=[version.workspace.slug, "funnel"])
    answer = client.post(address, {"format": "csv", "query": "size_to=77777"}, follow=True)
    assert "Выгружать нечего" in seen(answer)


def test_nobody_fits(client: Client, version: JourneyVersion) -> None:
    assert "Никто не подошёл под отбор" in seen(opened(client, version, "size_from=900000"))


def test_the_page_speaks_english(client: Client, version: JourneyVersion) -> None:
    reader = make_member(version.workspace, Role.VIEWER)
    reader.user.language = "en"
    reader.user.save()
    text = seen(sign_in(client, reader).get(reverse("dashboard", args=[version.workspace.slug])))
    assert "Funnel by stage" in text
    content = text.split("Data as of", 1)[1].split("All workspaces", 1)[0]
    leftover = set(re.findall(r"[А-Яа-яЁё]{3,}", content))
    names = {"Интерес", "Предложение", "Оплата", "Завод", "Посетитель", "Цена", "Сроки", "Продажи", "логистика", "Своё"}
    assert leftover <= names


def test_the_same_figures_as_asked_by_hand(client: Client, version: JourneyVersion) -> None:
    query = "who=company&since=2025-02-01"
    page = opened(client, version, query)
    question = Question.read(version, QueryDict(query), now=NOW)
    found = figures.of(question)
    assert found is not None
    rows = page.context["tiles"]["funnel"].rows
    assert [row.entered.total for row in rows] == [stage.entered.total for stage in found.stages]
