"""Setting a target of a stage in place, from the header of a map or from any page that shows it."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import trigger_client_event

from tropa.journeys import access, actions
from tropa.journeys.forms import TargetForm
from tropa.journeys.models import Journey
from tropa.journeys.targets import MOST, UnknownStage
from tropa.web import toasts
from tropa.workspace.access import MemberRequest, Permit, member

UNPROCESSABLE = 422


@require_POST
@member(Permit.EDIT_JOURNEYS)
def stage_target(request: MemberRequest, pk: int) -> HttpResponse:
    """Set or clear what was posted of conversion, days, drop, nps for `stage`, then back to `next`.

    For htmx: 204 with the event `targets` ({journey, stage}) that headers reload by, or 422 with what is wrong.
    «Вернуть» posts here as well, with the earlier values in the address.
    """
    found = access.journey(request.workspace, pk)
    if "was" in request.GET:
        return _taken_back(request, found)
    form = TargetForm(request.POST)
    if not form.is_valid():
        return _refused(request, found, [str(error) for errors in form.errors.values() for error in errors])
    stage = form.cleaned_data["stage"]
    changed = _set(request, found, stage, form.changes())
    if changed:
        before = {measure: "" if was is None else was for measure, (was, _now) in changed.items()}
        words = {"was": "", "stage": stage, **before, "next": request.POST.get("next", "")}
        url = f"{reverse('stage_target', args=[request.workspace.slug, pk])}?{urlencode(words)}"
        messages.success(request, _("Цель изменена"), extra_tags=toasts.undo(url))
    return _answered(request, found, stage, request.POST.get("next", ""))


def _taken_back(request: MemberRequest, found: Journey) -> HttpResponse:
    """Values as they were, exactly: not as people write them."""
    given, earlier = request.GET, dict[str, float | None]()
    for measure in MOST:
        if measure in given:
            with suppress(ValueError):
                earlier[measure] = float(given[measure]) if given[measure] else None
    if _set(request, found, given.get("stage", ""), earlier):
        messages.success(request, _("Цель возвращена"))
    return _answered(request, found, given.get("stage", ""), given.get("next", ""))


def _set(request: MemberRequest, found: Journey, stage: str, wanted: Mapping[str, Any]) -> Mapping[Any, Any]:
    """What was changed. An address with values that no page of ours made is as good as no address."""
    try:
        return actions.set_target(journey=found, stage_key=stage, by=request.member, at=timezone.now(), **wanted)
    except (UnknownStage, ValueError) as error:
        raise Http404("stage") from error


def _refused(request: MemberRequest, found: Journey, errors: list[str]) -> HttpResponse:
    if request.htmx:
        return render(request, "journeys/_target_errors.html", {"errors": errors}, status=UNPROCESSABLE)
    for error in errors:
        messages.error(request, error)
    return _back(request, found, request.POST.get("next", ""))


def _answered(request: MemberRequest, found: Journey, stage: str, target: str) -> HttpResponse:
    if not request.htmx:
        return _back(request, found, target)
    return trigger_client_event(HttpResponse(status=204), "targets", {"journey": found.pk, "stage": stage})


def _back(request: MemberRequest, found: Journey, target: str) -> HttpResponse:
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(target) if safe else redirect("journey_stages", request.workspace.slug, found.pk)
