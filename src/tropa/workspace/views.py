"""Pages of workspaces: which ones there are, a new one, the settings of one, its keys, its audit trail."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tropa.workspace import access, actions, audit, keys, queries
from tropa.workspace.access import PERMITS, MemberRequest, Permit, member, personal
from tropa.workspace.audit_labels import changed_fields, label_of, target_label
from tropa.workspace.forms import AuditFilter, KeyForm, WorkspaceForm, WorkspaceSettingsForm
from tropa.workspace.models import ApiKey, Member, Workspace

FIRST_PAGE = "home_of"  # of a higher room; reached by its name
# Which page a workspace opens with for a member, empty: the usual one. Higher rooms know; `config` fills it.
OPENINGS: list[Callable[[Member], str]] = []
AUDIT_PAGE_LINES = 50


@personal
def home(request: Any) -> HttpResponse:
    """The workspace that was open last, the only one, or the list."""
    mine = list(queries.workspaces_of(request.user))
    last = [each for each in mine if each.slug == request.session.get(access.LAST_WORKSPACE)]
    if last or len(mine) == 1:
        return redirect("workspace", (last or mine)[0].slug)
    return redirect("workspaces")


@personal
def workspaces(request: Any) -> HttpResponse:
    """The workspaces of a person."""
    return render(request, "workspace/workspaces.html", {"workspaces_list": queries.workspaces_of(request.user)})


@personal
def new_workspace(request: Any) -> HttpResponse:
    """Found a workspace; whoever does it owns it."""
    form = WorkspaceForm(request.POST or None, instance=Workspace())
    if request.method == "POST" and form.is_valid():
        made = actions.found_workspace(owner=request.user, **form.cleaned_data)
        return redirect("workspace", made.slug)
    return render(request, "workspace/new.html", {"form": form})


@member(Permit.READ)
def first_page(request: MemberRequest) -> HttpResponse:
    """Where a workspace opens."""
    page = next((page for opening in OPENINGS if (page := opening(request.member))), FIRST_PAGE)
    return redirect(page, request.workspace.slug)


@member(Permit.READ)
def settings(request: MemberRequest) -> HttpResponse:
    """The settings; who may not change them sees them, and whom to ask."""
    return _settings_page(request, WorkspaceSettingsForm(instance=request.workspace))


@member(Permit.MANAGE)
@require_POST
def change_settings(request: MemberRequest) -> HttpResponse:
    """Save the settings."""
    before = type(request.workspace).objects.get(pk=request.workspace.pk)
    form = WorkspaceSettingsForm(request.POST, instance=request.workspace)
    if not form.is_valid():
        request.workspace = before
        return _settings_page(request, form)
    actions.update_workspace(workspace=before, by=request.member, values=form.cleaned_data, request=request)
    messages.success(request, _("Настройки сохранены"))
    return redirect("settings", request.workspace.slug)


def _settings_page(request: MemberRequest, form: WorkspaceSettingsForm) -> HttpResponse:
    may = Permit.MANAGE in request.permits
    if not may:
        for field in form.fields.values():
            field.disabled = True
    context = _context("workspace", form=form, may_change=may, owners=queries.owners(request.workspace))
    return render(request, "workspace/settings.html", context | {"permits": PERMITS[request.member.role]})


@member(Permit.MANAGE)
def api_keys(request: MemberRequest) -> HttpResponse:
    """The keys; a new one shows its secret once, on the answer to the form."""
    form = KeyForm(request.POST or None, instance=_new_key(request))
    secret = None
    if request.method == "POST":
        raise_if_reauthentication_required(request, app="tropa.workspace")
        if form.is_valid():
            _key, secret = keys.create_key(by=request.member, request=request, **form.cleaned_data)
            form = KeyForm(instance=_new_key(request))
    context = _context("keys", form=form, secret=secret, keys=queries.keys(request.workspace))
    return render(request, "workspace/keys.html", context)


def _new_key(request: MemberRequest) -> ApiKey:
    return ApiKey(workspace=request.workspace, scope=ApiKey.Scope.CAPTURE)


@member(Permit.MANAGE)
@require_POST
def revoke_key(request: MemberRequest, pk: int) -> HttpResponse:
    """Close a key."""
    found = access.key(request, pk)
    keys.revoke_key(key=found, by=request.member, now=timezone.now(), request=request)
    messages.success(request, _("Ключ «%(name)s» отозван") % {"name": found.name})
    return redirect("keys", request.workspace.slug)


@member(Permit.MANAGE)
def audit_trail(request: MemberRequest) -> HttpResponse:
    """Who did what; on request, whether the chain of lines is whole (it reads all of them)."""
    people = list(queries.members(request.workspace))
    actors = [(str(each.user_id), each.user.email) for each in people]
    form = AuditFilter(request.GET, actions=queries.audit_actions(request.workspace), actors=actors)
    asked = form.cleaned_data if form.is_valid() else {}
    lines = queries.audit_lines(request.workspace, _question(asked, request), limit=AUDIT_PAGE_LINES + 1)
    shown = lines[:AUDIT_PAGE_LINES]
    checked = "check" in request.GET
    addresses = {each.user_id: each.user.email for each in people}
    mates = {each.pk: each.user.email for each in people}
    context = _context(
        "audit",
        form=form,
        lines=[
            (
                line,
                label_of(line.action),
                target_label(line.target, addresses, mates),
                changed_fields(line.target, line.details.get("changed", {}), mates),
            )
            for line in shown
        ],
        older=shown[-1].pk if len(lines) > AUDIT_PAGE_LINES else None,
        checked=checked,
        broken=audit.verify(request.workspace) if checked else None,
    )
    return render(request, "workspace/audit.html", context)


def _question(asked: dict[str, Any], request: HttpRequest) -> queries.AuditQuestion:
    before = request.GET.get("before", "")
    until = asked.get("until")
    return queries.AuditQuestion(
        action=asked.get("action") or "",
        actor=int(asked["actor"]) if asked.get("actor") else None,
        since=_midnight(asked.get("since")),
        until=_midnight(until + timedelta(days=1)) if until else None,
        before=int(before) if before.isdecimal() and len(before) < 19 else None,
    )


def _midnight(day: Any) -> datetime | None:
    """The beginning of a day in the zone of the workspace."""
    return None if day is None else timezone.make_aware(datetime.combine(day, time.min))


def _context(tab: str, **rest: Any) -> dict[str, Any]:
    return {"section": "settings", "tab": tab} | rest
