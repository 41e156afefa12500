"""Messages of Django's framework as toasts: on whole pages by their template, with fragments as an event of htmx."""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import force_str
from django_htmx.http import trigger_client_event

from tropa.web import typography

_UNDO = "undo:"
_LEADING_ON = ("HX-Redirect", "HX-Refresh", "HX-Location")


def undo(url: str) -> str:
    """extra_tags of a message that offers «Вернуть», which posts to url."""
    return f"{_UNDO}{url}"


def undo_url(message: Message) -> str:
    """Where «Вернуть» of a message posts to; empty when it offers none."""
    tags = (message.extra_tags or "").split()
    return next((tag.removeprefix(_UNDO) for tag in tags if tag.startswith(_UNDO)), "")


def send_with_fragment(request: HttpRequest, response: HttpResponse) -> None:
    """Hand the waiting messages to the page that swaps this fragment in. A redirect leaves them to its target."""
    leads_on = response.status_code in range(300, 400) or any(response.has_header(name) for name in _LEADING_ON)
    if leads_on or b"<!doctype html" in response.content[:200].lower():
        return
    waiting = [_told(message) for message in messages.get_messages(request)]
    if waiting:
        trigger_client_event(response, "toasts", {"messages": waiting})


def _told(message: Message) -> dict[str, object]:
    told: dict[str, object] = {"text": typography.tied(force_str(message.message))}
    if message.level_tag == "error":
        told["bad"] = True
    if url := undo_url(message):
        told["undo"] = url
    return told
