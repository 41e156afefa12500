"""Whether the entry facts of a stage hold for a deal: its own fields, its account's, its account's touches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tropa.analysis.condition import Facts, evaluate, parse
from tropa.analysis.problem import InputError
from tropa.customers.domain import Lacking
from tropa.customers.models import Account, Contact, Deal, EntryFact, PipelineStage
from tropa.facts.domain import microseconds
from tropa.facts.queries import TouchRow, touches_of

# Enough for years of an account; what is older proves nothing about a deal of today.
MOST_TOUCHES = 5_000


@dataclass(frozen=True, slots=True)
class Checked:
    """One entry fact of a stage, and whether it holds now."""

    fact: EntryFact
    stage: PipelineStage
    holds: bool


def needed(stage: PipelineStage) -> list[EntryFact]:
    """The facts of the stage and of those before it, in order. A deal may be lost from anywhere."""
    if stage.kind == PipelineStage.Kind.LOST:
        return []
    rows = EntryFact.objects.filter(stage__pipeline_id=stage.pipeline_id, stage__position__lte=stage.position)
    rows = rows.exclude(stage__kind=PipelineStage.Kind.LOST).select_related("stage")
    return list(rows.order_by("stage__position", "stage_id", "position", "id"))


def checked(deal: Deal, stage: PipelineStage, *, now: datetime) -> list[Checked]:
    """Every fact that the stage needs, told whether it holds."""
    facts = needed(stage)
    if not facts:
        return []
    known = known_of(deal, now=now)
    return [Checked(fact, fact.stage, _holds(fact, known)) for fact in facts]


def lacking(deal: Deal, stage: PipelineStage, *, now: datetime) -> list[Lacking]:
    """The facts that do not hold."""
    return [
        Lacking(one.fact.pk, one.stage.name, one.fact.label) for one in checked(deal, stage, now=now) if not one.holds
    ]


def _holds(fact: EntryFact, known: Facts) -> bool:
    try:
        return evaluate(parse(fact.rule), known)
    except InputError:
        return False  # a rule that cannot be read proves nothing


def known_of(deal: Deal, *, now: datetime) -> Facts:
    """What the rules of a deal are asked about. Touches that belong to another deal of the account prove nothing."""
    account = deal.account
    rows = [] if account is None else touches_of(deal.workspace, account.pk, limit=MOST_TOUCHES)
    own = [row for row in rows if row.deal_id in (None, deal.pk)]
    return Facts(
        now=microseconds(now),
        touches=[_touch(row) for row in reversed(own)],
        account=None if account is None else _account(account, own),
        contact=None if deal.contact is None else {"buying_role": deal.contact.buying_role or None},
        deal=_deal(deal),
        stage=deal.stage.key,
    )


def _touch(row: TouchRow) -> dict[str, object]:
    fixed: dict[str, object] = {
        "type": row.type,
        "channel": row.channel or None,
        "campaign": row.campaign or None,
        "value": row.value,
        "contact_id": None if row.contact_id is None else str(row.contact_id),
        "deal_id": None if row.deal_id is None else str(row.deal_id),
        "occurred_at": row.occurred_us,
    }
    return {**{f"p_{name}": text for name, text in row.properties.items()}, **fixed}


def _deal(deal: Deal) -> dict[str, object]:
    fixed: dict[str, object] = {
        "title": deal.title or None,
        "amount": None if deal.amount is None else float(deal.amount),
        "currency": deal.currency,
        "owner": None if deal.owner_id is None else str(deal.owner_id),
        "contact": None if deal.contact_id is None else str(deal.contact_id),
        "expected_close_on": None if deal.expected_close_on is None else deal.expected_close_on.isoformat(),
    }
    return {**deal.attributes, **fixed}


def _account(account: Account, touches: Sequence[TouchRow]) -> dict[str, object]:
    """The fields of the account; `role_<buying role>`: how many people have it; `contacts_touched`: how many of its
    people were touched at all."""
    plain = ("name", "domain", "industry", "segment", "city", "phone", "employees")
    fields: dict[str, object] = {name: getattr(account, name) or None for name in plain}
    fields["owner"] = None if account.owner_id is None else str(account.owner_id)
    working = Contact.objects.filter(
        affiliations__account=account, affiliations__until=None, archived_at=None
    ).distinct()
    people = dict(working.values_list("pk", "buying_role"))
    for role in people.values():
        if role:
            name = f"role_{role}"
            before = fields.get(name, 0)
            fields[name] = (before if isinstance(before, int) else 0) + 1
    touched = {row.contact_id for row in touches if row.contact_id in people}
    return {**account.attributes, **fields, "contacts_touched": len(touched)}
