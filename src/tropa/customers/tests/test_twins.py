"""A company that may be there already: told before it is saved, and never refused."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from tropa.customers import actions, queries
from tropa.customers.models import Account
from tropa.customers.tests import sample
from tropa.customers.tests.sample import World
from tropa.workspace.tests.people import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return sample.world()


@pytest.fixture
def client(world: World) -> Client:
    return sample.signed_in(world.sales)


def others(page: str) -> list[str]:
    return re.findall(r'name="other" value="(\d+)"', page)


@pytest.mark.parametrize(
    "given", [{"name": "гранит-север, АО"}, {"name": "Совсем другая", "domain": "https://www.Granit.example/price"}]
)
def test_it_works(world: World, client: Client, given: dict[str, str]) -> None:
    there = sample.account(world, "ООО «Гранит-Север»", domain="granit.example")
    given |= {"city": "Тверь"}
    told = client.post(world.url("accounts/new/"), given)
    page = text_of(told)
    assert told.status_code == 422
    assert f'href="{world.url(f"accounts/{there.pk}/")}" target="_blank">ООО «Гранит-Север»</a>' in page
    assert ">Создать всё равно</button>" in page
    assert all(f'value="{value}"' in page for value in ("Тверь", given["name"]))
    assert Account.objects.count() == 1
    assert client.post(world.url("accounts/new/"), given | {"other": others(page)}).status_code == 302
    assert Account.objects.count() == 2


def test_what_was_pressed_for_one_company_does_not_hold_for_another(world: World, client: Client) -> None:
    first, second = sample.account(world, "Маяк"), sample.account(world, "Гранит")
    actions.archive(second, by=world.owner, now=timezone.now())
    told = client.post(world.url("accounts/new/"), {"name": "ЗАО Гранит", "other": [str(first.pk)]})
    assert (told.status_code, others(text_of(told))) == (422, [str(second.pk)])
    assert "в архиве" in text_of(told)


def test_the_word_in_other_fields_of_many_hides_no_twin(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tropa.customers.queries._MOST_COMPARED", 2)
    for name in ("Ива", "Дуб", "Клён"):
        sample.account(world, name, city="Самара")
    twin = sample.account(world, "ООО «Самара»")
    assert queries.twins(world.workspace, name="самара") == [twin]


def test_only_another_company_of_the_workspace_is_a_twin(world: World, client: Client) -> None:
    sample.account(sample.world("second"), "Маяк", domain="mayak.example")
    sample.account(world, "Маяк", kind=Account.Kind.UNKNOWN)
    sample.account(world, "Маяк Восток", domain="east.example")
    made = client.post(world.url("accounts/new/"), {"name": "ООО Маяк", "domain": "mayak.example"})
    assert made.status_code == 302


def test_an_edit_asks_only_about_what_it_changes(world: World, client: Client) -> None:
    there = sample.account(world, "Маяк", domain="mayak.example")
    same = sample.account(world, "ООО «Маяк»")
    page, seen = world.url(f"accounts/{same.pk}/edit/"), same.updated_at.isoformat()
    assert client.post(page, {"seen": seen, "name": "ООО «Маяк»", "city": "Тверь"}).status_code == 302
    same.refresh_from_db()
    given = {"seen": same.updated_at.isoformat(), "name": "ООО «Маяк»", "city": "Псков", "domain": "mayak.example"}
    told = client.post(page, given)
    assert (told.status_code, others(text_of(told))) == (422, [str(there.pk)])
    assert ">Сохранить всё равно</button>" in text_of(told)
    assert client.post(page, given | {"other": [str(there.pk)]}).status_code == 302
    same.refresh_from_db()
    assert (same.domain, same.city) == ("mayak.example", "Псков")
