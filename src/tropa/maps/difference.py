"""Two states of a map, told in words: what was added, taken out, moved, said otherwise, and what it rests on now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tropa.maps import catalogue, columns
from tropa.maps.board_building import living, sources_of
from tropa.maps.domain import LANE, MAP, Fields, State
from tropa.maps.models import JourneyMap, shown
from tropa.web import typography


@dataclass(frozen=True, slots=True)
class Part:
    """A heading and its lines. kind: added, removed, changed, lanes, map."""

    kind: str
    title: str
    lines: Sequence[str]


def between_states(map_: JourneyMap, before: State, after: State) -> list[Part]:
    """What happened between two states, empty parts left out."""
    telling = _Telling(map_, before, after)
    old, new = living(before), living(after)
    parts = [
        Part("added", _("Появилось"), [telling.stands(new[pk]) for pk in new.keys() - old.keys()]),
        Part("removed", _("Убрано"), [telling.stood(old[pk]) for pk in old.keys() - new.keys()]),
        Part("changed", _("Изменилось"), [line for pk in old.keys() & new.keys() for line in telling.changes(pk)]),
        Part("lanes", _("Дорожки"), list(telling.lanes())),
        Part("map", _("Сама карта"), list(telling.map_itself())),
    ]
    return [Part(part.kind, part.title, sorted(part.lines)) for part in parts if part.lines]


class _Telling:
    """Words for rows of a map."""

    def __init__(self, map_: JourneyMap, before: State, after: State) -> None:
        self._map, self._before, self._after = map_, before, after
        self._lanes = {fields["key"]: fields for state in (before, after) for (kind, _), fields in state.items()
                       if kind == LANE}  # fmt: skip
        used = {fields["column"] for state in (before, after) for fields in living(state).values()}
        found = columns.of(map_, columns.version_of(map_), used)
        self._columns = {column.key: column.label for column in found}
        self._old, self._new = living(before), living(after)
        self._old_sources, self._new_sources = sources_of(before), sources_of(after)

    def stands(self, fields: Fields) -> str:
        return f"{self._text(fields)}: {self._place(fields)}"

    def stood(self, fields: Fields) -> str:
        return self.stands(fields)

    def changes(self, pk: int) -> Iterator[str]:
        """Lines about a card that is in both."""
        old, new = self._old[pk], self._new[pk]
        name = self._text(old)
        if old["text"] != new["text"]:
            yield _("{old} теперь звучит так: {new}").format(old=name, new=self._text(new))
        if (old["lane"], old["column"]) != (new["lane"], new["column"]):
            yield _("{name} перенесена: {old} → {new}").format(name=name, old=self._place(old), new=self._place(new))
        if old["emotion"] != new["emotion"] and None not in (old["emotion"], new["emotion"]):
            values = {"old": _signed(old["emotion"]), "new": _signed(new["emotion"])}
            yield _("{name}: эмоция {old} → {new}").format(name=name, **values)
        if old["details"] != new["details"]:
            yield _("{name}: изменились подробности").format(name=name)
        if (old["member_id"], old["role"], old["contact_id"]) != (new["member_id"], new["role"], new["contact_id"]):
            yield _("{name}: изменился ответственный").format(name=name)
        yield from self._sources(pk, name)

    def lanes(self) -> Iterator[str]:
        for row, fields in self._after.items():
            if row[0] != LANE:
                continue
            old = self._before.get(row)
            name = _quoted(self._lane(fields))
            if old is None:
                yield _("дорожка {name} добавлена").format(name=name)
            elif old["is_hidden"] != fields["is_hidden"]:
                text = _("дорожка {name} скрыта") if fields["is_hidden"] else _("дорожка {name} снова видна")
                yield text.format(name=name)
            if old is not None and old["label"] != fields["label"]:
                yield _("дорожка {old} теперь называется {name}").format(old=_quoted(self._lane(old)), name=name)
        if _order(self._before, self._after) != _order(self._after, self._before):
            yield _("изменился порядок дорожек")

    def map_itself(self) -> Iterator[str]:
        row = MAP, self._map.pk
        old, new = self._before[row], self._after[row]
        words: Mapping[str, str] = {
            "name": _("название"),
            "purpose": _("зачем карта"),
            "decision": _("какое решение она поможет принять"),
        }
        for field, word in words.items():
            if old[field] != new[field]:
                yield f"{word}: {_quoted(old[field])} → {_quoted(new[field])}"
        if old["publication"] != new["publication"]:
            yield _("состояние: {old} → {new}").format(old=_state(old), new=_state(new))
        if old["journey_version"] != new["journey_version"]:
            values = {"old": old["journey_version"] or "—", "new": new["journey_version"]}
            yield _("версия пути: {old} → {new}").format(**values)
        if old["columns"] != new["columns"]:
            yield _("изменились столбцы дня")

    def _sources(self, pk: int, name: str) -> Iterator[str]:
        old, new = len(self._old_sources.get(pk, ())), len(self._new_sources.get(pk, ()))
        if new > old:
            n = new - old
            yield ngettext("{name}: добавлен {n} источник", "{name}: добавлены {n} источника", n).format(name=name, n=n)
        if new < old:
            n = old - new
            yield ngettext("{name}: убран {n} источник", "{name}: убраны {n} источника", n).format(name=name, n=n)

    def _text(self, fields: Fields) -> str:
        return _quoted(shown(fields["text"], bool(self._map.example)))

    def _place(self, fields: Fields) -> str:
        lane = self._lanes.get(fields["lane"])
        label = self._lane(lane) if lane else fields["lane"]
        return f"{label}, {self._columns.get(fields['column'], fields['column'])}"

    def _lane(self, fields: Mapping[str, Any]) -> str:
        shipped = catalogue.lanes().get(fields["key"])
        found: str = fields["label"] or (shipped.label.in_(typography.language()) if shipped else fields["key"])
        return found


def _order(state: State, other: State) -> list[int]:
    """Ids of the lanes that both states have, as they stand in the first."""
    both = [row for row in state if row[0] == LANE and row in other]
    return [pk for _, pk in sorted(both, key=lambda row: (state[row]["position"], row[1]))]


def _state(fields: Fields) -> str:
    return str(JourneyMap.Publication(fields["publication"]).label).lower()


def _quoted(text: str) -> str:
    if not text:
        return "—"
    return f"“{text}”" if typography.language() == "en" else f"«{text}»"


def _signed(value: float) -> str:
    return f"+{typography.number(value, 1)}" if value > 0 else typography.number(value, 1)
