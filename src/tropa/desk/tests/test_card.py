"""The card of a customer: what it answers at once, its timeline over both parts of the log, who may see it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from tropa.customers import actions
from tropa.customers.models import Account
from tropa.facts import settled, settling
from tropa.facts.actions import append, source
from tropa.facts.domain import microseconds
from tropa.facts.models import SettledTouch, Source, Touch
from tropa.facts.touches import NewTouch
from tropa.journeys.models import Stage
from tropa.journeys.tests.making import built, small_journey
from tropa.journeys.tests.making import day as day_of
from tropa.maps.models import JourneyMap
from tropa.workspace.models import Role
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _data(settings: Settings, tmp_path: Path) -> None:
    settings.DATA = tmp_path
    settled._opened.clear()


@pytest.fixture
def world() -> World:
    return make_world()


def firm(world: World, name: str = "ООО «Гранит-Север»") -> Account:
    return actions.create_account(workspace=world.own, by=world.owner, name=name, owner=world.owner)


def touched(account: Account, *kinds: tuple[str, float, str], contact: int | None = None) -> None:
    """kinds: type, days ago, channel."""
    touches = [
        NewTouch(
            f"{account.pk}:{kind}:{ago}:{contact}",
            kind,
            microseconds(timezone.now() - timedelta(days=ago)),
            account_id=account.pk,
            channel=channel,
            contact_id=contact,
        )
        for kind, ago, channel in kinds
    ]
    append(source(account.workspace, "test", Source.Kind.API, "Проверка"), touches, now=timezone.now())


def card(client: Client, account: Account, **asked: str) -> str:
    answer = client.get(f"/w/{account.workspace.slug}/accounts/{account.pk}/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def entries(page: str) -> int:
    return page.count('class="tl-i"')


def test_it_works(world: World, client: Client) -> None:
    account = firm(world)
    touched(account, ("ask", 60, "website"), ("offer", 41, "email"), ("pay", 0.5, "phone"))
    journey = small_journey(world.own)
    Stage.objects.filter(journey=journey, key="paid").update(rule={"touch": ["never"]})
    Stage.objects.filter(journey=journey, key="offer").update(target_days=30)
    built(journey, on_day=(timezone.now() - day_of(0)).total_seconds() / 86_400)
    page = card(sign_in(client, world.members[Role.VIEWER]), account)
    assert "2. Предложение" in page
    assert "42-й день" in page
    assert "при цели 30" in page
    assert "Застряли на этапе «Предложение»" in page
    assert re.search(r"Первое касание</dt><dd><b>ask</b>", page)
    latest = re.search(r'class="cc-last">(.*?)</ul>', page, re.DOTALL)
    assert latest
    assert latest[1].count("<li>") == 3
    assert 'role="img" aria-label="Профиль пути' in page
    assert page.count("Этап «") == 2


def test_an_account_without_touches_says_so(world: World, client: Client) -> None:
    page = card(sign_in(client, world.owner), firm(world))
    assert "ещё не было" in page
    assert "Касаний пока нет" in page
    assert "Профиль пути" not in page


def test_one_touch_is_enough(world: World, client: Client) -> None:
    account = firm(world)
    touched(account, ("ask", 0.01, "website"))
    built(small_journey(world.own), on_day=(timezone.now() - day_of(0)).total_seconds() / 86_400)
    page = card(sign_in(client, world.owner), account)
    assert entries(page) == 2
    assert "1-й день" in page


def test_filters_find_the_same_in_both_parts_of_the_log(world: World, client: Client) -> None:
    account = firm(world)
    person = actions.create_contact(workspace=world.own, by=None, account=account, position="Финансовый директор")
    touched(account, *[("email_reply", 100 + number, "email") for number in range(20)], contact=person.pk)
    touched(account, *[("call", 20 + number, "phone") for number in range(15)])
    settling.settle(now=timezone.now(), hot=10, step=5)
    assert Touch.objects.filter(account_id=account.pk).exists()
    assert SettledTouch.objects.filter(account_id=account.pk).count() == 25
    sign_in(client, world.owner)
    assert "35 за 119\N{NO-BREAK SPACE}дней" in card(client, account)
    for asked, count in (
        ({"channel": "phone"}, 15),
        ({"channel": "email"}, 20),
        ({"type": "email_reply"}, 20),
        ({"person": str(person.pk)}, 20),
        ({"person": str(person.pk), "channel": "phone"}, 0),
        ({"period": "30"}, 10),
        ({"period": "90", "channel": "phone"}, 15),
        ({"period": "90", "channel": "email"}, 0),
        ({"channel": "nobody's"}, 0),
        ({"person": "x"}, 0),
        ({"period": "forever"}, 0),
    ):
        page = card(client, account, **asked)
        assert entries(page) == count, asked
        assert f"{count} из 35" in page


def test_the_timeline_goes_on_to_the_first_touch_whatever_is_asked(world: World, client: Client) -> None:
    account = firm(world)
    # Several of one moment, on both sides of the edge of a part.
    touched(account, *[(f"kind_{number}", 5, "email") for number in range(70)])
    touched(account, ("first", 90, "phone"))
    settling.settle(now=timezone.now(), hot=20, step=10)
    sign_in(client, world.owner)
    page, seen = card(client, account, period="90"), 0
    while True:
        seen += entries(page)
        more = re.search(r'hx-get="([^"]+touches[^"]+)"', page)
        if more is None:
            break
        page = client.get(more[1].replace("&amp;", "&")).content.decode()
    assert seen == 70
    for wrong in ("x", "1", "1.2.3", "9" * 30 + ".1", "-5.5", "--5.1", "²." + "1"):
        assert client.get(f"/w/{world.own.slug}/accounts/{account.pk}/", {"after": wrong}).status_code == 200


def test_the_card_asks_as_often_for_many_touches_as_for_few(world: World, client: Client) -> None:
    account = firm(world)
    touched(account, ("ask", 1, "email"))
    built(small_journey(world.own), on_day=(timezone.now() - day_of(0)).total_seconds() / 86_400)
    sign_in(client, world.owner)
    card(client, account)
    with CaptureQueriesContext(connection) as few:
        card(client, account)
    touched(account, *[(f"kind_{number % 7}", 1 + number / 10, "email") for number in range(200)])
    with CaptureQueriesContext(connection) as many:
        card(client, account)
    assert len(many) == len(few)


def test_who_decides_and_is_silent_is_named(world: World, client: Client) -> None:
    account = firm(world)
    decider = actions.create_contact(
        workspace=world.own, by=None, account=account, position="Финансовый директор", buying_role="economic_buyer"
    )
    actions.create_contact(
        workspace=world.own, by=None, account=account, position="Генеральный директор", buying_role="signatory"
    )
    actions.create_contact(workspace=world.own, by=None, account=account, position="Эксперт", buying_role="expert")
    touched(account, ("ask", 21.5, "email"), contact=decider.pk)
    built(small_journey(world.own), on_day=(timezone.now() - day_of(0)).total_seconds() / 86_400)
    page = card(sign_in(client, world.owner), account)
    assert "Финансовый директор: контакта нет 21" in page
    assert "Контакта ещё не было: Генеральный директор" in page
    assert "Эксперт: контакта нет" not in page


def test_how_others_fared_is_asked_behind_the_page(world: World, client: Client) -> None:
    accounts = [firm(world, f"Компания {number}") for number in range(7)]
    for each in accounts:
        touched(each, ("ask", 25, "email"))
    for number, each in enumerate(accounts[:4]):
        touched(each, ("no", 5 + number / 1000, "email"))
    journey = small_journey(world.own)
    Stage.objects.filter(journey=journey, key="interest").update(target_days=3, inactivity_days=300)
    built(journey, on_day=(timezone.now() - day_of(0)).total_seconds() / 86_400)
    sign_in(client, world.owner)
    asked = re.search(r'hx-get="([^"]+others/[^"]+)"', card(client, accounts[-1]))
    assert asked
    answer = client.get(asked[1].replace("&amp;", "&")).content.decode()
    # Longer than 25 days nobody else has been; the four who left did after some 20.
    assert "Идёт 26-й день при цели 3" in answer
    assert "others/" not in card(client, accounts[-1])
    assert client.get(f"/w/{world.own.slug}/accounts/{accounts[0].pk}/others/").status_code == 200


def test_maps_of_the_account_and_a_new_one(world: World, client: Client) -> None:
    account, now = firm(world), timezone.now()
    journey = small_journey(world.own)
    JourneyMap.objects.create(
        workspace=world.own,
        journey=journey,
        key="own",
        name="Путь «Гранита»",
        kind="key_account_map",
        account=account,
        reviewed_at=now,
        changed_at=now,
    )
    page = card(sign_in(client, world.owner), account)
    assert "Путь «Гранита»" in page
    assert f"?account={account.pk}" in page
    page = card(sign_in(Client(), world.members[Role.VIEWER]), account)
    assert "Путь «Гранита»" in page
    assert "Новая карта" not in page


@pytest.mark.parametrize("page", ["", "touches/", "others/"])
def test_a_foreign_account_is_not_there(world: World, client: Client, page: str) -> None:
    strange = actions.create_account(workspace=world.foreign, by=world.stranger, name="Чужая")
    sign_in(client, world.owner)
    assert client.get(f"/w/{world.own.slug}/accounts/{strange.pk}/{page}").status_code == 404
    assert client.get(f"/w/{world.foreign.slug}/accounts/{strange.pk}/{page}").status_code == 404


def test_what_people_typed_becomes_no_markup(world: World, client: Client) -> None:
    evil = '"><script>alert(1)</script>'
    account = firm(world, evil)
    person = actions.create_contact(
        workspace=world.own, by=None, account=account, position=evil[:100], buying_role="decider"
    )
    touched(account, ("ask", 30, evil[:40]), contact=person.pk)
    journey = small_journey(world.own, name=evil)
    Stage.objects.filter(journey=journey, key="interest").update(label_ru=evil, label_en=evil, target_days=2)
    built(journey, on_day=(timezone.now() - day_of(0)).total_seconds() / 86_400)
    page = card(sign_in(client, world.owner), account, trip=evil, channel=evil, after=evil)
    assert "<script>alert" not in page
