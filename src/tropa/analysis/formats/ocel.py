"""OCEL 2.0 JSON: one object type plays the case, an event of several such objects is one row for each."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from tropa.analysis.formats.container import Opened
from tropa.analysis.formats.jsonl import text_of
from tropa.analysis.formats.jsonstream import JsonDocument
from tropa.analysis.formats.objects import Numbered, Objects, Record
from tropa.analysis.problem import InputError, did_you_mean

CASE, ACTIVITY, STAMP, EVENT_ID = "case_id", "type", "occurred_at", "event_id"


class OcelEvents(Objects):
    """Columns: case_id, type, occurred_at, event_id, each event attribute, and each other object type.

    case_type: the object type that plays the case; None takes the one with the most relations to events (of equals
    the first in the alphabet). Events without an object of that type are rows without a case.
    """

    def __init__(self, opened: Opened, case_type: str | None = None) -> None:
        self._opened = opened
        self._document = JsonDocument(opened)
        self._types = self._object_types()
        if not self._types:
            raise self._malformed(1, "document", "objects, events")
        self.case_type = self._checked(case_type)
        super().__init__()

    def _object_types(self) -> dict[str, str]:
        """Object id to object type."""
        types = {}
        for line, item in self._document.elements("objects"):
            if (
                not isinstance(item, dict)
                or not isinstance(item.get("id"), str)
                or not isinstance(item.get("type"), str)
            ):
                raise self._malformed(line, "object", "id, type")
            types[item["id"]] = item["type"]
        return types

    def _checked(self, case_type: str | None) -> str:
        counted = Counter(dict.fromkeys(self._types.values(), 0))
        for _, event in self._events():
            counted.update(self._types[related] for related in _related(event) if related in self._types)
        if case_type is None:
            return min(counted, key=lambda name: (-counted[name], name))
        if case_type in counted:
            return case_type
        raise self._no_type(case_type, sorted(counted))

    def _events(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        for line, event in self._document.elements("events"):
            if not isinstance(event, dict):
                raise self._malformed(line, "event", "id, type, time, relationships")
            yield line, event

    def objects(self) -> Iterator[Numbered]:
        for line, event in self._events():
            common = self._common(event)
            cases = [related for related in _related(event) if self._types.get(related) == self.case_type]
            for case in cases or [""]:
                yield line, {CASE: case, **common}

    def _common(self, event: Mapping[str, Any]) -> Record:
        record: Record = {ACTIVITY: text_of(event.get("type")), STAMP: text_of(event.get("time"))}
        record[EVENT_ID] = text_of(event.get("id"))
        for attribute in _list(event.get("attributes")):
            if isinstance(attribute, dict) and isinstance(attribute.get("name"), str):
                record.setdefault(attribute["name"], text_of(attribute.get("value")))
        for related in _related(event):
            kind = self._types.get(related)
            if kind is not None and kind != self.case_type:
                # Only the first object of another type has a place in a table of one row per case object.
                record.setdefault(kind, related)
        return record

    def _malformed(self, line: int, what: str, needed: str) -> InputError:
        return InputError(
            "bad_ocel",
            ru=f"{self._opened.name}, строка {line}: элемент ({what}) не соответствует OCEL 2.0, нужны {needed}. "
            "Выгрузите журнал в OCEL 2.0 JSON.",
            en=f"{self._opened.name}, line {line}: an {what} does not follow OCEL 2.0, it needs {needed}. "
            "Export the log as OCEL 2.0 JSON.",
        )

    def _no_type(self, case_type: str, known: list[str]) -> InputError:
        close = did_you_mean(case_type, known)
        listed = ", ".join(known)
        return InputError(
            "unknown_object_type",
            ru=f"{self._opened.name}: типа объектов «{case_type}» нет."
            + (f" Возможно, вы имели в виду «{close}»." if close else "")
            + f" Типы в файле: {listed}. Назовите тип для роли случая: --columns case=<тип>.",
            en=f"{self._opened.name}: there is no object type {case_type!r}."
            + (f" Did you mean {close!r}?" if close else "")
            + f" Types in the file: {listed}. Name the type that plays the case: --columns case=<type>.",
        )


def _related(event: Mapping[str, Any]) -> list[str]:
    """The ids of related objects, each once, in file order."""
    links = [link.get("objectId") for link in _list(event.get("relationships")) if isinstance(link, dict)]
    return list(dict.fromkeys(link for link in links if isinstance(link, str)))


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
