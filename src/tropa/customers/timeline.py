"""The timeline of an account: its touches by day, newest first, in the words of people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from django.utils import timezone
from django.utils.translation import gettext as _

from tropa.customers import channels
from tropa.customers.models import Account, Contact, Deal, PipelineStage
from tropa.facts.models import TouchType
from tropa.facts.queries import TouchRow, touches_of
from tropa.web import typography

ENTRIES = 50
_READ = 200
# Looking for one channel among very many touches ends somewhere; the page then offers to go on.
_MOST_READS = 25
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Entry:
    """One touch as the timeline shows it."""

    at: datetime
    icon: str
    title: str
    text: str
    who: str
    channel: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """A part of it. days: entries by day; more: where the next part begins, empty at the end; count: entries here."""

    days: Sequence[tuple[date, Sequence[Entry]]]
    more: str
    count: int


def timeline(account: Account, *, channel: str = "", after: str = "") -> Timeline:
    """The newest touches of an account. channel: only this one. after: `more` of the part before."""
    rows, more = _rows(account, channel, after)
    known = _Known(account, rows)
    entries = [known.entry(row) for row in rows]
    days = [(day, list(of)) for day, of in groupby(entries, key=lambda entry: timezone.localtime(entry.at).date())]
    return Timeline(days, more, len(entries))


def _rows(account: Account, channel: str, after: str) -> tuple[list[TouchRow], str]:
    found: list[TouchRow] = []
    edge = _edge(after)
    types = _types_of(account.workspace_id, channel) if channel else None
    for _round in range(_MOST_READS):
        part = list(_part(account, edge))
        for row in part:
            edge = (row.occurred_us, row.id)
            if types is None or (row.channel or types.get(row.type_id)) == channel:
                found.append(row)
            if len(found) == ENTRIES:
                return found, f"{edge[0]}.{edge[1]}"
        if len(part) < _READ - 1:
            return found, ""
    return found, "" if edge is None else f"{edge[0]}.{edge[1]}"


def _part(account: Account, edge: tuple[int, int] | None) -> Iterator[TouchRow]:
    """Touches after the edge. Several may bear its very moment, so that moment is read again and its head left out."""
    before = None if edge is None else edge[0] + 1
    for row in touches_of(account.workspace, account.pk, before_us=before, limit=_READ):
        if edge is None or (row.occurred_us, row.id) < edge:
            yield row


def _edge(after: str) -> tuple[int, int] | None:
    moment, _dot, number = after.partition(".")
    if moment.lstrip("-").isdigit() and number.isdigit() and len(moment) < 20 and len(number) < 20:
        return int(moment), int(number)
    return None


def _types_of(workspace_id: int, channel: str) -> dict[int, str]:
    return dict(TouchType.objects.of(workspace_id).filter(channel=channel).values_list("pk", "channel"))


class _Known:
    """The names that the entries of one part need: a query for each kind, however many entries."""

    def __init__(self, account: Account, rows: Sequence[TouchRow]) -> None:
        workspace = account.workspace_id
        self.types = TouchType.objects.of(workspace).in_bulk({row.type_id for row in rows})
        people = {row.contact_id for row in rows if row.contact_id}
        self.people = Contact.objects.of(workspace).in_bulk(people) if people else {}
        deals = {row.deal_id for row in rows if row.deal_id}
        self.deals = Deal.objects.of(workspace).in_bulk(deals) if deals else {}
        self.stages: dict[str, str] = {}
        if any(row.type == "deal_stage" for row in rows):
            stages = PipelineStage.objects.of(workspace).values_list("pipeline__key", "key", "name")
            self.stages = {f"{pipeline}.{key}": name for pipeline, key, name in stages}

    def entry(self, row: TouchRow) -> Entry:
        kind = self.types.get(row.type_id)
        channel = row.channel or (kind.channel if kind else "")
        title = row.type if kind is None else kind.label_en if typography.language() == "en" else kind.label_ru
        person = self.people.get(row.contact_id or 0)
        who = " · ".join(part for part in (str(person) if person else "", channels.label(channel)) if part)
        at = _EPOCH + timedelta(microseconds=row.occurred_us)
        return Entry(at, channels.icon(channel), title, " · ".join(self._said(row)), who, channel)

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
