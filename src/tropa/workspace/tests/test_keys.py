"""API keys: shown once, stored as a hash, closed at once."""

import base64
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tropa.workspace import keys
from tropa.workspace.models import ApiKey, Member, Role
from tropa.workspace.tests import people

pytestmark = pytest.mark.django_db


def confirmed(client: Client, member: Member) -> Client:
    """Signed in through the login page just now, so that nothing needs to be confirmed."""
    client.post("/login/", {"login": member.user.email, "password": people.PASSWORD})
    return client


def test_it_works(client: Client) -> None:
    owner = people.world().owner
    page = f"/w/{owner.workspace.slug}/settings/keys/"
    made = people.text_of(confirmed(client, owner).post(page, {"name": "Сайт", "scope": "capture"}))
    secret = made.split('id="key-secret" readonly value="')[1].split('"')[0]
    found = keys.authenticate(f"Bearer {secret}")
    assert found is not None
    assert (found.name, found.workspace, found.created_by) == ("Сайт", owner.workspace, owner)
    again = people.text_of(client.get(page))
    assert secret not in again
    assert secret[:12] in again


def test_a_key_needs_a_recent_password(client: Client) -> None:
    owner = people.world().owner
    page = f"/w/{owner.workspace.slug}/settings/keys/"
    people.sign_in(client, owner)
    asked = client.post(page, {"name": "Сайт", "scope": "capture"})
    assert asked.headers["Location"].startswith("/confirm/?next=")
    assert not ApiKey.objects.exists()
    done = client.post(asked.headers["Location"], {"password": people.PASSWORD, "next": page})
    assert "Ключ готов" in people.text_of(done)
    assert ApiKey.objects.get().name == "Сайт"


def test_nothing_of_the_secret_is_stored() -> None:
    _, secret = keys.create_key(by=people.world().owner, name="Сайт", scope="capture")
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM workspace_apikey")
        assert secret[12:] not in str(cursor.fetchall())


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer  ", "Basic !!!", "Digest x", "Bearer tropa_короткий", "Basic /w=="]
)
def test_what_is_no_key_opens_nothing(header: str) -> None:
    assert keys.authenticate(header) is None


def test_trackers_send_the_key_as_a_name() -> None:
    _, secret = keys.create_key(by=people.world().owner, name="Сайт", scope="capture")
    encoded = base64.b64encode(f"{secret}:".encode()).decode()
    assert keys.authenticate(f"Basic {encoded}") is not None


def test_use_is_noted_once_a_minute() -> None:
    key, secret = keys.create_key(by=people.world().owner, name="Сайт", scope="capture")
    keys.authenticate(f"Bearer {secret}")
    key.refresh_from_db()
    first = key.last_used_at
    assert first is not None
    keys.authenticate(f"Bearer {secret}")
    key.refresh_from_db()
    assert key.last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    keys.authenticate(f"Bearer {secret}")
    key.refresh_from_db()
    assert key.last_used_at > first - timedelta(minutes=2)


def test_a_leaver_can_lose_their_keys(client: Client) -> None:
    world = people.world()
    leaver = people.make_member(world.own, Role.OWNER)
    _, secret = keys.create_key(by=leaver, name="Сайт", scope="capture")
    _, other = keys.create_key(by=world.owner, name="Форма", scope="capture")
    people.sign_in(client, world.owner)
    page = f"/w/{world.own.slug}/settings/members/{leaver.pk}/"
    assert "1 ключ API" in people.text_of(client.get(page))
    client.post(f"{page}deactivate/", {"revoke_keys": "1"})
    assert keys.authenticate(f"Bearer {secret}") is None
    assert keys.authenticate(f"Bearer {other}") is not None


def test_a_name_is_taken_once(client: Client) -> None:
    owner = people.world().owner
    keys.create_key(by=owner, name="Сайт", scope="capture")
    page = f"/w/{owner.workspace.slug}/settings/keys/"
    answer = confirmed(client, owner).post(page, {"name": "Сайт", "scope": "read"})
    assert "уже есть" in people.text_of(answer)
    assert ApiKey.objects.count() == 1


def test_revoking_shows(client: Client) -> None:
    owner = people.world().owner
    key, _ = keys.create_key(by=owner, name="Сайт", scope="capture")
    people.sign_in(client, owner)
    page = people.text_of(client.post(f"/w/{owner.workspace.slug}/settings/keys/{key.pk}/revoke/", follow=True))
    assert "отозван" in page
    key.refresh_from_db()
    assert key.revoked_at is not None
    assert key.revoked_at <= timezone.now()
