"""Pages of personas."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tropa.maps import access, queries
from tropa.maps import personas as verbs
from tropa.maps.pages import listed
from tropa.maps.persona_card import PersonaCard, card_of
from tropa.maps.persona_forms import PersonaForm
from tropa.web import toasts
from tropa.workspace.access import MemberRequest, Permit, member

UNPROCESSABLE = 422


@require_safe
@member(Permit.READ)
def personas(request: MemberRequest) -> HttpResponse:
    """Everybody whom maps are about, and what is known of them."""
    archived = bool(request.GET.get("archived"))
    rows = queries.personas(request.workspace, archived=archived).prefetch_related("maps")
    context = {"section": "maps", "cards": [card_of(each) for each in rows], "archived": archived}
    return render(request, "maps/personas.html", context)


@require_safe
@member(Permit.READ)
def persona(request: MemberRequest, pk: int) -> HttpResponse:
    """One persona: every field, and what is still unknown; their maps."""
    found = access.persona(request.workspace, pk)
    rows = listed(list(queries.maps(request.workspace).filter(persona=found)), now=timezone.now())
    context = {"section": "maps", "card": card_of(found), "rows": rows}
    return render(request, "maps/persona.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def persona_new(request: MemberRequest) -> HttpResponse:
    form = PersonaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = verbs.create(workspace=request.workspace, by=request.member, **_given(form))
        messages.success(request, _("Персона создана"))
        return redirect("persona", request.workspace.slug, made.pk)
    return _form(request, form, None)


@require_http_methods(["GET", "HEAD", "POST"])
@member(Permit.EDIT_JOURNEYS)
def persona_edit(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.persona(request.workspace, pk)
    shown = card_of(found)
    form = PersonaForm(request.POST or None, initial=shown.values())
    if request.method == "POST" and form.is_valid():
        if form.has_changed():
            verbs.update(persona=found, by=request.member, **_given(form))
        messages.success(request, _("Персона сохранена"))
        return redirect("persona", request.workspace.slug, pk)
    return _form(request, form, shown)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def persona_archive(request: MemberRequest, pk: int) -> HttpResponse:
    """Out of the list, or back with `do=return`; maps keep it."""
    found = access.persona(request.workspace, pk)
    archived = request.POST.get("do") != "return"
    verbs.archive(persona=found, by=request.member, archived=archived)
    if archived:
        undo = reverse("persona_return", args=[request.workspace.slug, pk])
        messages.success(request, _("Персона в архиве"), extra_tags=toasts.undo(undo))
        return redirect("personas", request.workspace.slug)
    return redirect("persona", request.workspace.slug, pk)


@require_POST
@member(Permit.EDIT_JOURNEYS)
def persona_return(request: MemberRequest, pk: int) -> HttpResponse:
    found = access.persona(request.workspace, pk)
    verbs.archive(persona=found, by=request.member, archived=False)
    messages.success(request, _("Персона возвращена"))
    return redirect("persona", request.workspace.slug, pk)


def _given(form: PersonaForm) -> dict[str, Any]:
    return {
        "name": form.cleaned_data["name"],
        "position": form.cleaned_data["position"],
        "fields": form.details(),
    }


def _form(request: MemberRequest, form: PersonaForm, card: PersonaCard | None) -> HttpResponse:
    context = {"section": "maps", "form": form, "card": card}
    return render(request, "maps/persona_form.html", context, status=UNPROCESSABLE if form.is_bound else 200)
