"""Signed-in browsers: idle and absolute limits, the list of one's own, ending them.

A session counts as long as its row in SignIn lives: ended here, it is over with the next request, wherever the browser
is. Twelve hours without a page end it, and so do fourteen days, even for who asked to stay signed in.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.contrib.auth import logout
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from tropa.workspace.addresses import client_address
from tropa.workspace.models import SignIn, User

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=14)
SEEN_EVERY = timedelta(minutes=1)
KEY = "sign_in"  # where a session names its row


class SessionLimits:
    """Middleware: sign out whose session is over. Runs behind the one that puts the user on the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User) and not keep(request, request.user, now=timezone.now()):
            logout(request)
        return self._get_response(request)


def keep(request: HttpRequest, user: User, *, now: datetime) -> bool:
    """Whether the session of the request goes on; notes that it was seen."""
    if KEY not in request.session:
        begin(request, user, now=now)
        return True
    row = living(user, now=now).filter(pk=request.session[KEY]).first()
    if row is None:
        return False
    if now - row.seen_at >= SEEN_EVERY:
        # Ended in this very moment by another request: stays ended.
        SignIn.objects.filter(pk=row.pk, ended_at=None).update(seen_at=now, address=client_address(request))
    return True


def begin(request: HttpRequest, user: User, *, now: datetime) -> SignIn:
    """Give a session that has just signed in its row."""
    row = SignIn.objects.create(
        user=user,
        started_at=now,
        seen_at=now,
        address=client_address(request),
        browser=request.META.get("HTTP_USER_AGENT", "")[:200],
    )
    request.session[KEY] = row.pk
    return row


def living(user: User, *, now: datetime) -> QuerySet[SignIn]:
    """The sessions of a person that go on, the one last seen first."""
    rows = SignIn.objects.filter(user=user, ended_at=None, seen_at__gt=now - IDLE, started_at__gt=now - LONGEST)
    return rows.order_by("-seen_at")


def end(user: User, *, now: datetime, only: int | None = None, but: int | None = None) -> int:
    """End sessions of a person: one, or all but one, or all. Returns how many."""
    rows = living(user, now=now)
    if only is not None:
        rows = rows.filter(pk=only)
    if but is not None:
        rows = rows.exclude(pk=but)
    with transaction.atomic():
        return rows.update(ended_at=now)


def own_number(request: HttpRequest) -> int | None:
    """The row of the request's own session."""
    found = request.session.get(KEY)
    return found if isinstance(found, int) else None


def browser_name(agent: str) -> str:
    """`Firefox, Linux` from what a browser calls itself; empty when it says nothing known."""
    browsers = (("YaBrowser", "Яндекс Браузер"), ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"))
    more = (("Chrome/", "Chrome"), ("Safari/", "Safari"))
    systems = (("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"))
    others = (("Mac OS", "macOS"), ("Linux", "Linux"))
    found = [next((name for mark, name in marks if mark in agent), "") for marks in (browsers + more, systems + others)]
    return ", ".join(name for name in found if name)
