"""Who belongs where: the CRM's link, the domain of an address, a person's word; keys that only grow in version."""

from datetime import timedelta

import pytest

from tropa.customers import actions, identity, queries
from tropa.customers.models import Account, Contact
from tropa.customers.tests import sample
from tropa.customers.tests.sample import NOW, World
from tropa.facts.models import KeyOwner

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return sample.world()


def person(world: World, email: str, **given: object) -> Contact:
    return actions.create_contact(workspace=world.workspace, by=None, email=email, at=NOW, **given)  # type: ignore[arg-type]


def works_at(contact: Contact) -> list[tuple[Account, str]]:
    return [(work.account, work.reason) for work in contact.affiliations.filter(until=None)]


def test_it_works(world: World) -> None:
    account = sample.account(world, domain="https://www.Granit.example/about")
    contact = person(world, "CFO@Granit.example")
    assert works_at(contact) == [(account, "domain")]
    found = identity.owner_of(world.workspace, {"email": "cfo@granit.example"})
    assert found == identity.Owner(account.pk, contact.pk)


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("cfo@granit.example", "granit.example"),
        (" CFO@WWW.Granit.Example ", "granit.example"),
        ("someone@mail.ru", None),
        ("someone@Yandex.RU", None),
        ("someone@gmail.com", None),
        ("nobody", None),
        ("@granit.example", None),
        ("a@localhost", None),
        ("", None),
    ],
)
def test_free_mail_says_nothing_about_a_company(email: str, domain: str | None) -> None:
    assert identity.domain_of(email) == domain


def test_free_mail_ties_nobody(world: World) -> None:
    sample.account(world, domain="mail.ru")
    assert works_at(person(world, "someone@mail.ru")) == []


def test_the_link_of_the_crm_beats_the_domain(world: World) -> None:
    sample.account(world, "По домену", domain="granit.example")
    linked = sample.account(world, "По связи", external_id="42")
    assert works_at(person(world, "cfo@granit.example", crm_account=linked)) == [(linked, "crm")]


def test_a_person_beats_every_rule(world: World) -> None:
    by_domain = sample.account(world, "По домену", domain="granit.example")
    by_hand = sample.account(world, "Вручную")
    contact = person(world, "cfo@granit.example")
    actions.assign(contact, by_hand, by=world.sales, at=NOW + timedelta(days=1))
    assert works_at(contact) == [(by_hand, "manual")]
    past = contact.affiliations.get(account=by_domain)
    assert past.until == NOW + timedelta(days=1)
    actions.update_contact(contact, by=world.sales, email="other@granit.example")
    assert works_at(contact) == [(by_hand, "manual")]


def test_two_companies_with_one_domain_are_not_guessed_between(world: World) -> None:
    sample.account(world, "Первая", domain="granit.example")
    sample.account(world, "Вторая", domain="granit.example")
    assert works_at(person(world, "cfo@granit.example")) == []
    assert queries.account_by_domain(world.workspace, "granit.example") is None


def test_people_come_to_a_company_that_is_made_later(world: World) -> None:
    contact = person(world, "cfo@granit.example")
    account = sample.account(world, domain="granit.example")
    assert works_at(contact) == [(account, "domain")]


def test_somebody_leaves_and_what_was_stays(world: World) -> None:
    account = sample.account(world, domain="granit.example")
    contact = person(world, "cfo@granit.example")
    actions.leave(contact.affiliations.get(), by=world.sales, at=NOW + timedelta(days=3))
    assert works_at(contact) == []
    assert contact.affiliations.get().account == account
    assert identity.owner_of(world.workspace, {"email": "cfo@granit.example"}) == identity.Owner(None, contact.pk)


def test_versions_of_keys_only_grow(world: World) -> None:
    account = sample.account(world, domain="granit.example")
    contact = person(world, "cfo@granit.example")
    row = KeyOwner.objects.get(kind="email")
    before = row.version
    actions.leave(contact.affiliations.get(), by=world.sales, at=NOW - timedelta(days=300))
    row.refresh_from_db()
    assert row.version > before
    old = KeyOwner.objects.get(kind="domain").version
    actions.update_account(account, by=None, domain="other.example")
    assert KeyOwner.objects.get(kind="domain", value="granit.example").account_id is None
    assert KeyOwner.objects.get(kind="domain", value="granit.example").version > old
    assert KeyOwner.objects.get(kind="domain", value="other.example").account_id == account.pk


def test_keys_of_another_workspace_are_nobodys(world: World) -> None:
    sample.account(world, domain="granit.example")
    other = sample.world("second")
    assert identity.owner_of(other.workspace, {"domain": "granit.example"}) == identity.Owner(None, None)
    assert works_at(person(other, "cfo@granit.example")) == []


def test_an_account_is_found_by_what_is_known_of_it(world: World) -> None:
    account = sample.account(world, "ООО «Ёлка»", domain="elka.example", external_id="A-1")
    find = queries.find_account
    assert find(world.workspace, external_id="A-1") == account
    assert find(world.workspace, domain="www.elka.example") == account
    assert find(world.workspace, name="ооо «елка»") == account
    assert find(world.workspace, name="ООО") is None
    sample.account(world, "ООО «Елка»")
    assert find(world.workspace, name="ООО «Ёлка»") is None
