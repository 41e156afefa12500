"""Touches of an account in the words of people: what happened, over which channel, with whom."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from tropa.customers import channels
from tropa.customers.models import Account, Contact, Deal, PipelineStage
from tropa.facts.models import TouchType
from tropa.facts.queries import TouchRow
from tropa.web import typography

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. tone: `back` and `warn` stand out. stage: where the account was then, when known."""

    at: datetime
    icon: str
    title: str
    text: str = ""
    who: str = ""
    channel: str = ""
    tone: str = ""
    stage: str = ""


def moment_of(microseconds: int) -> datetime:
    """The aware moment of microseconds since 1970-01-01 UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


def type_label(kind: TouchType | None, key: str = "") -> str:
    """What a type of touch is called. key: for one that is gone."""
    return key if kind is None else kind.label_en if typography.language() == "en" else kind.label_ru


class Known:
    """The names that entries need: a query for each kind, however many entries."""

    def __init__(self, account: Account, rows: Sequence[TouchRow], types: dict[int, TouchType]) -> None:
        workspace = account.workspace_id
        self.types = types
        people = {row.contact_id for row in rows if row.contact_id}
        self.people = Contact.objects.of(workspace).in_bulk(people) if people else {}
        deals = {row.deal_id for row in rows if row.deal_id}
        self.deals = Deal.objects.of(workspace).in_bulk(deals) if deals else {}
        self.stages: dict[str, str] = {}
        if any(row.type == "deal_stage" for row in rows):
            stages = PipelineStage.objects.of(workspace).values_list("pipeline__key", "key", "name")
            self.stages = {f"{pipeline}.{key}": name for pipeline, key, name in stages}

    def entry(self, row: TouchRow, stage: str = "") -> Entry:
        kind = self.types.get(row.type_id)
        channel = row.channel or (kind.channel if kind else "")
        person = self.people.get(row.contact_id or 0)
        who = " · ".join(part for part in (str(person) if person else "", channels.label(channel)) if part)
        return Entry(
            moment_of(row.occurred_us),
            channels.icon(channel),
            type_label(kind, row.type),
            " · ".join(self._said(row)),
            who,
            channel,
            stage=stage,
        )

    def _said(self, row: TouchRow) -> Iterator[str]:
        said = row.properties
        deal = self.deals.get(row.deal_id or 0)
        if deal is not None:
            yield _("Сделка «%(title)s»") % {"title": deal.title}
        if row.type == "deal_stage":
            yield self.stages.get(said.get("stage", ""), said.get("stage", ""))
        for name in ("note", "title", "subject", "plan", "number", "reason"):
            if said.get(name):
                yield said[name]
        if row.page:
            yield row.page
        if row.campaign:
            yield row.campaign
