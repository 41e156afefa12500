"""What figure somebody asks to look behind: which rows it counts, of which stage or path."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from tropa.journeys import definition, queries
from tropa.journeys.models import JourneyVersion
from tropa.web import typography

STAYS, TRIPS, MOVES = "stays", "trips", "moves"
OF_STAGE: Final = (
    "entered", "reached", "not_reached", "mature", "mature_reached", "dated", "followed", "followed_gone", "returned",
    "tail",
)  # fmt: skip
OF_ANY_STAGE: Final = ("here", "lost", "dropped", "gone", "completed")
OF_TRIPS: Final = ("trips", "open", "bought", "to_purchase")
PARTS: Final = ("stage", "type", "reason", "path", "source", "target")
_LONGEST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """what: a name of this module. stage, source, target: keys of stages. type: of a drop-off point. reason: as it was
    recorded, empty for none. path: keys of stages in their order."""

    what: str = "trips"
    stage: str = ""
    type: str = ""
    reason: str = ""
    path: tuple[str, ...] = ()
    source: str = ""
    target: str = ""

    @classmethod
    def read(cls, version: JourneyVersion, params: Mapping[str, Any]) -> "Asked | None":
        """What an address asks; None when there is no such figure."""
        given = {name: str(params.get(name) or "") for name in ("what", *PARTS)}
        if any(len(text) > _LONGEST for text in given.values()):
            return None
        path = tuple(given.pop("path").split(">")) if given["path"] else ()
        given.pop("path", None)
        found = cls(**given | {"what": given["what"] or "trips"}, path=path)
        return found if found.makes_sense({stage["key"] for stage in version.document["stages"]}) else None

    def makes_sense(self, stages: set[str]) -> bool:
        """Whether the figure exists on a journey with these stages."""
        known = {"stage": self.stage, "source": self.source, "target": self.target}
        if not all(key in stages for key in (*(key for key in known.values() if key), *self.path)):
            return False
        if self.what in OF_STAGE or self.what == "point":
            return bool(self.stage)
        if self.what == "transition":
            return bool(self.source and self.target)
        if self.what == "path":
            return bool(self.path)
        return self.what in (*OF_ANY_STAGE, *OF_TRIPS, "nps", "onboarded", "lost_money", "reason")

    @property
    def rows(self) -> str:
        """Which rows are counted: trips, their stays on a stage, or moves between stages."""
        if self.what == "transition":
            return MOVES
        return TRIPS if self.what in (*OF_TRIPS, "reason", "path") else STAYS

    @property
    def params(self) -> dict[str, str]:
        """What of an address makes it."""
        found = {name: getattr(self, name) for name in ("what", *PARTS)} | {"path": ">".join(self.path)}
        return {name: text for name, text in found.items() if text}

    def title(self, version: JourneyVersion, types: Mapping[str, str]) -> str:
        """What the list is of. types: labels of touch types."""
        names = {stage["key"]: definition.label_of(stage, typography.language()) for stage in queries.ranked(version)}
        words = {
            "stage": names.get(self.stage, ""),
            "source": names.get(self.source, ""),
            "target": names.get(self.target, ""),
            "type": types.get(self.type) or self.type or _("касание без вида"),
            "reason": self.reason or _("причина не записана"),
            "path": " → ".join(names[key] for key in self.path),
            "won": next((names[stage["key"]] for stage in queries.ranked(version) if stage.get("won")), ""),
        }
        titles = _titles() if self.stage else _titles() | _titles_of_all()
        return titles[self.what] % words


def _titles() -> dict[str, str]:
    return {
        "entered": _("Пришли на этап «%(stage)s»"),
        "reached": _("Прошли дальше с этапа «%(stage)s»"),
        "not_reached": _("Не пошли дальше этапа «%(stage)s»"),
        "here": _("Сейчас на этапе «%(stage)s»"),
        "lost": _("Потеряны на этапе «%(stage)s»"),
        "dropped": _("Замолчали на этапе «%(stage)s»"),
        "gone": _("Ушли с этапа «%(stage)s»"),
        "completed": _("Завершили путь на этапе «%(stage)s»"),
        "mature": _("Зрелая когорта этапа «%(stage)s»"),
        "mature_reached": _("Прошли дальше с этапа «%(stage)s» за его горизонт"),
        "dated": _("На чём стоит оценка этапа «%(stage)s»"),
        "followed": _("По кому считаются потери этапа «%(stage)s»"),
        "followed_gone": _("Ушли с этапа «%(stage)s» из тех, кого видели достаточно долго"),
        "returned": _("Вернулись с этапа «%(stage)s» назад"),
        "tail": _("Хвост этапа «%(stage)s»: дольше трёх медиан"),
        "nps": _("Чьи оценки считает NPS этапа «%(stage)s»"),
        "point": _("Ушли с этапа «%(stage)s» после касания «%(type)s»"),
        "reason": _("Потеряны по причине: %(reason)s"),
        "path": _("Прошли путь %(path)s"),
        "transition": _("Переходы «%(source)s» → «%(target)s»"),
        "trips": _("Все прохождения"),
        "open": _("В пути"),
        "bought": _("Дошли до этапа «%(won)s»"),
        "to_purchase": _("По кому считается время до этапа «%(won)s»"),
        "onboarded": _("Прошли этап после «%(won)s»"),
        "lost_money": _("Ушли вместе со сделками"),
    }


def _titles_of_all() -> dict[str, str]:
    return {
        "here": _("В пути"),
        "lost": _("Потеряны"),
        "dropped": _("Замолчали"),
        "gone": _("Ушли"),
        "completed": _("Завершили путь"),
        "nps": _("Чьи оценки считает NPS клиентов"),
    }
