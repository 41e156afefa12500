"""The pages as people use them: lists, cards, forms, bulk changes and taking them back."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tropa.customers import actions
from tropa.customers.models import Account, Contact, Deal, Order, Subscription
from tropa.customers.tests import sample
from tropa.customers.tests.sample import World
from tropa.facts.queries import touches_of
from tropa.workspace.models import AuditEntry

pytestmark = pytest.mark.django_db

# What browsers run when a page lets it through; every one of them is data here.
PAYLOADS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "<svg/onload=alert(1)>",
    "javascript:alert(1)",
    "{{ 7|add:7 }}{% debug %}",
    "</title><script>alert(1)</script>",
    "<a href=javascript:alert(1)>x</a>",
)


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


def test_of_two_who_edit_one_record_the_second_chooses(world: World, client: Client) -> None:
    account = sample.account(world, "Старое имя", city="Казань")
    page = world.url(f"accounts/{account.pk}/edit/")
    form = dict(re.findall(r'name="([\w-]+)"[^>]*value="([^"]*)"', text(client.get(page))))
    opened = {name: form.get(name, "") for name in ("seen", "initial-name", "initial-city")}
    actions.update_account(account, by=world.owner, name="Чужое имя", phone="+7 343 000-00-00")

    mine = {**opened, "name": "Моё имя", "city": "Москва"}
    told = client.post(page, mine)
    assert told.status_code == 422
    assert "Чужое имя" in text(told)
    account.refresh_from_db()
    assert (account.name, account.city) == ("Чужое имя", "Казань")

    seen = re.search(r'name="seen" value="([^"]+)"', text(told)) or re.search(
        r'value="([^"]+)"[^>]*name="seen"', text(told)
    )
    assert seen
    chosen = mine | {"seen": seen[1], "take-name": "theirs", "take-city": "mine", "take-phone": "theirs"}
    assert client.post(page, chosen).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.city, account.phone) == ("Чужое имя", "Москва", "+7 343 000-00-00")


def test_an_edit_that_nobody_crossed_just_saves(world: World, client: Client) -> None:
    account = sample.account(world, "Старое имя")
    page = world.url(f"accounts/{account.pk}/edit/")
    assert client.post(page, {"seen": account.updated_at.isoformat(), "name": "Новое имя"}).status_code == 302
    account.refresh_from_db()
    assert account.name == "Новое имя"
    assert account.search.startswith("новое имя")


def test_nothing_but_the_fields_of_the_form_can_be_set(world: World, client: Client) -> None:
    other = sample.world("second")
    extra = {
        "workspace": other.workspace.pk, "kind": "unknown", "merged_into": 1, "archived_at": "2026-01-01",
        "attributes": "{}", "owner": other.owner.pk,
    }  # fmt: skip
    assert client.post(world.url("accounts/new/"), {"name": "Имя", **extra}).status_code == 422
    del extra["owner"]
    client.post(world.url("accounts/new/"), {"name": "Имя", **extra})
    made = Account.objects.get()
    assert (made.workspace, made.kind, made.archived_at, made.merged_into) == (world.workspace, "company", None, None)


@pytest.mark.parametrize("field", ["domain", "name", "employees"])
def test_a_wrong_value_is_told_beside_its_field(world: World, client: Client, field: str) -> None:
    wrong = {"name": "", "domain": "mail.ru", "employees": "много"}
    answer = client.post(world.url("accounts/new/"), {"name": "Имя", field: wrong[field]})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in text(answer)
    assert Account.objects.count() == 0


@pytest.mark.parametrize(
    ("language", "given", "stored"),
    [
        ("ru", "12 500,50", "12500.50"),
        ("en", "12,500.50", "12500.50"),
        ("en", "12,500", "12500.00"),
        ("ru", "12500", "12500.00"),
    ],
)
def test_amounts_are_read_as_the_language_writes_them(
    world: World, client: Client, language: str, given: str, stored: str
) -> None:
    world.sales.user.language = language
    world.sales.user.save()
    client.cookies["tropa-language"] = language
    answer = client.post(
        world.url("deals/new/"),
        {"title": "Сделка", "stage": world.stage("new_lead").pk, "amount": given, "currency": "RUB"},
        headers={"accept-language": language},
    )
    assert answer.status_code == 302, text(answer)
    assert str(Deal.objects.get().amount) == stored


def test_an_amount_that_could_be_two_is_not_guessed(world: World, client: Client) -> None:
    given = {"title": "Сделка", "stage": world.stage("new_lead").pk, "amount": "12,500", "currency": "RUB"}
    answer = client.post(world.url("deals/new/"), given)
    assert answer.status_code == 422
    assert "12500 или 12,50" in text(answer)
    assert Deal.objects.count() == 0


def test_a_touch_by_hand_needs_two_fields_and_is_there_once(world: World, client: Client) -> None:
    account = sample.account(world)
    card = text(client.get(world.url(f"accounts/{account.pk}/")))
    message = re.search(r'name="message" value="([^"]+)"', card)
    assert message
    given = {"type": "inbound_call", "at": "2026-05-17T10:00", "message": message[1], "note": "Просят план"}
    for _attempt in range(2):
        client.post(world.url(f"accounts/{account.pk}/touch/"), given)
    rows = touches_of(world.workspace, account.pk)
    assert [(row.type, row.channel, row.properties) for row in rows] == [
        ("inbound_call", "phone", {"note": "Просят план"})
    ]
    # 10:00 in Moscow, where the workspace is.
    assert rows[0].occurred_us == 1_779_001_200_000_000
    assert "Просят план" in text(client.get(world.url(f"accounts/{account.pk}/")))


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
    # A row that somebody changed since keeps what they gave it.
    Account.objects.filter(pk=accounts[1].pk).update(segment="Позже")
    client.post(f"/w/{world.workspace.slug}{undo[0]}")
    assert list(Account.objects.order_by("pk").values_list("segment", flat=True))[:3] == ["s0", "Позже", "s2"]


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
    assert names(client.get(world.url("accounts/"), {"archived": "1"})) == [account.name]
    client.post(f"/w/{world.workspace.slug}{undo[0]}")
    assert names(client.get(world.url("accounts/"))) == [account.name]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_people_write_is_text_on_every_page(world: World, payload: str) -> None:
    client = sample.signed_in(world.owner)
    account = sample.account(world, payload, city=payload, segment=payload, industry=payload, phone=payload[:40])
    person = actions.create_contact(
        workspace=world.workspace, by=None, account=account, name=payload, position=payload, phone=payload[:40]
    )
    deal = sample.deal(world, account, title=payload, contact=person)
    actions.move_deal(deal=deal, to_stage=world.stage("lost"), by=world.owner, at=timezone.now(), reason=payload)
    actions.create_order(account=account, by=None, ordered_at=timezone.now(), number=payload[:80])
    actions.create_subscription(account=account, by=None, started_on=timezone.localdate(), plan=payload)
    actions.log_touch(
        account=account, type_key=payload[:80], at=timezone.now(), now=timezone.now(), message_id="1", note=payload
    )
    order, subscription = Order.objects.get(), Subscription.objects.get()
    pages = (
        "accounts/", f"accounts/{account.pk}/", f"accounts/{account.pk}/edit/", "contacts/", f"contacts/{person.pk}/",
        f"contacts/{person.pk}/edit/", "deals/", "deals/list/", f"deals/{deal.pk}/", f"deals/{deal.pk}/edit/",
        f"deals/{deal.pk}/move/", f"orders/{order.pk}/edit/", f"subscriptions/{subscription.pk}/edit/",
        "accounts/suggest/?account=a",
    )  # fmt: skip
    for page in pages:
        shown = text(client.get(world.url(page)))
        if set(payload) & set("<>\"'"):
            assert payload not in shown, page
        assert "<svg/onload" not in shown
        assert 'href="javascript:' not in shown
        assert "14" not in re.findall(r"<h1>([^<]*)</h1>", shown)


@pytest.mark.parametrize("role", ["viewer", "analyst"])
def test_readers_see_and_change_nothing(world: World, role: str) -> None:
    client = sample.signed_in(getattr(world, role))
    account = sample.account(world)
    assert "Записать касание" not in text(client.get(world.url(f"accounts/{account.pk}/")))
    assert client.post(world.url(f"accounts/{account.pk}/edit/"), {"name": "Взлом"}).status_code == 403
    assert client.post(world.url(f"accounts/{account.pk}/archive/")).status_code == 403


def test_contacts_find_their_company_by_themselves(world: World, client: Client) -> None:
    account = sample.account(world, domain="granit.example")
    client.post(world.url("contacts/new/"), {"position": "Финансовый директор", "email": "cfo@granit.example"})
    person = Contact.objects.get()
    assert [work.account for work in person.affiliations.all()] == [account]
    client.post(world.url(f"affiliations/{person.affiliations.get().pk}/leave/"))
    assert "не работает с" in text(client.get(world.url(f"accounts/{account.pk}/")))


def test_sellers_do_not_loosen_their_pipeline(world: World, client: Client) -> None:
    assert client.post(world.url("settings/pipelines/new/"), {"template": "facts"}).status_code == 403
    assert client.get(world.url("settings/pipelines/")).status_code == 200


def test_deals_closed_long_ago_still_open(world: World, client: Client) -> None:
    deal = sample.deal(world, at=timezone.now() - timedelta(days=4000), stage="won")
    assert client.get(world.url(f"deals/{deal.pk}/")).status_code == 200
