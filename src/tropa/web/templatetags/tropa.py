"""Template tags and filters of every page (loaded everywhere): icons, slots, numbers and typography."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from tropa.web import slots

register = template.Library()


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite. size: empty, `s` or `l`."""
    css = f"i-{size}" if size else "i"
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', css, name)


@register.simple_tag(takes_context=True)
def slot(context: Any, name: str) -> SafeString:
    """What higher rooms put here."""
    return mark_safe(slots.render(name, context.flatten()))
