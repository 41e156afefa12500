"""Pages of the shell itself. Their addresses and their rules stand in tropa.config.urls: rooms above own the rules."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from tropa.web import assets, showcase


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state: for those who build pages, and for the tests of their looks."""
    return render(request, "web/components.html", showcase.context())


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Where browsers look for the picture by themselves, for answers that are no pages."""
    path = assets.favicon()
    return redirect(static(path)) if path else HttpResponse(status=204)
