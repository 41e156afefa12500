"""The pages as people use them: lists, cards, forms, bulk changes and taking them back."""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tropa.customers import actions
from tropa.customers.models import Account, Contact
from tropa.customers.tests import sample
from tropa.customers.tests.sample import World
from tropa.workspace.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return sample.world()


@pytest.fixture
def client(world: World) -> Client:
    return sample.signed_in(world.sales)


def text(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def names(answer: object) -> list[str]:
    return re.findall(r'class="wide"><a [^>]*>([^<]+)<', text(answer))


def test_it_works(world: World, client: Client) -> None:
    made = client.post(
        world.url("accounts/new/"), {"name": "ООО «Гранит-Север»", "domain": "https://www.Granit.example/"}
    )
    account = Account.objects.get()
    assert made.headers["Location"] == world.url(f"accounts/{account.pk}/")
    assert (account.name, account.domain, account.owner) == ("ООО «Гранит-Север»", "granit.example", None)
    card = text(client.get(world.url(f"accounts/{account.pk}/")))
    assert "ООО «Гранит-Север»" in card
    assert "Касаний пока нет" in card
    assert names(client.get(world.url("accounts/"))) == ["ООО «Гранит-Север»"]


@pytest.mark.parametrize("words", ["гранит", "ГРАНИТ", "Север гран", "ёлка", "ЕЛКА", "granit.example"])
def test_search_knows_no_case_in_any_script(world: World, client: Client, words: str) -> None:
    sample.account(world, "ООО «Гранит-Север Ёлка»", domain="granit.example")
    sample.account(world, "ООО «Маяк»")
    assert names(client.get(world.url("accounts/"), {"q": words})) == ["ООО «Гранит-Север Ёлка»"]


def test_a_percent_sign_is_searched_as_itself(world: World, client: Client) -> None:
    sample.account(world, "Скидка 100%")
    sample.account(world, "Скидка 1000")
    assert names(client.get(world.url("accounts/"), {"q": "100%"})) == ["Скидка 100%"]


def test_companies_and_visitors_are_never_in_one_list(world: World, client: Client) -> None:
    sample.account(world, "Компания")
    sample.account(world, "Посетитель 1", kind="unknown")
    sample.account(world, "Посетитель 2", kind="unknown")
    companies = client.get(world.url("accounts/"))
    assert names(companies) == ["Компания"]
    assert re.findall(r'class="count">(\d+)<', text(companies)) == ["1", "2"]
    assert names(client.get(world.url("accounts/"), {"kind": "unknown"})) == ["Посетитель 1", "Посетитель 2"]


def test_filters_sort_and_pages_live_in_the_address(world: World, client: Client) -> None:
    for number in range(60):
        sample.account(world, f"Компания {number:02}", city="Казань" if number % 2 else "Москва", segment="ИТ")
    first = client.get(world.url("accounts/"), {"sort": "-name", "segment": "ИТ"})
    assert names(first)[0] == "Компания 59"
    assert len(names(first)) == 50
    assert len(names(client.get(world.url("accounts/"), {"sort": "-name", "page": "2"}))) == 10
    assert len(names(client.get(world.url("accounts/"), {"city": "Казань"}))) == 30
    # What makes no sense is left out, never an error.
    assert (
        client.get(world.url("accounts/"), {"sort": "'; --", "page": "x", "owner": "x", "city": "?"}).status_code == 200
    )


@pytest.mark.parametrize("asked", [{"q": "я" * 5000}, {"city": "Тверь"}, {"segment": "Розница"}])
def test_a_filter_that_finds_nobody_never_means_everybody(world: World, client: Client, asked: dict[str, str]) -> None:
    """Everything found can be changed at once: what was asked for must not fall away unseen."""
    account = sample.account(world, city="Казань", segment="ИТ")
    assert names(client.get(world.url("accounts/"), asked)) == []
    client.post(
        world.url("accounts/bulk/"), {"everything": "1", "field": "segment", "segment": "X", "query": urlencode(asked)}
    )
    account.refresh_from_db()
    assert account.segment == "ИТ"


@pytest.mark.parametrize("page", ["accounts/", "contacts/", "deals/", "deals/list/"])
def test_a_list_asks_as_often_for_many_rows_as_for_few(world: World, client: Client, page: str) -> None:
    def fill(names: range) -> None:
        for number in names:
            account = sample.account(world, f"Компания {number}", owner=world.sales)
            person = actions.create_contact(workspace=world.workspace, by=None, account=account, position="Юрист")
            sample.deal(world, account, contact=person, owner=world.owner, amount=1)

    fill(range(2))
    client.get(world.url(page))
    with CaptureQueriesContext(connection) as few:
        client.get(world.url(page))
    fill(range(2, 12))
    with CaptureQueriesContext(connection) as many:
        client.get(world.url(page))
    assert len(many) == len(few)


def test_the_card_asks_as_often_for_many_rows_as_for_few(world: World, client: Client) -> None:
    account = sample.account(world)

    def fill(count: int) -> None:
        for number in range(count):
            person = actions.create_contact(workspace=world.workspace, by=None, account=account, position="Юрист")
            deal = sample.deal(world, account, contact=person)
            sample.touched(world, account, "email_reply", days_ago=number + 1, contact_id=person.pk, deal_id=deal.pk)

    fill(1)
    client.get(world.url(f"accounts/{account.pk}/"))
    with CaptureQueriesContext(connection) as few:
        client.get(world.url(f"accounts/{account.pk}/"))
    fill(8)
    with CaptureQueriesContext(connection) as many:
        client.get(world.url(f"accounts/{account.pk}/"))
    assert len(many) == len(few)


def test_the_timeline_comes_in_parts_and_by_channel(world: World, client: Client) -> None:
    account = sample.account(world)
    for number in range(120):
        sample.touched(world, account, "email_reply", days_ago=number / 50, channel="email")
    sample.touched(world, account, "inbound_call", days_ago=30, channel="phone")
    page, seen = text(client.get(world.url(f"accounts/{account.pk}/"))), 0
    while True:
        seen += page.count('class="tl-i"')
        more = re.search(r'hx-get="([^"]+)"[^>]*hx-target="closest li"', page)
        if more is None:
            break
        page = text(client.get(more[1].replace("&amp;", "&")))
    assert seen == 121
    assert text(client.get(world.url(f"accounts/{account.pk}/"), {"channel": "phone"})).count('class="tl-i"') == 1


def test_a_bulk_change_counts_and_is_taken_back(world: World, client: Client) -> None:
    accounts = [sample.account(world, f"Компания {number}", segment=f"s{number}") for number in range(3)]
    foreign = sample.account(sample.world("second"))
    picked = {"pick": [*(each.pk for each in accounts[:2]), foreign.pk], "field": "segment", "segment": "Новый"}
    answer = client.post(world.url("accounts/bulk/"), picked, follow=True)
    undo = re.search(r"/customers/undo/[\w-]+/", text(answer))
    assert undo
    assert sorted(Account.objects.values_list("segment", flat=True)) == sorted(["Новый", "Новый", "s2", ""])
    assert AuditEntry.objects.get(action="accounts.bulk_edit").details == {"field": "segment", "rows": 2}
    trail = text(sample.signed_in(world.owner).get(world.url("settings/audit/")))
    assert "2\xa0строки" in trail
    # A row that somebody changed since keeps what they gave it.
    Account.objects.filter(pk=accounts[1].pk).update(segment="Позже")
    client.post(f"/w/{world.workspace.slug}{undo[0]}")
    assert list(Account.objects.order_by("pk").values_list("segment", flat=True))[:3] == ["s0", "Позже", "s2"]


def test_a_bulk_change_that_names_no_field_changes_nothing(world: World, client: Client) -> None:
    account = sample.account(world, owner=world.sales)
    # Enter in the text field presses the first button of the form, which has to be that of the segment.
    page = text(client.get(world.url("accounts/")))
    assert page.index('value="segment"') < page.index('value="owner_id"')
    assert client.post(world.url("accounts/bulk/"), {"pick": [account.pk]}).status_code == 404
    client.post(world.url("accounts/bulk/"), {"pick": [account.pk], "field": "owner_id", "owner": world.sales.pk})
    account.refresh_from_db()
    assert account.owner == world.sales
    assert not AuditEntry.objects.filter(action="accounts.bulk_edit").exists()


def test_contacts_are_given_a_role_in_bulk_and_taken_back(world: World, client: Client) -> None:
    people = [
        Contact.objects.create(workspace=world.workspace, email=f"p{number}@example.com", created_at=timezone.now())
        for number in range(3)
    ]
    assert 'name="buying_role"' in text(client.get(world.url("contacts/")))
    picked = {"pick": [each.pk for each in people[:2]], "buying_role": "expert"}
    answer = client.post(world.url("contacts/bulk/"), picked, follow=True)
    assert sorted(Contact.objects.values_list("buying_role", flat=True)) == ["", "expert", "expert"]
    client.post(world.url("contacts/bulk/"), {**picked, "buying_role": "no such role"})
    assert set(Contact.objects.values_list("buying_role", flat=True)) == {""}
    undo = re.search(r"/customers/undo/[\w-]+/", text(answer))
    assert undo


def test_all_that_a_list_finds_can_be_given_to_somebody(world: World, client: Client) -> None:
    for number in range(55):
        sample.account(world, f"Компания {number}", city="Казань")
    sample.account(world, "Другая", city="Москва")
    given = {"everything": "1", "query": "city=Казань", "field": "owner_id", "owner": world.editor.pk}
    client.post(world.url("accounts/bulk/"), given)
    assert Account.objects.filter(owner=world.editor).count() == 55


def test_what_was_put_away_comes_back(world: World, client: Client) -> None:
    account = sample.account(world)
    answer = client.post(world.url(f"accounts/{account.pk}/archive/"), follow=True)
    assert names(answer) == []
    undo = re.search(r"/customers/undo/[\w-]+/", text(answer))
    assert undo
    archive = client.get(world.url("accounts/"), {"archived": "1"})
    assert names(archive) == [account.name]
    assert re.findall(r'class="count">(\d+)<', text(archive)) == ["1", "0"]
    client.post(f"/w/{world.workspace.slug}{undo[0]}")
    assert names(client.get(world.url("accounts/"))) == [account.name]


def test_deals_closed_long_ago_still_open(world: World, client: Client) -> None:
    deal = sample.deal(world, at=timezone.now() - timedelta(days=4000), stage="won")
    assert client.get(world.url(f"deals/{deal.pk}/")).status_code == 200
