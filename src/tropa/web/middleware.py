"""What every answer gets: headers of private pages, and the messages that wait for the person."""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from tropa.web import errors, toasts

# Not used by any page; whatever gets into one cannot use it either.
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


class PrivatePages:
    """Nothing that a signed-in person sees is kept by a cache, and no page reaches for the machine it is shown on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.accepts("text/html"):
            # Django's answer is empty: whoever opens such an address (after signing in anew) would see a blank page.
            allowed, response = response["Allow"], errors.button_only(request)
            response["Allow"] = allowed
        if request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store"
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        if getattr(request, "htmx", False) and isinstance(response, HttpResponse):
            toasts.send_with_fragment(request, response)
        return response
