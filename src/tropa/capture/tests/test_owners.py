"""Who leads a company or a deal: found among the members or told in one note, never guessed."""

import pytest
from django.test import Client
from django.utils import translation

from tropa.capture.tests.files import accepted, checked, loaded, taken_back
from tropa.capture.tests.wizard import url
from tropa.customers import actions as customers
from tropa.customers.models import Account, Deal
from tropa.workspace.models import Member
from tropa.workspace.tests import people
from tropa.workspace.tests.people import World

DEALS = (
    "id,название сделки,стадия,ответственный\n"
    "1,A,Новая, ПЁТР@example.com \n2,B,Новая,вяземская  ольга\n3,C,Новая,Антон Двойной\n"
    "4,D,Новая,40817\n5,E,Новая,40817\n6,F,Новая,\n7,G,Новая,Бывший Коллега\n"
)


@pytest.fixture
def world() -> World:
    return people.world()


@pytest.fixture
def named(world: World) -> dict[str, Member]:
    def member(role: str, first: str, last: str) -> Member:
        found = people.make_member(world.own, role)
        found.user.first_name, found.user.last_name = first, last
        found.user.save()
        return found

    member("sales", "Антон", "Двойной"), member("viewer", "Антон", "Двойной")
    former = member("sales", "Бывший", "Коллега")
    Member.objects.filter(pk=former.pk).update(is_active=False)
    found = {
        "пётр": people.make_member(world.own, "sales", "пётр@example.com"),
        "ольга": member("sales", "Ольга", "Вяземская"),
    }
    people.make_member(world.foreign, "sales", "40817@example.com")
    return found


def led(world: World) -> dict[str, int | None]:
    return dict(Deal.objects.of(world.own).order_by("pk").values_list("external_id", "owner_id"))


@pytest.mark.django_db
def test_it_works(world: World, named: dict[str, Member]) -> None:
    of = accepted(world.owner, DEALS)
    assert (of.kind, of.mapping["ответственный"]) == ("deals", "owner")
    of = loaded(of, world.owner)
    assert of.counts == {"created": 7}
    found = {"1": named["пётр"].pk, "2": named["ольга"].pk}
    assert led(world) == dict.fromkeys("34567") | found
    assert of.findings == {"owner_twice": 1, "owner_unknown": 3}
    # Invited since: the same file fills what was empty and doubles nothing.
    late = people.make_member(world.own, "sales", "late@example.com")
    late.user.first_name = "40817"
    late.user.save()
    again = loaded(accepted(world.owner, DEALS), world.owner)
    assert again.counts == {"updated": 2, "unchanged": 5}
    assert led(world) == dict.fromkeys("367") | found | {"4": late.pk, "5": late.pk}
    taken_back(again, world.owner)
    assert led(world) == dict.fromkeys("34567") | found


@pytest.mark.django_db
def test_who_is_not_found_changes_nothing_and_undoing_gives_the_former_owner_back(
    world: World, named: dict[str, Member]
) -> None:
    for code, owner in (("1", named["пётр"]), ("2", named["ольга"])):
        customers.create_account(workspace=world.own, by=world.owner, name=code, external_id=code, owner=owner)
    text = "id,name,city,OwnerId\n1,1,Казань,005x\n2,2,Томск,пётр@example.com\n"
    of = loaded(accepted(world.owner, text, kind="accounts"), world.owner)
    assert of.counts == {"updated": 2}
    assert list(Account.objects.order_by("external_id").values_list("owner", flat=True)) == [named["пётр"].pk] * 2
    taken_back(of, world.owner)
    owners = list(Account.objects.order_by("external_id").values_list("owner", flat=True))
    assert owners == [named["пётр"].pk, named["ольга"].pk]


@pytest.mark.django_db
def test_the_check_and_the_report_tell_it_once(client: Client, world: World, named: dict[str, Member]) -> None:
    web = people.sign_in(client, world.owner)
    of = checked(accepted(world.owner, DEALS))
    page = people.text_of(web.get(url(world, "import_check", of.pk)))
    assert page.count("не нашли, кто ведёт") == 1
    assert "В 3 строках не нашли, кто ведёт: таких участников здесь нет." in page
    assert "В файле: 40817, Бывший Коллега." in page
    assert "пусть владелец пригласит этих людей" in page
    assert "В 1 строке не ясно, кто ведёт: так зовут нескольких участников." in page
    assert "Не будет загружено" not in page
    loaded(of, world.owner)
    page = people.text_of(web.get(url(world, "import_rows", of.pk) + "?outcome=noted"))
    assert page.count('<td data-label="Значение">40817</td>') == 2
    assert page.count("Нет участника с такой почтой или именем") == 3
    assert page.count("не нашли, кто ведёт: таких") == 1
    with translation.override("en"):
        world.owner.user.language = "en"
        world.owner.user.save()
        page = people.text_of(web.get(url(world, "import", of.pk)))
    assert "The owners of 3 rows were not found" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "column"),
    [
        ("ID,TITLE,STAGE_ID,OPPORTUNITY,ASSIGNED_BY_ID", "ASSIGNED_BY_ID"),
        ("Id,Name,StageName,Amount,OwnerId,Owner", "Owner"),
        ("Deal Name,Deal Stage,Amount,hubspot_owner_id,Deal owner", "Deal owner"),
        ("Название сделки,Этап сделки,Бюджет ₽,Ответственный", "Ответственный"),
    ],
)
def test_headers_of_crms_are_known_and_names_come_before_codes(world: World, headers: str, column: str) -> None:
    of = accepted(world.owner, f"{headers}\n{','.join('1' * len(headers.split(',')))}\n")
    assert of.kind == "deals"
    assert [name for name, key in of.mapping.items() if key == "owner"] == [column]
