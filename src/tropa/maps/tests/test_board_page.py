"""The page of a board: figures in its head, cards in its cells, everything that works without a script."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tropa.maps import actions
from tropa.maps.board_rows import MOST_IN_CELL
from tropa.maps.models import Card, Evidence, JourneyMap
from tropa.maps.tests.making import NOW, a_journey, a_map, add, at, card
from tropa.maps.tests.reading import Element, read
from tropa.workspace.models import Role
from tropa.workspace.tests import people
from tropa.workspace.tests.people import World

pytestmark = pytest.mark.django_db
Address = Callable[..., str]


@pytest.fixture
def world() -> World:
    return people.world()


@pytest.fixture
def map_(world: World) -> JourneyMap:
    return a_map(world.own)


@pytest.fixture
def editor(client: Client, world: World) -> Client:
    return people.sign_in(client, world.members[Role.EDITOR])


def address(map_: JourneyMap, name: str = "map", *more: int) -> str:
    return reverse(name, args=[map_.workspace.slug, map_.pk, *more])


def board(client: Client, map_: JourneyMap, query: str = "") -> Element:
    return read(client.get(address(map_) + query))


def send(client: Client, form: Element, **values: str) -> Any:
    """Send a form of the page as a browser without a script does, and follow it."""
    assert form["method"] == "post"
    return client.post(form["action"], form.fields() | values, follow=True)


def test_it_works(editor: Client, map_: JourneyMap) -> None:
    pk = add(map_, text="Просит показать продукт")
    page = board(editor, map_)

    found = page.one("jc", data_card=str(pk))
    assert found.one("jc-t").text == "Просит показать продукт"
    assert found["data-ev"] == "0"
    cell = found.parent
    assert cell is not None
    assert (cell["data-cell"], cell["role"]) == ("customer_actions|decision", "gridcell")
    assert page.one(id="board")["data-seen"] == str(JourneyMap.objects.get(pk=map_.pk).change_no)
    assert [stage.one(name="b").text for stage in page.all("b-stage")][:3] == ["Осознание", "Исследование", "Решение"]


def test_large_numbers_of_cards_are_written_as_scripts_read_them(editor: Client, map_: JourneyMap) -> None:
    for pk, lane in ((12345, "customer_actions"), (12346, "emotions")):
        Card.objects.create(
            pk=pk, workspace=map_.workspace, map=map_, lane=lane, column="decision", position=1, text="Шаг", emotion=0.5
        )
    page = board(editor, map_, "?card=12345")
    assert [each["data-card"] for each in (page.one("jc"), page.one("ep"))] == ["12345", "12346"]
    assert (page.one("jc")["href"], page.one("ep")["value"], page.one("ep")["data-v"]) == (
        "?card=12345",
        "12346",
        "0.5",
    )
    assert {form.fields()["card"] for form in page.one(id="panel").all(name="form")} == {"12345"}


def test_the_board_is_a_grid_of_rows_whose_cells_have_names(editor: Client, map_: JourneyMap) -> None:
    grid = board(editor, map_).one(id="board")
    rows = grid.all(role="row")
    lanes = [row for row in rows if "lane" in row.classes]
    assert grid["role"] == "grid"
    assert all(row.all(role="rowheader") or row.all(role="columnheader") for row in rows)
    assert {len(row.all(role="gridcell")) for row in lanes} == {7}
    cells = [cell for row in lanes for cell in row.all(role="gridcell")]
    assert all(cell.attributes.get("aria-label") or cell.text for cell in cells)
    assert not [element for element in grid.all() if "style" in element.attributes]


def test_what_a_card_rests_on_is_told_by_a_form_and_in_words(editor: Client, map_: JourneyMap) -> None:
    assumed, told, against, opinion = (add(map_, text=text) for text in ("А", "Б", "В", "Г"))
    quote: dict[str, Any] = {"map": map_, "by": None, "quote": "Слова", "at": at(1)}
    actions.add_evidence(**quote, card=told, kind="interview")
    actions.add_evidence(**quote, card=told, kind="call")
    actions.add_evidence(**quote, card=against, kind="survey", contradicts=True)
    actions.add_evidence(**quote, card=opinion, kind="opinion")
    page = board(editor, map_)

    marks = {pk: page.one("jc", data_card=str(pk)) for pk in (assumed, told, against, opinion)}
    assert [marks[pk]["data-ev"] for pk in marks] == ["0", "1", "c", "0"]
    assert marks[told].one("ev")["data-tip"].replace("\xa0", " ") == "Подтверждено: 2 источника"
    assert "ev-conf" in marks[against].one("ev").classes
    assert page.one(id="b-cov").text == "Подтверждено 2 из 4, гипотез 2, спорных 1"


def test_several_emotions_stand_in_one_stage_and_the_dip_is_marked(editor: Client, map_: JourneyMap) -> None:
    for text, emotion, offset in (("Энтузиазм", 2.0, 15.0), ("Фрустрация", -2.0, 50.0), ("Успех", 2.0, 85.0)):
        actions.add_card(
            map=map_, by=None, lane="emotions", column="onboarding", text=text, emotion=emotion, offset=offset, at=NOW
        )
    page = board(editor, map_)

    points = page.all("ep")
    assert [(each["data-v"], each["data-x"]) for each in points] == [("2", "15"), ("-2", "50"), ("2", "85")]
    assert [("data-dip" in each.attributes) for each in points] == [False, True, False]
    assert {each["data-ev"] for each in points} == {"0"}  # hollow: nothing stands behind them
    assert points[1]["aria-valuetext"] == "Фрустрация, −2,0 по шкале от −2 до 2, спад"
    assert page.one(id="board")["data-wide"] == "5"


def test_a_card_is_changed_without_a_script(editor: Client, map_: JourneyMap) -> None:
    pk = add(map_, lane="pains")
    page = board(editor, map_, f"?card={pk}")
    form = next(each for each in page.all(name="form") if each.fields().get("do") == "edit")

    answer = read(send(editor, form, text="Боится внедрения", details="ИТ-директор", severity="3"))
    changed = card(pk)
    assert (changed.text, changed.details, changed.severity) == ("Боится внедрения", "ИТ-директор", 3)
    assert answer.one("jc", data_card=str(pk)).one("jc-v").text == "Сила: высокая"
    assert answer.one(id="panel").one(id="pn-text").children == ["Боится внедрения"]


def test_cards_are_added_moved_proved_and_removed_without_a_script(editor: Client, map_: JourneyMap) -> None:
    plus = board(editor, map_).one("b-plus", data_add="thoughts|purchase")
    form = read(editor.get(address(map_) + plus["href"])).one(id="panel").one(name="form")
    send(editor, form, text="Согласуют ли бюджет?")
    pk = Card.objects.get(map=map_).pk

    def form_of(do: str) -> Element:
        panel = board(editor, map_, f"?card={pk}").one(id="panel")
        return next(each for each in panel.all(name="form") if each.fields().get("do") == do)

    send(editor, form_of("evidence_add"), quote="«Бюджет ещё не утвердили»", kind="interview", source="Интервью 4")
    assert Evidence.objects.get(card=pk).quote == "«Бюджет ещё не утвердили»"
    send(editor, form_of("move"), column="decision", lane="pains")
    assert (card(pk).lane, card(pk).column) == ("pains", "decision")
    send(editor, form_of("edit"), text="Не согласуют бюджет")
    assert "гипотеза" in board(editor, map_, f"?card={pk}").one(id="panel").one("ev-text").text
    send(editor, form_of("confirm"))
    assert board(editor, map_).one("jc", data_card=str(pk))["data-ev"] == "1"
    history = board(editor, map_, f"?card={pk}").one("pn-log").all(name="li")
    assert "источники подтверждены" in history[0].text
    assert "новый текст, было «Согласуют ли бюджет?»" in history[1].text
    send(editor, form_of("remove"))
    assert card(pk).is_removed
    assert not board(editor, map_).all("jc")


def test_who_may_only_read_sees_no_way_to_edit(client: Client, world: World, map_: JourneyMap) -> None:
    pk = add(map_)
    reader = people.sign_in(client, world.members[Role.VIEWER])
    page = board(reader, map_, f"?card={pk}&add=thoughts|purchase")
    assert "data-editable" not in page.one(name="tropa-board").attributes
    changing = {address(map_, name) for name in ("map_change", "map_undo", "map_redo")}
    assert not [form for form in page.all(name="form") if form.attributes.get("action") in changing]
    assert not page.all("b-plus")
    assert not page.all("b-target")
    assert reader.post(address(map_, "map_change"), {"do": "remove", "card": pk}).status_code == 403
    panel = read(reader.get(address(map_, "map_card", pk), headers={"x-requested-with": "XMLHttpRequest"}))
    assert panel.one("pn-t").text == card(pk).text
    assert not panel.all(name="form")


def test_a_card_has_an_address_and_its_panel_comes_as_a_fragment(
    editor: Client, world: World, map_: JourneyMap
) -> None:
    pk = add(map_)
    whole = read(editor.get(address(map_, "map_card", pk)))
    assert whole.one("jc", data_card=str(pk))["aria-current"] == "true"
    part = editor.get(address(map_, "map_card", pk), headers={"x-requested-with": "XMLHttpRequest"})
    assert not read(part).all("board")
    foreign = a_map(world.foreign)
    assert editor.get(address(map_, "map_card", add(foreign))).status_code == 404
    assert editor.get(reverse("map", args=[world.own.slug, foreign.pk])).status_code == 404


def test_a_removed_card_says_so(editor: Client, map_: JourneyMap) -> None:
    pk = add(map_)
    actions.remove_card(map=map_, by=None, card=pk, at=at(1))
    assert not board(editor, map_, f"?card={pk}").all("jc")
    panel = read(editor.get(address(map_, "map_card", pk), headers={"x-requested-with": "XMLHttpRequest"}))
    assert panel.one("pn-t").text == "Карточки уже нет"


def test_without_measurements_the_head_invites(editor: Client, map_: JourneyMap) -> None:
    page = read(editor.get(address(map_, "map_figures")))
    assert "Карта есть, измерений пока нет" in page.one("b-invite").text
    assert page.one("b-invite").one(name="a")["href"] == reverse("imports", args=[map_.workspace.slug])
    assert not page.all("conv")


def test_a_day_in_the_life_has_times_and_no_figures(editor: Client, world: World) -> None:
    day = a_map(world.own, kind="day_in_the_life")
    page = board(editor, day)
    assert [stage.one(name="b").text for stage in page.all("b-stage")] == ["Утро", "До обеда", "После обеда", "Вечер"]
    assert not page.all("is-live")


def test_a_blueprint_shows_its_lines(editor: Client, world: World) -> None:
    page = board(editor, a_map(world.own, kind="service_blueprint"))
    lines = [line.text for line in page.all("b-line")]
    assert lines == ["Линия взаимодействия", "Линия видимости", "Линия внутреннего взаимодействия"]


def test_an_earlier_version_is_read_on_the_same_board(editor: Client, map_: JourneyMap) -> None:
    pk = add(map_, text="Как было")
    version = actions.save_version(map=map_, by=None, at=at(1), name="Первая")
    actions.edit_card(map=map_, by=None, card=pk, text="Как стало", at=at(2))
    old = read(editor.get(address(map_, "map_version", version.number)))
    assert old.one("jc").one("jc-t").text == "Как было"
    assert "data-editable" not in old.one(name="tropa-board").attributes
    assert not old.all("b-plus")


def test_many_cards_of_a_cell_stand_behind_one_link(editor: Client, map_: JourneyMap) -> None:
    for number in range(MOST_IN_CELL + 12):
        add(map_, text=f"Карточка {number}")
    cell = board(editor, map_).one(id="cell-customer_actions--decision")
    assert cell.one("b-more").text == "ещё 12 карточек"
    assert len(cell.all("is-rest")) == 12
    whole = board(editor, map_, "?all=customer_actions|decision").one(id="cell-customer_actions--decision")
    assert not whole.all("is-rest")
    assert not whole.all("b-more")


def test_600_cards_cost_as_many_queries_as_few(editor: Client, map_: JourneyMap) -> None:
    fill(map_, 6)
    few = queries_of(editor, map_)
    fill(map_, 594)
    many = queries_of(editor, map_)
    assert many == few
    assert many <= 40
    page = board(editor, map_)
    assert len(page.all("jc")) == 600
    assert "is-large" in page.one(id="board").classes


def fill(map_: JourneyMap, count: int) -> None:
    lanes = ("customer_actions", "thoughts", "pains", "opportunities", "expectations")
    stages = ("awareness", "consideration", "decision", "purchase", "onboarding", "loyalty")
    cards = Card.objects.bulk_create(
        Card(
            workspace=map_.workspace,
            map=map_,
            lane=lanes[n % 5],
            column=stages[n % 6],
            position=n,
            text=f"Карточка {n}",
        )
        for n in range(count)
    )
    Evidence.objects.bulk_create(
        Evidence(workspace=map_.workspace, card=each, kind="interview", quote="Слова") for each in cards[::3]
    )


def queries_of(client: Client, map_: JourneyMap) -> int:
    client.get(address(map_))  # what is kept between requests is kept now
    with CaptureQueriesContext(connection) as asked:
        board(client, map_)
    return len(asked)


def test_a_comparison_stands_beside_what_should_be(editor: Client, world: World) -> None:
    journey = a_journey(world.own)
    now = a_map(world.own, journey=journey)
    future = JourneyMap.objects.get(
        pk=actions.copy(map=now, by=None, name="Как должно быть", kind="future_state", at=NOW).pk
    )
    stays, goes = (add(now, text=text) for text in ("Просит показать продукт", "Ждёт ответа неделю"))
    add(future, text="Просит показать продукт")
    comes = add(future, text="Получает план внедрения")
    page = board(editor, now, "?mode=compare")

    classes = {each["data-card"]: each.classes & {"is-new", "is-gone"} for each in page.all("jc")}
    assert classes == {str(stays): set(), str(goes): {"is-gone"}, str(comes): {"is-new"}}
    assert page.one(id="board")["data-mode"] == "compare"
    assert board(editor, now).one(id="board")["data-mode"] == "current"
