"""The tiles of the dashboard as HTML. They change when a figure, a target or what is asked does, so what was drawn is
kept: it is looked for by the figures themselves and by everything else that the templates read, which is why nobody can
be shown what another workspace, question or role has.
"""

import pickle
import secrets
from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, Final, NamedTuple

from django.core.cache import cache
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import get_current_timezone_name
from django.utils.translation import get_language

from tropa.insights import dashboard
from tropa.insights.figures import Figures
from tropa.insights.moment import SECONDS
from tropa.insights.telling import Telling
from tropa.web.templatetags.tropa import sprite
from tropa.workspace.access import MemberRequest

# Another name whenever the templates of the tiles change: a cache outlives the code that filled it.
_CACHE: Final = "insights.tiles.1"


class Drawn(NamedTuple):
    """full: keys of the tiles that have something to tell."""

    html: SafeString
    full: list[str]


def tiles(request: MemberRequest, found: Figures, context: Mapping[str, Any], telling: Callable[[], Telling]) -> Drawn:
    """The tiles told from the figures. context: of the page, with its address, which says what is asked."""
    key = f"{_CACHE}.{request.workspace.pk}.{_digest(request, found, context)}"
    kept: tuple[list[str], list[str]] | None = cache.get(key)
    if kept is None:
        kept = _draw(request, context, telling())
        cache.set(key, kept, SECONDS)
    parts, full = kept
    return Drawn(mark_safe(get_token(request).join(parts)), full)


def _draw(request: MemberRequest, context: Mapping[str, Any], telling: Telling) -> tuple[list[str], list[str]]:
    """The HTML without the token of its forms, which is another one in every page: the parts between the places where
    it belongs; nobody can guess what marks them."""
    built, mark = dashboard.tiles(telling), secrets.token_hex()
    html = render_to_string("insights/_grid.html", {**context, "tiles": built, "csrf_token": mark}, request)
    return html.split(mark), [key for key, tile in built.items() if tile is not None]


def _digest(request: MemberRequest, found: Figures, context: Mapping[str, Any]) -> str:
    journey = context["journey"]
    place = (get_language(), get_current_timezone_name(), sprite(), sorted(request.permits))
    asked = (context["address"], journey.pk, journey.unit, context["version"].pk)
    return blake2b(pickle.dumps((place, asked, found)), digest_size=16).hexdigest()
