"""A batch of changes on its way back: records loaded at once, taken back in order in memory, written at once."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import F, Model, Q
from django.db.models.functions import Greatest

from tropa.capture.applying.books import encoded
from tropa.customers import identity
from tropa.customers.models import (
    Account,
    Affiliation,
    Contact,
    Deal,
    DealMove,
    Order,
    Pipeline,
    PipelineStage,
    Subscription,
)
from tropa.facts.domain import microseconds
from tropa.facts.models import KeyOwner, SettledTouch, Touch
from tropa.workspace.models import Workspace

Record = tuple[str, int]  # ("account", 17)
# [target, before (None: it was created), after]
Change = Sequence[Any]

# In the order in which they can be deleted: what hangs on others goes first.
MODELS: Mapping[str, type[Model]] = {
    model.__name__.lower(): model
    for model in (Affiliation, DealMove, Order, Subscription, Deal, Contact, Account, PipelineStage, Pipeline)
}
# Which columns make a record hang on another one. Stages and pipelines are few and looked up one by one.
HANGS: Mapping[str, Mapping[str, str]] = {
    "affiliation": {"account_id": "account", "contact_id": "contact"},
    "dealmove": {"deal_id": "deal"},
    "order": {"account_id": "account", "deal_id": "deal"},
    "subscription": {"account_id": "account"},
    "deal": {"account_id": "account", "contact_id": "contact"},
    "account": {"merged_into_id": "account"},
}
_LAST = ("pipelinestage", "pipeline")


class Batch:
    """Take back each change with `take_back`, the newest first, then `finish`."""

    def __init__(self, workspace: Workspace, changes: Sequence[Change]) -> None:
        self._workspace = workspace
        self._records = _loaded(workspace, {_record(change) for change in changes})
        made = {_record(change) for change in changes if change[1] is None}
        self._hanging = _hanging(workspace, made)
        self._with_touches = _with_touches(self._records, made)
        self._restored: dict[Record, set[str]] = {}
        self._deleted: set[Record] = set()
        self._late: list[tuple[int, Record]] = []
        self._moved: set[int] = set()  # contacts who work somewhere else now
        self._place = -1

    def take_back(self, change: Change) -> str:
        """Why it has to stay; empty when it is taken back."""
        self._place += 1
        record, before, after = _record(change), change[1], change[2]
        row = self._records.get(record)
        if row is None or record in self._deleted:
            return ""
        if not _stands_as(row, after):
            return "changed"
        if record[0] == "affiliation":
            self._moved.add(row.contact_id)
        if before is not None:
            self._restore(record, row, before)
            return ""
        if record[0] in _LAST:
            self._late.append((self._place, record))
            return ""
        if record in self._with_touches or self._hanging.get(record):
            return "in_use"
        self._deleted.add(record)
        self._let_go(record, row)
        return ""

    def finish(self, *, now: datetime) -> list[int]:
        """Write it. Gives the places of changes that have to stay after all: stages and pipelines still in use."""
        for record in self._restored.keys() - self._deleted:
            self._records[record].save()
        self._claim_again(now)
        for noun, model in MODELS.items():
            gone = [pk for name, pk in self._deleted if name == noun]
            if gone:
                model._default_manager.filter(workspace=self._workspace, pk__in=gone).delete()
        self._release(now)
        self._claim_people(now)
        return [place for place, record in self._late if not self._delete_late(record)]

    def _restore(self, record: Record, row: Any, before: Mapping[str, Any]) -> None:
        self._let_go(record, row)
        for name, value in before.items():
            setattr(row, name, row._meta.get_field(name).to_python(value))
        self._take_hold(record, row)
        self._restored.setdefault(record, set()).update(before)

    def _let_go(self, record: Record, row: Any) -> None:
        for other in _held(record, row):
            self._hanging.get(other, set()).discard(record)

    def _take_hold(self, record: Record, row: Any) -> None:
        for other in _held(record, row):
            self._hanging.setdefault(other, set()).add(record)

    def _claim_again(self, now: datetime) -> None:
        for record, names in self._restored.items():
            if record[0] == "account" and names & {"domain", "external_id"} and record not in self._deleted:
                _set_free(KeyOwner.objects.of(self._workspace).filter(account_id=record[1], contact_id=None), now)
                identity.claim_account(self._records[record], at=now)

    def _release(self, now: datetime) -> None:
        accounts = [pk for noun, pk in self._deleted if noun == "account"]
        contacts = [pk for noun, pk in self._deleted if noun == "contact"]
        if accounts or contacts:
            owned = Q(account_id__in=accounts) | Q(contact_id__in=contacts)
            _set_free(KeyOwner.objects.of(self._workspace).filter(owned), now)

    def _claim_people(self, now: datetime) -> None:
        for contact in Contact.objects.of(self._workspace).filter(pk__in=self._moved):
            identity.claim_contact(contact, identity.main_account_id(contact), at=now)

    def _delete_late(self, record: Record) -> bool:
        row = self._records[record]
        if isinstance(row, PipelineStage):
            moves = DealMove.objects.filter(Q(from_stage=row) | Q(to_stage=row))
            is_used = Deal.objects.filter(stage=row).exists() or moves.exists()
        else:
            is_used = Deal.objects.filter(pipeline=row).exists() or row.stages.exists()
        if not is_used:
            row.delete()
        return not is_used


def _record(change: Change) -> Record:
    noun, _, pk = str(change[0]).partition(":")
    return noun, int(pk)


def _loaded(workspace: Workspace, records: Iterable[Record]) -> dict[Record, Any]:
    wanted: dict[str, list[int]] = {}
    for noun, pk in records:
        wanted.setdefault(noun, []).append(pk)
    return {
        (noun, row.pk): row
        for noun, pks in wanted.items()
        for row in MODELS[noun]._default_manager.filter(workspace=workspace, pk__in=pks)
    }


def _hanging(workspace: Workspace, made: set[Record]) -> dict[Record, set[Record]]:
    """What hangs on the records that may be deleted."""
    found: dict[Record, set[Record]] = {}
    for noun, columns in HANGS.items():
        for column, other in columns.items():
            wanted = [pk for name, pk in made if name == other]
            rows = MODELS[noun]._default_manager.filter(workspace=workspace, **{f"{column}__in": wanted})
            for pk, held in rows.values_list("pk", column) if wanted else ():
                found.setdefault((other, held), set()).add((noun, pk))
    return found


def _with_touches(records: Mapping[Record, Any], made: set[Record]) -> set[Record]:
    """Accounts and deals that touches belong to."""
    accounts = {pk for noun, pk in made if noun == "account"}
    deals = {pk: records["deal", pk].account_id for noun, pk in made if noun == "deal" and ("deal", pk) in records}
    asked = accounts | {account for account in deals.values() if account}
    found: set[Record] = set()
    for table in (Touch, SettledTouch) if asked else ():
        rows = table.objects.filter(account_id__in=asked).order_by().values_list("account_id", "deal_id").distinct()
        for account, deal in rows:
            found |= {("account", account or 0), ("deal", deal or 0)}
    return found


def _held(record: Record, row: Any) -> list[Record]:
    """What the record hangs on."""
    columns = HANGS.get(record[0], {})
    return [(noun, getattr(row, column)) for column, noun in columns.items() if getattr(row, column) is not None]


def _stands_as(row: Any, after: Mapping[str, Any]) -> bool:
    """Whether the import was the last to change these columns."""
    return encoded({name: getattr(row, name) for name in after}) == dict(after)


def _set_free(keys: Any, now: datetime) -> None:
    """Nobody's keys any more; the rows stay, so that their version shows the change."""
    keys.update(account_id=None, contact_id=None, version=Greatest(F("version") + 1, microseconds(now)))
