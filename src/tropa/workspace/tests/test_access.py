"""Who may open what."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from tropa.workspace import actions, keys
from tropa.workspace.access import PERMITS, KeyRequest, Permit, api_key, rule_of
from tropa.workspace.models import ApiKey, AuditEntry, Member, Role
from tropa.workspace.tests import people

pytestmark = pytest.mark.django_db

ROLES_PAGE = Path(__file__).parents[4] / "docs" / "reference" / "roles.md"


def members_page(member: Member) -> str:
    return f"/w/{member.workspace.slug}/settings/members/"


def test_it_works(client: Client) -> None:
    world = people.world()
    people.sign_in(client, world.owner)
    assert client.get(members_page(world.owner)).status_code == 200
    assert client.get(members_page(world.stranger)).status_code == 404
    people.sign_in(client, world.members[Role.VIEWER])
    assert client.get(members_page(world.owner)).status_code == 403


def test_whoever_is_not_signed_in_is_asked_to_and_comes_back(client: Client) -> None:
    path = members_page(people.world().owner)
    assert client.get(path).headers["Location"] == f"/login/?next={path}"


def test_a_refusal_is_written_down(client: Client) -> None:
    world = people.world()
    viewer = world.members[Role.VIEWER]
    people.sign_in(client, viewer).get(members_page(viewer))
    line = AuditEntry.objects.get(action="access.denied")
    assert (line.workspace, line.actor, line.target) == (world.own, viewer.user, "route:members")
    assert line.details == {"permit": "manage", "method": "GET"}


def test_a_changed_role_holds_from_the_next_request(client: Client) -> None:
    world = people.world()
    second = people.make_member(world.own, Role.OWNER)
    people.sign_in(client, second)
    assert client.get(members_page(second)).status_code == 200
    actions.change_member(member=second, by=world.owner, values={"role": Role.VIEWER})
    assert client.get(members_page(second)).status_code == 403


def test_a_closed_access_holds_from_the_next_request(client: Client) -> None:
    world = people.world()
    viewer = world.members[Role.VIEWER]
    people.sign_in(client, viewer)
    page = f"/w/{world.own.slug}/settings/"
    assert client.get(page).status_code == 200
    actions.deactivate_member(member=viewer, by=world.owner)
    assert client.get(page).status_code == 404


def test_a_disabled_person_is_out_with_the_next_request(client: Client) -> None:
    viewer = people.world().members[Role.VIEWER]
    people.sign_in(client, viewer)
    viewer.user.is_active = False
    viewer.user.save()
    assert client.get(f"/w/{viewer.workspace.slug}/settings/").status_code == 302


def test_a_workspace_can_demand_the_second_factor(client: Client) -> None:
    owner = people.world().owner
    actions.update_workspace(workspace=owner.workspace, by=owner, values={"requires_second_factor": True})
    people.sign_in(client, owner)
    assert client.get(members_page(owner)).headers["Location"] == "/profile/second-factor/"


@api_key(ApiKey.Scope.CAPTURE)
def only_for_capture(request: KeyRequest) -> HttpResponse:
    return HttpResponse(request.workspace.slug)


def answer(header: str) -> HttpResponse:
    response = only_for_capture(RequestFactory().post("/", headers={"Authorization": header}))
    assert isinstance(response, HttpResponse)
    return response


def test_a_view_for_programs_takes_living_keys_of_its_scope_alone() -> None:
    owner = people.world().owner
    key, secret = keys.create_key(by=owner, name="Сайт", scope=ApiKey.Scope.CAPTURE)
    _, reading = keys.create_key(by=owner, name="Отчёты", scope=ApiKey.Scope.READ)
    assert answer(f"Bearer {secret}").content.decode() == owner.workspace.slug
    assert answer("").status_code == answer(f"Bearer {secret}x").status_code == 401
    assert answer(f"Bearer {reading}").status_code == 403
    keys.revoke_key(key=key, by=owner, now=timezone.now() + timedelta(seconds=1))
    assert answer(f"Bearer {secret}").status_code == 401
    rule = rule_of(only_for_capture)
    assert rule is not None
    assert (rule.kind, rule.scope) == ("key", "capture")


def test_the_reference_lists_what_roles_may() -> None:
    """docs/reference/roles.md has a row per permit with a cross per role; it must say what the program does."""
    text = ROLES_PAGE.read_text(encoding="utf-8")
    found = {cells[0].strip(" `"): cells[1:] for cells in _table(text)}
    for permit in Permit:
        ticked = {role for role, cell in zip(PERMITS, found[permit], strict=False) if "✓" in cell}
        assert ticked == {role for role in PERMITS if permit in PERMITS[role]}, permit
    assert set(found) == set(Permit)


def _table(text: str) -> list[list[str]]:
    """The cells of the table of permits: the one as wide as there are roles, and two more."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| `")]
    return [row for row in rows if len(row) == len(PERMITS) + 2]
