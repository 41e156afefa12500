"""Deals: every creation and every move is written down and goes into the log; strict pipelines let nobody hope."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from tropa.customers import actions
from tropa.customers.domain import MissingFacts, MovedMeanwhile, ReasonNeeded, Unfitting
from tropa.customers.models import Account, Contact, Deal, DealMove
from tropa.customers.tests import sample
from tropa.customers.tests.sample import NOW, World
from tropa.facts.queries import touches_of
from tropa.workspace.models import AuditEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return sample.world()


@pytest.fixture
def strict(world: World) -> World:
    pipeline = actions.pipeline_from_template(world.workspace, "facts", by=world.owner)
    return World(**{**vars(world), "pipeline": pipeline})


def log_of(world: World, account: Account) -> list[tuple[str, dict[str, str]]]:
    return [(row.type, dict(row.properties)) for row in reversed(touches_of(world.workspace, account.pk))]


def test_it_works(world: World) -> None:
    account = sample.account(world)
    deal = sample.deal(world, account, amount=480_000)
    actions.move_deal(deal=deal, to_stage=world.stage("proposal"), by=world.sales, at=NOW)
    deal.refresh_from_db()
    assert (deal.stage.key, deal.stage_since) == ("proposal", NOW)
    assert [(move.from_stage and move.from_stage.key, move.to_stage.key) for move in deal.moves.all()] == [
        (None, "new_lead"),
        ("new_lead", "proposal"),
    ]
    here = {"pipeline": "sales", "kind": "open"}
    assert log_of(world, account) == [
        ("deal_created", {}),
        ("deal_stage", here | {"stage": "sales.new_lead"}),
        ("deal_stage", here | {"stage": "sales.proposal"}),
    ]


def test_winning_closes_and_losing_asks_why(world: World) -> None:
    account = sample.account(world)
    deal = sample.deal(world, account, amount=480_000)
    with pytest.raises(ReasonNeeded):
        actions.move_deal(deal=deal, to_stage=world.stage("lost"), by=world.sales, at=NOW)
    assert DealMove.objects.filter(deal=deal).count() == 1
    actions.move_deal(deal=deal, to_stage=world.stage("lost"), by=world.sales, at=NOW, reason="Дорого")
    deal.refresh_from_db()
    assert (deal.closed_at, deal.lost_reason) == (NOW, "Дорого")
    assert log_of(world, account)[-1][0] == "deal_lost"
    assert log_of(world, account)[-1][1]["reason"] == "Дорого"
    actions.move_deal(deal=deal, to_stage=world.stage("won"), by=world.sales, at=NOW + timedelta(days=1))
    deal.refresh_from_db()
    assert (deal.closed_at, deal.lost_reason) == (NOW + timedelta(days=1), "")
    won = touches_of(world.workspace, account.pk)[0]
    assert (won.type, won.value) == ("deal_won", 480_000.0)


def test_a_strict_pipeline_tells_what_is_missing(strict: World) -> None:
    account = sample.account(strict)
    sample.touched(strict, account, "email_reply")
    deal = sample.deal(strict, account, stage="need_confirmed", by=strict.sales, at=NOW)
    with pytest.raises(MissingFacts) as told:
        actions.move_deal(deal=deal, to_stage=strict.stage("requirements_agreed"), by=strict.sales, at=NOW)
    assert [one.stage for one in told.value.lacking] == ["Схема решения известна"] * 4 + ["Требования согласованы"]
    assert not told.value.may_pass
    assert DealMove.objects.filter(deal=deal).count() == 1
    assert len(log_of(strict, account)) == 3


def test_a_strict_pipeline_opens_when_the_facts_are_there(strict: World) -> None:
    account = sample.account(strict)
    sample.touched(strict, account, "email_reply", days_ago=20)
    for number, role in enumerate(("decider", "economic_buyer", "expert")):
        person = actions.create_contact(
            workspace=strict.workspace, by=None, account=account, position=role, buying_role=role
        )
        sample.touched(strict, account, "online_meeting", days_ago=number + 1, contact_id=person.pk)
    deal = sample.deal(strict, account, stage="need_confirmed", by=strict.sales, at=NOW)
    actions.move_deal(deal=deal, to_stage=strict.stage("committee_known"), by=strict.sales, at=NOW)
    deal.refresh_from_db()
    assert deal.stage.key == "committee_known"
    assert deal.moves.last().missing == []  # type: ignore[union-attr]


def test_old_evidence_and_that_of_another_deal_prove_nothing(strict: World) -> None:
    account = sample.account(strict)
    other = sample.deal(strict, account, stage="need_confirmed")
    sample.touched(strict, account, "email_reply", days_ago=181)
    sample.touched(strict, account, "online_meeting", deal_id=other.pk)
    with pytest.raises(MissingFacts):
        sample.deal(strict, account, stage="need_confirmed", by=strict.sales, at=NOW)


def test_only_a_head_lets_a_deal_pass_and_says_why(strict: World) -> None:
    account = sample.account(strict)
    sample.touched(strict, account, "email_reply")
    deal = sample.deal(strict, account, stage="need_confirmed", by=strict.sales, at=NOW)
    target = strict.stage("committee_known")
    with pytest.raises(MissingFacts):
        actions.move_deal(deal=deal, to_stage=target, by=strict.sales, at=NOW, exception="Срочно")
    strict.sales.reports_to = strict.editor
    strict.sales.save()
    with pytest.raises(MissingFacts) as told:
        actions.move_deal(deal=deal, to_stage=target, by=strict.editor, at=NOW, exception="  ")
    assert told.value.may_pass
    move = actions.move_deal(deal=deal, to_stage=target, by=strict.editor, at=NOW, exception="Знаем клиента лично")
    assert (len(move.missing), move.exception) == (4, "Знаем клиента лично")
    assert AuditEntry.objects.get(action="deal.exception").actor == strict.editor.user


def test_what_another_system_reports_is_never_refused(strict: World) -> None:
    deal = sample.deal(strict, stage="choice_made")
    move = actions.move_deal(
        deal=deal, to_stage=strict.stage("lost"), by=None, at=NOW - timedelta(days=1), certainty="derived"
    )
    assert (move.certainty, deal.moves.first().missing != []) == ("derived", True)  # type: ignore[union-attr]


def test_a_late_report_is_written_down_and_moves_nothing(world: World) -> None:
    deal = sample.deal(world, stage="proposal", at=NOW)
    actions.move_deal(
        deal=deal, to_stage=world.stage("qualification"), by=None, at=NOW - timedelta(days=5), certainty="exact"
    )
    deal.refresh_from_db()
    assert deal.stage.key == "proposal"
    assert deal.moves.count() == 2


def test_nothing_of_another_workspace_fits(world: World) -> None:
    other = sample.world("second")
    deal = sample.deal(world)
    with pytest.raises(Unfitting):
        actions.move_deal(deal=deal, to_stage=other.stage("won"), by=world.owner, at=NOW)
    with pytest.raises(Unfitting):
        sample.deal(world, sample.account(other))
    with pytest.raises(Unfitting):
        sample.deal(world, owner=other.sales)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_move_one_deal_one_wins_and_one_is_told(world: World) -> None:
    deal = sample.deal(world)
    seen, gate, outcomes = deal.stage_id, threading.Barrier(2), []
    targets = [world.stage("proposal"), world.stage("negotiation")]

    def move(target: int) -> None:
        try:
            gate.wait()
            actions.move_deal(
                deal=Deal.objects.get(pk=deal.pk), to_stage=targets[target], by=world.sales, at=NOW, seen_stage_id=seen
            )
            outcomes.append("moved")
        except MovedMeanwhile as told:
            outcomes.append(told.stage)
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    deal.refresh_from_db()
    assert sorted(outcomes) == sorted(["moved", deal.stage.name])
    assert deal.moves.count() == 2


def test_contacts_of_a_deal_survive_it(world: World) -> None:
    person = actions.create_contact(workspace=world.workspace, by=None, position="Финансовый директор")
    deal = sample.deal(world, contact=person)
    assert deal.contact == person
    assert Contact.objects.count() == 1
