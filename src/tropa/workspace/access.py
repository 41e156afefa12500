"""Who may open a page. Every view declares one rule; tests/test_house_routes.py fails on a view that declares none.

Pages of a workspace take its slug from the address; the decorator replaces it by `request.member` and
`request.workspace`. Somebody else's workspace answers 404, as if it did not exist; a missing permit answers 403.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django_htmx.middleware import HtmxDetails

from tropa.workspace.models import Member, Role, User, Workspace

Args = ParamSpec("Args")


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
    """Whoever is signed in may open it; it shows nothing of a workspace but the person's own."""
    wrapped = login_required(view)
    wrapped.rule = Rule("personal")  # type: ignore[attr-defined]
    return wrapped


def member(
    permit: Permit,
) -> Callable[
    [Callable[Concatenate[MemberRequest, Args], HttpResponseBase]], Callable[..., HttpResponseBase]
]:
    """Members of the workspace in the address whose role has the permit."""

    def decorate(view: Callable[Concatenate[MemberRequest, Args], HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        @login_required
        @wraps(view)
        def checked(request: Any, workspace: str, *args: Args.args, **kwargs: Args.kwargs) -> HttpResponseBase:
            enter(request, workspace)
            if permit not in request.permits:
                raise PermissionDenied(permit)
            return view(request, *args, **kwargs)

        checked.rule = Rule("member", permit)  # type: ignore[attr-defined]
        return checked

    return decorate


def enter(request: Any, slug: str) -> None:
    """Put the member on the request. Raises Http404 for a workspace that is not theirs."""
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
