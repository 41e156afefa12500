"""Entry facts as people compose them: a small form to a condition, and a condition back to a sentence."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tropa.customers.models import BuyingRole
from tropa.web import typography

FIELDS = {
    "deal.amount": gettext_lazy("сумма сделки"),
    "deal.owner": gettext_lazy("кто ведёт сделку"),
    "deal.contact": gettext_lazy("контакт сделки"),
    "deal.expected_close_on": gettext_lazy("ожидаемая дата"),
    "account.domain": gettext_lazy("домен компании"),
    "account.industry": gettext_lazy("отрасль компании"),
    "account.segment": gettext_lazy("сегмент компании"),
    "account.city": gettext_lazy("город компании"),
    "account.employees": gettext_lazy("число сотрудников"),
    "account.phone": gettext_lazy("телефон компании"),
}
ROLES = [(f"account.role_{key}", text) for key, text in BuyingRole.choices]

Rule = dict[str, object]


def filled(field: str) -> Rule:
    """A field is filled in."""
    return {"field": field, "known": True}


def touched(types: list[str], *, at_least: int, within_days: int | None) -> Rule:
    """A touch of one of the types happened so often, lately or ever."""
    count: dict[str, object] = {"of": {"touch": types}, "at_least": at_least}
    return {"count": count | ({"within_days": within_days} if within_days else {})}


def amount(at_least: float) -> Rule:
    """The deal is worth at least this."""
    return {"field": "deal.amount", "at_least": at_least}


def role(field: str) -> Rule:
    """The account has somebody with the buying role."""
    return {"field": field, "at_least": 1}


def spoken(people: int) -> Rule:
    """So many people of the account were touched."""
    return {"field": "account.contacts_touched", "at_least": people}


def told(rule: Mapping[str, object], labels: Mapping[str, str]) -> str:
    """What a rule asks, as a sentence; empty for one that these forms did not make. labels: of touch types."""
    field, bound = str(rule.get("field", "")), rule.get("at_least")
    if rule.get("known") is True and field in FIELDS:
        return _("заполнено поле: %(field)s") % {"field": FIELDS[field]}
    if field == "deal.amount" and isinstance(bound, int | float):
        return _("сумма сделки не меньше %(amount)s") % {"amount": typography.number(bound)}
    if field == "account.contacts_touched" and isinstance(bound, int | float):
        people = int(bound)
        return ngettext("касание хотя бы с {n} человеком", "касания хотя бы с {n} людьми", people).format(n=people)
    if field in dict(ROLES):
        return _("в компании назван: %(role)s") % {"role": str(dict(ROLES)[field]).lower()}
    return _counted(rule.get("count"), labels)


def _counted(count: object, labels: Mapping[str, str]) -> str:
    match count:
        case {"of": {"touch": types}, "at_least": int(least), **rest}:
            days = rest.get("within_days")
            keys = [types] if isinstance(types, str) else types
            listed = " / ".join(labels.get(key, key) for key in keys)
            once = listed if least == 1 else f"{listed} × {least}"
            if isinstance(days, int):
                return _("касание: %(types)s, за последние %(days)s") % {"types": once, "days": typography.days(days)}
            return _("касание: %(types)s") % {"types": once}
    return ""
