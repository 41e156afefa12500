"""The language and the time zone of a page.

The language is the person's, else of the cookie, else Russian: what the browser asks for does not count, since it says
which language the browser was installed in. Times are shown in the zone of the workspace (access.enter).
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from tropa.workspace.models import User

LANGUAGES = [code for code, _ in settings.LANGUAGES]
COOKIE_SECONDS = 365 * 24 * 3600


class LanguageMiddleware:
    """Runs behind the middleware that puts the user on the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        timezone.deactivate()
        with translation.override(language_of(request)):
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            response = self._get_response(request)
            response.headers.setdefault("Content-Language", request.LANGUAGE_CODE)
        timezone.deactivate()
        return response


def language_of(request: HttpRequest) -> str:
    """The language to answer in."""
    chosen = request.user.language if isinstance(request.user, User) else request.COOKIES.get(_cookie(), "")
    return chosen if chosen in LANGUAGES else settings.LANGUAGE_CODE


def remember(response: HttpResponse, language: str) -> None:
    """Keep the language for visits without signing in."""
    secure = settings.SESSION_COOKIE_SECURE
    response.set_cookie(_cookie(), language, max_age=COOKIE_SECONDS, secure=secure, httponly=True, samesite="Lax")


def _cookie() -> str:
    return settings.LANGUAGE_COOKIE_NAME
