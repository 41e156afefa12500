"""Pages of the shell itself: the showcase of components. Its address and its rule stand in tropa.config.urls."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tropa.web import showcase


def components(request: HttpRequest) -> HttpResponse:
    """Every component in every state: for those who build pages, and for the tests of their looks."""
    return render(request, "web/components.html", showcase.context())
