"""Who may open a page. Every view declares one rule; tests/test_house_routes.py fails on a view that declares none.

Pages of a workspace take its slug from the address; the decorator replaces it by `request.member` and
`request.workspace`. Somebody else's workspace answers 404, as if it did not exist; a missing permit answers 403 and
leaves a line in the audit trail. Membership is read with every request: a changed role holds from the next one on.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, Literal, NoReturn, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django_htmx.middleware import HtmxDetails

from tropa.workspace import audit, keys
from tropa.workspace.models import ApiKey, Invitation, Member, Role, User, Workspace

Args = ParamSpec("Args")
Found = TypeVar("Found")

LAST_WORKSPACE = "workspace"  # where a session keeps the slug of the workspace that was open last


class Permit(StrEnum):
    """What a role may do."""

    READ = "read"
    EDIT_CUSTOMERS = "edit_customers"
    EDIT_JOURNEYS = "edit_journeys"
    IMPORT = "import"
    EXPORT = "export"
    MANAGE = "manage"  # members, invitations, keys, the workspace itself, the audit trail


PERMITS: dict[str, frozenset[Permit]] = {
    Role.OWNER: frozenset(Permit),
    Role.EDITOR: frozenset(Permit) - {Permit.MANAGE},
    Role.ANALYST: frozenset({Permit.READ, Permit.EXPORT}),
    Role.SALES: frozenset({Permit.READ, Permit.EDIT_CUSTOMERS}),
    Role.VIEWER: frozenset({Permit.READ}),
}


class MemberRequest(HttpRequest):
    """What a view of a workspace gets (for the type checker: Django sets the attributes on its own class)."""

    user: User
    htmx: HtmxDetails
    member: Member
    workspace: Workspace
    permits: frozenset[Permit]


class KeyRequest(HttpRequest):
    """What a view for programs gets."""

    api_key: ApiKey
    workspace: Workspace


@dataclass(frozen=True, slots=True)
class Rule:
    """kind: `public` (anybody), `personal` (signed in), `member` (of the workspace, with the permit), `key` (an API
    key with the scope named by `scope`)."""

    kind: Literal["public", "personal", "member", "key"]
    permit: Permit | None = None
    scope: str = ""


def rule_of(view: Callable[..., Any]) -> Rule | None:
    """The rule that a view declares."""
    return getattr(view, "rule", None)


def public(view: Callable[Args, HttpResponseBase]) -> Callable[Args, HttpResponseBase]:
    """Anybody may open it."""
    view.rule = Rule("public")  # type: ignore[attr-defined]
    return view


def personal(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Whoever is signed in may open it. The shell goes on showing the workspace that was open last."""

    @login_required
    @wraps(view)
    def recalled(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        with suppress(Http404):
            enter(request, request.session.get(LAST_WORKSPACE, ""))
        return view(request, *args, **kwargs)

    recalled.rule = Rule("personal")  # type: ignore[attr-defined]
    return recalled


def member(
    permit: Permit,
) -> Callable[[Callable[Concatenate[MemberRequest, Args], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Members of the workspace in the address whose role has the permit."""

    def decorate(view: Callable[Concatenate[MemberRequest, Args], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def checked(request: Any, workspace: str, *args: Args.args, **kwargs: Args.kwargs) -> HttpResponseBase:
            enter(request, workspace)
            if permit not in request.permits:
                deny(request, permit)
            if request.workspace.requires_second_factor and not is_mfa_enabled(request.user):
                return _to_second_factor(request)
            return view(request, *args, **kwargs)

        checked.rule = Rule("member", permit)  # type: ignore[attr-defined]
        return checked

    return decorate


def api_key(
    scope: ApiKey.Scope,
) -> Callable[[Callable[Concatenate[KeyRequest, Args], HttpResponseBase]], Callable[..., HttpResponseBase]]:
    """Programs with a living key of the scope. Cookies do not count, so neither does a CSRF token."""

    def decorate(view: Callable[Concatenate[KeyRequest, Args], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @csrf_exempt
        @wraps(view)
        def checked(request: Any, *args: Args.args, **kwargs: Args.kwargs) -> HttpResponseBase:
            key = keys.authenticate(request.headers.get("Authorization", ""))
            if key is None:
                return _refused(401, "no_key", "Send a living key: Authorization: Bearer tropa_…")
            if key.scope != scope:
                return _refused(403, "wrong_scope", f"This key is for {key.scope}; needed is one for {scope}.")
            request.api_key, request.workspace = key, key.workspace
            return view(request, *args, **kwargs)

        checked.rule = Rule("key", scope=scope)  # type: ignore[attr-defined]
        return checked

    return decorate


def enter(request: Any, slug: str) -> None:
    """Put the member on the request; times are shown in the zone of the workspace. Raises Http404 for a workspace that
    is not theirs."""
    found = (
        Member.objects.select_related("workspace", "user")
        .filter(workspace__slug=slug, user=request.user, is_active=True)
        .first()
    )
    if found is None:
        raise Http404("workspace")
    request.member = found
    request.workspace = found.workspace
    request.permits = PERMITS[found.role]
    timezone.activate(ZoneInfo(found.workspace.timezone))
    if request.session.get(LAST_WORKSPACE) != slug:
        request.session[LAST_WORKSPACE] = slug


def deny(request: Any, permit: Permit) -> NoReturn:
    """Refuse a member, and write down what they wanted. Raises PermissionDenied."""
    route = request.resolver_match.view_name if request.resolver_match else ""
    audit.record(
        workspace=request.workspace,
        actor=request.user,
        action="access.denied",
        target=f"route:{route}"[:120],
        details={"permit": permit, "method": request.method},
        request=request,
    )
    raise PermissionDenied(permit)


def _to_second_factor(request: HttpRequest) -> HttpResponseBase:
    messages.warning(request, _("Это пространство открывается только со вторым шагом входа. Включите его здесь."))
    return redirect("mfa_index")


def _refused(status: int, code: str, text: str) -> JsonResponse:
    response = JsonResponse({"error": {"code": code, "message": text}}, status=status)
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def member_of(request: MemberRequest, pk: int) -> Member:
    """A member of the workspace, active or not. Raises Http404."""
    return _found(Member.objects.of(request.workspace).select_related("user", "workspace").filter(pk=pk).first())


def invitation(request: MemberRequest, pk: int) -> Invitation:
    """An invitation to the workspace. Raises Http404."""
    return _found(Invitation.objects.of(request.workspace).select_related("workspace").filter(pk=pk).first())


def key(request: MemberRequest, pk: int) -> ApiKey:
    """An API key of the workspace. Raises Http404."""
    return _found(ApiKey.objects.of(request.workspace).filter(pk=pk).first())


def _found(row: Found | None) -> Found:
    if row is None:
        raise Http404
    return row
