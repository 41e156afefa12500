"""Pages of maps: making one, publishing and what is refused, looking at it again, versions, and what roles may do."""

import pytest
from django.test import Client

from tropa.journeys.models import Journey
from tropa.maps import actions, queries
from tropa.maps.models import JourneyMap, Persona
from tropa.maps.tests.making import AIM, a_journey, a_map, a_persona, add, at, card, company, fresh, ready, url
from tropa.workspace.models import Role
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db
EVIL = '"><script>alert(1)</script>'


@pytest.fixture
def world() -> World:
    return make_world()


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
    made = ready(a_map(world.own))
    actions.publish(map=made, by=world.owner, at=at(1))
    sign_in(client, world.owner)
    client.post(url(world, "map_archive", made.pk))
    lists = (url(world, "maps"), url(world, "maps") + "?archived=1")
    listed = [f'href="{url(world, "map", made.pk)}"' in client.get(page).content.decode() for page in lists]
    assert listed == [False, True]
    client.post(url(world, "map_return", made.pk))
    assert fresh(made).publication == "published"


def test_a_copy_for_somebody_else_says_what_differs_and_leaves_their_words_behind(world: World, client: Client) -> None:
    made = ready(a_map(world.own))
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
    made = ready(a_map(world.own))
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
    columns = queries.board(fresh(made), now=at()).columns
    assert [column.label for column in columns] == ["Рано утром", "После обеда", "Ночь", "До обеда"]
    assert columns[-1].is_gone
    assert card(pk).column == "2"


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
    assert "Учит команду" in client.get(url(world, "map", made.pk)).content.decode().replace("\xa0", " ")
    world.owner.user.language = "en"
    world.owner.user.save()
    english = client.get(url(world, "map", made.pk)).content.decode()
    assert "Sets up the CRM" in english.replace("\xa0", " ")
    assert "Учит команду" not in english.replace("\xa0", " ")
    assert "Sergey, sales director" in english.replace("\xa0", " ")
    pk = next(each.number for each in board.cell("customer_actions", "onboarding"))
    given = {"do": "edit", "card": pk, "text": "Sets up the CRM"}
    client.post(url(world, "map_change", made.pk), given)
    assert card(pk).text == "Настраивает CRM"
