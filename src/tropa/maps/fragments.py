"""Fragments of maps that pages of other rooms show."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone

from tropa.customers.models import Account
from tropa.maps import queries
from tropa.maps.pages import listed
from tropa.workspace.access import Permit


def account_maps(context: Mapping[str, Any]) -> str:
    """On the card of a client: maps of this very client, and a new one."""
    request, account = context["request"], context["account"]
    if account.kind != Account.Kind.COMPANY:
        return ""
    rows = listed(list(queries.maps(request.workspace).filter(account=account)), now=timezone.now())
    may_edit = Permit.EDIT_JOURNEYS in request.permits
    if not rows and not may_edit:
        return ""
    parts = {"rows": rows, "may_edit": may_edit, "account": account, "workspace": request.workspace}
    return render_to_string("maps/_account_maps.html", parts, request)
