"""Pages of members and invitations, and the page behind the link of an invitation."""

from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tropa.workspace import access, actions, invitations, queries
from tropa.workspace.access import MemberRequest, Permit, member, public
from tropa.workspace.attempts import limited
from tropa.workspace.forms import InvitationForm, JoinForm, MemberForm
from tropa.workspace.invitations import CannotJoin
from tropa.workspace.models import ApiKey, Invitation, Member, Role, User


@member(Permit.MANAGE)
def members(request: MemberRequest) -> HttpResponse:
    """Who is here, who is invited."""
    return _members_page(request, InvitationForm(instance=_new_invitation(request)))


@member(Permit.MANAGE)
@require_POST
def invite(request: MemberRequest) -> HttpResponse:
    """Make an invitation; its link is shown once, on this answer."""
    form = InvitationForm(request.POST, instance=_new_invitation(request))
    if not form.is_valid() or not _may_invite(request, form):
        return _members_page(request, form)
    made, token = invitations.invite(by=request.member, now=timezone.now(), request=request, **form.cleaned_data)
    link = request.build_absolute_uri(_join_path(token))
    return _members_page(request, InvitationForm(instance=_new_invitation(request)), link=link, invited=made)


def _new_invitation(request: MemberRequest) -> Invitation:
    return Invitation(workspace=request.workspace, role=Role.VIEWER)


def _may_invite(request: MemberRequest, form: InvitationForm) -> bool:
    email = form.cleaned_data["email"]
    if Member.objects.of(request.workspace).filter(user__email=email, is_active=True).exists():
        form.add_error("email", _("Этот человек уже участник."))
    elif queries.open_invitations(request.workspace, now=timezone.now()).filter(email=email).exists():
        form.add_error("email", _("Приглашение уже есть. Если ссылка потерялась, отзовите его и создайте новое."))
    return form.is_valid()


def _members_page(request: MemberRequest, form: InvitationForm, **rest: Any) -> HttpResponse:
    context = {
        "section": "settings",
        "tab": "members",
        "form": form,
        "members": queries.members(request.workspace),
        "heads": queries.heads(request.workspace),
        "invitations": queries.open_invitations(request.workspace, now=timezone.now()),
    }
    return render(request, "workspace/members.html", context | rest)


@member(Permit.MANAGE)
@require_POST
def revoke_invitation(request: MemberRequest, pk: int) -> HttpResponse:
    """Close the link of an invitation."""
    found = access.invitation(request, pk)
    invitations.revoke(invitation=found, by=request.member, now=timezone.now(), request=request)
    messages.success(request, _("Приглашение для %(email)s отозвано") % {"email": found.email})
    return redirect("members", request.workspace.slug)


@member(Permit.MANAGE)
def edit_member(request: MemberRequest, pk: int) -> HttpResponse:
    """Role, department, position, superior."""
    found = access.member_of(request, pk)
    form = MemberForm(request.POST or None, instance=access.member_of(request, pk))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_member(member=found, by=request.member, values=form.cleaned_data, request=request)
        except actions.LastOwner:
            form.add_error("role", _("Это единственный владелец. Сначала дайте эту роль кому-то ещё."))
        else:
            messages.success(request, _("Участник сохранён"))
            return redirect("members", request.workspace.slug)
    living_keys = ApiKey.objects.of(request.workspace).filter(created_by=found, revoked_at=None).count()
    context = {"section": "settings", "tab": "members", "form": form, "person": found, "living_keys": living_keys}
    return render(request, "workspace/member.html", context)


@member(Permit.MANAGE)
@require_POST
def deactivate_member(request: MemberRequest, pk: int) -> HttpResponse:
    """Close the workspace to a member."""
    found = access.member_of(request, pk)
    revoke = "revoke_keys" in request.POST
    try:
        actions.deactivate_member(member=found, by=request.member, revoke_keys=revoke, request=request)
    except actions.LastOwner:
        messages.error(request, _("Это единственный владелец. Сначала дайте эту роль кому-то ещё."))
        return redirect("member", request.workspace.slug, pk)
    messages.success(request, _("Доступ закрыт: %(person)s") % {"person": found.user.email})
    return redirect("home") if found == request.member else redirect("members", request.workspace.slug)


@member(Permit.MANAGE)
@require_POST
def activate_member(request: MemberRequest, pk: int) -> HttpResponse:
    """Let a former member in again."""
    found = access.member_of(request, pk)
    actions.activate_member(member=found, by=request.member, request=request)
    messages.success(request, _("Доступ открыт: %(person)s") % {"person": found.user.email})
    return redirect("members", request.workspace.slug)


def _nobody(request: HttpRequest) -> str:
    return ""


def _join_limited(request: HttpRequest) -> tuple[str, dict[str, Any]]:
    return "workspace/join.html", {"reason": "limited"}


@public
@limited("joining", account=_nobody, page=_join_limited)
def join(request: Any, token: str) -> HttpResponse:
    """The page behind the link of an invitation: a new person chooses a password, a known one signs in."""
    now = timezone.now()
    try:
        invitation = invitations.find(token, now=now)
        known = User.objects.filter(email=invitation.email).exists()
        if request.user.is_authenticated and request.user.email != invitation.email:
            raise CannotJoin("other_person")
        if known:
            return _join_as_known(request, token, invitation)
        return _join_as_new(request, token, invitation)
    except CannotJoin as refusal:
        status = 404 if refusal.reason == "unknown" else 410
        return render(request, "workspace/join.html", {"reason": refusal.reason}, status=status)


def _join_as_known(request: Any, token: str, invitation: Invitation) -> HttpResponse:
    if request.method == "POST" and request.user.is_authenticated:
        invitations.accept(token=token, user=request.user, now=timezone.now(), request=request)
        return redirect("workspace", invitation.workspace.slug)
    return render(request, "workspace/join.html", {"invitation": invitation, "known": True})


def _join_as_new(request: Any, token: str, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, email=invitation.email)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        member = invitations.accept_as_new(token=token, now=timezone.now(), request=request, **values)
        get_adapter(request).login(request, member.user)
        return redirect("workspace", invitation.workspace.slug)
    return render(request, "workspace/join.html", {"invitation": invitation, "form": form})


def _join_path(token: str) -> str:
    return reverse("join", args=[token])
