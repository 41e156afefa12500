"""Invitations: one link, one person, seven days."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tropa.workspace import invitations
from tropa.workspace.models import Invitation, Member, Role, User
from tropa.workspace.tests import people

pytestmark = pytest.mark.django_db

NEW = "new@example.com"


def invited(email: str = NEW, role: str = Role.ANALYST) -> tuple[Invitation, str]:
    owner = people.world().owner
    return invitations.invite(by=owner, email=email, role=role, now=timezone.now())


def test_it_works(client: Client) -> None:
    owner = people.world().owner
    people.sign_in(client, owner)
    page = client.post(
        f"/w/{owner.workspace.slug}/settings/invitations/", {"email": "New@Example.com", "role": "sales"}
    )
    link = page.content.decode().split('id="invitation-link" readonly value="')[1].split('"')[0]
    path = link.removeprefix("http://testserver")
    guest = Client()
    assert owner.workspace.name in guest.get(path).content.decode()
    guest.post("/language/", {"language": "en", "next": path})
    answer = guest.post(path, {"password": people.PASSWORD, "first_name": "Менеджер"})
    assert answer.headers["Location"] == f"/w/{owner.workspace.slug}/"
    member = Member.objects.get(user__email=NEW)
    assert (member.role, member.workspace, member.user.language) == (Role.SALES, owner.workspace, "en")
    assert guest.get(f"/w/{owner.workspace.slug}/settings/").status_code == 200


def test_a_known_person_signs_in_and_joins(client: Client) -> None:
    known = people.make_user(NEW)
    invitation, token = invited()
    page = people.text_of(client.get(f"/join/{token}/"))
    assert f"/login/?next=/join/{token}/" in page
    assert client.post(f"/join/{token}/").status_code == 200
    assert not Member.objects.filter(user=known).exists()
    client.force_login(known)
    client.post(f"/join/{token}/")
    assert Member.objects.get(user=known).workspace == invitation.workspace


@pytest.mark.parametrize(
    ("change", "status", "text"),
    [
        ({"accepted_at": timezone.now()}, 410, "уже принято"),
        ({"revoked_at": timezone.now()}, 410, "отозвано"),
        ({"expires_at": timezone.now() - timedelta(seconds=1)}, 410, "Срок приглашения вышел"),
        ({"token_hash": "x"}, 404, "Такого приглашения нет"),
    ],
)
def test_a_link_that_opens_nothing_says_why(client: Client, change: dict[str, object], status: int, text: str) -> None:
    _, token = invited()
    Invitation.objects.update(**change)
    for answer in (client.get(f"/join/{token}/"), client.post(f"/join/{token}/", {"password": people.PASSWORD})):
        assert answer.status_code == status
        assert text in people.text_of(answer)
    assert not User.objects.filter(email=NEW).exists()


def test_seven_days() -> None:
    _, token = invited()
    assert invitations.find(token, now=timezone.now() + timedelta(days=6, hours=23)).email == NEW
    with pytest.raises(invitations.CannotJoin, match="expired"):
        invitations.find(token, now=timezone.now() + timedelta(days=7, seconds=1))


def test_another_person_cannot_use_it(client: Client) -> None:
    _, token = invited()
    other = people.world().owner
    people.sign_in(client, other)
    assert "не для вас" in client.post(f"/join/{token}/").content.decode()
    assert Member.objects.filter(user=other.user).count() == 1


def test_a_link_lets_in_once(client: Client) -> None:
    invitation, token = invited()
    member = invitations.accept_as_new(token=token, password=people.PASSWORD, now=timezone.now())
    with pytest.raises(invitations.CannotJoin, match="used"):
        invitations.accept(token=token, user=member.user, now=timezone.now())
    assert Member.objects.of(invitation.workspace).filter(user__email=NEW).count() == 1


def test_a_weak_password_is_refused_and_nothing_happens(client: Client) -> None:
    _, token = invited()
    answer = client.post(f"/join/{token}/", {"password": "qwertyuiop"})
    assert answer.status_code == 200
    assert "err" in people.text_of(answer)
    assert not User.objects.filter(email=NEW).exists()


def test_a_former_member_comes_back() -> None:
    invitation, token = invited()
    former = people.make_member(invitation.workspace, Role.VIEWER, NEW)
    Member.objects.filter(pk=former.pk).update(is_active=False)
    back = invitations.accept(token=token, user=former.user, now=timezone.now())
    assert (back.pk, back.role, back.is_active) == (former.pk, Role.ANALYST, True)


def test_nothing_of_the_token_is_stored() -> None:
    _, token = invited()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM workspace_invitation")
        assert token[:8] not in str(cursor.fetchall())


def test_members_and_invited_people_are_not_invited_again(client: Client) -> None:
    world = people.world()
    people.sign_in(client, world.owner)
    path = f"/w/{world.own.slug}/settings/invitations/"
    taken = client.post(path, {"email": world.members[Role.VIEWER].user.email, "role": "viewer"})
    assert "уже участник" in people.text_of(taken)
    client.post(path, {"email": NEW, "role": "viewer"})
    assert "Приглашение уже есть" in client.post(path, {"email": NEW, "role": "viewer"}).content.decode()
    assert Invitation.objects.count() == 1


def test_revoking(client: Client) -> None:
    world = people.world()
    invitation, token = invitations.invite(by=world.owner, email=NEW, role=Role.VIEWER, now=timezone.now())
    people.sign_in(client, world.owner).post(f"/w/{world.own.slug}/settings/invitations/{invitation.pk}/revoke/")
    with pytest.raises(invitations.CannotJoin, match="revoked"):
        invitations.find(token, now=timezone.now())
