"""The table that ties stages of the journey to stages of the CRM."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from tropa.journeys import access, actions, mapping
from tropa.journeys.pages import head
from tropa.workspace.access import MemberRequest, Permit, member


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def journey_mapping(request: MemberRequest, pk: int) -> HttpResponse:
    """Many to many: a check box for each pair. A CRM stage that nothing stands for is listed with its deals."""
    found = access.journey(request.workspace, pk)
    if request.method == "POST":
        pairs = [_pair(value) for value in request.POST.getlist("pair")]
        without = [number for value in request.POST.getlist("without") if (number := _id(value)) is not None]
        actions.set_mapping(journey=found, pairs=[pair for pair in pairs if pair is not None], without=without)
        messages.success(request, _("Соответствие сохранено"))
        return redirect("journey_mapping", request.workspace.slug, pk)
    table = mapping.table(found)
    context = {
        **head(found, "mapping"),
        "table": table,
        "stages": list(found.draft_stages()),
        "hints": sum(1 for _pipeline, rows in table.pipelines for row in rows if row.suggested and not row.mapped),
    }
    return render(request, "journeys/mapping.html", context)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def journey_mapping_accept(request: MemberRequest, pk: int) -> HttpResponse:
    """Take the suggestions for whatever is not tied yet."""
    found = access.journey(request.workspace, pk)
    added = actions.accept_suggestions(journey=found)
    said = ngettext("Связали %(n)d стадию", "Связали %(n)d стадии", added)
    messages.success(request, said % {"n": added})
    return redirect("journey_mapping", request.workspace.slug, pk)


def _pair(value: str) -> tuple[int, int] | None:
    stage, _colon, crm = value.partition(":")
    pair = _id(stage), _id(crm)
    return None if pair[0] is None or pair[1] is None else (pair[0], pair[1])


def _id(value: str) -> int | None:
    """A number that may be an id; longer ones overflow the column."""
    return int(value) if value.isdecimal() and len(value) <= 18 else None
