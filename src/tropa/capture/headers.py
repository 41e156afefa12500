"""Headers that real exports use, by kind and field: Bitrix24, amoCRM, Salesforce, HubSpot (also as Fivetran lands it),
Olist, process mining, and what people write themselves. Compared without case, spaces and punctuation.

Pure data and rules: no Django here.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

Names = Mapping[str, Sequence[str]]

_ACCOUNT_LINKS: Names = {
    "account_id": (
        "account_id", "accountid", "company_id", "companyid", "customer_id", "client_id", "organization_id",
        "associated company id", "associatedcompanyid", "id компании", "код компании", "код клиента", "id клиента",
        "инн",
    ),
    "account": (
        "account_name", "account", "company", "company_name", "company_title", "customer", "client", "organization",
        "организация", "компания", "название компании", "компания контакта", "клиент", "контрагент", "заказчик",
        "юрлицо", "associated company",
    ),
    "account_domain": (
        "company_domain", "account_domain", "company domain name", "домен компании", "сайт компании",
    ),
}  # fmt: skip
# A name or an address can be found among the members; a code of the CRM cannot, and is told so.
_OWNER = (
    "owner_email", "assigned_by_email", "responsible_email", "почта ответственного", "e-mail ответственного",
    "ответственный", "ответственный за сделку", "ответственный пользователь", "ответственный менеджер", "ведет",
    "кто ведет", "менеджер", "owner", "owner_name", "deal owner", "opportunity owner", "account owner",
    "company owner", "assigned_by", "assigned_by_name", "assigned to", "responsible", "responsible user",
    "ownerid", "assigned_by_id", "hubspot_owner_id", "responsible_user_id", "id ответственного",
)  # fmt: skip

HEADERS: Mapping[str, Names] = {
    "accounts": {
        "name": (
            "name", "title", "company_name", "account_name", "company", "account", "название компании", "название",
            "компания", "наименование", "клиент", "организация", "контрагент", "account name",
        ),
        "domain": (
            "domain", "website", "web", "site", "url", "company domain name", "website url", "домен", "сайт",
            "корпоративный сайт", "рабочий сайт", "веб-сайт",
        ),
        "external_id": (
            "id", "account_id", "accountid", "company_id", "record id", "external_id", "seller_id", "mql_id",
            "код", "внешний код", "id компании", "инн",
        ),
        "industry": ("industry", "sector", "отрасль", "сфера деятельности", "вид деятельности"),
        "segment": ("segment", "segment__c", "tier", "plan_tier", "сегмент", "категория"),
        "city": ("city", "billingcity", "address_city", "seller_city", "город"),
        "employees": (
            "employees", "numberofemployees", "number of employees", "num_employees", "headcount", "сотрудников",
            "кол-во сотрудников", "количество сотрудников", "численность",
        ),
        "phone": ("phone", "phone number", "телефон", "рабочий телефон"),
        "owner": _OWNER,
        "created_at": (
            "created_at", "createddate", "createdate", "create date", "date_create", "created", "signup_date",
            "дата создания", "создана", "создано", "дата регистрации",
        ),
    },
    "contacts": {
        "name": ("name", "full_name", "fullname", "contact_name", "contact", "фио", "имя и фамилия", "контакт",
                 "полное имя"),
        "first_name": ("first_name", "firstname", "first name", "имя"),
        "middle_name": ("middle_name", "middlename", "second_name", "отчество"),
        "last_name": ("last_name", "lastname", "last name", "фамилия"),
        "email": ("email", "e-mail", "mail", "почта", "рабочий e-mail", "рабочий email", "эл. почта",
                  "электронная почта"),
        "phone": ("phone", "mobile", "mobilephone", "phone number", "телефон", "рабочий телефон",
                  "мобильный телефон"),
        "position": ("position", "jobtitle", "job title", "title", "post", "должность"),
        "buying_role": ("buying_role", "hs_buying_role", "роль в решении", "роль"),
        "external_id": ("id", "contact_id", "contactid", "record id", "external_id", "внешний код", "id контакта"),
        "created_at": ("created_at", "createddate", "createdate", "create date", "date_create", "created",
                       "дата создания", "создан"),
        **_ACCOUNT_LINKS,
    },
    "deals": {
        "title": ("title", "dealname", "deal name", "deal_name", "name", "opportunity name", "название сделки",
                  "название", "сделка"),
        "external_id": ("id", "deal_id", "dealid", "record id", "opportunity_id", "opportunityid", "external_id",
                        "id сделки", "номер сделки", "внешний код"),
        "pipeline": ("pipeline", "deal_pipeline_id", "pipeline_id", "category_id", "воронка", "направление",
                     "направление сделки"),
        "stage": ("stage", "stagename", "stage_id", "deal_pipeline_stage_id", "dealstage", "deal stage",
                  "стадия сделки", "стадия", "этап сделки", "этап", "статус сделки", "статус", "status"),
        "amount": ("amount", "opportunity", "value", "deal_amount", "сумма", "бюджет", "бюджет ₽", "сумма сделки",
                   "бюджет сделки"),
        "currency": ("currency", "currency_id", "currencyisocode", "валюта"),
        "owner": _OWNER,
        "created_at": ("created_at", "createddate", "createdate", "create date", "date_create", "begindate",
                       "дата создания", "создана", "дата начала"),
        "closed_at": ("closed_at", "closedate", "close date", "close_date", "won_date", "дата закрытия",
                      "дата завершения", "закрыта", "дата закрытия сделки"),
        "modified_at": ("modified_at", "laststagechangedate", "lastmodifieddate", "date_modify", "updated_at",
                        "last modified date", "дата изменения", "изменена", "дата последнего изменения"),
        "is_won": ("iswon", "is_won", "is closed won", "hs_is_closed_won", "выиграна"),
        "is_closed": ("isclosed", "is_closed", "closed", "hs_is_closed", "сделка закрыта"),
        "semantics": ("stage_semantic_id", "stagesemantic"),
        "lost_reason": ("lost_reason", "closed_lost_reason", "closed lost reason", "loss_reason", "причина отказа",
                        "причина потери", "причина проигрыша"),
        "contact_id": ("contact_id", "contactid"),
        "contact_email": ("contact_email", "почта контакта"),
        **_ACCOUNT_LINKS,
    },
    "stage_history": {
        "deal_id": ("deal_id", "dealid", "owner_id", "opportunityid", "opportunity_id", "entity_id", "lead_id",
                    "id сделки", "номер сделки", "сделка"),
        "deal": ("deal", "deal_name", "dealname", "название сделки"),
        "pipeline": ("pipeline", "pipeline_id", "deal_pipeline_id", "category_id", "воронка", "направление"),
        "stage": ("stage", "stagename", "stage_id", "to_stage", "new_stage", "deal_pipeline_stage_id", "стадия",
                  "стадия сделки", "этап", "этап сделки", "новая стадия", "статус", "value", "newvalue"),
        "entered_at": ("entered_at", "date_entered", "created_time", "createddate", "moved_at", "changed_at",
                       "timestamp", "created_at", "дата перехода", "дата входа", "вошла", "дата изменения", "дата",
                       "_fivetran_start"),
        "semantics": ("stage_semantic_id",),
        **_ACCOUNT_LINKS,
    },
    "orders": {
        "external_id": ("order_id", "orderid", "id", "external_id", "id заказа", "внешний код"),
        "number": ("number", "order_number", "order number", "номер", "номер заказа", "заказ", "invoice", "счёт",
                   "номер счёта"),
        "amount": ("amount", "total", "sum", "price", "revenue", "сумма", "сумма заказа", "стоимость", "итого"),
        "currency": ("currency", "currency_id", "валюта"),
        "ordered_at": ("ordered_at", "order_date", "order_purchase_timestamp", "created_at", "date", "date_create",
                       "дата заказа", "дата", "дата создания"),
        "paid_at": ("paid_at", "payment_date", "order_approved_at", "дата оплаты", "оплачен", "оплачено"),
        "deal_id": ("deal_id", "id сделки", "сделка"),
        **_ACCOUNT_LINKS,
    },
    "touches": {
        "type": ("type", "touch_type", "touchpoint", "touch", "activity_type", "activity", "event_type", "event",
                 "event_name", "concept:name", "action", "точка контакта", "тип касания", "касание", "тип события",
                 "событие", "активность", "тип", "действие", "channel_type"),
        "at": ("occurred_at", "at", "timestamp", "time:timestamp", "event_time", "event_date", "datetime",
               "start_time", "started_at", "date", "time", "created_at", "submitted_at", "first_contact_date",
               "won_date", "дата касания", "дата и время", "дата события", "время события", "дата", "время", "когда",
               "created_time", "date_create", "createddate", "дата создания"),
        "ended_at": ("ended_at", "end_time", "finished_at", "closed_at", "дата окончания", "окончание",
                     "время окончания"),
        "channel": ("channel", "utm_source", "origin", "source", "referral_source", "канал", "источник"),
        "campaign": ("campaign", "utm_campaign", "campaign_name", "campaign_id", "кампания", "рекламная кампания"),
        "page": ("page", "url", "page_url", "landing_page", "landing_page_id", "страница", "адрес страницы"),
        "value": ("value", "amount", "revenue", "сумма", "ценность", "стоимость"),
        "contact_role": ("who", "role", "position", "contact_role", "роль контакта", "роль", "должность", "кто"),
        "contact_email": ("email", "contact_email", "e-mail", "почта", "почта контакта"),
        "contact_id": ("contact_id", "contactid", "person_id", "id контакта"),
        "deal_id": ("deal_id", "opportunity_id", "opportunityid", "id сделки", "номер сделки"),
        "message_id": ("message_id", "event_id", "messageid", "uuid", "usage_id", "ticket_id", "churn_event_id",
                       "engagement_id", "код события", "id события", "id касания"),
        **_ACCOUNT_LINKS,
    },
}  # fmt: skip

# A case of an event log plays the company only when nothing names one.
LAST_RESORT: Mapping[str, Names] = {
    "touches": {
        "account_id": ("mql_id", "lead_id", "seller_id", "case:concept:name", "case_id", "case", "trace_id", "user_id",
                       "id лида", "лид", "кейс", "id", "subscription_id"),
    },
}  # fmt: skip

# What tells a kind from the others, and weighs more than a name or an id.
SIGNATURES: Mapping[str, frozenset[str]] = {
    "accounts": frozenset({"domain", "industry", "employees", "segment", "city"}),
    "contacts": frozenset({"email", "first_name", "last_name", "position"}),
    "deals": frozenset({"stage", "amount", "title", "is_won", "lost_reason", "closed_at"}),
    "stage_history": frozenset({"entered_at", "stage"}),
    "orders": frozenset({"ordered_at", "number", "paid_at"}),
    "touches": frozenset({"type", "at", "channel"}),
}
_SPECIFIC_MOMENTS = ("date_entered", "entered_at", "created_time", "дата перехода", "дата входа", "_fivetran_start")
_PREFIXES = ("property_", "properties.", "case:")


def plain(name: str) -> str:
    """A header as it is compared: `Property_DealName` → `dealname`."""
    lowered = name.casefold().replace("ё", "е").strip()
    for prefix in _PREFIXES:
        if lowered.startswith(prefix) and lowered != "case:concept:name":
            lowered = lowered.removeprefix(prefix)
    return re.sub(r"[\W_]+", "", lowered)


def candidates(names: Names, field: str, headers: Sequence[str], taken: Iterable[str]) -> list[str]:
    """Headers that may play the field, the likeliest first."""
    used = set(taken)
    wanted = {plain(name): place for place, name in reversed(list(enumerate(names.get(field, ()))))}
    ranked = [(wanted[plain(header)], header) for header in headers if header not in used and plain(header) in wanted]
    return [header for _, header in sorted(ranked, key=lambda pair: pair[0])]


def has_specific_moment(headers: Iterable[str]) -> bool:
    """Whether a header says "came to the stage at", which tells a history from a list of deals."""
    known = {plain(name) for name in _SPECIFIC_MOMENTS}
    return any(plain(header) in known for header in headers)


def touch_type_in(header: str) -> str:
    """The event that a column of dates names: `first_contact_date` → `first_contact`, `won_date` → `deal_won`."""
    stem = re.sub(r"[\s_-]*(date|at|time|timestamp|дата)$|^(date|дата)[\s_-]*", "", header.casefold().strip())
    stem = re.sub(r"[\W]+", "_", stem).strip("_")
    return {"won": "deal_won", "lost": "deal_lost", "signup": "signup"}.get(stem, stem)
