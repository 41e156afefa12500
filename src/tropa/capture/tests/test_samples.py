"""Real exports through the wizard: what the trial run promises is what is loaded, twice changes nothing, undo leaves
nothing behind."""

from pathlib import Path

import pytest

from tropa.capture.models import ImportedTouch
from tropa.capture.tests.files import accepted_file, loaded, taken_back
from tropa.customers.models import Account
from tropa.facts import queries
from tropa.facts.models import Touch
from tropa.workspace.models import Member
from tropa.workspace.tests import people


def open_sample(samples: Path, name: str) -> Path:
    path = samples / name
    if not path.is_file():
        pytest.skip(f"no {name} among the sample data: set TROPA_SAMPLES to the folder that holds it")
    return path


@pytest.fixture
def owner() -> Member:
    return people.world().owner


@pytest.mark.django_db
def test_olist_funnel(samples: Path, owner: Member) -> None:
    leads = accepted_file(owner, open_sample(samples, "olist-funnel/olist_marketing_qualified_leads_dataset.csv"))
    assert (leads.kind, leads.options["constant"]) == ("touches", "first_contact")
    won = accepted_file(owner, open_sample(samples, "olist-funnel/olist_closed_deals_dataset.csv"))
    assert (won.kind, won.options["constant"]) == ("touches", "deal_won")
    assert loaded(leads, owner).counts == {"created": 8000}
    assert leads.made["accounts"] == 8000
    assert loaded(won, owner).counts == {"created": 842}
    assert "accounts" not in won.made
    assert Account.objects.of(owner.workspace).count() == 8000
    by_type = Touch.objects.filter(workspace=owner.workspace, type__key="deal_won")
    assert by_type.values("account_id").distinct().count() == 842
    assert queries.count(owner.workspace) == 8842
    again = accepted_file(owner, open_sample(samples, "olist-funnel/olist_closed_deals_dataset.csv"))
    assert loaded(again, owner).counts == {"duplicate": 842}
    assert queries.count(owner.workspace) == 8842
    assert taken_back(leads, owner).undone["kept_in_use"] == 842
    assert Account.objects.of(owner.workspace).count() == 842
    assert ImportedTouch.objects.filter(workspace=owner.workspace, is_stored=True).count() == 842
