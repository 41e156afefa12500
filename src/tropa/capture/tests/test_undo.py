"""Undo restores the exact former state, leaves what people changed, and says what it left."""

from typing import Any

import pytest
from django.utils import timezone

from tropa.capture.models import ImportedRow
from tropa.capture.tests.files import accepted, chosen, loaded, taken_back
from tropa.customers import actions as customers
from tropa.customers.models import Account, Affiliation, Contact, Deal, DealMove, Order, Pipeline, PipelineStage
from tropa.facts.models import KeyOwner, Touch
from tropa.workspace.models import Member
from tropa.workspace.tests import people

MODELS: tuple[Any, ...] = (Account, Affiliation, Contact, Deal, DealMove, Order, Pipeline, PipelineStage, Touch)
_MOVING = ("updated_at",)


@pytest.fixture
def owner() -> Member:
    return people.world().owner


def state(owner: Member) -> dict[str, list[dict[str, Any]]]:
    """Everything of the workspace, without the moments of writing."""
    rows = {
        model.__name__: [
            {name: value for name, value in row.items() if name not in _MOVING}
            for row in model.objects.filter(workspace=owner.workspace).order_by("pk").values()
        ]
        for model in MODELS
    }
    owned = KeyOwner.objects.of(owner.workspace).exclude(account_id=None, contact_id=None).order_by("pk")
    return rows | {"keys": [dict(row) for row in owned.values("kind", "value", "account_id", "contact_id")]}


def before(owner: Member) -> None:
    """What was there already: a company, a person in it, a deal on its way."""
    workspace = owner.workspace
    account = customers.create_account(
        workspace=workspace, by=owner, name="Тёплый Контур", domain="kontur.example", external_id="1"
    )
    customers.create_contact(workspace=workspace, by=owner, name="ИТ-директор", email="it@kontur.example")
    pipeline = customers.starter_pipeline(workspace)
    customers.create_deal(
        workspace=workspace, by=owner, account=account, title="Внедрение", stage=pipeline.stages.all()[0],
        at=timezone.now(), external_id="9001",
    )  # fmt: skip


FILES = {
    "accounts": "id;название;сайт;город\n1;Тёплый Контур;new.example;Казань\n2;Лаборант-М;lab.example;Томск\n",
    "contacts": "фио;почта;компания\nИТ-директор;it@kontur.example;Лаборант-М\nФинансовый директор;cfo@lab.example;\n",
    "deals": "id;название сделки;стадия;сумма;компания;дата закрытия\n"
    "9001;Внедрение;Выиграна;100;Тёплый Контур;01.03.2025\n9002;Пилот;Созвон;5;Новая компания;\n",
    "stage_history": "id сделки;стадия;дата перехода\n9001;Созвон;01.02.2024\n9001;Выиграна;01.03.2024\n"
    "77;Созвон;05.02.2024\n",
    "orders": "номер заказа;компания;дата заказа;сумма\n17;Тёплый Контур;01.03.2025;10\n"
    "18;Совсем новая;02.03.2025;20\n",
    "touches": "компания;дата;тип\nТёплый Контур;01.03.2025;Демо\nСовсем новая;02.03.2025;Демо\n",
}


@pytest.mark.django_db
@pytest.mark.parametrize("kind", FILES)
def test_it_works(owner: Member, kind: str) -> None:
    before(owner)
    was = state(owner)
    of = loaded(accepted(owner, FILES[kind], kind=kind), owner)
    assert state(owner) != was
    of = taken_back(of, owner)
    assert state(owner) == was
    assert not [key for key in of.undone if key.startswith("kept")]
    # And it can be loaded again as if nothing had been.
    assert loaded(accepted(owner, FILES[kind], kind=kind), owner).counts == of.counts


@pytest.mark.django_db
def test_all_files_one_after_the_other_and_back(owner: Member) -> None:
    before(owner)
    was = state(owner)
    imports = [loaded(accepted(owner, text, kind=kind), owner) for kind, text in FILES.items()]
    for of in reversed(imports):
        taken_back(of, owner)
    assert state(owner) == was


@pytest.mark.django_db
def test_what_people_changed_since_stays_and_is_listed(owner: Member) -> None:
    before(owner)
    of = loaded(accepted(owner, FILES["accounts"], kind="accounts"), owner)
    account = Account.objects.get(external_id="1")
    customers.update_account(account, by=owner, city="Самара")
    made = Account.objects.get(external_id="2")
    customers.create_deal(
        workspace=owner.workspace, by=owner, account=made, title="Своя", at=timezone.now(),
        stage=PipelineStage.objects.of(owner.workspace)[0],
    )  # fmt: skip
    of = taken_back(of, owner)
    assert (of.undone.get("kept_changed"), of.undone.get("kept_in_use")) == (1, 1)
    assert Account.objects.get(external_id="1").city == "Самара"
    assert Account.objects.filter(external_id="2").exists()
    assert dict(ImportedRow.objects.filter(of=of).exclude(kept="").values_list("line", "kept")) == {
        2: "changed",
        3: "in_use",
    }


@pytest.mark.django_db
def test_a_stage_that_others_use_stays(owner: Member) -> None:
    before(owner)
    of = loaded(chosen(accepted(owner, FILES["deals"], kind="deals")), owner)
    stage = PipelineStage.objects.of(owner.workspace).get(name="Созвон")
    customers.create_deal(
        workspace=owner.workspace, by=owner, account=None, title="Своя", stage=stage, at=timezone.now()
    )
    assert taken_back(of, owner).undone["kept_in_use"] == 1
    assert PipelineStage.objects.filter(pk=stage.pk).exists()
