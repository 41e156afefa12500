"""Moving deals on the pages: the board, its dialog, what is missing, who may let a deal pass."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone, translation

from tropa.customers import actions
from tropa.customers.models import Deal, DealMove, EntryFact, Pipeline
from tropa.customers.tests import sample
from tropa.customers.tests.sample import World
from tropa.workspace.models import AuditEntry

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def world() -> World:
    return sample.world()


@pytest.fixture
def strict(world: World) -> World:
    pipeline = actions.pipeline_from_template(world.workspace, "facts", by=world.owner)
    return World(**{**vars(world), "pipeline": pipeline})


@pytest.fixture
def client(world: World) -> Client:
    return sample.signed_in(world.sales)


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_it_works(world: World, client: Client) -> None:
    deal = sample.deal(world)
    to = world.stage("proposal")
    moved = client.post(world.url(f"deals/{deal.pk}/move/"), {"stage": to.pk, "seen": deal.stage_id})
    assert moved.headers["Location"] == world.url(f"deals/{deal.pk}/")
    page = text(client.get(world.url(f"deals/{deal.pk}/")))
    assert "Новый лид → КП" in page


def test_the_board_gets_itself_back(world: World, client: Client) -> None:
    deal = sample.deal(world)
    given = {"stage": world.stage("proposal").pk, "seen": deal.stage_id, "board": "1"}
    answer = client.post(world.url(f"deals/{deal.pk}/move/"), given, headers=HTMX)
    assert answer.headers["HX-Retarget"] == "#board"
    assert f'data-moved="{deal.pk}"' in text(answer)
    assert "<html" not in text(answer)


def test_a_move_is_taken_back_by_another_move(world: World, client: Client) -> None:
    deal = sample.deal(world)
    given = {"stage": world.stage("proposal").pk, "seen": deal.stage_id}
    page = client.post(world.url(f"deals/{deal.pk}/move/"), given, follow=True)
    undo = re.search(r"/customers/undo/[\w-]+/", text(page))
    assert undo
    back = client.post(f"/w/{world.workspace.slug}{undo[0]}", follow=True)
    assert "Вернули" in text(back)
    deal.refresh_from_db()
    assert deal.stage.key == "new_lead"
    assert deal.moves.count() == 3
    assert "уже вернули" in text(client.post(f"/w/{world.workspace.slug}{undo[0]}", follow=True))


def test_columns_count_and_sum_each_currency_for_itself(world: World, client: Client) -> None:
    account = sample.account(world)
    for number in range(25):
        sample.deal(world, account, title=f"Сделка {number}", amount=20_000, at=timezone.now() - timedelta(days=number))
    sample.deal(world, account, amount=30_000, currency="USD")
    page = text(client.get(world.url("deals/")))
    column = page.split(f'data-stage="{world.stage("new_lead").pk}" data-name')[1].split("</section>")[0]
    assert ">26</span>" in column
    assert re.sub(r"\s", " ", "500 тыс. ₽") in re.sub(r"\s", " ", column)
    assert re.sub(r"\s", " ", "30 тыс. $") in re.sub(r"\s", " ", column)
    assert column.count("data-deal=") == 20
    more = re.search(r'hx-get="([^"]+columns[^"]+)"', column)
    assert more
    assert text(client.get(more[1].replace("&amp;", "&"))).count("data-deal=") == 6


def test_whoever_saw_an_old_board_is_told_and_nothing_moves(world: World, client: Client) -> None:
    deal = sample.deal(world)
    seen = deal.stage_id
    actions.move_deal(deal=deal, to_stage=world.stage("negotiation"), by=world.owner, at=timezone.now())
    given = {"stage": world.stage("proposal").pk, "seen": seen}
    page = client.post(world.url(f"deals/{deal.pk}/move/"), given, follow=True)
    assert "Сделку уже перенесли" in text(page)
    deal.refresh_from_db()
    assert deal.stage.key == "negotiation"


def test_losing_by_dragging_asks_why(world: World, client: Client) -> None:
    deal = sample.deal(world)
    given = {"stage": world.stage("lost").pk, "seen": deal.stage_id, "board": "1"}
    asked = client.post(world.url(f"deals/{deal.pk}/move/"), given, headers=HTMX)
    assert (asked.status_code, asked.headers["HX-Retarget"]) == (422, "#board-dialog")
    assert "Напишите, почему сделка потеряна" in text(asked)
    client.post(world.url(f"deals/{deal.pk}/move/"), given | {"reason": "Дорого"}, headers=HTMX)
    deal.refresh_from_db()
    assert (deal.stage.kind, deal.lost_reason) == ("lost", "Дорого")


def test_a_strict_pipeline_lists_what_is_missing(strict: World, client: Client) -> None:
    deal = sample.deal(strict, stage="need_confirmed")
    given = {"stage": strict.stage("requirements_agreed").pk, "seen": deal.stage_id}
    told = client.post(strict.url(f"deals/{deal.pk}/move/"), given | {"exception": "Хочу"})
    assert told.status_code == 422
    assert "Назван держатель бюджета" in text(told)
    assert 'name="exception"' not in text(told)
    assert DealMove.objects.filter(deal=deal).count() == 1


def test_a_head_writes_why_and_it_is_kept(strict: World) -> None:
    strict.sales.reports_to = strict.editor
    strict.sales.save()
    client = sample.signed_in(strict.editor)
    deal = sample.deal(strict, stage="need_confirmed")
    given: dict[str, object] = {"stage": strict.stage("committee_known").pk, "seen": deal.stage_id}
    assert 'name="exception"' in text(client.post(strict.url(f"deals/{deal.pk}/move/"), given))
    given["exception"] = ""
    assert "Без причины не пропустить" in text(client.post(strict.url(f"deals/{deal.pk}/move/"), given))
    given["exception"] = "Знаем клиента лично"
    assert client.post(strict.url(f"deals/{deal.pk}/move/"), given).status_code == 302
    page = text(client.get(strict.url(f"deals/{deal.pk}/")))
    assert "Знаем клиента лично" in page
    assert AuditEntry.objects.filter(action="deal.exception").count() == 1


def test_the_deal_shows_which_facts_hold(strict: World, client: Client) -> None:
    account = sample.account(strict)
    deal = sample.deal(strict, account, stage="need_confirmed")
    actions.log_touch(
        account=account, type_key="email_reply", at=timezone.now(), now=timezone.now(), message_id="reply"
    )
    page = text(client.get(strict.url(f"deals/{deal.pk}/")))
    assert (page.count('class="is-yes"'), page.count('class="is-no"')) == (1, 4)


def test_a_new_deal_waits_for_its_facts_too(strict: World, client: Client) -> None:
    account = sample.account(strict)
    given = {
        "title": "Сделка", "account": account.name, "stage": strict.stage("need_confirmed").pk, "currency": "RUB",
    }  # fmt: skip
    told = client.post(strict.url("deals/new/"), given)
    assert told.status_code == 422
    assert "Не хватает фактов" in text(told)
    assert 'name="exception"' not in text(told)
    by_owner = sample.signed_in(strict.owner)
    assert 'type="hidden" name="exception"' in text(by_owner.get(strict.url("deals/new/")))
    assert 'type="text" name="exception"' in text(by_owner.post(strict.url("deals/new/"), given))
    actions.log_touch(
        account=account, type_key="email_reply", at=timezone.now(), now=timezone.now(), message_id="reply"
    )
    assert client.post(strict.url("deals/new/"), given).status_code == 302
    assert Deal.objects.get().account == account


def test_a_pipeline_is_built_by_hand(world: World) -> None:
    client = sample.signed_in(world.editor)
    client.post(world.url("settings/pipelines/new/"), {"template": "empty", "name": "Тендеры"})
    pipeline = Pipeline.objects.get(name="Тендеры")
    assert pipeline.key == "tendery"
    page = world.url(f"settings/pipelines/{pipeline.pk}/")
    for name in ("Заявка", "Протокол"):
        client.post(f"{page}stages/new/", {"name": name, "kind": "open", "probability": "10"})
    assert [stage.name for stage in pipeline.stages.all()] == ["Заявка", "Протокол", "Выиграна", "Проиграна"]
    last = pipeline.stages.get(name="Протокол")
    client.post(world.url(f"settings/stages/{last.pk}/shift/"), {"where": "up"})
    assert [stage.key for stage in pipeline.stages.all()] == ["protokol", "zayavka", "won", "lost"]
    for stray in ({}, {"where": "aside"}):
        assert client.post(world.url(f"settings/stages/{last.pk}/shift/"), stray).status_code == 302
        assert [stage.key for stage in pipeline.stages.all()] == ["protokol", "zayavka", "won", "lost"]
    client.post(f"{page}edit/", {"name": "Тендеры и закупки", "is_strict": "on"})
    client.post(
        f"{page}facts/new/",
        {"stage": last.pk, "label": "Звонок клиента", "kind": "touch", "types": ["inbound_call"], "within_days": "30"},
    )
    client.post(f"{page}facts/new/", {"stage": last.pk, "label": "Крупная", "kind": "amount", "amount": "100 000"})
    assert [fact.rule for fact in EntryFact.objects.filter(stage=last)] == [
        {"count": {"of": {"touch": ["inbound_call"]}, "at_least": 1, "within_days": 30}},
        {"field": "deal.amount", "at_least": 100_000.0},
    ]
    shown = re.sub(r"\s", " ", text(client.get(page)))
    assert "касание: Входящий звонок, за последние 30 дней" in shown
    assert "сумма сделки не меньше 100 000" in shown
    assert "Без этого факт не проверить" in text(
        client.post(f"{page}facts/new/", {"stage": last.pk, "label": "Пусто", "kind": "touch"})
    )


def test_a_workspace_starts_in_the_language_of_who_founds_it() -> None:
    with translation.override("en"):
        pipeline = sample.world("english").pipeline
    assert pipeline.name == "Sales"
    assert pipeline.stages.get(key="new_lead").name == "New lead"


def test_what_deals_stood_on_is_not_deleted(world: World) -> None:
    client = sample.signed_in(world.editor)
    deal = sample.deal(world)
    actions.move_deal(deal=deal, to_stage=world.stage("proposal"), by=world.owner, at=timezone.now())
    left = world.stage("new_lead")
    answer = client.post(world.url(f"settings/stages/{left.pk}/delete/"), follow=True)
    assert "Удалить нельзя" in text(answer)
    assert world.pipeline.stages.filter(pk=left.pk).exists()
    client.post(world.url(f"settings/stages/{world.stage('closing').pk}/delete/"))
    assert not world.pipeline.stages.filter(key="closing").exists()
    answer = client.post(world.url(f"settings/pipelines/{world.pipeline.pk}/delete/"), follow=True)
    assert "Удалить нельзя" in text(answer)


def test_a_fact_goes_to_a_stage_of_its_own_pipeline(strict: World) -> None:
    client = sample.signed_in(strict.editor)
    other = actions.starter_pipeline(strict.workspace)
    given = {"stage": strict.stage("paid").pk, "label": "Факт", "kind": "field", "field": "deal.amount"}
    assert client.post(strict.url(f"settings/pipelines/{other.pk}/facts/new/"), given).status_code == 404
