"""Pages for what went wrong: what happened, whether anything is lost, what to do."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/error_400.html", status=400)


def no_permission(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/error_403.html", status=403)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose CSRF token does not fit (the setting CSRF_FAILURE_VIEW)."""
    return render(request, "web/error_csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "web/error_404.html", status=404)


def button_only(request: HttpRequest) -> HttpResponse:
    """An address that only takes a form, opened like a page."""
    return render(request, "web/error_405.html", status=405)


def failed(request: HttpRequest) -> HttpResponse:
    """Without context processors: the database may be what failed, so nothing here may ask it."""
    context = {"CSP_NONCE": getattr(request, "csp_nonce", ""), "path": request.path, "at": timezone.now()}
    return HttpResponse(render_to_string("web/error_500.html", context), status=500)
