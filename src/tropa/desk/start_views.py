"""The first ten minutes: a template, the demo world, a file; and taking the demo world away."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tropa.desk import beginning, demo, first_steps
from tropa.desk.demo import NotRemovable
from tropa.desk.mini_map import Picture, picture
from tropa.desk.start_forms import BeginForm
from tropa.journeys.shipped import Template, templates
from tropa.maps import catalogue
from tropa.web import toasts, typography
from tropa.web.hyphens import soft
from tropa.workspace import access
from tropa.workspace.access import MemberRequest, Permit, member, personal
from tropa.workspace.models import User

UNPROCESSABLE = 422
PANES = ("tpl", "demo", "crm", "csv")
EXAMPLE = "saas_crm_sergey"


class PersonRequest(HttpRequest):
    """What a personal view gets (for the type checker)."""

    user: User
    htmx: Any


@require_safe
@member(Permit.READ)
def start(request: MemberRequest) -> HttpResponse:
    """Four ways to begin; what each leads to stands beside it."""
    return _page(request, BeginForm())


@require_POST
@member(Permit.EDIT_JOURNEYS)
def start_begin(request: MemberRequest) -> HttpResponse:
    """A journey of a template and its first map; then the map."""
    form = BeginForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    made = beginning.begin(
        by=request.member,
        template_key=form.chosen,
        product=form.cleaned_data["product"],
        persona=form.cleaned_data["persona"],
        at=timezone.now(),
    )
    messages.success(request, _("Карта создана. Начните с того, что делает клиент."))
    return redirect("map", request.workspace.slug, made.pk)


@require_POST
@member(Permit.READ)
def start_skip(request: MemberRequest) -> HttpResponse:
    """Go on without; the workspace opens with its first page from now on."""
    first_steps.put_away(request.member, "skipped_at", at=timezone.now())
    return redirect("workspace", request.workspace.slug)


@require_POST
@member(Permit.READ)
def start_hide(request: MemberRequest) -> HttpResponse:
    """Put the list of first steps away, or bring it back (`back` in the address)."""
    is_back = "back" in request.GET
    first_steps.put_away(request.member, "hidden_at", at=None if is_back else timezone.now())
    if not is_back:
        undo = reverse("start_hide", args=[request.workspace.slug]) + "?back=1"
        messages.success(request, _("Первые шаги убраны"), extra_tags=toasts.undo(undo))
    return redirect("workspace", request.workspace.slug)


@require_safe
@personal
def demo_world(request: PersonRequest) -> HttpResponse:
    """The demo world of whoever is signed in, also without a workspace; its state alone for htmx."""
    fragment = request.htmx and not request.htmx.boosted
    return render(request, "desk/_demo.html" if fragment else "desk/demo.html", _demo(request))


@require_POST
@personal
def demo_load(request: PersonRequest) -> HttpResponse:
    """Have it made; then to the page that shows how far it is."""
    demo.ask(request.user, now=timezone.now())
    return redirect("demo_world")


@require_POST
@member(Permit.MANAGE)
def demo_remove(request: MemberRequest) -> HttpResponse:
    """Remove a demo workspace: it is closed at once, its rows and files go in the background."""
    try:
        demo.remove(workspace=request.workspace, by=request.member)
    except NotRemovable:
        access.deny(request, Permit.MANAGE)
    messages.success(request, _("Демо-мир удалён. Остатки данных стираются в фоне."))
    return redirect("home")


def _page(request: MemberRequest, form: BeginForm) -> HttpResponse:
    pane = "tpl" if form.is_bound else request.GET.get("p", PANES[0])
    context = {
        **_demo(request),
        "pane": pane if pane in PANES else PANES[0],
        "form": form,
        "templates": [_offered(each) for each in templates().values()],
        "lanes": len(catalogue.map_types()[beginning.FIRST_KIND].lanes),
    }
    return render(request, "desk/start.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _offered(template: Template) -> dict[str, Any]:
    """A template as it is offered: its name up to the comma, what stands behind, the names of its stages."""
    english = typography.language() == "en"
    name, _comma, rest = (template.label_en if english else template.label_ru).partition(", ")
    stages = [soft(each.label_en if english else each.label_ru) for each in template.stages]
    return {"key": template.key, "name": name, "rest": rest, "of_deals": template.unit == "deal", "stages": stages}


def _demo(request: Any) -> dict[str, Any]:
    """How far the demo world is, and a picture of what is in it."""
    found, example = demo.progress(request.user, now=timezone.now()), catalogue.example_maps()[EXAMPLE]
    owned = found.workspace is not None and demo.is_owned(found.workspace, request.user)
    return {
        "demo": found,
        "is_demo_owner": owned,
        "picture": _picture(example),
        "stage_count": len(example["columns"]),
        "points": sum(len(column["emotions"]) for column in example["columns"]),
        "world": demo.world().DEFAULT_SIZE,
    }


def _picture(example: Any) -> Picture:
    english = typography.language() == "en"
    stages = templates()[example["template"]].stages
    return picture(example["columns"], {each.key: each.label_en if english else each.label_ru for each in stages})
