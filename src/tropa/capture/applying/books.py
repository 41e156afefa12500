"""The records that a batch of rows works on: loaded by their keys, changed in memory, written at once."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import Model, QuerySet

from tropa.capture.applying.overlay import Overlay
from tropa.workspace.models import Workspace

Values = dict[str, Any]
Keys = Callable[[Mapping[str, Any]], list[str]]
# The rows that any of the keys points to.
Finder = Callable[["QuerySet[Any]", Collection[str]], Iterable["QuerySet[Any]"]]


@dataclass(slots=True, eq=False)
class Entry:
    """A record. id: 0 until it is written; negative in a trial run."""

    values: Values
    id: int = 0
    is_changed: bool = False


@dataclass(slots=True)
class Trace:
    """What became of a row of the file. reason: of a rejection, or what of a loaded row could not be used.

    changes: book, entry, what was before (None: created), what is after.
    """

    line: int
    outcome: str = "unchanged"
    reason: str = ""
    details: dict[str, str] = field(default_factory=dict)
    changes: list[tuple["Book", Entry, Values | None, Values]] = field(default_factory=list)
    main: "tuple[Book, Entry] | None" = None


@dataclass(eq=False)
class Book:
    """Records of one model. fields: the columns that are read and written, by attribute name; keys: of a record,
    `x:` external id and so on; finder: queries for keys; writes: whether flush reaches the database."""

    name: str
    model: type[Model]
    fields: tuple[str, ...]
    keys: Keys
    finder: Finder
    workspace: Workspace
    overlay: Overlay | None
    now: datetime
    by_id: dict[int, Entry] = field(default_factory=dict)
    by_key: dict[str, list[Entry]] = field(default_factory=dict)
    loaded: set[str] = field(default_factory=set)
    fresh: list[Entry] = field(default_factory=list)

    def load(self, keys: Collection[str]) -> None:
        """Bring the records of these keys to memory. Records come in order of their ids."""
        wanted = {key for key in keys if key not in self.loaded}
        if not wanted:
            return
        self.loaded |= wanted
        rows = self.model._default_manager.filter(workspace=self.workspace)
        found: dict[int, Values] = {}
        for query in self.finder(rows, wanted):
            found |= {row["id"]: row for row in query.values("id", *self.fields)}
        if self.overlay is not None:
            found |= {each: self._trial(each) for each in self.overlay.ids(self.name, wanted)}
        for identifier, values in sorted(found.items(), key=lambda pair: (pair[0] < 0, abs(pair[0]))):
            self._take(identifier, values)

    def get(self, key: str) -> Entry | None:
        """The first record of a loaded key."""
        return next(iter(self.by_key.get(key, ())), None)

    def all_of(self, key: str) -> list[Entry]:
        return self.by_key.get(key, [])

    def create(self, trace: Trace, **values: Any) -> Entry:
        """A new record; `flush` gives it its id."""
        entry = Entry({name: self._field(name).get_default() for name in self.fields} | values)
        self.fresh.append(entry)
        self._index(entry)
        trace.changes.append((self, entry, None, dict(values)))
        return entry

    def change(self, trace: Trace, entry: Entry, **values: Any) -> bool:
        """Set what differs. False when nothing does."""
        after = {name: value for name, value in values.items() if entry.values[name] != value}
        if not after:
            return False
        before = {name: entry.values[name] for name in after}
        entry.values |= after
        entry.is_changed = True
        self._index(entry)
        trace.changes.append((self, entry, before, after))
        return True

    def flush(self) -> None:
        """Write what is new and what changed."""
        changed = [entry for entry in self.by_id.values() if entry.is_changed]
        if self.overlay is None:
            self._write(changed)
        else:
            for entry in self.fresh:
                entry.id = self.overlay.new_id()
            for entry in [*self.fresh, *changed]:
                self.overlay.put(self.name, entry.id, encoded(entry.values), self.keys(entry.values | {"id": entry.id}))
        for entry in self.fresh:
            self.by_id[entry.id] = entry
            self._index(entry)
        for entry in [*self.fresh, *changed]:
            entry.is_changed = False
        self.fresh = []

    def decoded(self, values: Mapping[str, Any]) -> Values:
        """Values as the model has them, from JSON."""
        return {name: self._field(name).to_python(value) for name, value in values.items()}

    def _write(self, changed: list[Entry]) -> None:
        rows = [self.model(workspace=self.workspace, **_given(entry.values)) for entry in self.fresh]
        self.model._default_manager.bulk_create(rows)
        for entry, row in zip(self.fresh, rows, strict=True):
            entry.id = row.pk
        derived = [name for name in ("search", "updated_at") if _has(self.model, name)]
        for entry in changed:
            row = self.model(pk=entry.id, workspace=self.workspace, **_given(entry.values))
            row.save(force_update=True, update_fields=[*self.fields, *derived])

    def _take(self, identifier: int, values: Values) -> None:
        if identifier in self.by_id:
            return
        if self.overlay is not None and identifier > 0:
            values = self._trial(identifier) or values
        entry = Entry({name: values[name] for name in self.fields}, identifier)
        self.by_id[identifier] = entry
        self._index(entry)

    def _trial(self, identifier: int) -> Values:
        found = None if self.overlay is None else self.overlay.get(self.name, identifier)
        return {} if found is None else self.decoded(found)

    def _index(self, entry: Entry) -> None:
        for key in self.keys(entry.values | {"id": entry.id}):
            entries = self.by_key.setdefault(key, [])
            if entry not in entries:
                entries.append(entry)

    def _field(self, name: str) -> Any:
        return self.model._meta.get_field(name)


def encoded(values: Mapping[str, Any]) -> Values:
    """Values as JSON can hold them; `Book.decoded` gives them back."""
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str | dict | list):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _given(values: Values) -> Values:
    """Without what was left open, so that the model's defaults hold."""
    return {name: value for name, value in values.items() if value is not None}


def _has(model: type[Model], name: str) -> bool:
    return any(each.name == name for each in model._meta.get_fields())


def moment(micros: int) -> datetime:
    """Microseconds since 1970-01-01 UTC as a moment."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros)
