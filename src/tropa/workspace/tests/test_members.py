"""Members and the workspace itself."""

import pytest
from django.test import Client

from tropa.workspace import actions, queries
from tropa.workspace.domain import free_slug, reports_up_to, slug_of
from tropa.workspace.models import Member, Role, Workspace
from tropa.workspace.tests import people

pytestmark = pytest.mark.django_db


def test_it_works(client: Client) -> None:
    world = people.world()
    owner, seller = world.owner, world.members[Role.SALES]
    people.sign_in(client, owner)
    values = {"role": "editor", "function": "sales", "position": "Руководитель продаж", "reports_to": owner.pk}
    client.post(f"/w/{world.own.slug}/settings/members/{seller.pk}/", values)
    seller.refresh_from_db()
    assert (seller.role, seller.function, seller.position) == ("editor", "sales", "Руководитель продаж")
    assert owner.is_head
    assert queries.heads(world.own) == {owner.pk}
    assert "руководитель" in client.get(f"/w/{world.own.slug}/settings/members/").content.decode()
    trail = people.text_of(client.get(f"/w/{world.own.slug}/settings/audit/"))
    assert f"Руководитель: никому → {owner.user.email}" in trail
    assert "Роль: Менеджер по продажам → Редактор" in trail
    assert "reports_to" not in trail


def test_the_last_owner_stays(client: Client) -> None:
    world = people.world()
    owner = world.owner
    people.sign_in(client, owner)
    page = f"/w/{world.own.slug}/settings/members/{owner.pk}/"
    assert "единственный владелец" in client.post(page, {"role": "viewer"}).content.decode()
    client.post(f"{page}deactivate/")
    owner.refresh_from_db()
    assert (owner.role, owner.is_active) == (Role.OWNER, True)
    people.make_member(world.own, Role.OWNER)
    client.post(f"{page}deactivate/")
    owner.refresh_from_db()
    assert not owner.is_active


def test_an_inactive_owner_does_not_count() -> None:
    world = people.world()
    second = people.make_member(world.own, Role.OWNER)
    actions.deactivate_member(member=second, by=world.owner)
    with pytest.raises(actions.LastOwner):
        actions.change_member(member=world.owner, by=world.owner, values={"role": Role.VIEWER})


def test_nobody_comes_to_report_to_themselves(client: Client) -> None:
    world = people.world()
    first, second = world.members[Role.EDITOR], world.members[Role.SALES]
    actions.change_member(member=second, by=world.owner, values={"reports_to": first})
    people.sign_in(client, world.owner)
    page = f"/w/{world.own.slug}/settings/members/{first.pk}/"
    answer = client.post(page, {"role": "editor", "reports_to": second.pk})
    assert "уже подчиняется" in people.text_of(answer)
    stranger = world.strangers[Role.EDITOR]
    client.post(page, {"role": "editor", "reports_to": stranger.pk})
    first.refresh_from_db()
    assert first.reports_to is None


def test_fields_that_the_form_does_not_offer_cannot_be_set(client: Client) -> None:
    world = people.world()
    seller = world.members[Role.SALES]
    people.sign_in(client, world.owner)
    extra = {"workspace": world.foreign.pk, "user": world.stranger.user.pk, "is_active": "", "pk": 1, "id": 1}
    client.post(f"/w/{world.own.slug}/settings/members/{seller.pk}/", {"role": "viewer", **extra})
    again = Member.objects.get(pk=seller.pk)
    assert (again.workspace, again.user, again.is_active) == (world.own, seller.user, True)
    client.post(
        f"/w/{world.own.slug}/settings/change/", {"name": "Н", "timezone": "UTC", "currency": "RUB", "slug": "x"}
    )
    assert Workspace.objects.get(pk=world.own.pk).slug == world.own.slug


def test_settings(client: Client) -> None:
    world = people.world()
    people.sign_in(client, world.owner)
    path = f"/w/{world.own.slug}/settings/change/"
    client.post(path, {"name": "Новое", "timezone": "Asia/Omsk", "currency": "KZT"})
    world.own.refresh_from_db()
    assert (world.own.name, world.own.timezone, world.own.currency) == ("Новое", "Asia/Omsk", "KZT")
    bad = client.post(path, {"name": "", "timezone": "Mars/Base", "currency": "XXX"})
    assert bad.content.decode().count('class="err"') == 3
    world.own.refresh_from_db()
    assert world.own.name == "Новое"


def test_whoever_may_not_change_settings_sees_whom_to_ask(client: Client) -> None:
    world = people.world()
    people.sign_in(client, world.members[Role.VIEWER])
    page = people.text_of(client.get(f"/w/{world.own.slug}/settings/"))
    assert world.owner.user.email in page
    assert "Сохранить" not in page
    assert client.post(f"/w/{world.own.slug}/settings/change/", {"name": "Взлом"}).status_code == 403


def test_home_leads_to_the_workspace_that_was_open_last(client: Client) -> None:
    world = people.world()
    person = world.owner
    people.sign_in(client, person)
    assert client.get("/").headers["Location"] == f"/w/{world.own.slug}/"
    second = actions.create_workspace(name="Второе", owner=person.user)
    fresh = people.sign_in(Client(), person)
    assert fresh.get("/").headers["Location"] == "/workspaces/"
    fresh.get(f"/w/{second.slug}/settings/")
    assert fresh.get("/").headers["Location"] == f"/w/{second.slug}/"
    actions.deactivate_member(
        member=people.make_member(second, Role.OWNER), by=Member.objects.get(workspace=second, user=person.user)
    )
    listed = people.text_of(fresh.get("/workspaces/"))
    assert "Второе" in listed
    assert "Чужое" not in listed


def test_founding_a_workspace_runs_the_starters(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(actions, "STARTERS", [lambda workspace: started.append(workspace.name)])
    client.force_login(people.make_user())
    values = {"name": "ООО «Пример»", "timezone": "Europe/Moscow", "currency": "RUB"}
    answer = client.post("/workspaces/new/", values)
    assert answer.headers["Location"] == "/w/ooo-primer/"
    assert started == ["ООО «Пример»"]
    assert Member.objects.get(workspace__slug="ooo-primer").role == Role.OWNER


def test_slugs() -> None:
    assert slug_of("Щёлково-Ёж & Co") == "shchelkovo-ezh-co"
    assert slug_of("…") == "workspace"
    assert free_slug("Имя", {"imya", "imya-2"}) == "imya-3"
    assert len(slug_of("я" * 200)) <= 60


def test_reporting_lines() -> None:
    superiors = {1: None, 2: 1, 3: 2, 4: 5, 5: 4}
    assert reports_up_to(1, 3, superiors)
    assert not reports_up_to(3, 1, superiors)
    assert not reports_up_to(1, 4, superiors)
    assert not reports_up_to(1, None, superiors)
