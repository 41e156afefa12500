"""Forms: what is filled in is read as people write it, nothing is overwritten unseen, and text stays text."""

import re
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tropa.customers import actions
from tropa.customers.models import Account, Contact, Deal, Order, Subscription
from tropa.customers.tests import sample
from tropa.customers.tests.sample import World
from tropa.facts.queries import touches_of

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


def test_it_works(world: World, client: Client) -> None:
    account = sample.account(world, "Старое имя")
    page = world.url(f"accounts/{account.pk}/edit/")
    assert client.post(page, {"seen": account.updated_at.isoformat(), "name": "Новое имя"}).status_code == 302
    account.refresh_from_db()
    assert account.name == "Новое имя"
    assert account.search.startswith("новое имя")


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


def test_what_was_chosen_stays_chosen_when_the_page_comes_once_more(world: World, client: Client) -> None:
    """Theirs for the phone, mine for the name, and then it turns out that there is such a company."""
    account, twin = sample.account(world, "Старое имя", phone="1"), sample.account(world, "ООО «Близнец»")
    page = world.url(f"accounts/{account.pk}/edit/")
    mine = {"seen": account.updated_at.isoformat(), "name": "Близнец", "phone": "2", "initial-phone": "1"}
    actions.update_account(account, by=world.owner, phone="3")
    account.refresh_from_db()
    told = client.post(page, mine | {"seen": account.updated_at.isoformat(), "take-phone": "theirs"})
    assert told.status_code == 422
    fields = dict(re.findall(r'name="([\w-]+)"[^>]*value="([^"]*)"', text(told)))
    assert (fields["phone"], fields["other"]) == ("3", str(twin.pk))
    again = {name: fields[name] for name in ("seen", "name", "phone", "initial-name", "initial-phone", "other")}
    assert client.post(page, again).status_code == 302
    account.refresh_from_db()
    assert (account.name, account.phone) == ("Близнец", "3")


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


def test_editing_keeps_a_currency_that_is_not_offered(world: World, client: Client) -> None:
    deal = sample.deal(world, amount=100, currency="GBP")
    page = world.url(f"deals/{deal.pk}/edit/")
    assert '<option value="GBP" selected' in text(client.get(page))
    given = {"seen": deal.updated_at.isoformat(), "title": "Новое имя", "amount": "100", "currency": "GBP"}
    assert client.post(page, given).status_code == 302
    deal.refresh_from_db()
    assert (deal.title, deal.currency) == ("Новое имя", "GBP")


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


@pytest.mark.parametrize("given", ["0001-01-01T00:00", "0226-05-05T10:00", "9999-12-31T23:59"])
def test_a_slip_in_a_date_is_told_and_loses_nothing(world: World, client: Client, given: str) -> None:
    card = f"accounts/{sample.account(world).pk}/"
    order = {"number": "З-77", "ordered_at": given, "amount": "12 500,50", "currency": "RUB"}
    told = client.post(world.url(f"{card}orders/new/"), order)
    assert told.status_code == 422
    assert "З-77" in text(told)
    plan = {"plan": "Годовой", "started_on": given[:10], "amount": "1", "currency": "RUB"}
    assert client.post(world.url(f"{card}subscriptions/new/"), plan).status_code == 422
    touch = {"type": "inbound_call", "at": given, "note": "Просили счёт", "message": str(uuid.uuid4())}
    told = client.post(world.url(f"{card}touch/"), touch)
    assert told.status_code == 422
    assert "Просили счёт" in text(told)
    assert not Order.objects.exists()
    assert not Subscription.objects.exists()


def test_an_order_that_lies_ahead_is_no_fact_yet(world: World, client: Client) -> None:
    ahead = timezone.localtime() + timedelta(days=2)
    order = {"ordered_at": ahead.strftime("%Y-%m-%dT%H:%M"), "amount": "1", "currency": "RUB"}
    told = client.post(world.url(f"accounts/{sample.account(world).pk}/orders/new/"), order)
    assert "Это время ещё не наступило" in text(told)
    assert not Order.objects.exists()
