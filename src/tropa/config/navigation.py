"""What stands in the navigation of the shell: each room's entry, in the order of the work."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tropa.workspace import queries
from tropa.workspace.access import Permit
from tropa.workspace.models import Member


@dataclass(frozen=True, slots=True)
class Section:
    """One entry. route: name of its first page, which takes the workspace; section pages set `section` to its key."""

    key: str
    label: Any  # a lazy text
    icon: str
    route: str
    permit: Permit = Permit.READ


SECTIONS = (
    Section("home", _("Главная"), "flag", "home_of"),
    Section("maps", _("Карты"), "map", "maps"),
    Section("journeys", _("Пути"), "paths", "journeys"),
    Section("dashboard", _("Дашборд"), "dash", "dashboard"),
    Section("clients", _("Клиенты"), "clients", "accounts"),
    Section("deals", _("Сделки"), "value", "deals"),
    Section("imports", _("Загрузка"), "upload", "imports", Permit.IMPORT),
)


def shell(request: HttpRequest) -> dict[str, object]:
    """Context of every page: where one can go from here."""
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return {"sections": ()}
    slug = member.workspace.slug
    found = [
        {"key": each.key, "label": each.label, "icon": each.icon, "url": reverse(each.route, args=[slug])}
        for each in SECTIONS
        if each.permit in request.permits  # type: ignore[attr-defined]  # set with the member
    ]
    mine = queries.workspaces_of(member.user)
    return {"sections": found, "workspace": member.workspace, "workspaces": mine, "member": member}
