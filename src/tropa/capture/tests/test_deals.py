"""Deals, their history, people and orders: what is known exactly, what is worked out, what was only seen."""

from datetime import UTC, datetime

import pytest

from tropa.capture.tests.files import accepted, checked, chosen, loaded
from tropa.customers import actions as customers
from tropa.customers.models import Account, Affiliation, Contact, Deal, DealMove, Order, Pipeline
from tropa.facts.models import Touch
from tropa.workspace.models import Member
from tropa.workspace.tests import people


@pytest.fixture
def owner() -> Member:
    owner = people.make_member(people.make_workspace("Deals"), "owner")
    customers.starter_pipeline(owner.workspace)
    return owner


def moves(owner: Member, code: str) -> list[tuple[str, str, str]]:
    rows = DealMove.objects.filter(deal__workspace=owner.workspace, deal__external_id=code)
    return [(move.to_stage.name, f"{move.at:%Y-%m-%d}", move.certainty) for move in rows.select_related("to_stage")]


DEALS = (
    "id,title,stage,amount,created_at,closed_at,modified_at\n"
    "1,A,Выиграна,100,2024-01-10,2024-03-01,2024-03-05\n"
    "2,B,Проиграна,50,2024-01-10,2099-03-01,2024-02-05\n"
    "3,C,Новый лид,,2024-01-10,2030-01-01,2024-02-05\n"
    "4,D,Согласование,,2024-01-10,,2024-02-05\n"
)


@pytest.mark.django_db
def test_it_works(owner: Member) -> None:
    of = loaded(accepted(owner, DEALS, kind="deals"), owner)
    assert of.counts == {"created": 4}
    assert moves(owner, "1") == [("Выиграна", "2024-02-29", "derived")]  # midnight in Moscow
    assert moves(owner, "2") == [("Проиграна", "2024-02-04", "first_seen")]
    assert moves(owner, "3") == [("Новый лид", "2024-01-09", "derived")]
    assert moves(owner, "4") == [("Согласование", "2024-02-04", "first_seen")]
    assert of.findings == {"closed_in_future": 1}
    assert len(of.made["stages"]) == 1
    deal = Deal.objects.get(external_id="2")
    assert (str(deal.expected_close_on), deal.closed_at) == ("2099-03-01", datetime(2024, 2, 4, 21, tzinfo=UTC))
    touch = Touch.objects.get(workspace=owner.workspace, type__key="deal_won")
    assert (touch.value, touch.properties["certainty"], touch.properties["kind"]) == (100, "derived", "won")
    assert Touch.objects.filter(workspace=owner.workspace, type__key="deal_created").count() == 4


@pytest.mark.django_db
def test_the_stages_of_a_new_one_stand_before_the_ends(owner: Member) -> None:
    loaded(accepted(owner, DEALS, kind="deals"), owner)
    stages = list(Pipeline.objects.get(workspace=owner.workspace).stages.values_list("kind", flat=True))
    assert stages == sorted(stages, key=["open", "won", "lost"].index)


@pytest.mark.django_db
def test_a_list_that_comes_again_moves_what_moved_and_nothing_else(owner: Member) -> None:
    loaded(accepted(owner, DEALS, kind="deals"), owner)
    later = DEALS.replace("3,C,Новый лид,,2024-01-10,2030-01-01,2024-02-05", "3,C,Выиграна,7,2024-01-10,2024-06-01,")
    of = loaded(accepted(owner, later, kind="deals"), owner)
    assert of.counts == {"unchanged": 3, "updated": 1}
    assert [move[0] for move in moves(owner, "3")] == ["Новый лид", "Выиграна"]
    assert loaded(accepted(owner, later, kind="deals"), owner).counts == {"unchanged": 4}


HISTORY = (
    "deal_id,stage,entered_at\n"
    "1,Выиграна,2024-03-01 12:00\n"
    "1,Новый лид,2024-01-10 12:00\n"
    "1,Переговоры,2024-02-01 12:00\n"
    "9,Новый лид,2099-01-01\n"
    "9,,2024-01-01\n"
    "9,Новый лид,\n"
)


@pytest.mark.django_db
def test_history_in_any_order_is_a_chain(owner: Member) -> None:
    of = loaded(accepted(owner, HISTORY), owner)
    assert (of.kind, of.counts) == ("stage_history", {"created": 3, "rejected": 3})
    assert of.reasons == {"date_in_future": 1, "no_stage": 1, "no_date": 1}
    deal = Deal.objects.get(workspace=owner.workspace)
    assert (deal.stage.name, deal.closed_at) == ("Выиграна", datetime(2024, 3, 1, 9, tzinfo=UTC))
    chain = [(move.from_stage and move.from_stage.name, move.to_stage.name) for move in deal.moves.all()]
    assert chain == [(None, "Новый лид"), ("Новый лид", "Переговоры"), ("Переговоры", "Выиграна")]
    assert loaded(accepted(owner, HISTORY), owner).counts == {"duplicate": 3, "rejected": 3}


@pytest.mark.django_db
def test_history_first_leaves_nothing_for_the_list_to_work_out(owner: Member) -> None:
    loaded(accepted(owner, HISTORY), owner)
    loaded(accepted(owner, DEALS, kind="deals"), owner)
    assert {certainty for *_, certainty in moves(owner, "1")} == {"exact"}


@pytest.mark.django_db
def test_history_gives_the_exact_time_to_what_was_worked_out(owner: Member) -> None:
    loaded(accepted(owner, DEALS, kind="deals"), owner)
    of = loaded(accepted(owner, "deal_id,stage,entered_at\n1,Выиграна,2024-02-20 12:00\n"), owner)
    assert of.counts == {"updated": 1}
    assert moves(owner, "1") == [("Выиграна", "2024-02-20", "exact")]


@pytest.mark.django_db
def test_a_pipeline_of_its_own_for_all_rows(owner: Member) -> None:
    of = chosen(accepted(owner, DEALS, kind="deals"), constant="Партнёры")
    of = loaded(of, owner)
    assert of.made["pipelines"] == ["Партнёры"]
    assert set(Deal.objects.values_list("pipeline__name", flat=True)) == {"Партнёры"}


@pytest.mark.django_db
def test_people_are_tied_by_the_link_else_by_their_address(owner: Member) -> None:
    account = customers.create_account(workspace=owner.workspace, by=owner, name="Контур", domain="kontur.example")
    text = (
        "имя,фамилия,почта,компания,роль в решении\n"
        "ИТ,директор,IT@Kontur.example,,Инициатор\n"
        "Главный,бухгалтер,buh@kontur.example,Другая,Странная роль\n"
        "Закупщик,,z@gmail.com,,\n"
        "Закупщик,,,Первая,\nЗакупщик,,,Вторая,\nЗакупщик,,,Первая,\n"
        ",,,Ничья,Инициатор\n"
    )
    of = loaded(accepted(owner, text), owner)
    assert (of.kind, of.counts) == ("contacts", {"created": 5, "unchanged": 1, "rejected": 1})
    assert not Account.objects.filter(name="Ничья").exists()
    places = {
        each.contact.email: (each.account.name, each.reason)
        for each in Affiliation.objects.select_related("contact").exclude(contact__email="")
    }
    assert places == {"it@kontur.example": ("Контур", "domain"), "buh@kontur.example": ("Другая", "crm")}
    assert Contact.objects.get(email="it@kontur.example").buying_role == "initiator"
    assert Contact.objects.get(email="buh@kontur.example").attributes["buying_role"] == "Странная роль"
    assert loaded(accepted(owner, text), owner).counts == {"unchanged": 6, "rejected": 1}
    assert Account.objects.get(pk=account.pk).contacts.count() == 1


@pytest.mark.django_db
def test_orders_leave_their_touch_once(owner: Member) -> None:
    text = "order_number,company,order_date,total\n1,A,2024-01-01,10.5\n1,A,2024-01-01,12\n2,A,2099-01-01,1\n"
    of = loaded(accepted(owner, text), owner)
    assert (of.kind, of.counts) == ("orders", {"created": 1, "updated": 1, "rejected": 1})
    assert float(Order.objects.get().amount or 0) == 12
    assert Touch.objects.filter(workspace=owner.workspace, type__key="order_placed").count() == 1


@pytest.mark.django_db
def test_a_merged_company_gets_the_touches_and_its_file_is_still_known(owner: Member) -> None:
    text = "company,date,type\nA,2024-01-01,Демо\n"
    loaded(accepted(owner, text), owner)
    into = customers.create_account(workspace=owner.workspace, by=owner, name="B")
    Account.objects.filter(name="A").update(merged_into=into)
    of = loaded(accepted(owner, text + "A,2024-02-01,Демо\n"), owner)
    assert of.counts == {"duplicate": 1, "created": 1}
    assert Touch.objects.filter(account_id=into.pk).count() == 1


@pytest.mark.django_db
def test_the_trial_run_writes_nothing(owner: Member) -> None:
    for text in (DEALS, HISTORY, "company,date,type\nA,2024-01-01,Демо\n"):
        checked(accepted(owner, text))
    assert not Deal.objects.exists()
    assert not Account.objects.exists()
    assert not Touch.objects.exists()
    assert not Pipeline.objects.get(workspace=owner.workspace).stages.filter(name="Согласование").exists()
