"""What pages of journeys tell plainly: rows behind the figures of the list, rules saved that find nothing, changes of
a description that move nobody; and requests that ask for nothing change nothing."""

import re

import pytest
import yaml
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tropa.analysis import JourneyModel
from tropa.customers import actions as customers
from tropa.jobs.testing import run_all
from tropa.journeys import actions, definition
from tropa.journeys.models import CrmMapping, Journey, JourneyVersion, Stage
from tropa.journeys.tests.making import append, built, company, published, small_journey, touch
from tropa.workspace.models import AuditEntry
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db
TELLS = "Конверсия и время на этапах всё равно могут измениться"


@pytest.fixture
def world() -> World:
    return make_world()


def test_every_figure_of_the_list_opens_as_many_rows(world: World, client: Client) -> None:
    journey = _peopled(world)
    sign_in(client, world.owner)
    page = client.get(_url(world, "journeys")).content.decode()
    figures = re.findall(r'<a class="jn-u( t-12)?" href="([^"]+/on/-/\?state=(\w+)[^"]*)">(?:\+\s)?(\d+)', page)
    assert sorted((state, bool(unknown), number) for unknown, _, state, number in figures) == [
        ("dropped", False, "1"),
        ("lost", False, "2"),
        ("open", False, "3"),
        ("open", True, "1"),
    ]
    for _, url, _, number in figures:
        opened = client.get(url.replace("&amp;", "&"))
        assert opened.context["page"].paginator.count == int(number), url
    assert "state=completed" not in page  # nobody: a zero opens nothing
    everywhere = _url(world, "journey_units", journey.pk, "-")
    shown = client.get(everywhere).content.decode()
    assert "Все этапы" in shown
    assert {"Интерес", "Оплата"} <= set(re.findall(r"<td>([^<]+)</td>", shown))
    assert client.get(everywhere, {"q": "ничего такого"}).context["page"].paginator.count == 0
    assert client.get(_url(world, "journey_units", journey.pk, "nowhere")).status_code == 404


def test_the_list_over_all_stages_is_exported_as_it_was_filtered(world: World, client: Client) -> None:
    journey = _peopled(world)
    sign_in(client, world.owner)
    url = _url(world, "journey_units_export", journey.pk, "-")
    file = client.post(url, {"format": "csv", "query": "state=lost&sort=-entered"})
    assert f'filename="{journey.key}.csv"' in file["Content-Disposition"]
    assert len(file.getvalue().decode().strip().splitlines()) == 1 + 2
    entry = AuditEntry.objects.get(action="journey.exported")
    assert entry.details == {"stage": "-", "state": "lost", "rows": 2}


def test_no_stage_of_a_file_takes_the_word_for_all(world: World) -> None:
    stages = [{"key": key, "label": key, "rank": rank} for rank, key in enumerate(("-", "b"), 1)]
    text = definition.as_yaml({"journey": {"key": "a", "label": "A", "unit": "account"}, "stages": stages})
    product = actions.product(world.own, "Продукт")
    made = actions.create_from_yaml(workspace=world.own, text=text, filename="a.yaml", product=product, by=None)
    assert [stage.key for stage in made.draft_stages()] == ["stage", "b"]


@pytest.mark.parametrize(
    "rule",
    [
        {"mode": "yaml", "text": "touch: [demo_reqest, demo_request]"},
        {"mode": "rows", "rows": "1", "0-kind": "types", "0-types": ["demo_reqest", "demo_request"]},
    ],
)
def test_a_rule_with_a_type_that_nobody_knows_is_saved_and_says_so(
    world: World, client: Client, rule: dict[str, str]
) -> None:
    stage = small_journey(world.own).draft_stages()[0]
    sign_in(client, world.owner)
    told = _told(client, _url(world, "stage_rule", stage.pk), rule)
    stage.refresh_from_db()
    assert stage.rule == {"touch": ["demo_reqest", "demo_request"]}
    assert [level for level, _ in told] == ["success", "warning"]
    assert "«demo_reqest» (может быть, «demo_request»?)" in told[1][1]
    assert "ничего не найдётся" in told[1][1]
    assert "1 точки контакта" in told[1][1]


def test_a_rule_of_known_types_and_of_parts_of_their_names_warns_of_nothing(world: World, client: Client) -> None:
    stage = small_journey(world.own).draft_stages()[0]
    sign_in(client, world.owner)
    for text in ("touch: demo_request", "{field: touch.type, starts_with: dem}", "{field: touch.value, at_least: 5}"):
        told = _told(client, _url(world, "stage_rule", stage.pk), {"mode": "yaml", "text": text})
        assert told == [("success", "Правило сохранено")], text


@pytest.mark.parametrize(
    ("text", "field", "instead"),
    [
        ("{field: account.segment, is: vip}", "account.segment", "touch.account_segment"),
        ("not: {field: deal.amount, known: true}", "deal.amount", "touch.deal_amount"),
        ("any: [{touch: demo}, {all: [{field: contact.role, in: [a]}]}]", "contact.role", "touch.contact_role"),
    ],
)
def test_a_rule_about_records_is_refused_with_what_is_allowed(
    world: World, client: Client, text: str, field: str, instead: str
) -> None:
    journey = small_journey(world.own)
    stage = journey.draft_stages()[0]
    sign_in(client, world.owner)
    rule = {"mode": "yaml", "text": text}
    counted = client.post(_url(world, "rule_count"), rule).content.decode()
    refused = [
        client.post(_url(world, "stage_rule", stage.pk), {**rule, "do": "save"}),
        client.post(_url(world, "journey_rule", journey.pk, "completed"), {**rule, "do": "save"}),
    ]
    assert [page.status_code for page in refused] == [422, 422]
    for page in (counted, *(page.content.decode() for page in refused)):
        assert f"дано {field}, но правила смотрят только на касания" in page
        assert f"touch.&lt;свойство&gt;. Передавайте значение свойством касания и пишите {instead}" in page
    assert "<dt>" not in counted
    assert "Посчитаем, когда правило будет исправлено." in counted
    assert stage.rule == Stage.objects.get(pk=stage.pk).rule
    assert Journey.objects.get(pk=journey.pk).completed == journey.completed


def test_a_file_with_a_rule_about_records_makes_no_journey(world: World, client: Client) -> None:
    sign_in(client, world.owner)
    text = (
        "journey: {key: a, label: A}\nstages:\n- {key: a, rank: 1}\n"
        "- key: b\n  rank: 2\n  enter: {field: account.segment, is: vip}\nlost: {field: deal.status, is: lost}\n"
    )
    JourneyModel.parse(text)  # `tropa analyze` takes it: a file may have the columns
    form = {"name": "A", "product": "P", "file": SimpleUploadedFile("a.yaml", text.encode())}
    page = client.post(_url(world, "journey_new") + "?way=file", form)
    assert page.status_code == 422
    told = page.content.decode()
    assert "a.yaml:6: stages[2].enter.field: дано account.segment" in told
    assert "a.yaml:7: lost.field: дано deal.status" in told
    assert not Journey.objects.of(world.own).exists()


@pytest.mark.parametrize("text", ["null", "", "# потом", "~"])
def test_an_empty_rule_says_that_there_is_none(world: World, client: Client, text: str) -> None:
    journey = small_journey(world.own)
    stage = journey.draft_stages()[0]
    sign_in(client, world.owner)
    url = _url(world, "stage_rule", stage.pk)
    told = _told(client, url, {"mode": "yaml", "text": text})
    stage.refresh_from_db()
    assert stage.rule is None
    assert told == [("warning", "Правило пусто: своего правила у этапа теперь нет, и сюда никто не придёт.")]
    crm = customers.starter_pipeline(world.own).stages.all()[0]
    CrmMapping.objects.create(workspace=world.own, stage=stage, crm_stage=crm)
    [(level, words)] = _told(client, url, {"mode": "yaml", "text": text})
    assert (level, "сюда приводят только переходы сделок" in words) == ("warning", True)
    [(_, words)] = _told(
        client, _url(world, "journey_rule", journey.pk, "client_activity"), {"mode": "yaml", "text": text}
    )
    assert "любое касание" in words


@pytest.mark.parametrize("posted", [{}, {"to": ""}, {"to": "up"}, {"to": "Earlier"}])
def test_a_move_to_nowhere_moves_nothing(world: World, client: Client, posted: dict[str, str]) -> None:
    journey = small_journey(world.own)
    sign_in(client, world.owner)
    url = _url(world, "stage_move", journey.draft_stages()[1].pk)
    assert client.post(url, posted).status_code == 302
    assert _order(journey) == ["interest", "offer", "paid"]
    client.post(url, {"to": "later"})
    assert _order(journey) == ["interest", "paid", "offer"]
    client.post(url, {"to": "earlier"})
    assert _order(journey) == ["interest", "offer", "paid"]


def test_whole_numbers_of_a_file_are_written_whole(world: World, client: Client) -> None:
    journey = small_journey(world.own)
    actions.update_stage(stage=journey.draft_stages()[1], fields={"target_days": 2.5, "horizon_days": 90.0})
    sign_in(client, world.owner)
    text = client.get(_url(world, "journey_file", journey.pk)).content.decode()
    assert not re.search(r"\d\.0\b", text)
    assert "horizon_days: 90\n" in text
    assert "target_days: 2.5" in text
    assert definition.json_equal(yaml.safe_load(text), definition.document(journey))


def test_a_change_that_moves_nobody_says_that_figures_can_change(world: World, client: Client) -> None:
    append(world.own, [touch(company(world.own), "ask", 0)])
    journey = small_journey(world.own)
    published(journey)
    sign_in(client, world.owner)
    stage = journey.draft_stages()[1]
    for fields, tells in (
        ({"label_ru": "Торг", "target_days": 9.0}, False),
        ({"horizon_days": 61.0}, True),
        ({"horizon_days": 60.0, "rule": {"touch": ["bid"]}}, True),
    ):
        actions.update_stage(stage=stage, fields=fields)
        page = _preview(world, client, journey)
        assert "Никто не сменит этап." in page
        assert (TELLS in page) == tells, fields
    actions.update_stage(stage=stage, fields={"rule": {"touch": ["offer"]}})
    actions.move_stage(stage=stage, step=1)
    assert TELLS in _preview(world, client, journey)


def test_the_note_under_the_table_speaks_english(world: World, client: Client) -> None:
    journey = _peopled(world)
    world.owner.user.language = "en"
    world.owner.user.save()
    sign_in(client, world.owner)
    page = client.get(_url(world, "journey", journey.pk)).content.decode()
    assert "“Came” counts trips that ever stood on the stage." in page
    assert "«Приходили»" not in page
    assert "95%%" not in page


def _peopled(world: World) -> Journey:
    """Open: three companies and a visitor; two lost, one silent."""
    firms = [company(world.own, f"Завод {number}") for number in range(6)]
    visitor = company(world.own, "Посетитель", "unknown")
    append(world.own, [touch(firm, "ask", 40) for firm in (*firms[:5], visitor)] + [touch(firms[5], "ask", 0)])
    append(world.own, [touch(firms[0], "pay", 41), touch(firms[3], "no", 42), touch(firms[4], "no", 42)])
    return built(small_journey(world.own), on_day=45).journey


def _preview(world: World, client: Client, journey: Journey) -> str:
    """The page of the difference; the version is discarded again."""
    address = client.post(_url(world, "journey_propose", journey.pk), {"note": ""})["Location"]
    run_all()
    page = client.get(address).content.decode()
    version = JourneyVersion.objects.get(journey=journey, status="preview")
    client.post(_url(world, "version_discard", version.pk))
    return page


def _told(client: Client, url: str, posted: dict[str, str]) -> list[tuple[str, str]]:
    page = client.post(url, posted, follow=True)
    return [(message.level_tag, str(message)) for message in page.context["messages"]]


def _order(journey: Journey) -> list[str]:
    return [stage.key for stage in journey.draft_stages()]


def _url(world: World, name: str, *args: object) -> str:
    return reverse(name, args=[world.own.slug, *args])
