"""Template tags and filters of every page (loaded everywhere): icons, slots, assets, fields, numbers, typography."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.messages.storage.base import Message
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeData, SafeString, mark_safe

from tropa.web import assets, hyphens, slots, toasts, typography
from tropa.web.typography import Amount

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite. size: empty, `s` or `l`; other words are classes of their own: "l f-p1"."""
    return _icon(icon_href(name), size)


@lru_cache(maxsize=1_024)
def _icon(address: str, size: str) -> SafeString:
    sizes, *classes = size.split(" ")
    css = " ".join([f"i-{sizes}" if sizes else "i", *classes])
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"/></svg>', css, address)


@register.simple_tag
def icon_href(name: str) -> str:
    """The address of an icon, for drawings that place icons themselves."""
    return f"{sprite()}#i-{name}"


@register.simple_tag
def sprite() -> str:
    """The address of the sprite."""
    path = assets.icons()
    return _static(path) if path else ""


_static = lru_cache(maxsize=16)(static)


@register.simple_tag
def favicon() -> str:
    """The address of the picture in the browser's tab."""
    path = assets.favicon()
    return static(path) if path else ""


@register.simple_tag(takes_context=True)
def slot(context: Any, name: str) -> SafeString:
    """What higher rooms put here."""
    return mark_safe(slots.render(name, context.flatten()))


@register.simple_tag(takes_context=True)
def vite_assets(context: Any) -> SafeString:
    """Links to the built style and script; nothing when they were not built (the page says so, see base.html)."""
    nonce = context.get("CSP_NONCE", "")
    styles = format_html_join("\n", '<link rel="stylesheet" href="{}">', ((static(path),) for path in assets.styles()))
    if not (script := assets.script()):
        return styles
    return styles + format_html('\n<script type="module" src="{}" nonce="{}"></script>', static(script), nonce)


@register.simple_tag
def assets_built() -> bool:
    """Whether the front end was built."""
    return assets.built()


@register.simple_tag
def field(bound: BoundField) -> SafeString:
    """A field of a form with its label, hint and error."""
    return bound.as_field_group()


@register.filter
def number(value: Amount | None, digits: int = 0) -> str:
    """`{{ n|number }}`, `{{ x|number:1 }}`"""
    return typography.number(value, digits)


@register.filter
def signed(value: Amount | None) -> str:
    """`{{ 47|signed }}`: +47"""
    return typography.signed(value)


@register.filter
def percent(fraction: Amount | None) -> str:
    """`{{ 0.183|percent }}`: 18,3 %"""
    return typography.percent(fraction)


@register.filter
def out_of(part: int, whole: int) -> str:
    """`{{ k|out_of:n }}`: 81,8 % (54 из 66)"""
    return typography.portion(part, whole)


@register.filter
def money(amount: Amount | None, currency: str = "RUB") -> str:
    """`{{ x|money:"RUB" }}`: 480 тыс. ₽"""
    return typography.money(amount, currency)


@register.filter
def money_full(amount: Amount | None, currency: str = "RUB") -> str:
    """`{{ x|money_full:"RUB" }}`: 480 000 ₽"""
    return typography.money_full(amount, currency)


@register.filter
def days(amount: Amount | timedelta | None) -> str:
    """`{{ n|days }}`: 47 дней"""
    return typography.days(amount)


@register.filter
def counted(amount: int | None, noun: str) -> str:
    """`{{ n|counted:"account" }}`: 5 компаний (nouns: analysis/words.yaml)"""
    return typography.counted(amount, noun)


@register.filter
def day(value: date | datetime | None) -> str:
    """`{{ at|day }}`: 17 мая 2024"""
    return typography.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    """`{{ at|moment }}`: 17 мая 2024, 09:40"""
    return typography.moment(value)


@register.filter
def ago(value: datetime | None) -> str:
    """`{{ at|ago }}`: 3 часа назад"""
    return typography.ago(value, timezone.now())


@register.filter
def undo_url(message: Message) -> str:
    """Where «Вернуть» of a message posts to."""
    return toasts.undo_url(message)


@register.filter
def initials(text: str) -> str:
    """Two letters that stand for somebody: of two words («Руководитель маркетинга»: РМ), else the first two."""
    words = [word for word in re.split(r"[\s._-]+", text.split("@")[0]) if word]
    return ("".join(word[0] for word in words[:2]) if len(words) > 1 else text[:2]).upper()


@register.filter(is_safe=True)
def typo(text: Any) -> str:
    """`{{ text|typo }}`: non-breaking spaces where a line must not break; tags stay as they are."""
    if isinstance(text, SafeData):
        return mark_safe(typography.tied_markup(str(text)))
    return typography.tied(str(text))


@register.filter
def soft(text: str, long: int = hyphens.LONG) -> str:
    """`{{ text|soft }}`, `{{ text|soft:11 }}`: where words of so many letters may be broken; for text without tags."""
    return hyphens.soft(text, long)
