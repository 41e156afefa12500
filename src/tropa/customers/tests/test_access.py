"""A foreign id answers 404 through every function of access, as if it did not exist."""

from collections.abc import Callable

import pytest
from django.http import Http404
from django.utils import timezone

from tropa.customers import access, actions
from tropa.customers.models import Affiliation, EntryFact
from tropa.customers.tests import sample
from tropa.customers.tests.sample import World
from tropa.workspace.models import Workspace

pytestmark = pytest.mark.django_db
ACCESS = (
    "account", "contact", "affiliation", "deal", "order", "subscription", "pipeline", "pipeline_stage", "entry_fact",
    "owner",
)  # fmt: skip


def things(world: World) -> dict[str, int]:
    """One of each kind, by the name of its access function."""
    account = sample.account(world)
    person = actions.create_contact(workspace=world.workspace, by=None, account=account, position="Юрист")
    stage = world.stage("new_lead")
    order = actions.create_order(account=account, by=None, ordered_at=timezone.now())
    subscription = actions.create_subscription(account=account, by=None, started_on=timezone.localdate(), plan="Тариф")
    rule = {"field": "deal.amount", "known": True}
    fact = EntryFact.objects.create(workspace=world.workspace, stage=stage, label="Сумма", rule=rule)
    return {
        "account": account.pk,
        "contact": person.pk,
        "affiliation": Affiliation.objects.get(contact=person).pk,
        "deal": sample.deal(world, account).pk,
        "order": order.pk,
        "subscription": subscription.pk,
        "pipeline": world.pipeline.pk,
        "pipeline_stage": stage.pk,
        "entry_fact": fact.pk,
        "owner": world.sales.pk,
    }


def test_every_function_is_tested() -> None:
    public = {name for name, value in vars(access).items() if callable(value) and value.__module__ == access.__name__}
    assert {name for name in public if not name.startswith("_")} == set(ACCESS)


@pytest.mark.parametrize("name", ACCESS)
def test_only_the_own_is_found(name: str) -> None:
    own, foreign = sample.world("first"), sample.world("second")
    mine, theirs = things(own), things(foreign)
    of: Callable[[Workspace, int], object] = getattr(access, name)
    assert of(own.workspace, mine[name])
    with pytest.raises(Http404):
        of(own.workspace, theirs[name])
    with pytest.raises(Http404):
        of(own.workspace, 10**9)


def test_a_person_who_left_is_given_nothing() -> None:
    world = sample.world()
    world.sales.is_active = False
    world.sales.save()
    with pytest.raises(Http404):
        access.owner(world.workspace, world.sales.pk)
