"""Pages of maps: making one, publishing and what is refused, looking at it again, versions, and what roles may do."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from tropa.customers.models import Account
from tropa.journeys.models import Journey
from tropa.maps import actions, queries
from tropa.maps import log as changes
from tropa.maps.board import TouchCount
from tropa.maps.models import Card, JourneyMap, Persona
from tropa.maps.tests.making import a_journey, a_map, a_persona, add, at, card, log
from tropa.workspace.models import Role
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db
EVIL = '"><script>alert(1)</script>'
AIM: dict[str, Any] = {"purpose": "Понять, где замолкают", "decision": "Что менять в онбординге"}


@pytest.fixture
def world() -> World:
    return make_world()


def url(world: World, name: str, *args: Any) -> str:
    return reverse(name, args=[world.own.slug, *args])


def company(world: World) -> Account:
    return Account.objects.create(workspace=world.own, name="Завод", kind="company", created_at=at())


@pytest.mark.parametrize("template", ["b2b_key_account_5", "classic_7", "research_6", "abm_4", "fact_based_funnel_7"])
def test_a_map_is_made_from_any_template_at_once(world: World, client: Client, template: str) -> None:
    sign_in(client, world.owner)
    given = {"journey": f"template:{template}", "product": "CRM", "kind": "current_state", "persona_name": "Закупщик"}
    response = client.post(url(world, "map_new"), given | AIM)
    made = JourneyMap.objects.get(workspace=world.own)
    assert response["Location"] == url(world, "map", made.pk)
    assert made.journey.template == template
    assert client.get(response["Location"]).status_code == 200


def test_from_the_card_of_a_client_a_map_of_this_client(world: World, client: Client) -> None:
    """KAM-1: the template of a key account, five stages, owners on both sides, risks, loyalty, growth."""
    firm = company(world)
    sign_in(client, world.owner)
    new = url(world, "map_new") + f"?account={firm.pk}"
    assert new in client.get(url(world, "account", firm.pk)).content.decode()
    page = client.get(new).content.decode()
    assert 'value="template:b2b_key_account_5" checked' in page
    assert 'value="key_account_map" checked' in page
    given = {
        "journey": "template:b2b_key_account_5",
        "product": "Станки",
        "kind": "key_account_map",
        "account": "завод",
    }
    client.post(new, given | AIM)
    made = JourneyMap.objects.get(workspace=world.own)
    board = queries.board(made, now=at())
    assert made.account == firm
    assert len(board.columns) == 5
    lanes = {"client_owner", "our_owner", "risk_points", "loyalty_points", "growth_options"}
    assert lanes <= {lane.key for lane in board.lanes if not lane.is_hidden}
    assert made.name in client.get(url(world, "account", firm.pk)).content.decode()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"persona_name": ""}, "Назовите персону"),
        ({"persona_name": "Закупщик", "account": "Завод"}, "для одной персоны или для одного клиента"),
        ({"kind": "key_account_map"}, "про одну компанию"),
        ({"account": "Нет такой", "persona_name": ""}, "нет в списке клиентов"),
        ({"purpose": ""}, "зачем карта"),
        ({"decision": ""}, "какое решение"),
        ({"product": ""}, "Назовите продукт"),
        ({"journey": "нет"}, "Выберите"),
    ],
)
def test_a_map_is_of_one_subject_and_for_something(
    world: World, client: Client, given: dict[str, str], told: str
) -> None:
    company(world)
    sign_in(client, world.owner)
    whole = {"journey": "template:classic_7", "product": "CRM", "kind": "current_state", "persona_name": "Закупщик"}
    response = client.post(url(world, "map_new"), whole | AIM | given)
    assert response.status_code == 422
    assert told in response.content.decode()
    assert not JourneyMap.objects.exists()
    assert not Journey.objects.exists()


def test_the_form_takes_no_second_persona(world: World, client: Client) -> None:
    one, two = a_persona(world.own), a_persona(world.own)
    sign_in(client, world.owner)
    given = {"journey": "template:classic_7", "product": "CRM", "kind": "current_state", "persona": [one.pk, two.pk]}
    response = client.post(url(world, "map_new"), given | AIM)
    assert "для одной персоны" in response.content.decode()
    assert not JourneyMap.objects.exists()


def test_publishing_names_what_is_missing(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    page = client.post(url(world, "map_publish", made.pk))
    text = page.content.decode().replace("\xa0", " ")
    assert page.status_code == 422
    for told in ("зачем карта", "«Болевые точки»", "ни на что не опирается", "точка эмоций с источником"):
        assert told in text
    assert _fresh(made).publication == "draft"


def test_a_rough_map_goes_live_as_a_hypothesis(world: World, client: Client) -> None:
    made = _ready(a_map(world.own))
    sign_in(client, world.owner)
    warned = client.get(url(world, "map_publish", made.pk)).content.decode().replace("\xa0", " ")
    assert "Этапы после продажи «Онбординг», «Лояльность», «Адвокация» пусты" in warned
    client.post(url(world, "map_publish", made.pk), {"note": "первая"})
    assert (_fresh(made).publication, _fresh(made).confidence) == ("published", "hypothesis")
    assert made.versions.get().note == "первая"


def test_five_interviews_confirm_a_map(world: World) -> None:
    made = _ready(a_map(world.own))
    pain = made.cards.get(lane="pains").pk
    for number in range(4):
        actions.add_evidence(map=made, by=None, card=pain, kind="interview", quote="…", source=f"№ {number}", at=at(1))
    actions.publish(map=made, by=world.owner, at=at(2))
    assert _fresh(made).confidence == "validated"


def test_a_map_of_a_client_is_not_published_while_a_touchpoint_has_no_owner(world: World) -> None:
    """KAM-1: the message names the touchpoints."""
    made = actions.create(
        workspace=world.own, by=None, journey=a_journey(world.own, "b2b_key_account_5"), kind="key_account_map",
        name="Карта завода", account=company(world), at=at(), **AIM,
    )  # fmt: skip
    bare = add(made, lane="touchpoints", column="implementation", text="Пуск линии")
    owned = add(made, lane="touchpoints", column="solution_search", text="Выставка")
    for lane in ("client_owner", "risk_points"):
        add(made, lane=lane, column="solution_search")
    _evidenced_point(made, "solution_search")
    actions.edit_card(map=made, by=None, card=owned, role="Инженер", at=at(1))
    with pytest.raises(Exception, match="Пуск линии") as refused:
        actions.publish(map=made, by=world.owner, at=at(2))
    assert "Выставка" not in str(refused.value)
    actions.edit_card(map=made, by=None, card=bare, member_id=world.owner.pk, at=at(3))
    actions.publish(map=made, by=world.owner, at=at(4))
    assert _fresh(made).publication == "published"


def test_a_map_that_nobody_looked_at_is_stale_wherever_it_is_shown(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    pages = (url(world, "maps"), url(world, "map", made.pk))
    for days, told in ((89, None), (91, "Пора пересмотреть"), (181, "Устарела")):
        JourneyMap.objects.filter(pk=made.pk).update(reviewed_at=timezone.now() - timedelta(days=days))
        for page in pages:
            text = client.get(page).content.decode()
            assert ("Пора пересмотреть" in text, "Устарела" in text) == (
                told == "Пора пересмотреть", told == "Устарела",
            )  # fmt: skip


def test_looking_at_a_map_again_asks_what_has_changed_and_saves_a_version(world: World, client: Client) -> None:
    made = a_map(world.own)
    JourneyMap.objects.filter(pk=made.pk).update(reviewed_at=at() - timedelta(days=200))
    sign_in(client, world.owner)
    assert client.post(url(world, "map_review", made.pk), {}).status_code == 422
    client.post(url(world, "map_review", made.pk), {"reasons": ["new_research"], "note": "спросили пятерых"})
    version = made.versions.get()
    assert version.note == "Исследование показало неожиданное; спросили пятерых"
    assert _fresh(made).reviewed_at > at()
    assert "Устарела" not in client.get(url(world, "maps")).content.decode()


def test_an_old_version_is_shown_and_told_apart_from_now(world: World, client: Client) -> None:
    made = a_map(world.own)
    old, gone = add(made, text="Старые слова"), add(made, text="Лишнее")
    version = actions.save_version(map=made, by=world.owner, name="Было", at=at(1))
    actions.edit_card(map=made, by=None, card=old, text="Новые слова", at=at(2))
    actions.remove_card(map=made, by=None, card=gone, at=at(3))
    add(made, lane="pains", text="Новая боль")
    sign_in(client, world.members[Role.VIEWER])
    page = client.get(url(world, "map_version", made.pk, version.number)).content.decode()
    assert "Старые слова" in page
    assert "Новые слова" not in page
    told = client.get(url(world, "map_difference", made.pk, version.number)).content.decode().replace("\xa0", " ")
    assert "«Старые слова» теперь звучит так: «Новые слова»" in told
    assert "«Лишнее»: Действия клиента, Решение" in told
    assert "«Новая боль»: Болевые точки, Решение" in told


def test_an_archived_map_comes_back_as_what_it_was(world: World, client: Client) -> None:
    made = _ready(a_map(world.own))
    actions.publish(map=made, by=world.owner, at=at(1))
    sign_in(client, world.owner)
    client.post(url(world, "map_archive", made.pk))
    lists = (url(world, "maps"), url(world, "maps") + "?archived=1")
    listed = [f'href="{url(world, "map", made.pk)}"' in client.get(page).content.decode() for page in lists]
    assert listed == [False, True]
    client.post(url(world, "map_return", made.pk))
    assert _fresh(made).publication == "published"


def test_a_copy_for_somebody_else_says_what_differs_and_leaves_their_words_behind(world: World, client: Client) -> None:
    made = _ready(a_map(world.own))
    sign_in(client, world.owner)
    given = {"name": "Копия", "kind": made.kind, "persona_name": "Финансист", "difference": "решает бюджет"}
    assert client.post(url(world, "map_copy", made.pk), given | {"difference": ""}).status_code == 422
    client.post(url(world, "map_copy", made.pk), given)
    other = JourneyMap.objects.get(name="Копия")
    assert other.persona != made.persona
    assert other.cards.count() == made.cards.count()
    assert not queries.board(other, now=at()).coverage.grounded
    assert other.versions.get().note == "решает бюджет"


def test_what_should_be_is_made_from_what_is(world: World, client: Client) -> None:
    made = _ready(a_map(world.own))
    sign_in(client, world.owner)
    page = client.get(url(world, "map_copy", made.pk) + "?kind=future_state").content.decode()
    assert 'value="future_state" selected' in page
    given = {"name": "Как должно быть", "kind": "future_state", "difference": "быстрый старт"}
    client.post(url(world, "map_copy", made.pk), given)
    future = JourneyMap.objects.get(name="Как должно быть")
    assert (future.persona, future.origin) == (made.persona, made)
    lanes = {lane.key for lane in queries.board(future, now=at()).lanes}
    assert {"target_experience", "gap", "initiatives", "target_metrics"} <= lanes


def test_the_lines_of_a_blueprint_stand_in_their_order(world: World, client: Client) -> None:
    made = a_map(world.own, "service_blueprint")
    lanes = queries.board(made, now=at()).lanes
    order = [key for lane in lanes for key in (lane.divider and lane.divider.key, lane.key) if key]
    assert order[:9] == [
        "physical_evidence", "customer_actions", "line_of_interaction", "frontstage", "line_of_visibility",
        "backstage", "line_of_internal_interaction", "support_processes", "systems",
    ]  # fmt: skip
    sign_in(client, world.owner)
    page = client.get(url(world, "map", made.pk)).content.decode()
    places = [page.index(line) for line in ("Линия взаимодействия", "Линия видимости", "Линия внутреннего")]
    assert places == sorted(places)


def test_a_day_has_columns_of_its_own(world: World, client: Client) -> None:
    made = a_map(world.own, "day_in_the_life")
    assert queries.board(made, now=at()).columns[0].label == "Утро"
    pk = add(made, lane="context", column="2")
    sign_in(client, world.owner)
    given = {
        "name": made.name,
        "column_1": "Рано утром",
        "column_2": "",
        "column_3": "После обеда",
        "column_new": "Ночь",
    }
    client.post(url(world, "map_settings", made.pk), given | AIM)
    columns = queries.board(_fresh(made), now=at()).columns
    assert [column.label for column in columns] == ["Рано утром", "После обеда", "Ночь", "До обеда"]
    assert columns[-1].is_gone
    assert card(pk).column == "2"


def test_a_change_is_answered_with_the_cells_that_are_other_now(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    given = {"do": "add", "lane": "pains", "column": "decision", "text": EVIL, "seen": _fresh(made).change_no}
    answer = client.post(url(world, "map_change", made.pk), given, headers={"Accept": "application/json"}).json()
    assert list(answer["cells"]) == ["pains|decision", "evidence|decision"]
    assert "<script>" not in answer["cells"]["pains|decision"]
    assert answer["number"] == answer["change"]["number"] == _fresh(made).change_no
    assert (answer["can_undo"], answer["can_redo"]) == (True, False)
    undone = client.post(url(world, "map_undo", made.pk), headers={"Accept": "application/json"}).json()
    assert EVIL not in undone["cells"]["pains|decision"]
    assert undone["can_redo"]


def test_others_are_told_and_nothing_new_is_nothing(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.members[Role.VIEWER])
    number = _fresh(made).change_no
    changes = url(world, "map_changes", made.pk) + f"?after={number}"
    first = client.get(changes)
    assert client.get(changes, headers={"If-None-Match": first["ETag"]}).status_code == 304
    pk = add(made, world.owner)
    actions.move_card(map=made, by=world.owner, card=pk, lane="pains", column="purchase", at=at(1))
    news = client.get(changes, headers={"If-None-Match": first["ETag"]}).json()
    assert {"customer_actions|decision", "pains|purchase"} <= set(news["cells"])
    assert [(each["card"], each["member"]) for each in news["by"]] == [(pk, world.owner.pk)]
    assert client.get(url(world, "map_changes", made.pk) + f"?after={news['number']}").json()["cells"] == {}


@pytest.mark.parametrize(
    ("given", "status", "told"),
    [
        ({"do": "fly"}, 400, "Такого действия нет: fly"),
        ({"do": "add", "lane": "pains", "column": "decision", "text": " "}, 400, "Напишите текст"),
        ({"do": "add", "lane": "emotions", "column": "decision", "text": "х", "emotion": "3"}, 400, "от −2 до 2"),
        ({"do": "add", "lane": "pains", "column": "nowhere", "text": "х"}, 409, "Такого этапа"),
        ({"do": "edit", "card": "999999999", "text": "х"}, 409, "Карточки уже нет"),
        ({"do": "edit", "card": "x"}, 400, "Нужен номер"),
        ({"do": "move", "card": "1" * 40}, 400, "Нужен номер"),
    ],
)
def test_a_bad_change_is_told_and_changes_nothing(
    world: World, client: Client, given: dict[str, str], status: int, told: str
) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    before = len(log(made))
    answer = client.post(url(world, "map_change", made.pk), given, headers={"Accept": "application/json"})
    assert answer.status_code == status
    assert told in json.loads(answer.content)["error"]
    page = client.post(url(world, "map_change", made.pk), given, follow=True)
    assert page.status_code == 200
    assert told in page.content.decode().replace("\xa0", " ")
    assert len(log(made)) == before


def test_both_who_wrote_at_once_hear_of_it(world: World, client: Client) -> None:
    made = a_map(world.own)
    pk = add(made)
    seen = _fresh(made).change_no
    actions.edit_card(map=made, by=world.members[Role.EDITOR], card=pk, text="Их слова", at=at(1))
    sign_in(client, world.owner)
    given = {"do": "edit", "card": pk, "text": "Мои слова", "seen": seen}
    answer = client.post(url(world, "map_change", made.pk), given, headers={"Accept": "application/json"}).json()
    assert answer["overwritten"] == {"text": "Их слова"}
    assert "Их слова" in answer["warning"].replace("\xa0", " ")
    assert card(pk).text == "Мои слова"


def test_without_a_script_a_change_leads_back_to_the_board(world: World, client: Client) -> None:
    made = a_map(world.own)
    sign_in(client, world.owner)
    given = {"do": "add", "lane": "pains", "column": "decision", "text": "Ждёт договора"}
    page = client.post(url(world, "map_change", made.pk), given, follow=True)
    assert "Карточка добавлена" in page.content.decode()
    assert url(world, "map_undo", made.pk) in page.content.decode()


def test_readers_see_everything_and_change_nothing(world: World, client: Client) -> None:
    made = a_map(world.own)
    version = actions.save_version(map=made, by=None, at=at(), name="Версия")
    for role in (Role.ANALYST, Role.SALES, Role.VIEWER):
        sign_in(client, world.members[role])
        for name, args in (
            ("maps", ()), ("map", (made.pk,)), ("map_versions", (made.pk,)), ("map_changes", (made.pk,)),
            ("map_version", (made.pk, version.number)), ("map_difference", (made.pk, version.number)),
            ("personas", ()), ("persona", (made.persona_id,)),
        ):  # fmt: skip
            assert client.get(url(world, name, *args)).status_code == 200, name
        for name in ("map_change", "map_undo", "map_redo", "map_publish", "map_review", "map_archive", "map_copy"):
            assert client.post(url(world, name, made.pk)).status_code == 403, name


def test_a_persona_is_written_down_and_what_is_unknown_is_a_question(world: World, client: Client) -> None:
    sign_in(client, world.owner)
    given = {"name": "Закупщик", "position": "Директор по закупкам", "goals": "Успеть к пуску\n\nНе переплатить"}
    client.post(url(world, "persona_new"), given)
    made = Persona.objects.get(workspace=world.own)
    assert made.fields == {"goals": ["Успеть к пуску", "Не переплатить"]}
    page = client.get(url(world, "persona", made.pk)).content.decode()
    assert "Не переплатить" in page.replace("\xa0", " ")
    assert "Спросить на интервью" in page
    client.post(url(world, "persona_edit", made.pk), given | {"name": "Снабженец", "pains": EVIL})
    page = client.get(url(world, "persona", made.pk)).content.decode()
    assert "Снабженец" in page
    assert "<script>alert" not in page


def test_the_worked_example_speaks_both_languages(world: World, client: Client) -> None:
    """CX-2: +2, −2, +2 in onboarding, in this order, with the dip marked; points without a source are hollow."""
    made = actions.create_from_example(
        workspace=world.own, key="saas_crm_sergey", journey=a_journey(world.own), by=world.owner, at=at()
    )
    board = queries.board(made, now=at())
    points = board.cell("emotions", "onboarding")
    assert [(point.emotion, point.is_dip, point.mark) for point in points] == [
        (2, False, "0"),
        (-2, True, "0"),
        (2, False, "0"),
    ]
    assert {each.touch_type for each in board.cell("touchpoints", "purchase")} == {"contract_signed", "invoice_paid"}
    sign_in(client, world.owner)
    assert "Настраивает CRM" in client.get(url(world, "map", made.pk)).content.decode().replace("\xa0", " ")
    world.owner.user.language = "en"
    world.owner.user.save()
    english = client.get(url(world, "map", made.pk)).content.decode()
    assert "Sets up the CRM" in english.replace("\xa0", " ")
    assert "Настраивает" not in english
    assert "Sergey, sales director" in english.replace("\xa0", " ")
    pk = next(each.number for each in board.cell("customer_actions", "onboarding"))
    given = {"do": "edit", "card": pk, "text": "Sets up the CRM"}
    client.post(url(world, "map_change", made.pk), given)
    assert card(pk).text == "Настраивает CRM"


def test_touches_of_a_bound_type_measure_a_card(world: World) -> None:
    made = a_map(world.own)
    pk = add(made, lane="touchpoints", text="Договор подписан")
    actions.edit_card(map=made, by=None, card=pk, touch_type="contract_signed", at=at(1))
    marks = [
        [each.mark for each in queries.board(made, now=at(), counts=counts).cards]
        for counts in (None, {}, {"contract_signed": TouchCount(3, 2, 0)})
    ]
    assert marks == [["0"], ["0"], ["m"]]


def test_a_board_of_600_cards_takes_a_handful_of_queries(world: World) -> None:
    made = a_map(world.own)
    small = _queries(made)
    add(made)
    source = a_map(world.own, journey=made.journey)
    for _ in range(2):
        add(source, lane="touchpoints")
    for name in "абвгдежз":
        source = actions.copy(map=_doubled(source), by=None, name=name, at=at())
    assert source.cards.count() > 500
    assert _queries(source) == small
    assert small <= 7


def _doubled(made: JourneyMap) -> JourneyMap:
    """The same map with every card twice."""
    again = [
        Card(
            workspace_id=each.workspace_id,
            map=made,
            lane=each.lane,
            column=each.column,
            position=each.position,
            text=each.text,
        )
        for each in made.cards.all()
    ]
    changes.add(_fresh(made), again, by=None, at=at())
    return _fresh(made)


def _queries(made: JourneyMap) -> int:
    fresh = _fresh(made)
    with CaptureQueriesContext(connection) as caught:
        queries.board(fresh, now=at())
    return len(caught)


def _fresh(made: JourneyMap) -> JourneyMap:
    return JourneyMap.objects.select_related("journey").get(pk=made.pk)


def _evidenced_point(made: JourneyMap, column: str) -> None:
    point = add(made, lane="emotions", column=column, text="Тревога")
    actions.add_evidence(map=made, by=None, card=point, kind="interview", quote="Боюсь сорвать срок", at=at(1))


def _ready(made: JourneyMap) -> JourneyMap:
    """A map with everything that publishing asks for, and nothing after the sale."""
    for lane in ("customer_actions", "touchpoints", "pains"):
        add(made, lane=lane)
    _evidenced_point(made, "decision")
    actions.update_map(map=made, by=None, at=at(1), **AIM)
    return _fresh(made)
