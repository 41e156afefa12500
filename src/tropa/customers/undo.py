"""«Вернуть»: taking back what was just done, from the message that says it was done. Works without script."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from tropa.web import toasts
from tropa.workspace.access import MemberRequest

_KEY = "customers.undo"
_KEPT = 3


def offer(request: MemberRequest, text: str, step: Mapping[str, Any]) -> None:
    """Tell what was done and offer to take it back. step: what the view of «Вернуть» needs, as JSON holds it."""
    token = secrets.token_urlsafe(8)
    kept: dict[str, Any] = request.session.get(_KEY, {})
    kept[token] = {**step, "workspace": request.workspace.pk}
    request.session[_KEY] = dict(list(kept.items())[-_KEPT:])
    url = reverse("customers_undo", args=[request.workspace.slug, token])
    messages.success(request, text, extra_tags=toasts.undo(url))


def taken(request: HttpRequest, token: str, workspace_id: int) -> dict[str, Any] | None:
    """The step of a token, once; None when it was used or belongs to another workspace."""
    kept: dict[str, Any] = request.session.get(_KEY, {})
    step: dict[str, Any] | None = kept.get(token)
    if step is None or step["workspace"] != workspace_id:
        return None
    del kept[token]
    request.session[_KEY] = kept
    return step
