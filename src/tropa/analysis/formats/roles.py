"""Which column plays which role: names given by the person, or guessed from headers in Russian and English."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tropa.analysis.problem import InputError, did_you_mean

ROLES = ("case", "activity", "at", "ended", "account", "contact", "deal", "channel", "campaign", "value")
ALIASES = {"end": "ended"}

CANONICAL = {
    "case": "case_id",
    "activity": "type",
    "at": "occurred_at",
    "ended": "ended_at",
    "account": "account_id",
    "contact": "contact_id",
    "deal": "deal_id",
    "channel": "channel",
    "campaign": "campaign",
    "value": "value",
}

# In order of preference; compared without case, spaces and punctuation.
NAMES: Mapping[str, tuple[str, ...]] = {
    "case": (
        "case:concept:name", "case_id", "case", "case number", "trace_id", "trace", "process_instance", "instance_id",
        "id кейса", "кейс", "номер дела", "дело", "order_id", "order", "order number", "id заказа", "номер заказа",
        "заказ", "ticket_id", "ticket", "ticket number", "обращение", "номер обращения", "application_id", "request_id",
        "id заявки", "номер заявки", "заявка", "lead_id", "lead", "id лида", "лид", "прохождение",
    ),
    "activity": (
        "concept:name", "activity", "activity_name", "activity_type", "event", "event_name", "event_type", "type",
        "action", "interaction", "interaction_type", "touch", "touchpoint", "touch_type", "stage", "stage_name", "step",
        "task", "operation", "status", "активность", "событие", "тип события", "название события", "действие",
        "касание", "тип касания", "этап", "стадия", "шаг", "операция", "тип", "статус",
    ),
    "at": (
        "start_timestamp", "time:timestamp", "occurred_at", "timestamp", "event_time", "event_timestamp", "event_date",
        "datetime", "date_time", "start_time", "start_date", "started_at", "start", "time", "date", "at", "moment",
        "ts", "created_at", "created", "created_date", "дата и время", "дата время", "дата события", "время события",
        "время начала", "дата начала", "начало", "метка времени", "дата", "время", "момент", "дата создания", "создано",
    ),
    "ended": (
        "time:timestamp (complete)",
        "ended_at", "end_timestamp", "complete_timestamp", "end_time", "end_date", "end", "finished_at", "finish_time",
        "completed_at", "completion_time", "closed_at", "время окончания", "дата окончания", "окончание", "конец",
        "время завершения", "дата завершения", "завершение", "завершено",
    ),
    "account": (
        "account_id", "account", "company_id", "company", "customer_id", "customer", "client_id", "client",
        "organization_id", "organization", "organisation", "org_id", "tenant_id", "user_id", "user", "account_name",
        "company_name", "customer_name", "id компании", "компания", "id клиента", "клиент", "контрагент", "организация",
        "заказчик", "аккаунт", "пользователь", "id пользователя", "название компании",
    ),
    "contact": (
        "contact_id", "contact", "person_id", "person", "contact_name", "id контакта", "контакт", "контактное лицо",
    ),
    "deal": (
        "deal_id", "deal", "opportunity_id", "opportunity", "id сделки", "номер сделки", "сделка",
    ),
    "channel": (
        "channel", "канал", "acquisition_channel", "utm_source", "source", "источник", "utm_medium", "medium",
    ),
    "campaign": (
        "campaign", "campaign_id", "campaign_name", "utm_campaign", "кампания", "рекламная кампания",
    ),
    "value": (
        "value", "amount", "revenue", "conversion_value", "deal_value", "deal_amount", "sum", "total", "price", "cost",
        "costs", "сумма", "сумма сделки", "стоимость", "выручка", "цена", "бюджет",
    ),
}  # fmt: skip

# With a start beside it, this column of process mining holds the end.
_END_BESIDE_START = ("start_timestamp", "time:timestamp")
_MOST_SHOWN = 40

Accept = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Roles:
    """columns: role to source column; guessed: the roles that nobody named."""

    columns: Mapping[str, str]
    guessed: frozenset[str]


def checked_roles(given: Mapping[str, str]) -> dict[str, str]:
    """The given roles under their own names; InputError for an unknown role."""
    checked = {}
    for role, column in given.items():
        role = ALIASES.get(role, role)
        if role not in ROLES:
            close = did_you_mean(role, ROLES)
            raise InputError(
                "unknown_role",
                ru=f"Роль «{role}» неизвестна."
                + (f" Возможно, вы имели в виду {close}." if close else "")
                + f" Допустимы: {', '.join(ROLES)}.",
                en=f"Unknown role {role!r}."
                + (f" Did you mean {close}?" if close else "")
                + f" Allowed: {', '.join(ROLES)}.",
            )
        checked[role] = column
    return checked


def choose(given: Mapping[str, str], names: Sequence[str], file: str, accept: Accept) -> Roles:
    """Columns for the roles: the given ones, else the first known header that `accept`s the content.

    An empty given name means "no such column". Raises InputError when a named column is absent or no column is
    found for the case, the activity or the moment.
    """
    columns = {role: _find_named(column, names, file) for role, column in given.items() if column}
    guessed = set()
    for role in ("at", "ended", *(role for role in ROLES if role not in ("at", "ended"))):
        if role in given:
            continue
        column = _guess(role, names, columns, accept)
        if column is not None:
            columns[role] = column
            guessed.add(role)
    if not any(role in columns for role in ("case", "account", "deal", "contact")) or not {"activity", "at"} <= set(
        columns
    ):
        raise _not_found(columns, names, file, accept)
    return Roles({role: columns[role] for role in ROLES if role in columns}, frozenset(guessed))


def find(name: str, names: Sequence[str]) -> str | None:
    """The column of that name: exactly, else without regard to case, spaces and punctuation."""
    if name in names:
        return name
    return next((column for column in names if _plain(column) == _plain(name)), None)


def known_names(role: str) -> tuple[str, ...]:
    """The headers that are tried for a role, the canonical one first."""
    return tuple(dict.fromkeys((CANONICAL[role], *NAMES[role])))


def _guess(role: str, names: Sequence[str], taken: Mapping[str, str], accept: Accept) -> str | None:
    free = [name for name in names if name not in taken.values()]
    if CANONICAL[role] in free:
        return CANONICAL[role]
    if role == "ended" and _plain(taken.get("at", "")) == _plain(_END_BESIDE_START[0]):
        beside = find(_END_BESIDE_START[1], free)
        if beside is not None:
            return beside
    for wanted in NAMES[role]:
        for name in free:
            if _fits(name, wanted, role) and accept(role, name):
                return name
    return None


def _fits(name: str, wanted: str, role: str) -> bool:
    plain = _plain(name)
    if plain == _plain(wanted):
        return True
    # Attributes of the case in process mining exports: case:channel, case:customer.
    return role not in ("case", "activity", "at", "ended") and plain == "case" + _plain(wanted) and ":" in name


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold().replace("ё", "е"))


def _find_named(column: str, names: Sequence[str], file: str) -> str:
    found = find(column, names)
    if found is not None:
        return found
    close = did_you_mean(column, names)
    raise InputError(
        "unknown_column",
        ru=f"{file}: столбца «{column}» нет."
        + (f" Возможно, вы имели в виду «{close}»." if close else "")
        + f" Столбцы файла: {_listed(names)}.",
        en=f"{file}: there is no column {column!r}."
        + (f" Did you mean {close!r}?" if close else "")
        + f" Columns of the file: {_listed(names)}.",
    )


def _not_found(columns: Mapping[str, str], names: Sequence[str], file: str, accept: Accept) -> InputError:
    case = next((columns[role] for role in ("case", "account", "deal", "contact") if role in columns), None)
    chosen = {"case": case, "activity": columns.get("activity"), "at": columns.get("at")}
    missing = [role for role, column in chosen.items() if column is None]
    rest = [name for name in names if name not in columns.values()]
    for role in sorted(missing, key=lambda role: role != "at"):
        dated = [name for name in rest if accept("at", name)] if role == "at" else []
        chosen[role] = _closest(role, dated or rest)
        rest = [name for name in rest if name != chosen[role]]
    example = ",".join(f"{role}={column}" for role, column in chosen.items())
    return InputError(
        "columns_not_found",
        ru=f"{file}: не удалось понять, где {', '.join(missing)}. Столбцы файла: {_listed(names)}. "
        f"Назовите их, например: --columns {_quoted(example)}",
        en=f"{file}: could not tell which column is {', '.join(missing)}. Columns of the file: {_listed(names)}. "
        f"Name them, for example: --columns {_quoted(example)}",
    )


def _closest(role: str, names: Sequence[str]) -> str:
    for wanted in known_names(role):
        if close := did_you_mean(wanted, names):
            return close
    return names[0] if names else f"<{role}>"


def _quoted(example: str) -> str:
    return example if re.fullmatch(r"[\w=,:.-]+", example) else "'" + example.replace("'", "'\\''") + "'"


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name if len(name) <= 60 else name[:57] + "..." for name in names[:_MOST_SHOWN])
    return shown + (f", … (+{len(names) - _MOST_SHOWN})" if len(names) > _MOST_SHOWN else "")
