"""Channels of touches: how they are called and drawn."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

CHANNELS = {
    "website": (_("Сайт"), "globe"),
    "search": (pgettext_lazy("канал", "Поиск"), "search"),
    "ads": (_("Реклама"), "mega"),
    "email": (_("Почта"), "mail"),
    "phone": (_("Телефон"), "phone"),
    "telegram": ("Telegram", "chat"),
    "whatsapp": ("WhatsApp", "chat"),
    "max": ("MAX", "chat"),
    "vk": ("VK", "chat"),
    "social": (_("Социальные сети"), "chat"),
    "media": (_("СМИ и подкасты"), "blog"),
    "review_site": (_("Сайты отзывов"), "star"),
    "webinar": (_("Вебинар"), "webinar"),
    "event": (_("Мероприятие"), "calendar"),
    "meeting_online": (_("Видеовстреча"), "video"),
    "meeting_offline": (_("Личная встреча"), "person"),
    "chat": (_("Чат на сайте"), "chat"),
    "support_desk": (_("Служба поддержки"), "life"),
    "documents": (_("Документы и ЭДО"), "doc"),
    "tender": (_("Тендерная площадка"), "contract"),
    "logistics": (_("Склад и доставка"), "product"),
    "product": (_("Продукт"), "product"),
    "docs": (_("База знаний"), "cap"),
    "survey": (_("Опрос"), "question"),
    "partner": (_("Партнёр или рекомендация"), "gift"),
    "crm": ("CRM", "value"),
}


def label(channel: str) -> str:
    """What a channel is called; a channel of the workspace's own goes by its key."""
    known = CHANNELS.get(channel)
    return str(known[0]) if known else channel


def icon(channel: str) -> str:
    known = CHANNELS.get(channel)
    return known[1] if known else "touch"
