"""How lanes, cards and points look: their icon and class by what they are, the face of an emotion, words of a state."""

from collections.abc import Mapping
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tropa.maps.domain import CardState
from tropa.web import typography

CHIPS: Final = frozenset({"channel_refs", "contact_refs", "user_refs", "role_refs", "system_refs"})
_BY_LANE: Final[Mapping[str, str]] = {
    "thoughts": "jc-tho",
    "quotes": "jc-tho",
    "growth_options": "jc-opp",
    "barriers": "jc-bar",
}
_BY_TYPE: Final[Mapping[str, str]] = {
    "cards_red": "jc-pain",
    "cards_green": "jc-loy",
    "improvement_refs": "jc-opp",
    "touchpoint_refs": "jc-tp",
    "quotes": "jc-tho",
}
_ICONS: Final[Mapping[str, str]] = {
    "context": "calendar",
    "customer_goals": "flag",
    "customer_actions": "action",
    "parallel_tasks": "task",
    "tools_used": "system",
    "other_vendors": "building",
    "thoughts": "thought",
    "target_experience": "star",
    "emotions": "emotion",
    "expectations": "expect",
    "pains": "pain",
    "barriers": "lock",
    "risk_points": "warn",
    "loyalty_points": "loyal",
    "gap": "compare",
    "opportunities": "bulb",
    "growth_options": "arrow-u",
    "initiatives": "bulb",
    "touchpoints": "touch",
    "channels": "channel",
    "content": "doc",
    "automations": "flow",
    "committee_roles": "clients",
    "client_owner": "person",
    "our_owner": "building",
    "physical_evidence": "doc",
    "frontstage": "stage-eye",
    "backstage": "back",
    "support_processes": "life",
    "systems": "system",
    "time_sla": "clock",
    "failure_points": "warn",
    "metrics": "dash",
    "target_metrics": "target",
    "quotes": "quote",
    "evidence": "research",
    "competitors": "split",
}
_CARD_ICONS: Final[Mapping[str, str]] = {"jc-pain": "pain", "jc-loy": "loyal", "jc-opp": "bulb"}
# What part of a touch type's key tells its icon; the first that fits.
_TOUCH_ICONS: Final = (
    ("search", "search"), ("blog", "blog"), ("webinar", "webinar"), ("demo", "video"), ("video", "video"),
    ("whitepaper", "doc"), ("checklist", "doc"), ("proposal", "doc"), ("case", "doc"), ("docs", "doc"),
    ("contract", "contract"), ("order", "contract"), ("invoice", "card"), ("paid", "card"), ("payment", "card"),
    ("mail", "mail"), ("newsletter", "mail"), ("call", "phone"), ("training", "cap"), ("tutorial", "cap"),
    ("support", "life"), ("service_desk", "life"), ("login", "product"), ("feature", "product"), ("trial", "product"),
    ("subscription", "product"), ("value", "product"), ("ad_", "mega"), ("social", "mega"), ("pr_", "mega"),
    ("chat", "chat"), ("message", "chat"), ("meeting", "clients"), ("day", "calendar"), ("visit", "globe"),
    ("landing", "globe"), ("page", "globe"), ("website", "globe"), ("nps", "star"), ("review", "star"),
    ("loyalty", "gift"), ("referral", "gift"),
)  # fmt: skip
_BY_CHANNEL: Final[Mapping[str, str]] = {
    "email": "mail", "phone": "phone", "website": "globe", "chat": "chat", "telegram": "chat", "product": "product",
    "event": "calendar", "documents": "doc", "docs": "doc", "meeting_online": "video", "meeting_offline": "clients",
    "survey": "star", "review_site": "star", "ads": "mega", "social": "mega", "support_desk": "life",
    "search": "search", "webinar": "webinar", "media": "blog", "partner": "clients", "crm": "value",
}  # fmt: skip
FACES: Final = (("n2", -1.3), ("n1", -0.3), ("0", 0.3), ("p1", 1.3))


def lane_icon(key: str) -> str:
    return _ICONS.get(key, "layers")


def card_class(lane: str, value_type: str) -> str:
    """The class of the cards of a lane."""
    if value_type in CHIPS:
        return "jc-chip"
    return _BY_LANE.get(lane) or _BY_TYPE.get(value_type, "")


def card_icon(css: str, lane: str) -> str:
    """The icon inside of a card; empty without one."""
    return lane_icon(lane) if css in ("jc-pain", "jc-opp") and lane in _ICONS else _CARD_ICONS.get(css, "")


def touch_icon(key: str, channel: str = "") -> str:
    found = next((icon for part, icon in _TOUCH_ICONS if part in key), None)
    return found or _BY_CHANNEL.get(channel, "touch")


def face(emotion: float) -> str:
    """Which of the five faces."""
    return next((name for name, below in FACES if emotion < below), "p2")


def emotion_words(emotion: float) -> str:
    """«+0,6», «−1,2»."""
    return f"+{typography.number(emotion, 1)}" if emotion > 0 else typography.number(emotion, 1)


def state_words(state: CardState, sources: int) -> str:
    """What a card rests on, in one line."""
    if state is CardState.ASSUMED:
        return _("Гипотеза: источников пока нет") if not sources else _("Гипотеза: источники не подтверждают её")
    if state is CardState.CONTRADICTED:
        return _("Спорно: источники спорят с карточкой")
    if state is CardState.MEASURED:
        return _("Измерено: за карточкой стоят данные")
    return ngettext("Подтверждено: %(n)s источник", "Подтверждено: %(n)s источника", sources) % {"n": sources}


def hints() -> Mapping[str, str]:
    """What an empty cell of a lane says."""
    return {
        "loyalty_points": _("Точек лояльности пока нет"),
        "pains": _("Болей пока не нашли"),
        "risk_points": _("Точек риска пока нет"),
        "touchpoints": _("Точек контакта пока нет"),
        "our_owner": _("За этап никто не отвечает"),
        "emotions": _("Что здесь чувствует клиент?"),
    }
