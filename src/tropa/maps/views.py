"""Pages of maps around the board: the list, a new map, settings, a copy."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from tropa.customers import access as customers
from tropa.customers.listing import page_of
from tropa.journeys import actions as journeys
from tropa.journeys import queries as journey_queries
from tropa.journeys.models import Journey
from tropa.journeys.shipped import templates
from tropa.maps import access, actions, catalogue, personas, queries
from tropa.maps.forms import FROM_TEMPLATE, AimForm, ColumnsForm, CopyMap, MapFilters, NewMap, SubjectForm
from tropa.maps.models import JourneyMap, Persona
from tropa.maps.pages import aim, crumbs, lane_lines, listed, words_of
from tropa.web import typography
from tropa.workspace.access import MemberRequest, Permit, member

UNPROCESSABLE = 422
# The map of a deal is no board; figures stand in the head; scenarios have no section yet.
NOT_OFFERED = frozenset({"progress_rows", "value_rows", "metrics", "automations"})


@require_safe
@member(Permit.READ)
def maps(request: MemberRequest) -> HttpResponse:
    """All maps: whom they are about, how far they can be trusted, which are out of date."""
    filters = MapFilters(request.GET, request.workspace)
    archived = bool(filters.cleaned_data.get("archived"))
    page = page_of(request, filters.narrowed(queries.maps(request.workspace, archived=archived)))
    context = {
        "section": "maps",
        "filters": filters,
        "page": page,
        "rows": listed(list(page), now=timezone.now()),
        "archived": archived,
        "personas": queries.personas(request.workspace)[:8],
        "has_journeys": Journey.objects.of(request.workspace).exists(),
    }
    return render(request, "maps/maps.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def map_new(request: MemberRequest) -> HttpResponse:
    """Choose a journey or make one, the type of the map, whom it is about, what it is for."""
    found = list(journey_queries.journeys(request.workspace))
    form = NewMap(request.workspace, found, request.POST or None, initial=_suggested(request, found))
    if request.method == "POST" and form.is_valid():
        made = _made(request, form)
        messages.success(request, _("Карта создана"))
        return redirect("map", request.workspace.slug, made.pk)
    context = {
        "section": "maps",
        "form": form,
        "journeys": found,
        "templates": templates().values(),
        "types": words_of(catalogue.map_types()),
        "chosen": {name: form[name].value() or "" for name in ("journey", "kind")},
        "prefix": FROM_TEMPLATE,
        "english": typography.language() == "en",
    }
    return render(request, "maps/new.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def map_settings(request: MemberRequest, pk: int) -> HttpResponse:
    """What the map is called and for; its lanes; the columns of a day."""
    found = access.map_(request.workspace, pk)
    form = AimForm(request.POST or None, initial=aim(found))
    times = None if found.columns is None else ColumnsForm(found.columns, request.POST or None)
    if request.method == "POST" and form.is_valid() and (times is None or times.is_valid()):
        fields = dict(form.cleaned_data) | ({"columns": times.changed_columns()} if times else {})
        actions.update_map(map=found, by=request.member, at=timezone.now(), **fields)
        messages.success(request, _("Карта сохранена"))
        return redirect("map", request.workspace.slug, pk)
    lanes = lane_lines(found, moved=request.GET.get("lane", ""), to=request.GET.get("to", ""))
    present = {line.lane.key for _, lines in lanes for line in lines} | NOT_OFFERED
    absent = {key: lane for key, lane in catalogue.lanes().items() if key not in present}
    context = {
        **crumbs(found),
        "form": form,
        "times": times,
        "lanes": lanes,
        "absent": words_of(absent),
    }
    return render(request, "maps/settings.html", context, status=UNPROCESSABLE if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def map_copy(request: MemberRequest, pk: int) -> HttpResponse:
    """The map again: for somebody else, or as what it should become."""
    found = access.map_(request.workspace, pk)
    kind = request.GET.get("kind", "")
    initial = {"name": _("%(name)s: копия") % {"name": found.name}, "kind": found.kind}
    if kind in catalogue.map_types():
        label = catalogue.map_types()[kind].label.in_(typography.language())
        initial = {"name": f"{found.name}: {label[:1].lower()}{label[1:]}"[:160], "kind": kind}
    # The menu of the board posts without a form: then it is asked first.
    form = CopyMap(found, request.POST if "name" in request.POST else None, initial=initial)
    if form.is_valid():
        made = _copied(request, found, form)
        messages.success(request, _("Копия создана"))
        return redirect("map", request.workspace.slug, made.pk)
    context = {**crumbs(found), "form": form}
    return render(request, "maps/copy.html", context, status=UNPROCESSABLE if form.is_bound else 200)


def _suggested(request: MemberRequest, found: list[Journey]) -> dict[str, Any]:
    """What the address and the workspace suggest: from a client's card, a map of that client."""
    initial: dict[str, Any] = {"kind": "current_state"}
    initial["journey"] = str(found[0].pk) if found else f"{FROM_TEMPLATE}classic_7"
    account = request.GET.get("account", "")
    if account.isdecimal() and len(account) < 19:
        initial["account"] = customers.account(request.workspace, int(account)).name
        initial["kind"] = "key_account_map"
        of_accounts = [journey for journey in found if journey.template == "b2b_key_account_5"]
        initial["journey"] = str(of_accounts[0].pk) if of_accounts else f"{FROM_TEMPLATE}b2b_key_account_5"
    for name in ("kind", "journey", "persona"):
        if request.GET.get(name):
            initial[name] = request.GET[name]
    return initial


def _made(request: MemberRequest, form: NewMap) -> JourneyMap:
    given = form.cleaned_data
    persona = _persona(request, form)
    whose = persona.name if persona else given["account"].name
    return actions.create(
        workspace=request.workspace,
        by=request.member,
        journey=form.journeys.get(given["journey"]) or _new_journey(request, given),
        kind=given["kind"],
        name=given["name"] or _("Путь: %(who)s") % {"who": whose},
        persona=persona,
        account=given["account"],
        purpose=given["purpose"],
        decision=given["decision"],
        at=timezone.now(),
    )


def _copied(request: MemberRequest, found: JourneyMap, form: CopyMap) -> JourneyMap:
    given = form.cleaned_data
    kind = "" if given["kind"] == found.kind else given["kind"]
    persona, at = _persona(request, form), timezone.now()
    whom = {"persona": persona, "account": given["account"]}
    made = actions.copy(map=found, by=request.member, name=given["name"], kind=kind, at=at, **whom)
    actions.save_version(map=made, by=request.member, at=at, name=_("Копия"), note=given["difference"])
    return made


def _persona(request: MemberRequest, form: SubjectForm) -> Persona | None:
    given = form.cleaned_data
    if given["persona"]:
        return access.persona(request.workspace, int(given["persona"]))
    if not given["persona_name"]:
        return None
    name, position = given["persona_name"], given["persona_position"]
    return personas.create(workspace=request.workspace, by=request.member, name=name, position=position)


def _new_journey(request: MemberRequest, given: dict[str, Any]) -> Journey:
    template = templates()[given["journey"].removeprefix(FROM_TEMPLATE)]
    label = template.label_en if typography.language() == "en" else template.label_ru
    return journeys.create_from_template(
        workspace=request.workspace,
        template_key=template.key,
        name=label,
        product=journeys.product(request.workspace, given["product"]),
        by=request.member,
    )
