"""Random small worlds for tests of figures: companies and visitors, deals, a journey that serves."""

import random
from collections.abc import Sequence

from tropa.customers import actions as customers
from tropa.customers.models import Account, Deal, PipelineStage
from tropa.facts.touches import NewTouch
from tropa.insights.question import Question
from tropa.journeys.models import JourneyVersion
from tropa.journeys.tests.making import append, built, day, small_journey, touch
from tropa.workspace.models import Member, Role, Workspace
from tropa.workspace.tests.people import make_member, make_workspace

TYPES = ("ask", "ask", "ask", "site", "offer", "offer", "pay", "no", "mail", "done")
INDUSTRIES = ("ИТ", "логистика", "")
BUILT_ON = 300
NOW = day(BUILT_ON)
Touches = Sequence[NewTouch]


def random_world(
    seed: int, *, unit: str = "account", companies: int = 24, visitors: int = 8, answers: int = 0
) -> JourneyVersion:
    """A version that serves, built on day 300 over 300 touches of companies, visitors, contacts and deals, and answers
    to how likely they would recommend us, some of them none."""
    chance, workspace = random.Random(seed), make_workspace("Своё")
    owners = [make_member(workspace, Role.SALES) for _ in range(2)]
    people = [_account(workspace, chance, number, owners) for number in range(companies)]
    people += [
        Account.objects.create(workspace=workspace, name=f"Посетитель {number}", kind="unknown", created_at=day(0))
        for number in range(visitors)
    ]
    deals = _deals(workspace, chance, people[:companies], owners)
    contacts = _contacts(workspace, people) if unit == "contact" else {}
    append(workspace, [_touch(chance, people, deals, contacts) for _ in range(300)])
    append(workspace, [_answer(chance, people, deals, contacts) for _ in range(answers)])
    journey = small_journey(workspace, unit=unit)
    journey.lost_reason = "why"
    journey.completed = {"touch": ["done"]}
    journey.save()
    for stage in journey.draft_stages():
        stage.target_conversion, stage.target_days, stage.loss_weight = 0.5, 10, 0.25 * stage.rank
        stage.save()
    return built(journey, on_day=BUILT_ON)


def everybody(version: JourneyVersion) -> Question:
    return Question.of(version, now=NOW)


def _account(workspace: Workspace, chance: random.Random, number: int, owners: Sequence[Member]) -> Account:
    return Account.objects.create(
        workspace=workspace, name=f"Завод {number:02}", kind="company", created_at=day(0),
        industry=chance.choice(INDUSTRIES), employees=chance.choice((None, 20, 80, 400)),
        owner=chance.choice((None, *owners)),
    )  # fmt: skip


def _contacts(workspace: Workspace, people: Sequence[Account]) -> dict[int, int]:
    contacts = {}
    for account in people:
        made = customers.create_contact(workspace=workspace, by=None, account=account, name=account.name, at=day(0))
        contacts[account.pk] = made.pk
    return contacts


def _deals(
    workspace: Workspace, chance: random.Random, companies: Sequence[Account], owners: Sequence[Member]
) -> dict[int, Deal]:
    """A deal of every company: lost, won or open, some in another currency, some without an amount."""
    customers.starter_pipeline(workspace)
    stages = {kind: PipelineStage.objects.of(workspace).filter(kind=kind).first() for kind in ("open", "won", "lost")}
    deals = {}
    for account in companies:
        kind, on_day = chance.choice(("open", "lost", "lost", "won")), chance.uniform(200, BUILT_ON)
        stage = stages[kind]
        assert stage is not None
        deals[account.pk] = Deal.objects.create(
            workspace=workspace, account=account, title=f"Сделка {account.pk}", pipeline=stage.pipeline, stage=stage,
            amount=chance.choice((None, 1000, 2500)), currency=chance.choice(("RUB", "RUB", "USD")),
            owner=chance.choice((None, *owners)), created_at=day(0), stage_since=day(on_day),
            closed_at=None if kind == "open" else day(on_day),
        )  # fmt: skip
    return deals


def _answer(
    chance: random.Random, people: Sequence[Account], deals: dict[int, Deal], contacts: dict[int, int]
) -> NewTouch:
    """Of a few people more than once, at whole days, so that some fall on one moment."""
    account, score = chance.choice(people), chance.choice((0, 3, 6, 7, 8, 9, 9, 10, 10, None, 11, 8.5))
    deal = deals.get(account.pk)
    return touch(
        account, "nps_response", chance.randrange(BUILT_ON), value=score, deal_id=None if deal is None else deal.pk,
        contact_id=contacts.get(account.pk),
    )  # fmt: skip


def _touch(
    chance: random.Random, people: Sequence[Account], deals: dict[int, Deal], contacts: dict[int, int]
) -> NewTouch:
    account, type_ = chance.choice(people), chance.choice(TYPES)
    deal = deals.get(account.pk)
    why = {"why": chance.choice(("Цена", "Сроки"))} if type_ == "no" and chance.random() < 0.7 else {}
    return touch(
        account, type_, chance.uniform(0, BUILT_ON), properties=why, deal_id=None if deal is None else deal.pk,
        contact_id=contacts.get(account.pk),
    )  # fmt: skip
