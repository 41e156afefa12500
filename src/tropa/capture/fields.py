"""The fields that a column can play, by kind of file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext_lazy as _

from tropa.capture.models import Kind

Type = Literal["text", "moment", "number", "whole", "flag", "email", "domain"]

SKIP, KEEP = "", "+"


@dataclass(frozen=True, slots=True)
class Field:
    """longest: most characters of a text."""

    key: str
    label: Any  # a lazy text
    type: Type = "text"
    longest: int = 255


_ACCOUNT_LINKS = (
    Field("account", _("Компания")),
    Field("account_id", _("Код компании"), longest=120),
    Field("account_domain", _("Сайт компании"), "domain"),
)
_OWNER = Field("owner", _("Кто ведёт: почта или имя"))

FIELDS: Mapping[str, tuple[Field, ...]] = {
    Kind.TOUCHES: (
        *_ACCOUNT_LINKS,
        Field("at", _("Дата касания"), "moment"),
        Field("type", _("Точка контакта"), longest=80),
        Field("ended_at", _("Окончание"), "moment"),
        Field("channel", _("Канал"), longest=40),
        Field("campaign", _("Кампания"), longest=200),
        Field("page", _("Страница"), longest=1000),
        Field("value", _("Сумма"), "number"),
        Field("contact_role", _("Роль контакта"), longest=160),
        Field("contact_email", _("Почта контакта"), "email", 254),
        Field("contact_id", _("Код контакта"), longest=120),
        Field("deal_id", _("Код сделки"), longest=120),
        Field("message_id", _("Код касания"), longest=1000),
    ),
    Kind.ACCOUNTS: (
        Field("name", _("Название")),
        Field("external_id", _("Внешний код"), longest=120),
        Field("domain", _("Сайт"), "domain"),
        Field("industry", _("Отрасль"), longest=120),
        Field("segment", _("Сегмент"), longest=120),
        Field("city", _("Город"), longest=120),
        Field("employees", _("Сотрудников"), "whole"),
        Field("phone", _("Телефон"), longest=40),
        _OWNER,
        Field("created_at", _("Дата создания"), "moment"),
    ),
    Kind.CONTACTS: (
        Field("name", _("Имя целиком")),
        Field("last_name", _("Фамилия")),
        Field("first_name", _("Имя")),
        Field("middle_name", _("Отчество")),
        Field("email", _("Почта"), "email", 254),
        Field("phone", _("Телефон"), longest=40),
        Field("position", _("Должность"), longest=160),
        Field("buying_role", _("Роль в решении"), longest=160),
        Field("external_id", _("Внешний код"), longest=120),
        Field("created_at", _("Дата создания"), "moment"),
        *_ACCOUNT_LINKS,
    ),
    Kind.DEALS: (
        Field("title", _("Название сделки")),
        Field("external_id", _("Внешний код"), longest=120),
        *_ACCOUNT_LINKS,
        Field("pipeline", _("Воронка"), longest=120),
        Field("stage", _("Стадия"), longest=120),
        Field("amount", _("Сумма"), "number"),
        Field("currency", _("Валюта"), longest=3),
        _OWNER,
        Field("created_at", _("Дата создания"), "moment"),
        Field("closed_at", _("Дата закрытия"), "moment"),
        Field("modified_at", _("Дата изменения"), "moment"),
        Field("is_won", _("Выиграна: да или нет"), "flag"),
        Field("is_closed", _("Закрыта: да или нет"), "flag"),
        Field("semantics", _("Исход: P, S или F"), longest=10),
        Field("lost_reason", _("Причина потери"), longest=160),
        Field("contact_id", _("Код контакта"), longest=120),
        Field("contact_email", _("Почта контакта"), "email", 254),
    ),
    Kind.STAGE_HISTORY: (
        Field("deal_id", _("Код сделки"), longest=120),
        Field("deal", _("Название сделки")),
        Field("pipeline", _("Воронка"), longest=120),
        Field("stage", _("Стадия"), longest=120),
        Field("entered_at", _("Когда вошла в стадию"), "moment"),
        Field("semantics", _("Исход: P, S или F"), longest=10),
        *_ACCOUNT_LINKS,
    ),
    Kind.ORDERS: (
        Field("external_id", _("Код заказа"), longest=120),
        Field("number", _("Номер заказа"), longest=80),
        *_ACCOUNT_LINKS,
        Field("ordered_at", _("Дата заказа"), "moment"),
        Field("paid_at", _("Дата оплаты"), "moment"),
        Field("amount", _("Сумма"), "number"),
        Field("currency", _("Валюта"), longest=3),
        Field("deal_id", _("Код сделки"), longest=120),
    ),
}

# Each group needs at least one of its fields.
REQUIRED: Mapping[str, tuple[tuple[str, ...], ...]] = {
    Kind.TOUCHES: (("account", "account_id", "account_domain"), ("at",)),
    Kind.ACCOUNTS: (("name", "external_id", "domain"),),
    Kind.CONTACTS: (("name", "last_name", "first_name", "email", "external_id"),),
    Kind.DEALS: (("title", "external_id"),),
    Kind.STAGE_HISTORY: (("deal_id", "deal"), ("stage",), ("entered_at",)),
    Kind.ORDERS: (("account", "account_id", "account_domain"), ("ordered_at",)),
}


def field(kind: str, key: str) -> Field:
    """Raises KeyError for a field that the kind does not have."""
    return next((each for each in FIELDS[kind] if each.key == key), None) or _unknown(kind, key)


def known(kind: str) -> frozenset[str]:
    return frozenset(each.key for each in FIELDS[kind])


def lacking(kind: str, chosen: Iterable[str]) -> list[tuple[Field, ...]]:
    """Groups of fields of which at least one is needed and none is chosen."""
    have = set(chosen)
    return [tuple(field(kind, key) for key in group) for group in REQUIRED[kind] if not have & set(group)]


def _unknown(kind: str, key: str) -> Field:
    raise KeyError(f"{kind} has no field {key}; allowed: {', '.join(sorted(known(kind)))}")
