"""The second step of signing in."""

import re
import time
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from tropa.workspace import audit
from tropa.workspace.sealing import seal, unseal
from tropa.workspace.tests import people

pytestmark = pytest.mark.django_db

EMAIL = "owner@example.com"


def code_of(secret: str) -> str:
    """What an application shows now."""
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def come_in(client: Client) -> str:
    answer = client.post("/login/", {"login": EMAIL, "password": people.PASSWORD})
    return answer.headers["Location"]


def switch_on(client: Client) -> str:
    """Sign in and set the second factor up through the pages; returns its secret."""
    people.make_user(EMAIL)
    come_in(client)
    page = people.text_of(client.get("/profile/second-factor/on/"))
    secret = re.search(r'readonly value="(\w+)"', page)
    assert secret is not None
    assert "data:image/svg+xml" in page
    done = client.post("/profile/second-factor/on/", {"code": code_of(secret[1])})
    assert done.headers["Location"] == "/profile/second-factor/codes/"
    return secret[1]


def codes_of(client: Client) -> list[str]:
    page = people.text_of(client.post("/profile/second-factor/codes/", {"action": "show"}))
    return re.findall(r"<code>(\w+)</code>", page)


def test_it_works(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        secret = switch_on(Client())
    fresh = Client()
    assert come_in(fresh) == "/login/code/"
    assert fresh.get("/profile/").status_code == 302
    assert "Код не подошёл" in fresh.post("/login/code/", {"code": "000000"}).content.decode()
    assert fresh.post("/login/code/", {"code": code_of(secret)}).headers["Location"] == "/"
    assert fresh.get("/profile/").status_code == 200
    actions = [line.action for line in audit.chain(None)]
    assert actions == ["sign_in.done", "second_factor.on", "second_factor.failed", "sign_in.done"]


def test_a_code_counts_once() -> None:
    secret = switch_on(Client())
    code = code_of(secret)
    first, second = Client(), Client()
    come_in(first)
    come_in(second)
    assert first.post("/login/code/", {"code": code}).status_code == 302
    assert second.post("/login/code/", {"code": code}).status_code == 200


def test_codes_are_limited() -> None:
    secret = switch_on(Client())
    client = Client()
    come_in(client)
    answers = [client.post("/login/code/", {"code": "000000"}).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
    assert client.post("/login/code/", {"code": code_of(secret)}).status_code == 429


def test_spare_codes_are_shown_by_a_post_alone_and_work_once() -> None:
    client = Client()
    switch_on(client)
    assert "<code>" not in client.get("/profile/second-factor/codes/").content.decode()
    codes = codes_of(client)
    assert len(codes) == 10
    for expected in (302, 200):
        fresh = Client()
        come_in(fresh)
        assert fresh.post("/login/code/", {"code": codes[0]}).status_code == expected
    renewed = people.text_of(client.post("/profile/second-factor/codes/", {"action": "renew"}))
    assert codes[1] not in renewed


def test_the_secret_is_stored_sealed() -> None:
    secret = switch_on(Client())
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_switching_off_needs_a_recent_password() -> None:
    client = Client()
    switch_on(client)
    session = client.session
    del session["account_authentication_methods"]
    session.save()
    path = "/profile/second-factor/off/"
    assert client.post(path).headers["Location"].startswith("/confirm/")
    assert Authenticator.objects.exists()
    wrong = client.post(f"/confirm/?next={path}", {"password": "не тот"})
    assert "Пароль не подошёл" in people.text_of(wrong)
    client.post(f"/confirm/?next={path}", {"password": people.PASSWORD})
    client.post(path)
    assert not Authenticator.objects.exists()
    assert audit.chain(None).filter(action="second_factor.off").exists()


def test_what_is_sealed_opens_only_here() -> None:
    assert unseal(seal("секрет")) == "секрет"
    assert seal("секрет") != seal("секрет")
