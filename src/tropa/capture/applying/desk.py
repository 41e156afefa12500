"""Where a batch of rows is worked on: the books it needs, the touches it makes, and what it brought up on the way."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from tropa.capture.applying.books import Book, Entry, Finder, Keys, Trace
from tropa.capture.applying.overlay import Overlay
from tropa.capture.models import Import
from tropa.capture.rows import Flaw, Row
from tropa.customers.models import Account, Affiliation, Contact, Deal, DealMove, Order, Pipeline, PipelineStage
from tropa.facts.domain import microseconds
from tropa.facts.touches import NewTouch, Rejection
from tropa.workspace.models import Workspace

# A clock may run ahead of ours by that much; what is dated later has not happened.
AHEAD = timedelta(days=1)
_MOST_NAMED = 200


@dataclass(slots=True)
class Tally:
    """Numbers of a run: rows by outcome, rejections by reason, findings by code, what came up besides the rows.

    columns: rejections by reason and the column at fault, "" for the row as a whole; only the trial run keeps them,
    since the report of a run has each row.
    """

    counts: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    findings: dict[str, int] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, traces: Iterable[Trace]) -> None:
        for trace in traces:
            self.counts[trace.outcome] = self.counts.get(trace.outcome, 0) + 1
            if trace.outcome == "rejected":
                self.reasons[trace.reason] = self.reasons.get(trace.reason, 0) + 1
                columns, column = self.columns.setdefault(trace.reason, {}), trace.details.get("column", "")
                columns[column] = columns.get(column, 0) + 1

    def find(self, code: str) -> None:
        self.findings[code] = self.findings.get(code, 0) + 1

    def name(self, what: str, name: str) -> None:
        """Note something that was made by its name (a stage); names are listed once, the first two hundred."""
        names = self.made.setdefault(what, [])
        if name not in names and len(names) < _MOST_NAMED:
            names.append(name)

    def make(self, what: str) -> None:
        """Note something that was made by its number (an account of a touch)."""
        self.made[what] = self.made.get(what, 0) + 1

    def as_json(self) -> dict[str, Any]:
        """What a trial run leaves behind."""
        return {
            "counts": self.counts, "reasons": self.reasons, "findings": self.findings, "made": self.made,
            "columns": self.columns,
        }  # fmt: skip


@dataclass(eq=False)
class Desk:
    """One batch on its way in.

    of: the import; overlay: where a trial run keeps what it would have written, None for a real one. seen_at: the
    moment of the import, for what is only known to be so by then. planned: where a new contact will work, by the
    identity of its entry. members: who may lead something, by folded email and name.
    """

    of: Import
    workspace: Workspace
    overlay: Overlay | None
    seen_at: datetime
    zone: ZoneInfo
    tally: Tally
    touches: list[NewTouch] = field(default_factory=list)
    rejections: list[Rejection] = field(default_factory=list)
    planned: dict[int, int | None] = field(default_factory=dict)
    members: dict[str, set[int]] = field(default_factory=dict)

    @property
    def is_trial(self) -> bool:
        return self.overlay is not None

    @property
    def latest_us(self) -> int:
        """What is dated later lies in the future."""
        return microseconds(self.seen_at + AHEAD)

    @cached_property
    def accounts(self) -> Book:
        fields = ("name", "domain", "external_id", "industry", "segment", "city", "employees", "phone", "owner_id",
                  "attributes", "kind", "merged_into_id", "archived_at", "created_at")  # fmt: skip
        return self._book(Account, fields, _account_keys, _by_account_keys)

    @cached_property
    def contacts(self) -> Book:
        fields = ("name", "position", "buying_role", "email", "phone", "external_id", "attributes", "created_at")
        return self._book(Contact, fields, _contact_keys, _by_contact_keys)

    @cached_property
    def affiliations(self) -> Book:
        fields = ("contact_id", "account_id", "reason", "is_main", "since", "until")
        return self._book(Affiliation, fields, lambda row: [f"c:{row['contact_id']}"], _by_contact)

    @cached_property
    def deals(self) -> Book:
        fields = ("title", "external_id", "account_id", "contact_id", "owner_id", "pipeline_id", "stage_id", "amount",
                  "currency", "lost_reason", "expected_close_on", "closed_at", "stage_since", "attributes",
                  "created_at")  # fmt: skip
        return self._book(Deal, fields, _deal_keys, _by_deal_keys)

    @cached_property
    def moves(self) -> Book:
        fields = ("deal_id", "from_stage_id", "to_stage_id", "at", "certainty", "reason")
        return self._book(DealMove, fields, lambda row: [f"m:{row['deal_id']}"], _by_deal)

    @cached_property
    def pipelines(self) -> Book:
        fields = ("key", "name", "position", "is_strict")
        return self._book(Pipeline, fields, lambda row: ["all"], lambda rows, keys: [rows])

    @cached_property
    def stages(self) -> Book:
        fields = ("pipeline_id", "key", "name", "position", "kind")
        return self._book(PipelineStage, fields, lambda row: ["all"], lambda rows, keys: [rows])

    @cached_property
    def orders(self) -> Book:
        fields = ("account_id", "deal_id", "number", "amount", "currency", "ordered_at", "paid_at", "external_id")
        return self._book(Order, fields, _order_keys, _by_order_keys)

    def reject(self, row: Row, flaw: Flaw) -> Trace:
        """The row is not loaded; its line, column and value are kept for the list of rejected rows."""
        details = {key: text for key, text in (("column", flaw.column), ("value", flaw.value)) if text}
        return Trace(row.line, "rejected", flaw.reason, details)

    def _book(self, model: Any, fields: tuple[str, ...], keys: Keys, finder: Finder) -> Book:
        name = model._meta.model_name
        return Book(name, model, fields, keys, finder, self.workspace, self.overlay, self.seen_at)


def target(pair: tuple[Book, Entry] | None) -> str:
    """`account:17`."""
    return "" if pair is None else f"{pair[0].name}:{pair[1].id}"


def _account_keys(row: Any) -> list[str]:
    return [
        f"i:{row['id']}",
        *([f"x:{row['external_id']}"] if row["external_id"] else []),
        *([f"d:{row['domain']}"] if row["domain"] else []),
        *([f"n:{row['name']}"] if row["name"] else []),
    ]


def _contact_keys(row: Any) -> list[str]:
    return [
        *([f"x:{row['external_id']}"] if row["external_id"] else []),
        *([f"e:{row['email']}"] if row["email"] else []),
        *([f"n:{row['name']}"] if row["name"] else []),
    ]


def _deal_keys(row: Any) -> list[str]:
    return [
        *([f"x:{row['external_id']}"] if row["external_id"] else []),
        *([f"n:{row['title']}"] if row["title"] else []),
    ]


def _order_keys(row: Any) -> list[str]:
    return [f"a:{row['account_id']}", *([f"x:{row['external_id']}"] if row["external_id"] else [])]


def _by_account_keys(rows: "QuerySet[Any]", keys: Collection[str]) -> list["QuerySet[Any]"]:
    return _queries(rows, keys, {"i": "pk", "x": "external_id", "d": "domain", "n": "name"})


def _by_contact_keys(rows: "QuerySet[Any]", keys: Collection[str]) -> list["QuerySet[Any]"]:
    return _queries(rows, keys, {"x": "external_id", "e": "email", "n": "name"})


def _by_deal_keys(rows: "QuerySet[Any]", keys: Collection[str]) -> list["QuerySet[Any]"]:
    return _queries(rows, keys, {"x": "external_id", "n": "title"})


def _by_order_keys(rows: "QuerySet[Any]", keys: Collection[str]) -> list["QuerySet[Any]"]:
    return _queries(rows, keys, {"x": "external_id", "a": "account_id"})


def _by_contact(rows: "QuerySet[Any]", keys: Collection[str]) -> list["QuerySet[Any]"]:
    return _queries(rows, keys, {"c": "contact_id"})


def _by_deal(rows: "QuerySet[Any]", keys: Collection[str]) -> list["QuerySet[Any]"]:
    return _queries(rows, keys, {"m": "deal_id"})


def _queries(rows: "QuerySet[Any]", keys: Collection[str], columns: dict[str, str]) -> list["QuerySet[Any]"]:
    """One query for each kind of key: an index each, where one query of three would use none."""
    by_kind: dict[str, list[str]] = {}
    for key in keys:
        kind, _, value = key.partition(":")
        by_kind.setdefault(columns[kind], []).append(value)
    return [rows.filter(**{f"{column}__in": values}) for column, values in by_kind.items()]
