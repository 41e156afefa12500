"""Making a journey: from a template, from a file, from nothing."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tropa.analysis import InputError
from tropa.analysis.model.plain_yaml import decode
from tropa.journeys import actions
from tropa.journeys.forms import NewFromFile, NewFromScratch, NewJourney, taken_products
from tropa.journeys.models import Journey
from tropa.journeys.shipped import templates
from tropa.web import typography
from tropa.workspace.access import MemberRequest, Permit, member

UNPROCESSABLE = 422
WAYS = ("template", "file", "scratch")


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def journey_new(request: MemberRequest) -> HttpResponse:
    """The wizard: one page, three ways."""
    way = request.GET.get("way", WAYS[0])
    way = way if way in WAYS else WAYS[0]
    form = _form(request, way)
    if request.method == "POST" and form.is_valid():
        made = _made(request, way, form)
        if made is not None:
            messages.success(request, _("Путь создан"))
            page = "journey" if made.draft_stages().exists() else "journey_stages"
            return redirect(page, request.workspace.slug, made.pk)
    context = {
        "section": "journeys",
        "way": way,
        "form": form,
        "templates": templates().values(),
        "chosen": _chosen(request),
        "products": taken_products(request.workspace),
        "english": typography.language() == "en",
    }
    return render(request, "journeys/new.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _form(request: MemberRequest, way: str) -> NewJourney:
    kind: dict[str, Any] = {"template": NewJourney, "file": NewFromFile, "scratch": NewFromScratch}
    given = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form: NewJourney = kind[way](*given)
    return form


def _chosen(request: MemberRequest) -> str:
    key = request.POST.get("template") or request.GET.get("template", "")
    known = templates()
    return key if key in known else next(each.key for each in known.values() if each.is_default)


def _made(request: MemberRequest, way: str, form: NewJourney) -> Journey | None:
    """The journey; None when the file is none, which the form then tells."""
    given = form.cleaned_data
    product = actions.product(request.workspace, given["product"])
    if way == "template":
        return actions.create_from_template(
            workspace=request.workspace,
            template_key=_chosen(request),
            name=given["name"],
            product=product,
            by=request.member,
            segment=given["segment"],
        )
    if way == "scratch":
        return actions.create_empty(
            workspace=request.workspace,
            name=given["name"],
            product=product,
            by=request.member,
            unit=given["unit"],
            segment=given["segment"],
        )
    return _from_file(request, form)


def _from_file(request: MemberRequest, form: NewJourney) -> Journey | None:
    given = form.cleaned_data
    try:
        return actions.create_from_yaml(
            workspace=request.workspace,
            text=decode(given["file"].read(), given["file"].name),
            filename=given["file"].name,
            product=actions.product(request.workspace, given["product"]),
            by=request.member,
            name=given["name"],
        )
    except InputError as error:
        for line in error.text(typography.language()).splitlines():
            form.add_error("file", line)
        return None
