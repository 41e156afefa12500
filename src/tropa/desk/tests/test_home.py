"""The home page: every count is of the rows that its link opens, and nobody sees what is not theirs."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from tropa.capture.models import Import
from tropa.customers import actions
from tropa.customers.models import Account
from tropa.desk import attention
from tropa.facts.actions import append, source
from tropa.facts.domain import microseconds
from tropa.facts.models import LedgerHour, Source
from tropa.facts.touches import NewTouch
from tropa.journeys.models import Journey, JourneyVersion, Stage
from tropa.journeys.tests.making import built, small_journey
from tropa.journeys.tests.making import day as day_of
from tropa.maps.models import Card, JourneyMap, MapChange, Persona
from tropa.workspace.models import Member, Role, SignIn, Workspace
from tropa.workspace.tests.people import World, sign_in
from tropa.workspace.tests.people import world as make_world

pytestmark = pytest.mark.django_db
KINDS = ("late", "moves", "lost", "companies", "maps", "imports")


@pytest.fixture
def world() -> World:
    return make_world()


def firm(workspace: Workspace, name: str, *kinds: tuple[str, float], owner: Member | None = None) -> Account:
    """A company that did this so many days ago."""
    account = actions.create_account(workspace=workspace, by=None, name=name, owner=owner)
    touches = [
        NewTouch(f"{account.pk}:{kind}:{ago}", kind, microseconds(timezone.now() - timedelta(days=ago)), account.pk)
        for kind, ago in kinds
    ]
    append(source(workspace, "test", Source.Kind.API, "Проверка"), touches, now=timezone.now())
    return account


def placed(workspace: Workspace) -> JourneyVersion:
    journey = small_journey(workspace)
    Stage.objects.filter(journey=journey, key="offer").update(target_days=3)
    return built(journey, on_day=(timezone.now() - day_of(0)).total_seconds() / 86_400)


def drawn(workspace: Workspace, by: Member | None, *, reviewed_days_ago: float = 0, name: str = "Карта") -> JourneyMap:
    """A map with one change."""
    now = timezone.now()
    journey = Journey.objects.of(workspace).first() or small_journey(workspace)
    key = f"m{JourneyMap.objects.count()}"
    persona = Persona.objects.create(workspace=workspace, key=key, name="Сергей")
    made = JourneyMap.objects.create(
        workspace=workspace,
        journey=journey,
        key=key,
        name=name,
        kind="current_state",
        persona=persona,
        reviewed_at=now - timedelta(days=reviewed_days_ago),
        changed_at=now,
        created_by=by,
    )
    card = Card.objects.create(workspace=workspace, map=made, lane="pains", column="interest", position=1, text="Боль")
    MapChange.objects.create(
        workspace=workspace, map=made, number=1, kind="card", target=card.pk, after={"text": "Боль"}, by=by, at=now
    )
    return made


def home(client: Client, world: World, **asked: str) -> str:
    answer = client.get(f"/w/{world.own.slug}/home/", asked)
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def behind(world: World, kind: str) -> str:
    return reverse("home_news", args=[world.own.slug, kind])


def count_of(page: str, kind: str) -> tuple[int, str]:
    """The count beside a kind of news and the address behind it; 0 without."""
    found = re.search(rf'<a class="hm-count" href="([^"]+/home/{kind}/[^"]*)"[^>]*>(\d+)</a>', page)
    return (int(found[2]), found[1].replace("&amp;", "&")) if found else (0, "")


def rows_behind(client: Client, address: str) -> int:
    rows = 0
    while address:
        page = client.get(address).content.decode()
        rows += page.count("<tr>") - 1
        more = re.search(r'rel="next" href="([^"]+)"', page)
        address = address.split("?")[0] + more[1].replace("&amp;", "&") if more else ""
    return rows


def busy(world: World) -> None:
    """Two workspaces in which everything happened, ours with sixty companies of two members."""
    for workspace, owner in ((world.own, world.owner), (world.foreign, world.stranger)):
        for number in range(60 if workspace == world.own else 3):
            mine = owner if number % 3 else None
            steps = [("ask", 6.0), ("offer", 5.0)] + ([("no", 2.0)] if number % 4 == 0 else [])
            firm(workspace, f"Компания {number}", *steps, owner=mine)
        visitor = firm(workspace, "Посетитель", ("ask", 6), ("offer", 5), ("no", 1))
        Account.objects.filter(pk=visitor.pk).update(kind="unknown")
        placed(workspace)
        drawn(workspace, Member.objects.of(workspace).get(role=Role.EDITOR))
        Import.objects.create(
            workspace=workspace,
            file_name="deals.csv",
            stored_as="x",
            size_bytes=1,
            sha256="0" * 64,
            status=Import.Status.DONE,
            finished_at=timezone.now() - timedelta(days=1),
        )


def test_it_works(world: World, client: Client) -> None:
    sign_in(client, world.owner)
    opened = client.get(f"/w/{world.own.slug}/home/")
    assert opened.status_code == 200
    assert "Главная" in opened.content.decode()
    assert "Карт пока нет" in opened.content.decode()


def test_every_count_is_of_the_rows_behind_it(world: World, client: Client) -> None:
    busy(world)
    sign_in(client, world.owner)
    for whose, expected in (
        ("all", {"late": 45, "moves": 60, "lost": 15, "companies": 60, "maps": 1, "imports": 1}),
        ("mine", {"late": 30, "moves": 40, "lost": 10, "companies": 40, "maps": 1, "imports": 1}),
    ):
        page = home(client, world, since="7", whose=whose)
        for kind in KINDS:
            count, address = count_of(page, kind)
            assert count == expected[kind], (whose, kind)
            assert rows_behind(client, address) == count, (whose, kind)


def test_ones_own_companies_come_first_for_whoever_has_any(world: World, client: Client) -> None:
    busy(world)
    assert count_of(home(sign_in(client, world.owner), world, since="7"), "moves")[0] == 40
    assert count_of(home(sign_in(Client(), world.members[Role.VIEWER]), world, since="7"), "moves")[0] == 60


def test_ones_own_changes_of_maps_are_no_news(world: World, client: Client) -> None:
    drawn(world.own, world.owner)
    assert count_of(home(sign_in(client, world.owner), world), "maps")[0] == 0
    assert count_of(home(sign_in(Client(), world.members[Role.EDITOR]), world), "maps")[0] == 1


def test_what_was_told_on_the_last_visit_is_not_told_again(world: World, client: Client) -> None:
    busy(world)
    sign_in(client, world.owner)
    assert "вы здесь впервые" in home(client, world)
    # Opened again within the hour it tells the same.
    assert count_of(home(client, world), "companies")[0] == 40
    session = client.session
    (begin, _seen) = session["home_visits"][str(world.own.pk)]
    session["home_visits"] = {str(world.own.pk): (begin, (timezone.now() - timedelta(hours=2)).isoformat())}
    session.save()
    Account.objects.of(world.own).update(created_at=timezone.now() - timedelta(hours=3))
    newest = firm(world.own, "Свежая", owner=world.owner)
    page = home(client, world)
    assert count_of(page, "companies")[0] == 1
    assert newest.name in page
    assert Session.objects.exists()


def test_signing_in_again_within_the_hour_is_the_same_visit(world: World, client: Client) -> None:
    busy(world)
    sign_in(Client(), world.owner)
    assert "вы здесь впервые" in home(sign_in(client, world.owner), world)
    hours_ago = timezone.now() - timedelta(hours=3)
    SignIn.objects.filter(user=world.owner.user).exclude(pk=SignIn.objects.latest("pk").pk).update(seen_at=hours_ago)
    assert "вы здесь впервые" not in home(sign_in(Client(), world.owner), world)


def test_a_moment_in_the_address_is_read_or_left_out(world: World, client: Client) -> None:
    sign_in(client, world.owner)
    for given in ("yesterday", "2026-01-01", "9999-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "7 days", "-7"):
        assert client.get(behind(world, "companies"), {"since": given, "whose": "x"}).status_code == 200
    assert client.get(behind(world, "nothing")).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_a_foreign_workspace_is_not_there(world: World, client: Client, kind: str) -> None:
    sign_in(client, world.stranger)
    assert client.get(f"/w/{world.own.slug}/home/").status_code == 404
    assert client.get(behind(world, kind)).status_code == 404


def test_an_empty_workspace_says_what_comes_next(world: World, client: Client) -> None:
    page = home(sign_in(client, world.owner), world)
    assert f"/w/{world.own.slug}/start/" in page
    viewer = home(sign_in(Client(), world.members[Role.VIEWER]), world)
    assert "Их создают владелец и редакторы" in viewer
    assert "Загрузить файл" not in viewer


def test_the_workspace_opens_with_it(world: World, client: Client) -> None:
    placed(world.own)
    opened = sign_in(client, world.members[Role.VIEWER]).get(f"/w/{world.own.slug}/")
    assert opened.headers["Location"] == f"/w/{world.own.slug}/home/"


def test_my_maps_come_first_and_their_age_is_shown(world: World, client: Client) -> None:
    drawn(world.own, world.owner, name="Моя", reviewed_days_ago=100)
    drawn(world.own, world.members[Role.EDITOR], name="Чужая", reviewed_days_ago=200)
    page = home(sign_in(client, world.owner), world)
    cards = re.search(r'class="card-b hm-maps">(.*?)</section>', page, re.DOTALL)
    assert cards
    assert "Моя" in cards[1]
    assert "Чужая" not in cards[1]
    assert "Пора пересмотреть" in cards[1]
    assert "Карта «Чужая» устарела" in page


def test_what_stands_still_is_named(world: World) -> None:
    now = timezone.now()
    firm(world.own, "Компания", ("ask", 1))
    failed = placed(world.own)
    JourneyVersion.objects.create(
        workspace=world.own, journey=failed.journey, number=failed.number + 1, document=failed.document, status="failed"
    )
    Import.objects.create(
        workspace=world.own,
        file_name="deals.csv",
        stored_as="x",
        size_bytes=1,
        sha256="0" * 64,
        status=Import.Status.FAILED,
        finished_at=now,
    )
    site = source(world.own, "site", Source.Kind.SITE, "Сайт компании")
    LedgerHour.objects.create(workspace=world.own, source=site, hour=now - timedelta(days=5), received=1, stored=1)
    told = [each.title for each in attention.matters(world.own, now=now)]
    assert told == [
        "Файл «deals.csv» не загрузился",
        "Новая версия пути «Продажи» не построена",
        "Источник «Сайт компании» молчит",
    ]
    late = [each.title for each in attention.matters(world.own, now=now + timedelta(days=10))]
    assert "Новых данных нет" in late
    assert attention.matters(world.foreign, now=now) == []
