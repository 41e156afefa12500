"""Addresses of the board's changes: making one, taking it back, asking what others have changed."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tropa.maps import access, actions, changing, news
from tropa.maps.domain import CARD, EVIDENCE, LANE, Overtaken, Refused
from tropa.maps.models import JourneyMap, MapChange
from tropa.web import toasts
from tropa.workspace.access import MemberRequest, Permit, member

BAD, CONFLICT = 400, 409


@require_POST
@member(Permit.EDIT_JOURNEYS)
def map_change(request: MemberRequest, pk: int) -> HttpResponse:
    """One change of the board."""
    found = access.map_(request.workspace, pk)
    post = changing.Post(found, request.member, timezone.now(), request.POST)
    try:
        seen = post.seen
        made = changing.apply(post)
    except changing.BadPost as bad:
        return _refused(request, found, str(bad), BAD)
    except Refused as refused:
        return _refused(request, found, changing.refusal(refused), CONFLICT)
    return _done(request, found, made, seen, _told(made))


@require_POST
@member(Permit.EDIT_JOURNEYS)
def map_undo(request: MemberRequest, pk: int) -> HttpResponse:
    """Take back the member's own last change."""
    return _step(request, pk, actions.undo, _("Отменено"), _("Отменять нечего"))


@require_POST
@member(Permit.EDIT_JOURNEYS)
def map_redo(request: MemberRequest, pk: int) -> HttpResponse:
    """Do again what was taken back."""
    return _step(request, pk, actions.redo, _("Возвращено"), _("Возвращать нечего"))


@require_safe
@member(Permit.READ)
def map_changes(request: MemberRequest, pk: int) -> HttpResponse:
    """What has changed since the number in `after`; 304 when nothing has."""
    mark = f'"{access.change_no(request.workspace, pk)}"'
    if request.headers.get("If-None-Match", "").removeprefix("W/") == mark:
        return HttpResponseNotModified(headers={"ETag": mark})
    found = access.map_(request.workspace, pk)
    text = request.GET.get("after", "")
    mark = f'"{found.change_no}"'
    after = int(text) if text.isdecimal() and len(text) < 10 else found.change_no
    return JsonResponse(news.since(request, found, after), headers={"ETag": mark, "Cache-Control": "no-cache"})


def _step(request: MemberRequest, pk: int, verb: Callable[..., MapChange | None], said: str, none: str) -> HttpResponse:
    found = access.map_(request.workspace, pk)
    seen = changing.Post(found, request.member, timezone.now(), request.POST)
    try:
        number = seen.seen
        changing.check_open(found)
        made = verb(map=found, by=request.member, at=seen.at)
    except changing.BadPost as bad:
        return _refused(request, found, str(bad), BAD)
    except Refused as refused:
        return _refused(request, found, changing.refusal(refused), CONFLICT)
    except Overtaken as overtaken:
        return _refused(request, found, news.overtaken(found, overtaken), CONFLICT)
    return _done(request, found, made, number, said if made else none, undo=False)


def _done(
    request: MemberRequest, map_: JourneyMap, made: MapChange | None, seen: int | None, said: str, *, undo: bool = True
) -> HttpResponse:
    if _wants_json(request):
        number = map_.change_no if seen is None else seen
        return JsonResponse(news.answer(request, access.map_(request.workspace, map_.pk), made, number, said))
    if made is not None:
        messages.success(request, said, extra_tags=_undoing(request, map_) if undo else "")
        if made.overwritten:
            messages.warning(request, news.overwritten(map_, made))
    elif said:
        messages.info(request, said)
    return redirect(_back(request, map_, made))


def _refused(request: MemberRequest, map_: JourneyMap, text: str, status: int) -> HttpResponse:
    if _wants_json(request):
        return JsonResponse({"error": text}, status=status)
    messages.error(request, text)
    if _is_of_settings(request):
        return redirect("map_settings", request.workspace.slug, map_.pk)
    return redirect("map", request.workspace.slug, map_.pk)


def _undoing(request: MemberRequest, map_: JourneyMap) -> str:
    """What a toast needs to offer «Вернуть», which leads back to the same page."""
    address = reverse("map_undo", args=[request.workspace.slug, map_.pk])
    return toasts.undo(f"{address}?next=settings" if _is_of_settings(request) else address)


def _back(request: MemberRequest, map_: JourneyMap, made: MapChange | None) -> str:
    """Where the form was: the settings of the map, or its board."""
    if _is_of_settings(request):
        address = reverse("map_settings", args=[request.workspace.slug, map_.pk])
        lane = made.target if made is not None and made.kind == LANE else None
        if lane is not None and request.POST.get("to") in changing.STEPS:
            # A fragment would keep the focus from the button that moved the lane.
            return f"{address}?{urlencode({'lane': lane, 'to': request.POST['to']})}"
        return f"{address}#lane-{lane}" if lane is not None else address
    return _board(request, map_, made)


def _board(request: MemberRequest, map_: JourneyMap, made: MapChange | None) -> str:
    """The board with the card open that the form was about; the filters of the page stay."""
    query = request.GET.copy()
    query.pop("card", None)
    card = request.POST.get("card", "") if request.POST.get("do") not in ("remove", "move") else ""
    if made is not None and made.kind == CARD and made.before is None:
        card = str(made.target)
    if card.isdecimal() and "undo" not in request.path:
        query["card"] = card
    address = reverse("map", args=[request.workspace.slug, map_.pk])
    return f"{address}?{query.urlencode()}" if query else address


def _is_of_settings(request: HttpRequest) -> bool:
    return request.GET.get("next") == "settings"


def _told(made: MapChange | None) -> str:
    """The words of a toast."""
    if made is None:
        return ""
    if made.after.get("is_removed"):
        return _("Карточка удалена") if made.kind == CARD else _("Источник удалён")
    if made.before is None:
        return {CARD: _("Карточка добавлена"), EVIDENCE: _("Источник добавлен")}.get(made.kind, _("Дорожка добавлена"))
    if made.kind == LANE and "label" in made.after:
        return _("Дорожка переименована")
    if made.kind == LANE and "position" in made.after:
        return _("Дорожка переставлена")
    if "column" in made.after or "lane" in made.after:
        return _("Карточка перенесена")
    return _("Сохранено")


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
