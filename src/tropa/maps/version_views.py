"""Life of a map: its versions, publishing it, looking at it again, the archive."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tropa.maps import access, actions, board_page, publishing
from tropa.maps.difference import between_states
from tropa.maps.domain import age
from tropa.maps.forms import ReviewForm, VersionForm
from tropa.maps.pages import crumbs
from tropa.maps.publishing import NotReady
from tropa.maps.queries import state_at
from tropa.maps.rows import state
from tropa.web import toasts
from tropa.workspace.access import MemberRequest, Permit, member

UNPROCESSABLE = 422


@require_safe
@member(Permit.READ)
def map_versions(request: MemberRequest, pk: int) -> HttpResponse:
    """Every version with its note, newest first."""
    return _versions(request, pk, VersionForm())


@require_POST
@member(Permit.EDIT_JOURNEYS)
def map_version_save(request: MemberRequest, pk: int) -> HttpResponse:
    """Name the map as it is now."""
    form = VersionForm(request.POST)
    if not form.is_valid():
        return _versions(request, pk, form)
    found = access.map_(request.workspace, pk)
    made = actions.save_version(map=found, by=request.member, at=timezone.now(), **form.cleaned_data)
    messages.success(request, _("Версия %(number)s сохранена") % {"number": made.number})
    return redirect("map_versions", request.workspace.slug, pk)


@require_safe
@member(Permit.READ)
def map_version(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """The board as it was, to be read."""
    found = access.map_(request.workspace, pk)
    page = board_page.of_version(request, found, access.version(found, number), now=timezone.now())
    context = {"section": "maps", "board": page, "map": found, "urls": page.urls, "version": page.old}
    return render(request, "maps/board.html", context)


@require_safe
@member(Permit.READ)
def map_difference(request: MemberRequest, pk: int, number: int) -> HttpResponse:
    """What has changed since a version, in words; `until` compares with another version instead of now."""
    found = access.map_(request.workspace, pk)
    version = access.version(found, number)
    text = request.GET.get("until", "")
    until = access.version(found, int(text)) if text.isdecimal() and len(text) < 10 else None
    other = state(found) if until is None else state_at(found, until.change_no)
    before = state_at(found, version.change_no)
    context = {
        **crumbs(found),
        "version": version,
        "until": until,
        "versions": found.versions.exclude(pk=version.pk),
        "parts": between_states(found, before, other),
    }
    return render(request, "maps/difference.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def map_publish(request: MemberRequest, pk: int) -> HttpResponse:
    """What stands in the way of publishing; published when nothing does."""
    found = access.map_(request.workspace, pk)
    now = timezone.now()
    status = 200
    if request.method == "POST":
        try:
            actions.publish(map=found, by=request.member, at=now, note=request.POST.get("note", "").strip()[:300])
        except NotReady:
            status = UNPROCESSABLE
        else:
            messages.success(request, _("Карта опубликована"))
            return redirect("map", request.workspace.slug, pk)
    context = {**crumbs(found), "check": publishing.check(found, now), "needed": publishing.INTERVIEWS}
    return render(request, "maps/publish.html", context, status=status)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def map_unpublish(request: MemberRequest, pk: int) -> HttpResponse:
    """Back to a draft."""
    actions.unpublish(map=access.map_(request.workspace, pk), by=request.member, at=timezone.now())
    messages.success(request, _("Карта снова черновик"))
    return redirect("map", request.workspace.slug, pk)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def map_review(request: MemberRequest, pk: int) -> HttpResponse:
    """«Просмотрена»: what has changed since; a version remembers it."""
    found = access.map_(request.workspace, pk)
    form = ReviewForm(request.POST or None)
    now = timezone.now()
    if request.method == "POST" and form.is_valid():
        made = actions.review(map=found, by=request.member, at=now, note=form.told())
        messages.success(request, _("Карта просмотрена, версия %(number)s сохранена") % {"number": made.number})
        return redirect("map", request.workspace.slug, pk)
    days = (now - found.reviewed_at).days
    context = {**crumbs(found), "form": form, "age": age(found.reviewed_at, now), "days": days}
    return render(request, "maps/review.html", context, status=UNPROCESSABLE if request.method == "POST" else 200)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def map_archive(request: MemberRequest, pk: int) -> HttpResponse:
    actions.archive(map=access.map_(request.workspace, pk), by=request.member, at=timezone.now(), archived=True)
    undo = reverse("map_return", args=[request.workspace.slug, pk])
    messages.success(request, _("Карта в архиве"), extra_tags=toasts.undo(undo))
    return redirect("maps", request.workspace.slug)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def map_return(request: MemberRequest, pk: int) -> HttpResponse:
    actions.archive(map=access.map_(request.workspace, pk), by=request.member, at=timezone.now(), archived=False)
    messages.success(request, _("Карта возвращена"))
    return redirect("map", request.workspace.slug, pk)


def _versions(request: MemberRequest, pk: int, form: VersionForm) -> HttpResponse:
    found = access.map_(request.workspace, pk)
    rows = found.versions.select_related("by__user")
    context = {**crumbs(found), "versions": rows, "form": form}
    return render(request, "maps/versions.html", context, status=UNPROCESSABLE if form.is_bound else 200)
