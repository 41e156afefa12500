"""Tries at secrets on pages: counted before anything is hashed, refused with how long to wait, failures audited."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tropa.workspace import audit
from tropa.workspace.addresses import client_address, network
from tropa.workspace.limits import Counted, Limited, count, give_back
from tropa.workspace.models import User

View = Callable[..., Any]
Page = tuple[str, dict[str, Any]]


def limited(
    purpose: str,
    *,
    account: Callable[[HttpRequest], str],
    page: Callable[[HttpRequest], Page],
    success_is_free: bool = True,
) -> Callable[[View], View]:
    """Count every POST as a try of the purpose, per address and per account.

    account: whose secret is tried, empty when unknown. page: template and context of the form as it was filled in, for
    the answer 429. A view that succeeds redirects; its try is given back (unless each one costs, as a mail does).
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def counted(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method != "POST":
                return view(request, *args, **kwargs)
            whose = account(request)
            found = count(_names(purpose, request, whose), now=timezone.now())
            if isinstance(found, Limited):
                _record(f"{purpose}.limited", request, whose)
                return refused(request, found, page(request))
            response = view(request, *args, **kwargs)
            _settle(purpose, request, whose, found, failed=response.status_code != 302, free=success_is_free)
            return response

        return counted

    return decorate


def refused(request: HttpRequest, found: Limited, page: Page) -> HttpResponse:
    """The form as it was, and how long to wait."""
    template, context = page
    response = render(request, template, context | {"wait_minutes": minutes(found.wait)}, status=429)
    response["Retry-After"] = str(int(found.wait.total_seconds()) + 1)
    return response


def minutes(wait: timedelta) -> int:
    """Whole minutes, rounded up: after them it works for certain."""
    return -int(-wait.total_seconds() // 60)


def _names(purpose: str, request: HttpRequest, whose: str) -> list[str]:
    address = client_address(request)
    names = [f"{purpose}:address:{network(address) if address else ''}"]
    return [*names, f"{purpose}:account:{whose.lower()}"] if whose else names


def _settle(purpose: str, request: HttpRequest, whose: str, counted: Counted, *, failed: bool, free: bool) -> None:
    if failed:
        _record(f"{purpose}.failed", request, whose)
    elif free:
        give_back(counted)


def _record(action: str, request: HttpRequest, whose: str) -> None:
    """The trail names the person by number when there is such a one, and never holds what was typed."""
    user = User.objects.filter(email=whose.lower()).first() if whose else None
    target = f"workspace.user:{user.pk}" if user else ""
    audit.record(workspace=None, actor=None, action=action, target=target, request=request)
