"""The first steps of a workspace: what is done, what is next, until all is done or they are put away."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from tropa.desk.models import FirstSteps
from tropa.journeys import queries as journeys
from tropa.journeys.models import Journey
from tropa.maps.models import JourneyMap
from tropa.workspace.access import PERMITS, Permit
from tropa.workspace.models import Member, Workspace

Part = Literal["skipped_at", "hidden_at"]


@dataclass(frozen=True, slots=True)
class Step:
    """One of the first steps. action: what its button says; url: where it is done, empty for whoever may not."""

    label: str
    text: str
    action: str
    is_done: bool
    url: str


def opening(member: Member) -> str:
    """The page that a workspace opens with: `start` while nothing is there and the member can begin, else the usual
    one (empty)."""
    if member.workspace.is_demo or not _may_begin(PERMITS[member.role]) or _put_away(member, "skipped_at"):
        return ""
    is_begun = Journey.objects.of(member.workspace).exists() or journeys.has_touches(member.workspace)
    return "" if is_begun else "start"


def steps(workspace: Workspace, permits: Collection[str]) -> list[Step]:
    """In the order in which they make sense; each can be done without the others."""
    slug, edits, imports = workspace.slug, Permit.EDIT_JOURNEYS in permits, Permit.IMPORT in permits
    start = reverse("start", args=[slug])
    path, map_ = Journey.objects.of(workspace).exists(), JourneyMap.objects.of(workspace).order_by("pk").first()
    return [
        Step(
            _("Создать путь"),
            _("Этапы и правила — из шаблона"),
            _("Выбрать шаблон"),
            path,
            f"{start}?p=tpl" if edits else "",
        ),
        Step(
            _("Принести данные"),
            _("Выгрузка касаний или сделок"),
            _("Загрузить файл"),
            journeys.has_touches(workspace),
            f"{start}?p=csv" if imports else "",
        ),
        Step(
            _("Увидеть карту"),
            _("Цифры встанут под этапами"),
            _("Создать карту"),
            map_ is not None,
            (f"{start}?p=tpl" if edits else "") if map_ is None else reverse("map", args=[slug, map_.pk]),
        ),
    ]


def put_away(member: Member, part: Part, *, at: datetime | None) -> None:
    """Put the page (`skipped_at`) or the list (`hidden_at`) away; None brings it back."""
    FirstSteps.objects.update_or_create(member=member, defaults={part: at, "workspace": member.workspace})


def card(context: Mapping[str, Any]) -> str:
    """The list of first steps, for the home page; empty when all is done or it was put away."""
    request = context["request"]
    member: Member = request.member
    if member.workspace.is_demo:
        return render_to_string("desk/_demo_note.html", {"workspace": member.workspace}, request=request)
    if not _may_begin(request.permits) or _put_away(member, "hidden_at"):
        return ""
    found = steps(member.workspace, request.permits)
    done = sum(step.is_done for step in found)
    if done == len(found):
        return ""
    told = {"steps": found, "done": done, "next": next(step for step in found if not step.is_done)}
    return render_to_string("desk/_first_steps.html", {**told, "workspace": member.workspace}, request=request)


def _may_begin(permits: Collection[str]) -> bool:
    return Permit.EDIT_JOURNEYS in permits


def _put_away(member: Member, part: Part) -> bool:
    return FirstSteps.objects.filter(member=member).exclude(**{part: None}).exists()
