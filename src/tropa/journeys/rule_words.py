"""A rule in words, for people who do not read YAML."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tropa.facts.models import TouchType
from tropa.journeys.definition import MOVE_STAGE
from tropa.journeys.rules import NEVER, Rule
from tropa.workspace.models import Workspace

MOST_NAMED = 6


class Words:
    """Rules of one workspace in words."""

    def __init__(self, workspace: Workspace) -> None:
        language = "label_en" if get_language() == "en" else "label_ru"
        self.types: Mapping[str, str] = dict(TouchType.objects.of(workspace).values_list("key", language))

    def lines(self, rule: Rule | None) -> list[str]:
        """One line for each part of the rule."""
        if rule is None or rule == NEVER:
            return []
        if "any" in rule:
            return [self.said(part) for part in rule["any"]]
        return [self.said(rule)]

    def said(self, rule: Rule) -> str:
        """One condition as a phrase."""
        if "touch" in rule:
            return self._types(rule["touch"])
        if "all" in rule:
            return _(" и ").join(self.said(part) for part in rule["all"])
        if "any" in rule:
            return "(" + _(" или ").join(self.said(part) for part in rule["any"]) + ")"
        if "not" in rule:
            return _("не: %(what)s") % {"what": self.said(rule["not"])}
        if "count" in rule:
            return self._count(rule["count"])
        if "last" in rule:
            return self._last(rule["last"])
        return self._compare(rule)

    def _types(self, given: str | Sequence[str]) -> str:
        keys = [given] if isinstance(given, str) else list(given)
        named = ", ".join(self.types.get(key, key) for key in keys[:MOST_NAMED])
        more = len(keys) - MOST_NAMED
        return named if more <= 0 else _("%(named)s и ещё %(more)d") % {"named": named, "more": more}

    def _compare(self, rule: Rule) -> str:
        field, operator = str(rule["field"]), next(key for key in rule if key != "field")
        operand: Any = rule[operator]
        name = FIELD_NAMES.get(field, field.partition(".")[2] or field)
        if field == f"touch.{MOVE_STAGE}" and operator == "in":
            return _("стадия CRM: %(stages)s") % {"stages": ", ".join(map(str, operand))}
        if operator == "known":
            return (_("%(name)s известно") if operand else _("%(name)s неизвестно")) % {"name": _named(name)}
        shown = ", ".join(map(str, operand)) if isinstance(operand, list) else str(operand)
        return f"{_named(name)} {operator_word(operator)} {shown}"

    def _count(self, inner: Rule) -> str:
        bound = next(key for key in inner if key not in ("of", "within_days"))
        words = {"what": self.said(inner["of"]), "bound": operator_word(bound), "n": inner[bound]}
        if bound == "at_most" and inner[bound] == 0:
            return self._never(inner, words)
        if "within_days" in inner:
            words["days"] = inner["within_days"]
            return _("за %(days)s дн. %(bound)s %(n)s раз: %(what)s") % words
        return _("всего %(bound)s %(n)s раз: %(what)s") % words

    def _never(self, inner: Rule, words: dict[str, Any]) -> str:
        if "within_days" in inner:
            return _("за %(days)s дн. ни разу: %(what)s") % {**words, "days": inner["within_days"]}
        return _("ни разу: %(what)s") % words

    def _last(self, inner: Rule) -> str:
        bound = next(key for key in inner if key != "of")
        words = {"what": self.said(inner["of"]), "bound": operator_word(bound.removesuffix("_days")), "n": inner[bound]}
        return _("с последнего прошло %(bound)s %(n)s дн.: %(what)s") % words


FIELD_NAMES = {
    "touch.channel": "channel",
    "touch.campaign": "campaign",
    "touch.value": "value",
    "touch.type": "type",
}


def _named(name: str) -> str:
    return {"channel": _("канал"), "campaign": _("кампания"), "value": _("сумма"), "type": _("тип касания")}.get(
        name, name
    )


def operator_word(operator: str) -> str:
    """A comparison as people say it."""
    return {
        "is": _("равно"),
        "is_not": _("не равно"),
        "in": _("одно из"),
        "not_in": _("ни одно из"),
        "at_least": _("не меньше"),
        "more_than": _("больше"),
        "at_most": _("не больше"),
        "less_than": _("меньше"),
        "contains": _("содержит"),
        "starts_with": _("начинается с"),
        "known": _("известно"),
    }[operator]
